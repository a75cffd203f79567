"""What the public sees after an edit of a public job, and who decides about the rest."""

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.lifecycle import Decision, EditConflictError, InvalidStatusError, review
from jobboard.listings.lifecycle.rebasing import PARTS, READ
from jobboard.listings.models import ApprovedContent, Company, Listing, ListingChange, Origin
from jobboard.recruiting import new_companies
from tests.factories import (
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    add_rates,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TEXT = " ".join(f"Sentence {number} says what the team does with data." for number in range(20))


def pay(
    lowest: int | None, highest: int | None, *, currency="EUR", period="year", **more
) -> PayStatement:
    ends = [None if end is None else Decimal(end) for end in (lowest, highest)]
    return PayStatement(*ends, currency, period, origin="form", **more)


PAY = pay(60_000, 80_000)
CONTENT = ListingContent(
    title="Data Engineer",
    description=TEXT,
    places=(PlaceText("Munich, Germany", "Munich", "DE", "on_site", "Bavaria"),),
    pay=(PAY,),
    apply_url="https://boards.greenhouse.io/acme/jobs/1",
)


@pytest.fixture(autouse=True)
def rates():
    add_rates(USD="1", EUR="1.1")


@pytest.fixture
def job() -> Listing:
    return live_job()


def live_job(*, is_proven: bool = False, content: ListingContent = CONTENT) -> Listing:
    listing = ListingFactory(
        live=True,
        company__name="Acme",
        company__domain="acme.example",
        company__verified_by="email" if is_proven else "",
        created_by=UserFactory(),
    )
    return write_content(listing, content)


def edit(listing: Listing, *, origin: Origin = Origin.FORM, **changes) -> Listing:
    """What the public reads after somebody edits what was said last."""
    latest = lifecycle.latest_content(listing)
    lifecycle.submit_change(
        listing=listing,
        content=replace(latest, **changes),
        version=Listing.objects.get(pk=listing.pk).version,
        by=listing.created_by,
        origin=origin,
    )
    return Listing.objects.get(pk=listing.pk)


def decide(listing: Listing, decision: Decision, **values) -> Listing:
    lifecycle.decide(listing=listing, decision=decision, by=UserFactory(staff=True), **values)
    return Listing.objects.get(pk=listing.pk)


def is_held(listing: Listing) -> bool:
    return listing in Listing.objects.with_held_change()


def is_listed_as_edited(listing: Listing) -> bool:
    return listing in Listing.objects.edited_since_decision()


# --- What waits -----------------------------------------------------------------------------------

SMALL = TEXT.replace("Sentence 3 says", "Sentence 3 explains")
SCAM = f"{TEXT} Pay the registration fee by gift card and write to us on WhatsApp."
HARMLESS = {
    "a typing error in the title": {"title": "Data Enginer"},
    "a few words": {"description": SMALL},
    "a little more pay": {"pay": (replace(PAY, highest=Decimal(90_000)),)},
    "less pay": {"pay": (replace(PAY, lowest=Decimal(50_000)),)},
    "another city of the country": {
        "places": (PlaceText("Berlin, Germany", "Berlin", "DE", admin1="Berlin"),)
    },
    "another job of the same board": {"apply_url": "https://boards.greenhouse.io/acme/jobs/2"},
    "employers whose tools are used": {
        "description": f"{TEXT} You use the models of OpenAI and Google DeepMind."
    },
    "a sentence about the work": {
        "description": f"{TEXT} You test transfer learning with our research team in Munich."
    },
    "who the employer is": {"description": f"{TEXT} We are the platform team of Acme."},
    "a network and two currencies": {
        "description": f"{TEXT} Our subnet is 10.0.0.0/8. We pay in euros and dollars."
    },
    "version numbers": {"description": f"{TEXT} You know CUDA 12.4.1.2 and Python."},
    "level and type": {"level": "senior", "employment_types": ("full_time",)},
}
FOR_A_LOOK = {
    "a new title": {"title": "Head of Research"},
    "a letter that only looks the same": {"title": "D\u0430ta Engineer"},
    "a third of the words": {"description": TEXT + " Other words stand here." * 20},
    "most of the words gone": {"description": " ".join(TEXT.split()[:90])},
    "pay up by a third": {"pay": (replace(PAY, highest=Decimal(107_000)),)},
    "another currency": {"pay": (replace(PAY, currency="USD"),)},
    "the same by the month": {"pay": (pay(5_000, 6_500, period="month"),)},
    "another kind of pay beside it": {"pay": (PAY, pay(90_000, 120_000, kind="total"))},
    "an amount in the text": {"description": f"{TEXT} You earn up to 120,000 EUR a year."},
    "another country": {"places": (PlaceText("Lagos, Nigeria", "Lagos", "NG"),)},
    "a city that is none": {"places": (replace(CONTENT.places[0], city="Ask for Anna"),)},
    "suddenly remote": {"places": (replace(CONTENT.places[0], workplace="remote"),)},
    "a page of its own": {"apply_url": "https://acme.example/jobs/1"},
    "a script that nobody reads here": {"description": f"{TEXT} आप काम करेंगे।"},
    "an amount in words": {"description": f"{TEXT} Bring forty euros for lunch."},
    "an amount in German words": {"description": f"{TEXT} Du bekommst neuntausend Euro."},
    "a promise that no employer makes": {
        "description": f"{TEXT} You are hired without an interview."
    },
    "an employer of which it is a part": {
        "description": f"{TEXT} We are proud to be a subsidiary of OpenAI."
    },
    "an employer that asked for it": {
        "description": f"{TEXT} Mistral AI has asked us to staff its new lab."
    },
    "an employer in whose offices one works": {
        "description": f"{TEXT} Votre bureau est dans les locaux de Hugging Face."
    },
    "an employer that signs the contract": {
        "description": f"{TEXT} Sie bekommen einen Arbeitsvertrag mit der Mistral AI."
    },
    "an employer whose badge one gets": {
        "description": f"{TEXT} You will carry a Google DeepMind badge."
    },
    "an employer that it says to be": {"description": f"{TEXT} We are OpenAI."},
    "a phone number in the text": {"description": f"{TEXT} Call Anna at +49 89 1234567."},
}
HEAVY = {
    "a fee and a messenger": {"description": SCAM},
    "a fee over two lines": {"description": f"{TEXT}\n\nThere is a registration\n\nfee."},
    "a name on a messenger": {"description": f"{TEXT} Line: acmehr"},
    "a messenger for a city": {"places": (replace(CONTENT.places[0], city="Add us on Telegram"),)},
    "pay twice as high": {"pay": (replace(PAY, highest=Decimal(9_000_000)),)},
    "twice as high in another currency": {"pay": (pay(200_000, 300_000, currency="USD"),)},
    "twice as high by the month": {"pay": (pay(10_000, 16_000, period="month"),)},
    "twice as high by the hour, from": {"pay": (pay(90, None, period="hour", currency="USD"),)},
    "twice as high after tax": {"pay": (pay(None, 170_000, gross="net"),)},
    "twice as high with all that is added": {"pay": (PAY, pay(60_000, 900_000, kind="total"))},
    "a currency that nobody can compare": {"pay": (pay(60_000, 80_000, currency="KES"),)},
    "twice as high in the text": {"description": f"{TEXT} Earn $9,000 a week from home."},
    "twice as high in the note": {"pay_note": "Up to 400k EUR a year"},
    "another company's board": {"apply_url": "https://boards.greenhouse.io/otherfirm/jobs/1"},
    "a host of nobody we know": {"apply_url": "https://blue-careers.example/1"},
    "a mailbox of another domain": {"apply_url": "", "apply_email": "hr@acme-jobs.example"},
    "a mailbox that anyone can create": {"apply_url": "", "apply_email": "acme.hr@gmail.com"},
    "a link to a number": {"description": f"{TEXT} Apply: http://185.12.33.4/apply"},
    "a parcel service": {"description": f"{TEXT} You receive parcels at home and forward them."},
    "an employer that it speaks for": {
        "description": f"{TEXT} We are the hiring team of OpenAI in Munich."
    },
    "a shortened link": {"apply_url": "https://bit.ly/3xyz"},
    "a link that says another": {
        "description": f"{TEXT} [acme.example](https://evil.example/form)",
    },
}


@pytest.mark.parametrize("is_proven", [True, False], ids=["proven", "unproven"])
@pytest.mark.parametrize("changes", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_edit_is_public_at_once_and_listed_as_edited(changes, is_proven):
    listing = edit(live_job(is_proven=is_proven), **changes)

    now = get_content(listing)
    assert {name: getattr(now, name) for name in changes} == changes
    assert not is_held(listing)
    assert is_listed_as_edited(listing)


@pytest.mark.parametrize("changes", FOR_A_LOOK.values(), ids=FOR_A_LOOK)
def test_what_somebody_should_look_at_waits_unless_the_company_is_proven(changes):
    held = edit(live_job(), **changes)
    assert get_content(held) == get_content(live_job())
    assert is_held(held)

    public = edit(live_job(is_proven=True), **changes)
    now = get_content(public)
    assert {name: getattr(now, name) for name in changes} == changes or "apply_url" in changes
    assert is_listed_as_edited(public)


@pytest.mark.parametrize("changes", HEAVY.values(), ids=HEAVY)
def test_a_heavy_risk_waits_whoever_brings_it(changes):
    for is_proven in (True, False):
        listing = edit(live_job(is_proven=is_proven), **changes)

        assert get_content(listing) == get_content(live_job())
        assert is_held(listing)
        assert listing.change.risks[0]["weight"] == 3


OWN = replace(
    CONTENT,
    eligibility_text="Anyone in Germany",
    utc_note="4 hours overlap with CET",
    pay_note="Plus bonus",
    apply_url="https://jobs.acme.example/1",
)
HARMLESS_NOTES = {
    "another known city": {"places": (PlaceText("Berlin (hybrid)", "Berlin", "DE"),)},
    "a city in two words": {"places": (PlaceText("Frankfurt am Main, DE", "", "DE"),)},
    "a region": {"places": (PlaceText("Greater Munich area - Bavaria", "Munich", "DE"),)},
    "a country": {"eligibility_text": "Anyone in Germany, only remote from Austria"},
    "a typing error": {"eligibility_text": "Anyone in Germnay"},
    "other hours": {"utc_note": "3 hours overlap with UTC+2, 9:30am to 5 pm"},
    "less said": {"pay_note": "", "utc_note": "CET"},
    "clicks counted": {
        "apply_url": "https://jobs.acme.example/1?utm_source=AI%20jobs&ref=zz.example#apply"
    },
    "http no longer": {"apply_url": "https://jobs.acme.example/1/"},
}
NEW_WORDS = {
    "a location": {
        "places": (
            PlaceText(
                "Berlin. Bring your passport and bank card to room 4, ask for Mr Smith",
                "Berlin",
                "DE",
            ),
        )
    },
    "a word after a city": {"places": (PlaceText("Munich, passport", "Munich", "DE"),)},
    "hours": {
        "utc_note": "ring Mr Smith after work, he sends the starter kit once the deposit is there"
    },
    "who can apply": {
        "eligibility_text": "Anyone who first registers with our partner agency in person"
    },
    "pay": {"pay_note": "Plus bonus once the starter kit is in your flat"},
    "a number to dial": {"utc_note": "4 hours overlap with CET, 5550199"},
    "letters that look the same": {"utc_note": "4 h\u043eurs overlap with CET"},
}
OTHER_LINKS = {
    "not encrypted": "http://jobs.acme.example/1",
    "a link in what counts clicks": "https://jobs.acme.example/1?src=//evil.example/x&ref=zz",
    "an encoded link": "https://jobs.acme.example/1?ref=%2F%2Fevil.example",
    "another page after #": "https://jobs.acme.example/1#/other/evil",
    "another page after #!": "https://jobs.acme.example/1#!/other",
}


@pytest.mark.parametrize(
    ("first", "waits"),
    [
        (pay(80_000, 90_000), False),
        (pay(80_000, 900_000), True),
        (pay(9_000_000, 99_000_000, currency="KES", period="hour"), True),
    ],
    ids=["as most", "beyond measure", "in a currency that nobody can compare"],
)
def test_a_first_pay_waits_where_it_is_beyond_measure(first, waits):
    listing = live_job(is_proven=True, content=replace(CONTENT, pay=()))

    assert is_held(edit(listing, pay=(first,))) is waits


@pytest.mark.parametrize("changes", HARMLESS_NOTES.values(), ids=HARMLESS_NOTES)
def test_places_hours_and_typing_errors_in_short_texts_are_public_at_once(changes):
    before = replace(OWN, apply_url="http://jobs.acme.example/1")
    listing = edit(live_job(content=before), **changes)

    assert not is_held(listing)


@pytest.mark.parametrize("changes", NEW_WORDS.values(), ids=NEW_WORDS)
def test_new_words_in_short_texts_wait_unless_the_company_is_proven(changes):
    held = edit(live_job(content=OWN), **changes)
    assert is_held(held)
    assert get_content(held) == OWN

    assert not is_held(edit(live_job(content=OWN, is_proven=True), **changes))


@pytest.mark.parametrize("link", OTHER_LINKS.values(), ids=OTHER_LINKS)
def test_a_link_that_may_lead_elsewhere_waits_unless_the_company_is_proven(link):
    held = edit(live_job(content=OWN), apply_url=link)
    assert (is_held(held), held.apply_url) == (True, OWN.apply_url)

    assert not is_held(edit(live_job(content=OWN, is_proven=True), apply_url=link))


def test_a_link_to_the_same_board_without_encryption_waits(job):
    assert is_held(edit(job, apply_url=CONTENT.apply_url.replace("https", "http")))


@pytest.mark.both_databases
def test_small_edits_in_a_row_are_compared_with_what_was_approved(job):
    words = TEXT.split()
    for start in (0, 30, 60):
        words[start : start + 30] = ["other"] * 30
        job = edit(job, description=" ".join(words))

    assert is_held(job)
    assert job.description_source.split().count("other") == 30


@pytest.mark.slow
def test_however_slowly_it_changes_no_more_than_a_share_of_the_text_goes_unseen(job):
    """Nor a passage with a risk, however few of its words are new in a step."""
    words = TEXT.split()
    for start in range(0, len(words), 5):
        words[start : start + 5] = ["other"] * 5
        job = edit(job, description=" ".join(words))
    new = job.description_source.split().count("other")

    assert is_held(job)
    assert new <= 0.3 * len(words)

    job = live_job()
    for step in ("There is a", "There is a registration", "There is a registration fee."):
        job = edit(job, description=f"{TEXT} {step}")

    assert is_held(job)
    assert job.description_source == f"{TEXT} There is a registration"


def test_an_earlier_last_day_does_not_wait_for_the_rest(job):
    sooner = (timezone.now() + timedelta(days=3)).date()

    job = edit(job, title="Head of Research", closes_on=sooner)

    assert (job.title, job.closes_on) == ("Data Engineer", sooner)
    assert is_held(job)


def test_what_was_approved_with_its_warning_is_not_held_for_it_again():
    job = live_job(content=replace(CONTENT, description=SCAM))

    job = edit(job, description=SCAM.replace("Sentence 3 says", "Sentence 3 explains"))

    assert not is_held(job)


def test_a_denial_without_its_not_is_another_sentence():
    said = f"{TEXT} We never ask you to pay a registration fee."
    job = live_job(is_proven=True, content=replace(CONTENT, description=said))

    job = edit(job, description=said.replace("never ask", "ask"))

    assert is_held(job)


def test_a_job_that_says_again_what_was_approved_is_not_edited(job):
    job = edit(job)
    assert not is_listed_as_edited(job)
    assert is_listed_as_edited(edit(job, description=SMALL))
    assert not is_listed_as_edited(edit(job, description=TEXT))


# --- One change at a time -------------------------------------------------------------------------


def test_editing_again_goes_on_from_what_waits(job):
    edit(job, title="Head of Research")
    edit(job, description=SMALL)

    change = ListingChange.objects.get()
    content = lifecycle.latest_content(job)
    assert (content.title, content.description) == ("Head of Research", SMALL)
    assert change.by == job.created_by
    assert get_content(Listing.objects.get()).description == TEXT


def test_a_change_that_was_taken_back_to_what_is_public_waits_no_more(job):
    edit(job, title="Head of Research")
    job = edit(job, title="Data Engineer")

    assert not ListingChange.objects.exists()
    assert [event.kind for event in job.events.all()] == ["held", "withdrawn"]


def test_a_withdrawn_change_is_gone_and_a_form_that_showed_it_does_not_bring_it_back(job):
    job = edit(job, title="Head of Research")
    lifecycle.withdraw_change(listing=job, by=job.created_by)

    assert lifecycle.latest_content(job).title == "Data Engineer"
    with pytest.raises(InvalidStatusError):
        lifecycle.withdraw_change(listing=job, by=job.created_by)
    with pytest.raises(EditConflictError):
        lifecycle.submit_change(
            listing=job,
            content=CONTENT,
            version=job.version,
            by=job.created_by,
            origin=Origin.FORM,
        )


# --- Decisions ------------------------------------------------------------------------------------


def test_an_approved_change_is_public_and_what_it_says_is_compared_with_from_then_on(job):
    edit(job, title="Head of Research")
    job = decide(job, Decision.APPROVE)

    assert job.title == "Head of Research"
    assert not ListingChange.objects.exists()
    assert not is_listed_as_edited(job)
    assert not is_held(edit(job, description=SMALL))


@pytest.mark.both_databases
def test_an_editor_approves_it_as_they_put_it(job):
    edit(job, title="HEAD OF RESEARCH!!!")
    wanted = replace(lifecycle.latest_content(job), title="Head of Research")

    assert decide(job, Decision.APPROVE, content=wanted).title == "Head of Research"


def test_a_returned_change_waits_for_its_recruiter_who_goes_on_from_it(job, mails):
    edit(job, title="Head of Research")
    job = decide(job, Decision.RETURN, reason="Which research?")

    assert job.title == "Data Engineer"
    assert job.is_live
    assert not is_held(job)
    assert job.change.reason == "Which research?"
    job = edit(job, title="Head of Data Research")
    assert is_held(job)
    assert job.change.reason == ""


def test_a_rejected_change_leaves_the_job_as_it_is(job):
    edit(job, title="Head of Research")
    job = decide(job, Decision.REJECT, reason="Not your job.")

    assert (job.title, job.is_live) == ("Data Engineer", True)
    assert not ListingChange.objects.exists()
    assert job.events.last().new == "Not your job."


def test_edits_that_were_seen_are_approved(job):
    job = edit(job, description=SMALL)
    job = decide(job, Decision.SEEN)

    assert not is_listed_as_edited(job)
    with pytest.raises(InvalidStatusError):
        decide(job, Decision.SEEN)


@pytest.mark.both_databases
def test_whoever_decides_second_is_told(job):
    job = edit(job, title="Head of Research")
    read = job.version
    decide(job, Decision.RETURN, version=read, reason="Why?")

    with pytest.raises(EditConflictError):
        decide(job, Decision.APPROVE, version=read)


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.RETURN, Decision.REJECT])
def test_a_decision_about_a_change_is_taken_back(job, decision):
    edit(job, title="Head of Research")
    before = ListingChange.objects.values().get()
    decide(job, decision, reason="Why.")
    job = decide(job, Decision.UNDO)

    assert job.title == "Data Engineer"
    assert is_held(job)
    assert lifecycle.latest_content(job).title == "Head of Research"
    after = ListingChange.objects.values().get()
    assert {name: after[name] for name in before if name != "id"} == {
        name: before[name] for name in before if name != "id"
    }


