"""The survey by command: what it adds, removes, refuses, and the figures that follow from it."""

import csv
import gzip
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roles import starter_content
from roles.models import Role, SalaryFigure, SalaryObservation, SalarySource, SalaryTitle
from roles.pay import import_survey, survey
from roles.pay.formulas import MIN_FOR_PERCENTILES, PERCENTILES
from tests.factories import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADER = ",".join(survey.SURVEY_COLUMNS)
PARTS = ("points", "role_skills", "aliases", "occupations")  # of a role's page in the admin
TITLES = "/admin/roles/salarytitle/"


def answer(title="AI Architect", usd=100_000, *, year=2024, level="SE", remote=0, country="US"):
    return f"{year},{level},FT,{title},{usd},USD,{usd},US,{remote},{country},M"


# Ten answers of 100,000 to 190,000 USD, two of a second spelling, and one line that is there three
# times.
ARCHITECTS = [answer(usd=usd) for usd in range(100_000, 200_000, 10_000)]
SMALL = [
    *ARCHITECTS,
    *(answer("ai  architect", usd, country="DE", level="MI") for usd in (60_000, 70_000)),
    *[answer("Data Janitor", 30_000, year=2025, remote=100)] * 3,
]


@pytest.fixture
def write(tmp_path):
    """Make a survey file of lines, of a day; the name ends as asked."""

    def write_file(lines, day="2025-01-01", ending=".csv"):
        path = tmp_path / f"salaries_{day}{ending}"
        text = "\n".join([HEADER, *lines, ""]).encode()
        path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
        return path

    return write_file


@pytest.fixture
def architect():
    return RoleFactory(name="AI Architect", slug="ai-architect", status=Role.Status.DRAFT)


def import_file(path, **options):
    """What the command prints."""
    out = StringIO()
    call_command("import_salaries", path, stdout=out, **options)
    return out.getvalue()


def figure(**cell):
    """The one figure of a cell; what is not named is any. None when nothing is counted."""
    usual = {"role_key": "", "title_key": "", "level": "", "country": "", "year": 0, "remote": -1}
    return SalaryFigure.objects.filter(layer="survey", **usual | cell).first()


def percentiles(found):
    return [found.p10, found.p25, found.p50, found.p75, found.p90]


def everything():
    """All answers, titles and figures, as values."""
    return [
        list(SalaryObservation.objects.order_by("pk").values()),
        list(SalaryTitle.objects.order_by("pk").values()),
        list(SalaryFigure.objects.order_by("pk").values()),
        list(SalarySource.objects.order_by("slug").values("version", "sha256", "rows")),
    ]


# --- Answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_every_line_becomes_an_answer_repeated_ones_too(write, ending):
    said = import_file(write(SMALL, ending=ending))

    assert "15 added, 0 removed, 0 unchanged, 0 rejected" in said
    janitors = SalaryObservation.objects.filter(title__title="Data Janitor").order_by("occurrence")
    assert [(row.occurrence, row.year, row.remote, row.amount) for row in janitors] == [
        (1, 2025, 100, 30_000),
        (2, 2025, 100, 30_000),
        (3, 2025, 100, 30_000),
    ]
    source = SalarySource.objects.get(slug="ai-jobs-survey")
    assert (source.version, source.rows, bool(source.imported_at)) == ("2025-01-01", 15, True)


def test_the_same_file_again_changes_nothing(write):
    import_file(write(SMALL))
    before = everything()

    assert "0 added, 0 removed, 15 unchanged" in import_file(write(SMALL))

    assert everything() == before


@pytest.mark.both_databases
def test_a_newer_version_adds_removes_and_leaves_exactly_what_changed(write):
    import_file(write(SMALL))
    kept = set(
        SalaryObservation.objects.exclude(title__title="Data Janitor").values_list("pk", flat=True)
    )
    newer = [answer("Keeper of Lakes", 1), *reversed(SMALL[:13]), answer(usd=100_000)]

    said = import_file(write(newer, "2025-02-01"))

    assert "2 added, 2 removed, 13 unchanged" in said
    assert kept < set(SalaryObservation.objects.values_list("pk", flat=True))
    assert SalaryObservation.objects.filter(title__title="Data Janitor").count() == 1
    assert figure(title_key="AI Architect").n == 11
    assert figure(title_key="Keeper of Lakes").as_of == date(2025, 2, 1)


