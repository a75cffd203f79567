import math
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template import Context, Template

from jobboard.common.charts import Axis, axis_for, shares, tick_label
from tests.reading import tight

pytestmark = pytest.mark.pure


@dataclass
class Spread:
    n: int | None = 64
    p10: Decimal | float | None = Decimal(68_000)
    p25: Decimal | float | None = Decimal(78_000)
    p50: Decimal | float | None = Decimal(92_000)
    p75: Decimal | float | None = Decimal(108_000)
    p90: Decimal | float | None = Decimal(124_000)
    few: bool = False


def held_back(n):
    return Spread(n=n, p10=None, p25=None, p50=None, p75=None, p90=None)


def render(tag, **context):
    return tight(Template("{% load charts %}" + tag).render(Context(context)))


AXIS = Axis(50_000, 150_000, (50_000, 100_000, 150_000))


# Geometry


def test_a_value_is_placed_in_percent_of_the_axis():
    axis = Axis(50_000, 350_000)

    assert axis.at(50_000) == 0
    assert axis.at(Decimal("150000")) == 33.33
    assert axis.at(350_000.0) == 100


def test_a_value_beyond_the_axis_is_put_on_its_end():
    axis = Axis(50_000, 150_000)

    assert axis.at(10_000) == 0
    assert axis.at(900_000) == 100


@pytest.mark.parametrize(
    "values, ticks",
    [
        ([63_650, 194_410], (50_000, 100_000, 150_000, 200_000)),
        ([Decimal("68000"), Decimal("124000")], (50_000, 75_000, 100_000, 125_000)),
        ([45, 62.5], (40, 50, 60, 70)),
        ([8_000_000, 14_000_000], (8_000_000, 10_000_000, 12_000_000, 14_000_000)),
    ],
)
def test_an_axis_holds_all_values_between_round_ticks(values, ticks):
    axis = axis_for(values)

    assert axis.ticks == ticks
    assert (axis.start, axis.end) == (ticks[0], ticks[-1])


@pytest.mark.parametrize(
    "values", [[100_000, 100_000], [0, 0], [0.1, 0.1], [None, 55], [None, None], []]
)
def test_equal_or_missing_values_still_make_an_axis_without_nan(values):
    axis = axis_for(values)

    assert axis.start < axis.end
    assert all(
        0 <= axis.at(value) <= 100
        for value in [*axis.ticks, *(value for value in values if value is not None)]
    )


def test_an_axis_without_length_puts_everything_in_the_middle():
    assert Axis(92_000, 92_000).at(92_000) == 50


@pytest.mark.parametrize(
    "value, label",
    [(0, "0"), (27.5, "27.5"), (50_000, "50K"), (12_500, "12.5K"), (1_500_000, "1.5M")],
)
def test_ticks_are_labelled_as_shortly_as_is_true(value, label):
    assert tick_label(value) == label


@pytest.mark.parametrize("parts", [(7, 6, 7), (1, 1, 1), (0, 5, 0), (1, 0, 999)])
def test_shares_stand_side_by_side_and_fill_the_width(parts):
    placed = shares(*parts)

    assert placed[0][0] == 0
    assert all(math.isclose(a[0] + a[1], b[0]) for a, b in pairwise(placed))
    assert math.isclose(sum(width for _, width in placed), 100)


def test_shares_of_nothing_are_nothing():
    assert shares(0, 0, 0) == [(0, 0), (0, 0), (0, 0)]


# Tags


def test_a_strip_has_line_box_and_median_and_says_its_numbers():
    html = render("{% pay_strip spread axis %}", spread=Spread(), axis=AXIS)

    assert '<line class="whisker" x1="18%" x2="74%"' in html
    assert '<rect class="band" x="28%" width="30%"' in html
    assert '<line class="med" x1="42%" x2="42%"' in html
    assert (
        'role="img" aria-label="Pay: bottom 10% up to 68,000, bottom 25% up to 78,000, median'
        " 92,000, " in html
    )


def test_the_strips_of_two_roles_differ_by_class():
    html = render('{% pay_strip spread axis "b" %}', spread=Spread(), axis=AXIS)

    assert 'class="wb"' in html
    assert 'class="fb"' in html
    assert 'class="med-cut"' in html


def test_a_strip_of_few_answers_is_hollow_and_says_so():
    html = render('{% pay_strip spread axis "a" %}', spread=Spread(n=14, few=True), axis=AXIS)

    assert '<rect class="few a"' in html
    assert 'class="med"' in html
    assert "small sample" in html


def test_a_strip_beside_its_numbers_is_silent():
    html = render(
        "{% pay_strip spread axis hide_from_screen_readers=True %}", spread=Spread(), axis=AXIS
    )

    assert 'aria-hidden="true"' in html
    assert "aria-label" not in html


def test_too_few_answers_are_held_back_with_their_number():
    html = render("{% pay_strip spread axis %}", spread=held_back(4), axis=AXIS)

    assert html == '<span class="held">not enough data (4)</span>'


def test_a_withheld_official_figure_says_not_published():
    html = render("{% pay_strip spread axis %}", spread=held_back(None), axis=AXIS)

    assert html == '<span class="held">not published</span>'


