"""What is computed of pictures and sentences: verdicts, regions, the map of roles."""

from dataclasses import replace
from itertools import combinations

import pytest

from jobboard.insights.pictures.role_map import LEFT, RoleSpot, draw, in_order, overlap
from jobboard.insights.pictures.verdict import RoleStanding, verdict
from roles.pay.formulas import Spread
from roles.pay.regions import REGIONS, get_regions, wider_areas
from roles.pay.survey import Cell, cells

pytestmark = pytest.mark.pure


def paid(median, n=100, currency="USD") -> Spread:
    return Spread(n, median, median, median, median, median, currency)


def said(jobs, medians=(None, None), level="mid-level", posted=(None, None)) -> str:
    standings = [
        RoleStanding(name, count, median and paid(median), other and paid(other))
        for name, count, median, other in zip(("A", "B"), jobs, medians, posted, strict=True)
    ]
    return str(verdict(*standings, level))


TOO_FEW = "There are too few responses to compare mid-level pay."


@pytest.mark.parametrize(
    ("jobs", "medians", "words"),
    [
        (
            (14, 4),
            (165_000, 149_000),
            "A has more open jobs, 14 against 4, and higher mid-level pay, a survey median of "
            "USD 165K against 149K.",
        ),
        (
            (4, 14),
            (165_000, 149_000),
            "B has more open jobs, 14 against 4. A has higher mid-level pay, a survey median of "
            "USD 165K against 149K.",
        ),
        (
            (14, 13),
            (149_000, 165_000),
            "B has higher mid-level pay, a survey median of USD 165K against 149K. "
            "Both have about as many open jobs, 14 and 13.",
        ),
        (
            (14, 13),
            (160_000, 165_000),
            "Too close to call. Both have about as many open jobs, 14 and 13. "
            "Survey medians of mid-level pay are similar, USD 160K and 165K.",
        ),
        ((3, 0), (None, 165_000), f"A has 3 open jobs against none. {TOO_FEW}"),
        ((2, 0), (None, None), f"A has 2 open jobs, B has none. {TOO_FEW}"),
        (
            (0, 1),
            (160_000, 165_000),
            "B has 1 open job, A has none. "
            "Survey medians of mid-level pay are similar, USD 160K and 165K.",
        ),
        (
            (12345, 2345),
            (None, None),
            f"A has more open jobs, 12,345 against 2,345. {TOO_FEW}",
        ),
        ((0, 0), (None, None), f"Neither role has open jobs right now. {TOO_FEW}"),
        ((2, 2), (None, None), f"Both have 2 open jobs. {TOO_FEW}"),
    ],
)
def test_a_verdict_says_what_differs_and_names_ties(jobs, medians, words):
    assert said(jobs, medians) == words


@pytest.mark.parametrize(
    ("jobs", "is_more"),
    [((5, 2), True), ((4, 2), False), ((12, 10), False), ((125, 100), True), ((124, 100), False)],
)
def test_more_jobs_are_three_and_a_quarter_more(jobs, is_more):
    assert ("A has more open jobs" in said(jobs)) is is_more


def test_a_verdict_keeps_names_whole():
    role = RoleStanding("Who has it", 14, paid(165_000))

    assert str(verdict(role, RoleStanding("B", 4, paid(149_000)), "mid-level")) == (
        "Who has it has more open jobs, 14 against 4, and higher mid-level pay, a survey median of "
        "USD 165K against 149K."
    )


@pytest.mark.parametrize(("median", "is_higher"), [(110_000, True), (109_999, False)])
def test_higher_pay_is_a_tenth_more(median, is_higher):
    assert ("A has higher mid-level pay" in said((1, 1), (median, 100_000))) is is_higher


def test_pay_is_compared_only_from_thirty_answers_on_in_one_currency_and_at_one_level():
    few = verdict(
        RoleStanding("A", 1, paid(90_000, 29)), RoleStanding("B", 1, paid(1)), "mid-level"
    )
    mixed = verdict(
        RoleStanding("A", 1, paid(90_000, currency="EUR")),
        RoleStanding("B", 1, paid(1)),
        "mid-level",
    )

    assert TOO_FEW in str(few)
    assert TOO_FEW in str(mixed)
    assert "pay" not in said((1, 1), (90_000, 10_000), level="")


def test_a_source_that_disagrees_is_named():
    words = said((1, 1), (120_000, 100_000), posted=(100_000, 130_000))

    assert words.endswith("Open jobs say otherwise: B pays more, USD 130K against 100K.")
    assert "otherwise" not in said((1, 1), (120_000, 100_000), posted=(130_000, 100_000))