@pytest.mark.both_databases
def test_a_title_without_answers_goes_unless_an_editor_mapped_it(write, architect):
    import_file(write([*SMALL, answer("Old Craft"), answer("Older Craft")]))
    SalaryTitle.objects.filter(title="Old Craft").update(role=architect, mapped_by="editor")

    import_file(write(SMALL, "2025-02-01"))

    assert set(SalaryTitle.objects.values_list("title", flat=True)) == {
        "AI Architect",
        "ai  architect",
        "Data Janitor",
        "Old Craft",
    }


def test_bad_lines_are_named_the_good_ones_taken_and_the_command_fails(write, capsys):
    path = write(
        [
            *SMALL,
            "2024,XX,FT,AI Architect,1,USD,1,US,0,US,M",
            "2024,SE",
            answer("\x00"),
            answer("T" * 121),
            answer("A\rB"),
        ]
    )

    with pytest.raises(CommandError, match=r"^5 lines in .* were rejected"):
        call_command("import_salaries", path)

    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said[:5]] == [
        "Line 17, experience_level",
        "Line 18, line",
        "Line 19, job_title",
        "Line 20, job_title",
        "Line 21, line",
    ]
    assert "15 added, 0 removed, 0 unchanged, 5 rejected" in said[5]
    assert SalaryObservation.objects.count() == 15


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not the salary survey"),
        (b"<!DOCTYPE html>\n<title>Not found</title>\n", "is not the salary survey"),
        (b"year,title,pay\n2024,AI Architect,1\n", "is not the salary survey"),
        (HEADER.encode() + b"\n", "has no readable lines"),
        (
            HEADER.encode() + "\n2024,SE,FT,Ingénieur,1,USD,1,US,0,US,M\n".encode("latin-1"),
            "is not UTF-8 text",
        ),
        (
            gzip.compress("\n".join([HEADER, *SMALL]).encode())[:-20],
            "is a damaged or incomplete gzip archive",
        ),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_not_the_survey_is_refused_whole(tmp_path, write, content, reason):
    import_file(write(SMALL))
    before = everything()
    path = tmp_path / "other_2025-03-01.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=reason):
        import_file(path)

    assert everything() == before


def test_a_file_that_lost_a_third_of_the_answers_is_taken_only_by_force(write):
    import_file(write(SMALL))
    path = write(SMALL[:10], "2025-02-01")

    with pytest.raises(CommandError, match="would remove 5 of 15 responses"):
        import_file(path)
    assert SalaryObservation.objects.count() == 15

    import_file(path, force=True)
    assert SalaryObservation.objects.count() == 10


def test_an_older_version_is_taken_only_by_force(write):
    import_file(write(SMALL, "2025-02-01"))
    path = write(SMALL[1:], "2025-01-01")

    with pytest.raises(
        CommandError,
        match=(
            "is the version of 2025-01-01, but the newer version of 2025-02-01 is already imported"
        ),
    ):
        import_file(path)

    assert "1 removed" in import_file(path, force=True)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(write):
    import_file(write(SMALL))
    before = everything()

    said = import_file(write([*SMALL[1:], answer("New")], "2025-02-01"), dry_run=True)

    assert "1 added, 1 removed, 14 unchanged" in said
    assert everything() == before


def test_a_file_whose_name_has_no_date_is_of_today_unless_told_otherwise(write, time_machine):
    time_machine.move_to("2025-07-02")
    path = write(SMALL).rename(write(SMALL).with_name("newest.csv"))

    import_file(path, date=date(2025, 6, 1))
    told = SalarySource.objects.get(slug="ai-jobs-survey").version
    import_file(path)

    assert (told, SalarySource.objects.get(slug="ai-jobs-survey").version) == (
        "2025-06-01",
        "2025-07-02",
    )