@pytest.mark.both_databases
@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.RETURN, Decision.REJECT])
def test_a_decision_about_a_new_job_is_taken_back(decision):
    job = ListingFactory(in_review=True)
    decide(job, decision, reason="Why.")
    job = decide(job, Decision.UNDO)

    assert (job.status, job.reason, job.published_at) == ("in_review", "", None)
    assert not Listing.objects.live().exists()
    assert decide(job, Decision.APPROVE).is_live


def test_hiding_and_edits_that_were_seen_are_taken_back_too(job):
    assert decide(job, Decision.HIDE, reason="A fraud.").is_hidden
    job = decide(job, Decision.UNDO)
    assert job.is_live
    job = edit(job, description=SMALL)
    approved = ApprovedContent.objects.get().content
    decide(job, Decision.SEEN)
    job = decide(job, Decision.UNDO)
    assert ApprovedContent.objects.get().content == approved


def test_what_changed_since_the_decision_is_not_undone(job):
    edit(job, title="Head of Research")
    job = decide(job, Decision.APPROVE)
    job = edit(job, description=SMALL)

    assert lifecycle.last_decision(job) is None
    with pytest.raises(lifecycle.NothingToUndoError):
        decide(job, Decision.UNDO)
    assert get_content(Listing.objects.get()).description == SMALL


