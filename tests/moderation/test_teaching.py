"""A doubtful job says so where editors decide, and one click teaches what its title names."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from jobboard.feeds import aliases
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.lifecycle import settle_listing
from jobboard.listings.models import Listing
from jobboard.listings.trust.scoring import score_waiting
from roles.models import RoleAlias
from tests.factories import FeedFactory, ListingFactory, RoleFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

INBOX = reverse("moderation_inbox")
TEXT = "<p>You look after what people at sea rely on. We do not sponsor visas.</p>" * 3
WHY = "May not be AI, machine learning or data work. The title names AI, but does not say"


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True)
    client.force_login(user)
    return user


def waiting(*titles, **feed):
    """Doubtful jobs of a feed."""
    items = [
        FeedItem(title[:50], title=title, description=TEXT, apply_url=f"https://a.example/{number}")
        for number, title in enumerate(titles)
    ]
    import_items(feed=FeedFactory(**feed), items=items)
    return list(Listing.objects.order_by("pk"))


def teach(client, listing, **data):
    page = reverse("moderation_teach", args=[listing.pk])
    return client.post(page, {"text": listing.title, "from": "inbox"} | data, follow=True)


def test_a_doubtful_job_says_so_and_why(client, editor):
    (listing,) = waiting("AI Wizard")
    page = reverse("moderation_review", args=[listing.pk])
    score_waiting()

    assert listing.relevance == "doubtful"
    assert WHY in text_of(client.get(INBOX))
    assert WHY in text_of(client.get(page))


def test_the_review_page_shows_how_a_feeds_job_was_read(client, editor):
    (listing,) = waiting("AI Wizard")

    page = text_of(client.get(reverse("moderation_review", args=[listing.pk])))

    assert "How we read this job" in page
    assert "Visa sponsorship: No “We do not sponsor visas.”" in page


@pytest.mark.both_databases
def test_one_click_teaches_an_alias_and_what_waited_only_for_that_goes_live(client, editor):
    role = RoleFactory(name="AI Sorcerer")
    jobs = waiting("AI Wizard", "Senior AI Wizard", "AI Gnome")

    page = text_of(teach(client, jobs[0], role="ai sorcerer"))

    assert "Added the alias “AI Wizard” and updated 2 jobs." in page
    found = {job.title: (job.role, job.status) for job in Listing.objects.all()}
    assert found == {
        "AI Wizard": (role, "published"),
        "Senior AI Wizard": (role, "published"),
        "AI Gnome": (None, "in_review"),
    }
    taught = Listing.objects.get(title="AI Wizard")
    assert (taught.relevance, taught.relevance_why) == (
        "yes",
        "The title names the role AI Sorcerer.",
    )
    assert LogEntry.objects.get().user == editor


def test_a_job_with_a_role_has_no_family(client, editor):
    RoleFactory(name="Chart Maker")
    (listing,) = waiting("BI Developer")
    assert listing.family == "bi"

    teach(client, listing, role="Chart Maker")

    listing.refresh_from_db()
    assert listing.family == ""
    assert "Kind of work Business" not in text_of(client.get(listing.get_absolute_url()))


def test_a_feed_that_publishes_after_review_still_does(client, editor):
    RoleFactory(name="AI Sorcerer")
    (listing,) = waiting("AI Wizard", publishes="review")

    response = teach(client, listing, role="AI Sorcerer", **{"from": "review"})

    listing.refresh_from_db()
    assert (listing.status, listing.relevance) == ("in_review", "yes")
    assert response.redirect_chain[-1][0] == reverse("moderation_review", args=[listing.pk])
    assert "May not be AI" not in text_of(response)


def test_a_role_that_is_none_is_refused_with_a_sentence(client, editor):
    (listing,) = waiting("AI Wizard")

    assert "No role is called “Sorcerer”." in text_of(teach(client, listing, role="Sorcerer"))
    assert "Choose a role." in text_of(teach(client, listing, role=""))
    assert not RoleAlias.objects.exists()


def test_a_long_title_is_taught_by_as_many_of_its_words_as_an_alias_holds(client, editor):
    role = RoleFactory(name="AI Sorcerer")
    title = "AI Wizard of the Reefs and of All That Swims There, " + "with Whales " * 6 + "- Night"
    (listing,) = waiting(title + " Shift and More")
    assert 120 < len(listing.title) <= 140

    page = text_of(teach(client, listing, role="AI Sorcerer"))

    assert "and updated 1 job." in page
    assert len(RoleAlias.objects.get().folded) <= 120
    assert Listing.objects.get().role == role
    assert Listing.objects.get().status == "published"


class Killed(BaseException):
    """The process ends here."""


def test_what_is_interrupted_is_done_by_the_worker(client, editor, monkeypatch, work):
    RoleFactory(name="AI Sorcerer")
    jobs = waiting("AI Wizard", "Senior AI Wizard", "Junior AI Wizard")
    monkeypatch.setattr(aliases, "DECIDED_AT_ONCE", 1)
    settled = []

    def killed_at_the_second(**arguments):
        settled.append(arguments["listing"])
        if len(settled) == 2:
            raise Killed
        return settle_listing(**arguments)

    monkeypatch.setattr(aliases, "settle_listing", killed_at_the_second)
    with pytest.raises(Killed):
        teach(client, jobs[0], role="AI Sorcerer")

    found = Listing.objects.order_by("pk").values_list("role__name", "relevance", "status")
    assert list(found) == [
        ("AI Sorcerer", "yes", "published"),
        (None, "doubtful", "in_review"),
        (None, "doubtful", "in_review"),
    ]

    work()
    assert set(found.all()) == {("AI Sorcerer", "yes", "published")}


def test_jobs_that_a_release_before_left_half_taught_are_let_in(client, editor):
    role = RoleFactory(name="AI Sorcerer")
    half, whole = waiting("AI Wizard", "Senior AI Wizard")
    Listing.objects.filter(pk=half.pk).update(role=role)

    teach(client, whole, text="AI Wizard", role="AI Sorcerer")

    assert set(Listing.objects.values_list("relevance", "status")) == {("yes", "published")}


def test_an_alias_that_was_taught_while_one_waited_is_not_said_to_wait(client, editor):
    RoleFactory(name="AI Sorcerer")

    page = text_of(teach(client, *waiting("AI Wizard"), role="AI Sorcerer"))

    assert "Added the alias “AI Wizard” and updated 1 job." in page
    assert "ai wizard" not in page


@pytest.mark.slow
@pytest.mark.both_databases
def test_many_jobs_are_updated_in_the_background_and_editors_see_how_far_it_is(
    client, editor, monkeypatch, work
):
    RoleFactory(name="AI Sorcerer")
    jobs = waiting("AI Wizard", "Senior AI Wizard", "Junior AI Wizard")
    monkeypatch.setattr(aliases, "MAX_WHILE_EDITOR_WAITS", 2)
    monkeypatch.setattr(aliases, "DECIDED_AT_ONCE", 2)

    page = text_of(teach(client, jobs[0], role="AI Sorcerer"))

    assert "Added the alias “AI Wizard”. 3 jobs will be updated in the background." in page
    assert "“ai wizard”: 0 of 3 jobs updated." in page
    assert not Listing.objects.exclude(role=None).exists()

    pages = []

    def looked_at(**arguments):
        pages.append(text_of(client.get(INBOX)))
        return settle_listing(**arguments)

    monkeypatch.setattr(aliases, "settle_listing", looked_at)
    work()

    assert "“ai wizard”: 2 of 3 jobs updated." in pages[-1]
    assert "“ai wizard”" not in text_of(client.get(INBOX))
    assert Listing.objects.live().count() == 3


def test_teaching_takes_the_right_to_add_aliases(client):
    RoleFactory(name="AI Sorcerer")
    listing = ListingFactory(in_review=True, relevance="doubtful", title="AI Wizard")
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_listing"))
    client.force_login(user)

    assert "is another name of the role" not in text_of(client.get(INBOX))
    assert teach(client, listing, role="AI Sorcerer").status_code == 403
    assert not RoleAlias.objects.exists()