@pytest.mark.parametrize("stopped_at", ["Adding", "Removing", "Computing"])
@pytest.mark.both_databases
def test_an_interrupted_import_is_simply_run_again(write, architect, monkeypatch, stopped_at):
    monkeypatch.setattr(import_survey, "BATCH", 2)
    old, new = (
        write(SMALL),
        write([*SMALL[4:], *[answer("Data Janitor", 50_000)] * 5], "2025-02-01"),
    )
    import_file(old)
    seen = figures_by_cell()

    calls = Counter()

    def stop(*args):
        raise KeyboardInterrupt

    def progress(doing, share):
        calls[doing] += 1
        if (doing, calls[doing]) in {("Adding", 8), ("Computing", 2)} and doing == stopped_at:
            stop()

    with monkeypatch.context() as patch:
        if stopped_at == "Removing":
            patch.setattr(import_survey, "map_titles", stop)
        with pytest.raises(KeyboardInterrupt):
            import_survey.import_survey(
                new, version=date(2025, 2, 1), on_bad=stop, progress=progress
            )
    assert figures_by_cell() == seen
    assert SalaryObservation.objects.filter(usd=50_000).exists()
    import_survey.refresh_figures(SalarySource.objects.get(slug="ai-jobs-survey"), [architect.pk])
    assert figures_by_cell() == seen, "figures of half an import"

    import_file(new)

    assert sorted(
        SalaryObservation.objects.filter(usd=50_000).values_list("occurrence", flat=True)
    ) == [1, 2, 3, 4, 5]
    assert SalaryObservation.objects.count() == 16
    assert figure(title_key="Data Janitor").n == 8
    assert figure(role_key="ai-architect").n == 8
    assert not SalaryFigure.objects.filter(layer=SalaryFigure.BEING_COMPUTED).exists()


def figures_by_cell():
    cell = ["role_key", "title_key", "level", "country", "year", "remote"]
    return sorted(SalaryFigure.objects.filter(layer="survey").values_list(*cell, "n", "as_of"))


@pytest.mark.both_databases
def test_pages_see_all_old_figures_until_they_see_all_new_ones(write):
    import_file(write(SMALL))
    before, seen = figures_by_cell(), []

    import_survey.import_survey(
        write([*SMALL, answer("New")], "2025-02-01"),
        version=date(2025, 2, 1),
        on_bad=print,
        progress=lambda doing, share: seen.append((doing, figures_by_cell() == before)),
    )

    assert {doing for doing, _ in seen} == {"Checking", "Adding", "Computing"}
    assert all(same for _, same in seen)
    assert {as_of for *_, as_of in figures_by_cell()} == {date(2025, 2, 1)}


@pytest.mark.both_databases
def test_an_import_that_another_one_disturbs_leaves_the_old_figures_and_can_be_run_again(
    write, monkeypatch
):
    import_file(write(SMALL))
    before, path = figures_by_cell(), write([*SMALL, answer("New")], "2025-02-01")
    read = import_survey._read_answers

    def somebody_else_writes(titles):
        SalaryObservation.objects.first().delete()
        return read(titles)

    with monkeypatch.context() as patch:
        patch.setattr(import_survey, "_read_answers", somebody_else_writes)
        with pytest.raises(CommandError, match="Another import was running at the same time"):
            import_file(path)
    assert figures_by_cell() == before

    import_file(path)
    assert figure().n == 16


def test_a_terminal_sees_how_far_the_import_is(write):
    class Terminal(StringIO):
        def isatty(self):
            return True

    terminal = Terminal()

    import_file(write(SMALL), stderr=terminal)

    assert "Computing ████████████████████░░░░░░░░░░  67%" in terminal.getvalue()
    assert terminal.getvalue().endswith(" \r")