# --- What changes meanwhile -----------------------------------------------------------------------


def test_a_change_is_made_of_what_the_job_says_when_it_is_approved(job):
    edit(job, title="Head of Research")
    now = Listing.objects.get()
    lifecycle.submit_change(
        listing=now,
        content=replace(get_content(now), level="senior"),
        version=now.version,
        by=None,
        origin=Origin.STAFF,
    )
    job = decide(job, Decision.APPROVE)

    assert (job.title, job.level) == ("Head of Research", "senior")


@pytest.mark.both_databases
def test_what_both_changed_in_their_own_way_is_a_conflict(job):
    edit(job, title="Head of Research", level="mid")
    now = Listing.objects.get()
    lifecycle.submit_change(
        listing=now,
        content=replace(get_content(now), level="senior"),
        version=now.version,
        by=None,
        origin=Origin.STAFF,
    )
    job.refresh_from_db()
    change = lifecycle.open_change(job)

    assert lifecycle.proposed(change, get_content(job)).conflicts == ("level",)


def test_a_feeds_update_under_a_change_that_waits_is_public_and_the_change_stays(job):
    job.feed = FeedFactory(
        company=job.company, address="https://boards-api.greenhouse.io/v1/boards/acme/jobs"
    )
    job.save()
    edit(job, title="Head of Research")
    now = Listing.objects.get()
    from_feed = replace(get_content(now), description=SMALL)
    lifecycle.submit_change(
        listing=now, content=from_feed, version=now.version, by=None, origin=Origin.FEED
    )

    assert get_content(Listing.objects.get()).description == SMALL
    assert is_held(job)
    job = decide(job, Decision.APPROVE)
    assert (job.title, get_content(job).description) == ("Head of Research", SMALL)