def test_what_matters_is_marked():
    parts = verdict(RoleStanding("A", 9), RoleStanding("B", 1), "").parts

    assert [part.text for part in parts if part.is_strong] == ["A", "9"]


def test_a_country_is_widened_to_its_regions_and_no_region_is_a_country():
    assert wider_areas("PT") == ["EZ", "XE", ""]
    assert wider_areas("GB") == ["XE", ""]
    assert wider_areas("US") == ["XN", ""]
    assert wider_areas("EZ") == ["XE", ""]
    assert wider_areas("") == []
    assert not set(REGIONS) & set.union(*(set(countries) for _, countries in REGIONS.values()))
    assert get_regions("US") == ["XN"]


def test_an_answer_counts_in_its_country_and_each_of_its_regions():
    found = list(cells(Cell("mid", "PT", 2024, 0)))

    assert len(found) == len(set(found))
    assert {cell.country for cell in found if cell.level == "mid"} == {"", "PT", "EZ", "XE"}


# --- The map of roles -----------------------------------------------------------------------------


def spots(count, pay=lambda index: 90_000 + index * 1_000) -> list[RoleSpot]:
    return [
        RoleSpot(
            f"role-{index:02}",
            "A role of some length",
            frozenset({index, index + 1}),
            3,
            pay(index),
        )
        for index in range(count)
    ]


@pytest.mark.parametrize(
    "drawn",
    [
        spots(19),
        spots(40, lambda index: 150_000),
        spots(30, lambda index: None),
        spots(12, lambda index: None if index % 3 else 100_000 + index),
        [
            RoleSpot("long", "N" * 200, frozenset(), 0, 1.0),
            RoleSpot("other", "N" * 200, frozenset(), 0, 1.0),
        ],
    ],
)
def test_no_two_roles_of_the_map_overlap(drawn):
    placed = draw(drawn).placed

    assert len(placed) == len(drawn)
    assert not [pair for pair in combinations(placed, 2) if overlap(*pair)]
    assert all(one.box[0] >= LEFT - 0.01 for one in placed)
    assert max(one.box[3] for one in placed) <= draw(drawn).height


def test_the_same_roles_give_the_same_map_in_whatever_order_they_come():
    drawn = spots(19)

    assert draw(drawn) == draw(drawn[::-1])


def test_roles_that_share_skills_are_side_by_side():
    shuffled = tuple(spots(10)[::2] + spots(10)[1::2])

    order = in_order(shuffled)

    assert order in (tuple(sorted(order)), tuple(sorted(order, reverse=True)))


def test_more_pay_is_higher_up_and_no_pay_is_below_the_axis():
    low, high, none = (
        RoleSpot("a", "Low", frozenset({1}), 1, 80_000.0),
        RoleSpot("b", "High", frozenset({2}), 1, 160_000.0),
        RoleSpot("c", "None", frozenset({3}), 1, None),
    )

    drawn = draw([low, high, none])
    y = {one.spot.key: one.y for one in drawn.placed}

    assert y["b"] < y["a"] < drawn.without_pay_from < y["c"]


def test_an_empty_map_is_drawn():
    assert draw([]).placed == []


def test_for_a_visitor_roles_go_from_the_fewest_skills_to_learn_to_the_most():
    own, near, far = (
        RoleSpot("c", "Own", frozenset({1}), 5, 100_000.0, to_learn=0),
        RoleSpot("a", "Near", frozenset({2}), 5, 150_000.0, to_learn=4),
        RoleSpot("b", "Far", frozenset({1, 2}), 5, 200_000.0, to_learn=20),
    )

    drawn = draw([near, far, own])
    x = {one.spot.name: one.x for one in drawn.placed}

    assert x["Own"] < x["Near"] < x["Far"]
    assert not any(one.closest for one in drawn.placed), "a line would say something else"


@pytest.mark.parametrize("to_learn", [lambda index: None, lambda index: index])
def test_each_role_stands_at_its_pay_however_many_are_near(to_learn):
    drawn = [replace(spot, to_learn=to_learn(index)) for index, spot in enumerate(spots(19))]
    lowest, highest = spots(19)[0], spots(19)[-1]

    placed = draw(drawn).by_key
    a_thousand = (placed[lowest.key].y - placed[highest.key].y) / 18

    for index, spot in enumerate(drawn):
        wanted = placed[lowest.key].y - index * a_thousand
        assert placed[spot.key].y == pytest.approx(wanted, abs=0.2)