# --- Figures --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_role_an_exact_title_and_all_titles_have_figures_of_every_combination(write, architect):
    import_file(write(SMALL))

    assert percentiles(figure(title_key="AI Architect")) == [
        109_000,
        122_500,
        145_000,
        167_500,
        181_000,
    ]
    assert figure(role_key="ai-architect").n == 12
    assert figure().n == 15
    few = figure(role_key="ai-architect", level="mid", country="DE", year=2024, remote=0)
    assert (few.n, few.top_country, percentiles(few)) == (2, "DE", [None] * 5)
    assert figure(role_key="ai-architect", level="mid", country="US") is None
    repeated = figure(title_key="Data Janitor")
    assert (repeated.n, repeated.n_distinct, repeated.first_year) == (3, 1, 2025)


def test_figures_of_titles_do_not_reach_the_pages_of_roles(client, write, architect):
    Role._base_manager.filter(pk=architect.pk).update(status=Role.Status.PUBLISHED)
    import_file(write([*SMALL, *(answer("ai-architect") for _ in range(50))]))

    assert [(row.role_key, row.n) for row in SalaryFigure.objects.survey().overall()] == [
        ("ai-architect", 12)
    ]
    figures = client.get("/salaries/ai-architect/").context["figures"]
    tables = {
        table.title: [(row.label, row.figure.n) for row in table.rows] for table in figures.tables
    }
    assert tables["level"] == [("Mid-level", 2), ("Senior", 10)]
    assert tables["country"] == [("US", 10)]
    assert [(code, figure.n) for code, figure in figures.countries] == [("US", 10), ("DE", 2)]