def test_a_risky_update_of_a_feed_waits_beside_the_change_of_a_person(job):
    job.feed = FeedFactory(
        company=job.company, address="https://boards-api.greenhouse.io/v1/boards/acme/jobs"
    )
    job.save()
    edit(job, title="Head of Research")
    now = Listing.objects.get()
    from_feed = replace(get_content(now), description=SCAM)
    lifecycle.submit_change(
        listing=now, content=from_feed, version=now.version, by=None, origin=Origin.FEED
    )

    latest = lifecycle.latest_content(job)
    assert (latest.title, latest.description) == ("Head of Research", SCAM)
    assert ListingChange.objects.get().by == job.created_by
    assert get_content(Listing.objects.get()) == CONTENT


def from_trusted_feed(highest: int) -> Listing:
    """What the public reads once a feed that an editor follows says that a job pays so much."""
    listing = Listing.objects.get()
    pay = replace(PAY, highest=Decimal(highest))
    content = replace(get_content(listing), pay=(pay,))
    lifecycle.submit_change(
        listing=listing, content=content, version=listing.version, by=None, origin=Origin.FEED
    )
    return Listing.objects.get()


def test_small_rises_of_pay_by_a_trusted_feed_add_up(job):
    feed = FeedFactory(
        company=job.company,
        kind="greenhouse",
        address="https://boards-api.greenhouse.io/v1/boards/acme/jobs",
    )
    Listing.objects.update(feed=feed, created_by=None)

    for highest in (96_000, 115_000, 138_000):
        listing = from_trusted_feed(highest)
        assert (listing.salary_max, is_held(listing)) == (highest, False)
        assert not is_listed_as_edited(listing)
    listing = from_trusted_feed(166_000)

    assert (listing.salary_max, is_held(listing)) == (138_000, True)
    decide(listing, Decision.APPROVE)
    assert from_trusted_feed(199_000).salary_max == 199_000


