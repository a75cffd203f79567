"""The content we ship: written as shipped, renewed while untouched, then left alone."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from jobboard.common.text.words import fold
from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.models import Company, Listing, Origin
from jobboard.site.samples import load as sample_jobs
from roles import starter_content
from roles.models import (
    Article,
    Comparison,
    FxRate,
    OfficialWage,
    Role,
    RolePoint,
    SalaryFigure,
    Skill,
    StarterFingerprint,
)
from roles.snapshots import article_snapshot, comparison_snapshot, role_snapshot, skill_snapshot
from tests.factories import ListingFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TABLES = ["salary_figures.csv", "official_wages.csv", "fx_rates.csv"]


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A small copy of what we ship, for a test to change: as few skills a role as a complete one
    has, a few jobs, the first rows of tables.
    """
    roles, samples = tmp_path / "starter", tmp_path / "samples"
    shutil.copytree(starter_content.FOLDER, roles)
    shutil.copytree(sample_jobs.FOLDER, samples)
    for name in TABLES:
        lines = (roles / name).read_text().splitlines()
        (roles / name).write_text("\n".join(lines[:30]) + "\n")
    kept = set()
    kinds = {
        skill["slug"]: skill["kind"] for skill in json.loads((roles / "skills.json").read_text())
    }
    for path in roles.glob("roles/*.json"):
        items = json.loads(path.read_text())["skills"]
        skills = [item for item in items if kinds[item["skill"]] == "skill"][:8]
        tools = [item for item in items if kinds[item["skill"]] == "tool"][:6]
        change(path, skills=[*skills, *tools])
        kept |= {item["skill"] for item in json.loads(path.read_text())["skills"]}
    skills = [
        skill for skill in json.loads((roles / "skills.json").read_text()) if skill["slug"] in kept
    ]
    (roles / "skills.json").write_text(json.dumps(skills))
    jobs = json.loads((samples / "listings.json").read_text())
    by_kind = {
        (job["status"], job["featured_days"] is None, job["closes_in_days"] is None): job
        for job in jobs
    }
    few = list({job["key"]: job for job in (*jobs[:3], *by_kind.values())}.values())
    for job in few:
        job["skills"] = {
            need: [slug for slug in slugs if slug in kept] for need, slugs in job["skills"].items()
        }
    (samples / "listings.json").write_text(json.dumps(few))
    monkeypatch.setattr(starter_content, "FOLDER", roles)
    monkeypatch.setattr(sample_jobs, "FOLDER", samples)
    return tmp_path


def load(*options, capsys=None) -> str:
    call_command("load_starter", *options)
    return capsys.readouterr().out if capsys else ""