def queries_for(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_salary_page_costs_the_same_queries_with_few_figures_and_with_all(
    client, write, architect
):
    Role._base_manager.filter(pk=architect.pk).update(status=Role.Status.PUBLISHED)
    import_file(write(ARCHITECTS[:1]))
    queries_for(client, "/salaries/ai-architect/")  # reads the profile, which is kept
    few = queries_for(client, "/salaries/ai-architect/")

    import_file(write(SMALL, "2025-02-01"))

    assert queries_for(client, "/salaries/ai-architect/") == few


def test_figures_follow_a_role_to_its_new_slug(write, architect):
    import_file(write(SMALL))
    SalaryFigure.objects.filter(role_key="ai-architect").update(title_key="")
    role = Role.objects.get(pk=architect.pk)
    role.slug = "solutions-architect"
    role.save()

    assert figure(role_key="solutions-architect").n == 12
    assert figure(role_key="ai-architect") is None


@pytest.mark.slow
def test_what_we_ship_does_not_overwrite_what_was_imported(starter, write):
    import_file(write(SMALL))
    before = everything()
    starter_content.StarterFingerprint.objects.filter(kind="table").update(
        fingerprint="of another release"
    )

    done = starter_content.load()

    assert done["salary_figures.csv"] == {"left alone": 1}
    assert everything() == before


def test_the_slug_of_the_survey_loses_its_version():
    old = "ai-jobs-survey-2025-08-03"
    SalarySource.objects.create(slug=old, layer="survey", name="Survey", version="2025-08-03")
    starter_content._write_sources("[]")
    SalaryFigure.objects.create(
        layer="survey",
        source_key=old,
        role_key="ai-architect",
        as_of=date(2025, 8, 3),
        n=1,
        n_distinct=1,
        first_year=2024,
        last_year=2024,
        top_country="US",
        top_share=1,
    )

    import_module("roles.migrations.0003_survey_slug_without_version").rename(apps, None)

    assert (
        SalarySource.objects.get().slug == SalaryFigure.objects.get().source_key == "ai-jobs-survey"
    )


# --- Titles and roles -----------------------------------------------------------------------------


def mapping():
    return {
        title.title: (title.role and title.role.slug, title.mapped_by)
        for title in SalaryTitle.objects.select_related("role")
    }


@pytest.mark.both_databases
def test_titles_count_for_the_role_that_has_them_as_name_or_alias(write, architect):
    RoleFactory(name="Caretaker", slug="caretaker").aliases.create(folded="data janitor")

    import_file(write([*SMALL, answer("Senior AI Architect")]))

    assert mapping() == {
        "AI Architect": ("ai-architect", "auto"),
        "ai  architect": ("ai-architect", "auto"),
        "Data Janitor": ("caretaker", "auto"),
        "Senior AI Architect": (None, ""),
    }


def test_an_editors_choice_outlives_the_next_import(write, architect):
    caretaker = RoleFactory(name="Caretaker", slug="caretaker")
    import_file(write(SMALL))
    SalaryTitle.objects.filter(title="ai  architect").update(role=caretaker, mapped_by="editor")
    SalaryTitle.objects.filter(title="Data Janitor").update(role=None, mapped_by="editor")
    caretaker.aliases.create(folded="data janitor")

    import_file(write([*SMALL, answer()], "2025-02-01"))

    assert mapping()["ai  architect"] == ("caretaker", "editor")
    assert mapping()["Data Janitor"] == (None, "editor")
    assert figure(role_key="caretaker").n == 2


@pytest.mark.slow
def test_new_roles_and_aliases_get_their_answers_with_the_next_import_or_release(write):
    import_file(write([*SMALL, answer("Data Engineer")]))
    RoleFactory(name="Caretaker", slug="caretaker").aliases.create(folded="data janitor")

    assert "0 added" in import_file(write([*SMALL, answer("Data Engineer")]))
    assert figure(role_key="caretaker").n == 3

    starter_content.load()
    assert figure(role_key="data-engineer").n == 1


@pytest.mark.both_databases
def test_a_choice_made_while_an_import_computes_is_in_the_figures_too(write, architect):
    def choose_meanwhile(doing, share):
        if doing == "Computing" and share > 0.5:
            SalaryTitle.objects.filter(title="Data Janitor").update(
                role=architect, mapped_by="editor"
            )

    import_survey.import_survey(
        write(SMALL), version=date(2025, 1, 1), on_bad=print, progress=choose_meanwhile
    )

    assert figure(role_key="ai-architect").n == 15


def test_an_alias_given_in_the_admin_moves_the_answers_at_once(
    client, write, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory(staff=True))
    role = RoleFactory(name="Caretaker", slug="caretaker")
    import_file(write(SMALL))
    data = {
        "name": role.name,
        "slug": role.slug,
        "family": "X",
        "status": "draft",
        "definition": "X",
    }
    data |= {f"{part}-{count}_FORMS": 0 for part in PARTS for count in ("TOTAL", "INITIAL")}
    data |= {
        "aliases-TOTAL_FORMS": 1,
        "aliases-0-folded": "Data Janitor",
        "aliases-0-role": role.pk,
    }

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/admin/roles/role/{role.pk}/change/", data)

    assert response.status_code == 302
    assert mapping()["Data Janitor"] == ("caretaker", "auto")
    assert figure(role_key="caretaker").n == 3


@pytest.mark.both_databases
def test_the_admin_lists_titles_without_a_role_first_by_their_answers(client, write, architect):
    client.force_login(UserFactory(staff=True))
    import_file(write([*SMALL, answer("Lone Title")]))

    listed = [
        (title.title, title.answer_count) for title in client.get(TITLES).context["cl"].result_list
    ]
    unmapped = client.get(TITLES, {"mapped_by__exact": ""}).context["cl"].result_list

    assert listed == [
        ("Data Janitor", 3),
        ("Lone Title", 1),
        ("AI Architect", 10),
        ("ai  architect", 2),
    ]
    assert [title.title for title in unmapped] == ["Data Janitor", "Lone Title"]


def choose(client, *choices):
    """Save the list of titles in the admin with (title, role or None) chosen."""
    titles = list(client.get(TITLES).context["cl"].result_list)
    chosen = dict(choices)
    data = {"form-TOTAL_FORMS": len(titles), "form-INITIAL_FORMS": len(titles), "_save": "Save"}
    for number, title in enumerate(titles):
        role = chosen.get(title.title, title.role)
        data |= {f"form-{number}-id": title.pk, f"form-{number}-role": role.pk if role else ""}
    return client.post(TITLES, data)


def test_choosing_roles_in_the_admin_moves_the_answers_once(
    client, write, architect, monkeypatch, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory(staff=True))
    caretaker = RoleFactory(name="Caretaker", slug="caretaker")
    import_file(write(SMALL))
    calls, refresh = [], import_survey.refresh_figures
    monkeypatch.setattr(
        import_survey,
        "refresh_figures",
        lambda source, ids: calls.append(set(ids)) or refresh(source, ids),
    )

    with django_capture_on_commit_callbacks(execute=True):
        choose(client, ("ai  architect", None), ("Data Janitor", caretaker))

    assert mapping() == {
        "AI Architect": ("ai-architect", "auto"),
        "ai  architect": (None, "editor"),
        "Data Janitor": ("caretaker", "editor"),
    }
    assert (figure(role_key="ai-architect").n, figure(role_key="caretaker").n) == (10, 3)
    assert figure(title_key="ai  architect").n == 2
    assert calls == [{architect.pk, caretaker.pk}]


def test_the_list_of_titles_costs_the_same_queries_for_three_as_for_thirty(client, write):
    client.force_login(UserFactory(staff=True))
    import_file(write(SMALL))
    few = queries_for(client, TITLES)

    import_file(write([*SMALL, *(answer(f"Title {number}") for number in range(27))], "2025-02-01"))

    assert queries_for(client, TITLES) == few


# --- The real survey ------------------------------------------------------------------------------


def cells_of(blocks):
    """Every cell of a block of the reference with its answers, as the fields of a figure."""
    yield {}, blocks["overall"]
    for code, cell in blocks["by_experience_level"].items():
        yield {"level": survey.LEVELS[code]}, cell
    for code, cell in blocks["us_by_experience_level"].items():
        yield {"level": survey.LEVELS[code], "country": "US"}, cell
    for year, cell in blocks["by_year"].items():
        yield {"year": int(year)}, cell
    for remote, cell in blocks["by_remote_ratio"].items():
        yield {"remote": int(remote)}, cell
    for cell in blocks["by_company_location_top5"]:
        yield {"country": cell["company_location"]}, cell


@pytest.mark.slow
@pytest.mark.sqlite_alone  # percentiles are Python's, and small surveys run on both
@pytest.mark.shared_data
def test_the_real_survey_an_older_version_first_gives_the_figures_of_the_independent_reference(
    shared_data, analyze
):
    starter_content.load()
    folder = shared_data / "salaries"
    reference = json.loads((folder / "reference_2025-08-03.json").read_text("utf-8"))
    import_file(folder / "salaries_2025-01-19.csv.gz")
    analyze()

    assert "77,146 added, 2 removed, 74,299 unchanged, 0 rejected" in import_file(
        folder / "salaries_2025-08-03.csv.gz"
    )
    before = SalaryFigure.objects.order_by("-pk").first().pk
    assert "0 added, 0 removed, 151,445 unchanged" in import_file(
        folder / "salaries_2025-08-03.csv.gz"
    )
    assert SalaryFigure.objects.order_by("-pk").first().pk == before

    blocks = {"": reference["all_titles"]} | reference["roles"]
    compared = 0
    for title, of_title in blocks.items():
        for cell, expected in cells_of(of_title["all_rows"]):
            found = figure(title_key=title, **cell)
            assert (found.n if found else 0) == expected["count"], (title, cell)
            if expected["count"] >= MIN_FOR_PERCENTILES:
                wanted = [
                    Decimal(str(expected[name])) for name in ("p10", "p25", "median", "p75", "p90")
                ]
                assert percentiles(found) == wanted, (title, cell)
                compared += 1
    assert (len(blocks), compared) == (13, 213)

    with (starter_content.FOLDER / "salary_figures.csv").open() as shipped:
        for row in csv.DictReader(shipped):
            found = figure(
                role_key=row["role"], **{name: row[name] for name in survey.Cell._fields}
            )
            assert (found.n, found.n_distinct) == (int(row["n"]), int(row["n_distinct"])), row
            assert percentiles(found) == [
                Decimal(row[f"p{q}"]) if row[f"p{q}"] else None for q in PERCENTILES
            ], row