# --- How much somebody unproven may have ----------------------------------------------------------


@pytest.mark.both_databases
def test_somebody_unproven_submits_so_many_jobs_for_all_their_companies(job, monkeypatch):
    monkeypatch.setattr(review, "MAX_OF_UNPROVEN", 2)
    other = MembershipFactory(user=job.created_by).company
    first, second = (
        ListingFactory(draft=True, company=other, created_by=job.created_by) for _ in range(2)
    )

    lifecycle.submit_listing(listing=first, by=job.created_by)
    with pytest.raises(lifecycle.QueueFullError, match="2 jobs open or in review"):
        lifecycle.submit_listing(listing=second, by=job.created_by)
    Company.objects.update(verified_by="email")
    lifecycle.submit_listing(listing=second, by=job.created_by)


def test_somebody_owns_so_many_companies_that_are_not_proven(monkeypatch):
    monkeypatch.setattr(review, "MAX_UNPROVEN_COMPANIES", 1)
    person = UserFactory()
    lifecycle.create_company(company=Company(name="Acme"), by=person)

    with pytest.raises(lifecycle.TooManyCompaniesError):
        lifecycle.create_company(company=Company(name="Globex"), by=person)


@pytest.mark.slow
def test_somebody_unproven_adds_so_many_companies_a_day_and_so_does_their_network(
    client, monkeypatch
):
    monkeypatch.setattr(new_companies, "MAX_PER_DAY", 2)
    monkeypatch.setattr(new_companies, "MAX_PER_NETWORK", 3)

    def add(person, number) -> str:
        client.force_login(person)
        form = {"name": f"Acme {number}", "country": "DE", "about": "We make anvils."}
        return text_of(client.post("/recruit/companies/new/", form, follow=True))

    first, second = UserFactory(), UserFactory()
    add(first, 1)
    add(first, 2)
    refused = add(first, 3)
    assert "You have added 2 companies today, which is the maximum." in refused
    assert "We make anvils." in refused  # what was typed is still there
    add(second, 4)
    assert "Too many companies were added from your network today." in add(second, 5)

    assert Company.objects.count() == 3
    MembershipFactory(user=first, proof="domain")
    assert "has been added" in add(first, 6)