def test_a_source_that_publishes_no_quarters_gets_a_strip_without_a_box():
    html = render(
        '{% pay_strip spread axis "a" %}', spread=Spread(n=None, p25=None, p75=None), axis=AXIS
    )

    assert "<rect" not in html
    assert 'class="wa"' in html
    assert 'class="med"' in html


def test_the_labels_of_an_axis_carry_no_currency():
    html = render("{% pay_axis axis %}", axis=AXIS)

    assert re.findall(r'text-anchor="(\w+)">([^<]+)<', html) == [
        ("start", "50K"),
        ("middle", "100K"),
        ("end", "150K"),
    ]


@pytest.mark.parametrize("count, of, length", [(31, 42, "73.81%"), (0, 42, "0%"), (42, 42, "100%")])
def test_a_count_of_ten_or_more_is_a_bar(count, of, length):
    html = render("{% count_bar count of %}", count=count, of=of)

    assert f'<rect class="own" x="0%" width="{length}"' in html


def test_a_count_of_fewer_than_ten_is_blocks_of_one_width():
    html = render('{% count_bar 3 4 "b" %}')

    assert re.findall(r'class="(fb|track)" x="(\d+)" width="8"', html) == [
        ("fb", "0"),
        ("fb", "10"),
        ("fb", "20"),
        ("track", "30"),
    ]


def test_a_mirrored_bar_grows_to_the_left():
    assert '<rect class="fa" x="75%" width="25%"' in render('{% count_bar 5 20 "a" True %}')
    assert re.findall('class="(fa|track)"', render('{% count_bar 1 3 "a" True %}')) == [
        "track",
        "track",
        "fa",
    ]


def test_each_job_is_a_dot_and_those_that_would_touch_are_piled():
    html = render("{% job_dots values axis %}", values=[60_000, 60_100, 120_000], axis=AXIS)

    places = re.findall(r'cx="([\d.]+)%" cy="(\d+)"', html)
    assert len(places) == len(set(places)) == 3
    assert "stands for" not in html


def test_a_pile_that_would_be_too_high_says_how_many_jobs_a_dot_is():
    html = render("{% job_dots values axis %}", values=[60_000] * 30, axis=AXIS)

    assert html.count("<circle") == 8
    assert "Each dot is up to 4 jobs." in html


def test_the_areas_of_a_distribution_are_shares_of_the_people_in_them():
    html = render("{% distribution spread axis %}", spread=Spread(), axis=AXIS)

    found = re.findall(
        r'class="band part" x="[\d.]+%" width="([\d.]+)%"[^>]*height="([\d.]+)"', html
    )
    first, second, third, fourth = (float(width) * float(height) for width, height in found)
    assert second == pytest.approx(third, rel=0.02)
    assert first == pytest.approx(fourth, rel=0.02)
    assert second / first == pytest.approx(25 / 15, rel=0.02)


def test_no_distribution_is_drawn_of_too_few():
    assert render("{% distribution spread axis %}", spread=held_back(4), axis=AXIS) == ""


def test_a_job_stands_inside_its_role():
    html = render(
        '{% range_in_role low high spread "This job" %}', low=92_000, high=118_000, spread=Spread()
    )

    assert '<rect class="own" x="43.62%" width="41.46%"' in html
    assert '<line class="med" x1="43.62%" x2="43.62%"' in html
    assert re.findall(r">([\w ]+)</text>", html) == [
        "This job",
        "68K",
        "78K",
        "92K",
        "108K",
        "124K",
    ]


def test_labels_that_would_touch_make_room_for_the_median_and_the_ends():
    close = Spread(p10=60_000, p25=90_000, p50=92_000, p75=94_000, p90=124_000)

    html = render('{% range_in_role 92000 92000 spread "This job" %}', spread=close)

    assert re.findall(r">([\w ]+)</text>", html) == ["This job", "60K", "92K", "124K"]


@pytest.mark.parametrize(
    "low, high", [(None, 110_000), (110_000, None), (110_000, 110_000), (500_000, 600_000)]
)
def test_one_amount_or_pay_beyond_the_role_is_still_a_visible_bar(low, high):
    html = render(
        '{% range_in_role low high spread "This job" %}', low=low, high=high, spread=Spread()
    )

    x, width = map(float, re.search(r'class="own" x="([\d.]+)%" width="([\d.]+)%"', html).groups())
    assert width >= 1
    assert x + width <= 100


@pytest.mark.parametrize("low, spread", [(None, Spread()), (90_000, held_back(4)), (90_000, None)])
def test_a_job_without_pay_or_a_role_without_figures_draws_nothing(low, spread):
    assert render('{% range_in_role low None spread "This job" %}', low=low, spread=spread) == ""


@pytest.mark.parametrize(
    "tag",
    [
        "{% pay_strip spread axis %}",
        "{% pay_axis axis %}",
        '{% range_in_role 92000 92000 spread "This job" %}',
        "{% count_bar 0 0 %}",
        "{% distribution spread axis %}",
        "{% job_dots values axis %}",
        "{% overlap_line 0 0 0 %}",
    ],
)
def test_no_chart_needs_a_style_attribute_or_breaks_when_all_values_are_equal(tag):
    equal = Spread(p10=92_000, p25=92_000, p50=92_000, p75=92_000, p90=92_000)

    html = render(tag, spread=equal, values=[92_000], axis=axis_for([92_000]))

    assert "style=" not in html
    assert "nan" not in html.lower()
    assert "inf" not in html.lower()