def change(path, **values):
    """Ship another release of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def change_job(path, key, **values):
    jobs = json.loads(path.read_text())
    next(job for job in jobs if job["key"] == key).update(values)
    path.write_text(json.dumps(jobs))


def everything():
    """Every row that the starter writes, as values."""
    models = [
        Skill,
        Role,
        RolePoint,
        Comparison,
        Article,
        StarterFingerprint,
        SalaryFigure,
        OfficialWage,
        FxRate,
        Company,
        Listing,
    ]
    volatile = {"changed_at"}
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in volatile}
            for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


# --- Round trip -----------------------------------------------------------------------------------


def test_every_shipped_item_reads_back_as_it_was_shipped(starter):
    for role in starter_content.shipped_roles():
        assert role_snapshot(Role.objects.get(slug=role["slug"])) == role
    for skill in starter_content.read_json("skills.json"):
        shipped = skill | {"aliases": sorted(skill["aliases"])}
        assert skill_snapshot(Skill.objects.get(slug=skill["slug"])) == shipped
    for path in starter_content.FOLDER.glob("comparisons/*.json"):
        pair = json.loads(path.read_text())
        found = Comparison.objects.get(
            role_1__slug__in=pair["roles"], role_2__slug__in=pair["roles"]
        )
        assert comparison_snapshot(found) == pair
    for article in starter_content.shipped_articles():
        assert article_snapshot(Article.objects.get(slug=article["slug"])) == article
    for name, model in zip(TABLES, [SalaryFigure, OfficialWage, FxRate], strict=True):
        rows = (starter_content.FOLDER / name).read_text().splitlines()
        assert model.objects.count() == len(rows) - 1


def test_every_published_role_we_ship_is_complete(starter):
    published = Role.objects.published()

    assert published.count() > 1
    assert {role.slug: role.missing_for_completeness for role in published} == {
        role.slug: [] for role in published
    }


def test_no_name_we_ship_stands_for_two_roles_or_two_skills():
    for shipped in starter_content.shipped_roles(), starter_content.read_json("skills.json"):
        names = Counter(fold(name) for item in shipped for name in [item["name"], *item["aliases"]])
        assert [name for name, times in names.items() if times > 1] == []


def test_a_second_run_changes_nothing(shipped, capsys):
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC), tick=False):
        load()
        before = everything()
        capsys.readouterr()

        said = load(capsys=capsys)

    assert everything() == before
    assert "created" not in said
    assert "updated" not in said


# --- Edited, deleted, untouched -------------------------------------------------------------------


def test_an_edited_role_is_left_alone_and_an_untouched_one_follows_a_new_release(shipped, capsys):
    load()
    edited = Role.objects.get(slug="data-engineer")
    edited.outlook = "An editor's outlook."
    edited.save()
    change(shipped / "starter/roles/data-engineer.json", outlook="The new release's outlook.")
    change(shipped / "starter/roles/data-scientist.json", outlook="The new release's outlook.")
    capsys.readouterr()

    said = load(capsys=capsys)

    assert Role.objects.get(slug="data-engineer").outlook == "An editor's outlook."
    assert Role.objects.get(slug="data-scientist").outlook == "The new release's outlook."
    assert "1 left alone" in said and "1 updated" in said


@pytest.mark.slow
def test_a_new_comparison_of_a_role_that_was_renamed_here_is_left_out_and_the_rest_loads(
    shipped, capsys
):
    kept = shipped / "starter/comparisons/data-analyst-vs-data-engineer.json"
    text = kept.read_text()
    kept.unlink()
    load()
    renamed = Role.objects.get(slug="data-engineer")
    renamed.slug = "pipeline-engineer"
    renamed.save()
    kept.write_text(text)
    change(shipped / "starter/roles/data-scientist.json", outlook="The new release's outlook.")
    capsys.readouterr()

    said = load(capsys=capsys)

    assert "1 left out because a role or skill was renamed or deleted here" in said
    assert Role.objects.get(slug="data-scientist").outlook == "The new release's outlook."


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_a_role_of_which_only_one_point_was_edited_is_left_alone(shipped):
    load()
    point = Role.objects.get(slug="data-engineer").points.first()
    RolePoint.objects.filter(pk=point.pk).update(text="An editor's words.")
    change(shipped / "starter/roles/data-engineer.json", outlook="The new release's outlook.")

    load()

    assert Role.objects.get(slug="data-engineer").points.first().text == "An editor's words."


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_an_edited_guide_is_left_alone_and_an_untouched_one_follows_a_new_release(shipped):
    load()
    Article.objects.get(slug="what-levels-mean").roles.clear()
    for slug in ["what-levels-mean", "how-to-read-a-salary-range"]:
        path = shipped / f"starter/articles/{slug}.md"
        path.write_text(f"{path.read_text()}\nThe new release's words.\n")

    load()

    assert "The new release's words." not in Article.objects.get(slug="what-levels-mean").body
    assert "The new release's words." in Article.objects.get(slug="how-to-read-a-salary-range").body


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_a_new_release_is_on_the_public_page_at_once(client, shipped):
    load()
    client.get("/roles/data-scientist/")
    points = json.loads((shipped / "starter/roles/data-scientist.json").read_text())["points"]
    points[0]["text"] = "The new release's words."
    change(shipped / "starter/roles/data-scientist.json", points=points)

    load()

    assert "The new release's words." in text_of(client.get("/roles/data-scientist/"))


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_a_deleted_comparison_and_a_renamed_role_do_not_come_back(shipped):
    load()
    count = Comparison.objects.count()
    Comparison.objects.filter(role_1__slug="ai-architect").first().delete()
    role = Role.objects.get(slug="data-engineer")
    role.slug = "data-platform-engineer"
    role.save()
    change(shipped / "starter/roles/data-engineer.json", outlook="The new release's outlook.")

    load()

    assert Comparison.objects.count() == count - 1
    assert not Role.objects.filter(slug="data-engineer").exists()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_an_alias_that_an_editor_gave_to_another_role_does_not_stop_the_others(shipped):
    load()
    edited = Role.objects.get(slug="data-engineer")
    edited.aliases.create(folded="keeper of lakes")
    scientist = json.loads((shipped / "starter/roles/data-scientist.json").read_text())
    change(
        shipped / "starter/roles/data-scientist.json",
        aliases=[*scientist["aliases"], "keeper of lakes"],
        outlook="The new release's outlook.",
    )

    load()

    assert edited.aliases.filter(folded="keeper of lakes").exists()


@pytest.mark.slow
def test_a_new_table_of_figures_replaces_the_rows_of_the_old_one(shipped):
    load()
    path = shipped / "starter/salary_figures.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:11]) + "\n")

    load()

    assert SalaryFigure.objects.count() == 10


# --- Samples --------------------------------------------------------------------------------------


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_samples_are_loaded_where_the_site_is_local_and_otherwise_only_when_asked_for(
    shipped, settings
):
    settings.SITE_IS_LOCAL = False
    load()
    assert not Company.objects.exists()
    load("--demo")
    assert Listing.objects.live().exists()
    Listing.objects.all().delete()
    Company.objects.all().delete()
    StarterFingerprint.objects.filter(kind="listing").delete()

    settings.SITE_IS_LOCAL = True
    load()
    assert Listing.objects.live().exists()
    assert not Company.objects.filter(is_demo=False).exists()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_removed_samples_stay_away_until_they_are_asked_for_again(shipped, capsys):
    load()
    real = ListingFactory(live=True)
    count = Listing.objects.count() - 1
    capsys.readouterr()

    assert f"Removed {count} sample jobs" in load("--remove-demo", capsys=capsys)
    load()
    assert list(Listing.objects.all()) == [real]
    assert list(Company.objects.all()) == [real.company]

    load("--demo")
    assert Listing.objects.count() == count + 1


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_dates_of_samples_are_relative_to_the_day_and_renewed(shipped):
    spring, autumn = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 9, 1, 9, tzinfo=UTC)
    with time_machine.travel(spring, tick=False):
        load()
        before = {listing.external_id: listing for listing in Listing.objects.all()}
        live = Listing.objects.live().count()
        assert all(listing.posted_at <= spring for listing in before.values())

    with time_machine.travel(autumn, tick=False):
        assert Listing.objects.live().count() == 0
        load()
        assert Listing.objects.live().count() == live
        for listing in Listing.objects.all():
            old = before[listing.external_id]
            assert listing.posted_at - old.posted_at == autumn - spring
            # Where the last day ends by the clock of its place, there is summer time in between.
            later = listing.expires_at - old.expires_at - (autumn - spring)
            assert abs(later) <= timedelta(hours=1 if old.closes_on else 0)
            if old.closes_on:
                assert listing.closes_on - old.closes_on == timedelta(days=184)
            assert all(event.at <= autumn for event in listing.events.all())


def test_the_shipped_samples_show_every_kind_of_job():
    jobs = sample_jobs.shipped("listings")

    assert {job["status"] for job in jobs} == {"published", "closed"}
    assert {place["workplace"] for job in jobs for place in job["places"]} >= {
        "remote",
        "hybrid",
        "on_site",
    }
    assert any(job["featured_days"] for job in jobs)
    assert any(job["salary_currency"] == "" for job in jobs)
    assert len({job["key"] for job in jobs}) == len(jobs)


def test_no_core_skill_of_a_shipped_complete_role_is_without_evidence_in_the_shipped_samples():
    jobs = json.loads((sample_jobs.FOLDER / "listings.json").read_text())
    roles = [json.loads(path.read_text()) for path in starter_content.FOLDER.glob("roles/*.json")]
    complete = [
        role for role in roles if role["status"] == "published" and role["slug"] != "engineer"
    ]
    assert complete

    for role in complete:
        shown = [
            job["skills"]
            for job in jobs
            if (job["role"], job["status"]) == (role["slug"], "published")
        ]
        named = {slug for skills in shown for slugs in skills.values() for slug in slugs}
        core = {item["skill"] for item in role["skills"] if item["importance"] == "core"}
        assert core - named == set(), role["slug"]


def sample() -> Listing:
    return Listing.objects.live().order_by("external_id").first()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_an_edited_closed_or_hidden_sample_is_left_alone(shipped):
    load()
    person = UserFactory()
    edited, closed, hidden = Listing.objects.live().order_by("external_id")[:3]
    title = "A recruiter's title"
    lifecycle.submit_change(
        listing=edited,
        content=get_content(edited).__class__(**vars(get_content(edited)) | {"title": title}),
        version=1,
        by=person,
        origin=Origin.FORM,
    )
    lifecycle.close_listing(listing=closed, outcome="withdrawn", by=person)
    lifecycle.hide_listing(listing=hidden, reason="Why.", by=person)
    for listing in (edited, closed, hidden):
        change_job(
            shipped / "samples/listings.json", listing.external_id, title="The new release's title"
        )

    load()

    edited, closed, hidden = (
        Listing.objects.get(pk=listing.pk) for listing in (edited, closed, hidden)
    )
    assert (edited.title, closed.status) == (title, "closed")
    assert hidden.hidden_at is not None
    assert "The new release's title" not in {closed.title, hidden.title}


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_an_untouched_sample_follows_a_new_release_and_a_new_one_arrives(shipped):
    load()
    listing = sample()
    change_job(
        shipped / "samples/listings.json", listing.external_id, title="The new release's title"
    )
    jobs = json.loads((shipped / "samples/listings.json").read_text())
    (shipped / "samples/listings.json").write_text(
        json.dumps([*jobs, jobs[0] | {"key": "brand-new"}])
    )
    count = Listing.objects.count()

    load()

    assert Listing.objects.get(pk=listing.pk).title == "The new release's title"
    assert Listing.objects.count() == count + 1


@pytest.mark.slow
def test_a_deleted_sample_does_not_come_back(shipped):
    load()
    gone = sample()
    gone.delete()

    load()

    assert not Listing.objects.filter(external_id=gone.external_id).exists()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_every_day_of_a_sample_is_possible(shipped):
    load()

    for listing in Listing.objects.all():
        assert listing.first_seen_at <= listing.published_at <= timezone.now()
        assert (
            listing.confirmed_at is None
            or listing.published_at <= listing.confirmed_at <= timezone.now()
        )
        assert listing.closes_on is None or listing.closes_on >= listing.posted_at.date()