# --- Where others have proven the company -------------------------------------------------------


def test_who_has_proven_nothing_beside_others_who_have_waits_as_before_the_badge():
    listing = live_job(is_proven=True)
    MembershipFactory(company=listing.company, proof="domain")
    MembershipFactory(company=listing.company, user=listing.created_by)

    assert edit(listing, title="Head of Sales").title == CONTENT.title
    assert is_held(listing)


def test_where_others_have_proven_the_company_its_other_members_edit_their_own_jobs_alone():
    own = live_job(is_proven=True)
    MembershipFactory(company=own.company, user=own.created_by)
    colleagues = ListingFactory(live=True, company=own.company, created_by=UserFactory())
    assert set(Listing.objects.editable_by(own.created_by)) == {own, colleagues}

    MembershipFactory(company=own.company, proof="domain")

    assert list(Listing.objects.editable_by(own.created_by)) == [own]


@pytest.mark.both_databases
def test_what_is_read_anew_of_a_text_that_was_turned_down_is_not_public_either():
    listing = live_job()
    edit(listing, origin=Origin.FEED, description=SCAM)
    decide(listing, Decision.REJECT, reason="No.")

    after = edit(listing, origin=Origin.READING, description=SCAM, level="senior")

    assert get_content(after).description == CONTENT.description
    assert is_held(after)


def test_a_client_that_waits_is_a_part_of_the_change():
    listing = edit(live_job(), for_client=True, client_name="OpenAI")

    assert (listing.for_client, is_held(listing)) == (False, True)
    approved = decide(listing, Decision.APPROVE)
    assert (approved.for_client, approved.client_name) == (True, "OpenAI")


@pytest.mark.both_databases
def test_a_change_is_told_field_by_field_of_all_that_a_job_says():
    told = {name for fields in PARTS.values() for name in fields}
    assert told | {READ} == {field.name for field in dataclass_fields(ListingContent)}
