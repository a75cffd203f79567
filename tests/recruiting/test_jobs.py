"""The recruiter's area: what its forms take and refuse, and whose jobs are whose."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from jobboard.common.text.html import markdown_to_html
from jobboard.listings import content
from jobboard.listings.lifecycle import review
from jobboard.listings.models import Company, Listing
from jobboard.recruiting.forms.job import ListingForm
from roles.models import SkillAlias
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.meanwhile import before_the_lock
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TEXT = "You will build pipelines that people rely on. " * 6
NEW = "/recruit/jobs/new/"


@pytest.fixture
def acme(client):
    """A company whose recruiter is signed in."""
    membership = MembershipFactory(company__name="Acme", user__email="recruiter@acme.example")
    client.force_login(membership.user)
    return membership.company


def filled(company: Company, /, **changes) -> dict:
    """What a browser sends for a job that can be posted; None leaves a field out."""
    fields = {
        "submission": "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11",
        "version": 1,
        "company": company.pk,
        "title": "Data Engineer",
        "place": "Munich, Germany",
        "description": TEXT,
        "pay_note": "By tariff.",
        "apply_url": "https://careers.acme.example/jobs/1",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def errors_of(company: Company, **changes) -> dict:
    return ListingForm(
        filled(company, **changes), companies=company.members.get().companies.all()
    ).errors


# --- Posting --------------------------------------------------------------------------------------


def test_a_job_is_posted_with_everything_its_form_asks_for(client, acme):
    role = RoleFactory()
    python, spark = SkillFactory(name="Python"), SkillFactory(name="Apache Spark")
    SkillAlias.objects.create(skill=spark, folded="spark")
    closes_on = (timezone.now() + timedelta(days=30)).date()

    response = client.post(
        NEW,
        filled(
            acme,
            role=role.pk,
            level="senior",
            employment_types=["full_time", "contractor"],
            city="Munich",
            country="DE",
            workplace="hybrid",
            hybrid_days=2,
            eligibility="listed",
            eligible_countries="DE, at, Portugal",
            visa="yes",
            salary_min="80000",
            salary_max="95000.50",
            salary_currency="eur",
            salary_period="year",
            description="## Work\n\n" + TEXT,
            skills_required="python",
            skills_nice="SPARK",
            closes_on=closes_on.isoformat(),
        ),
    )

    listing = Listing.objects.get()
    assert response["Location"] == reverse("recruiting:listing_preview", args=[listing.pk])
    assert (listing.status, listing.company, listing.created_by.email) == (
        "draft",
        acme,
        "recruiter@acme.example",
    )
    assert (listing.role, listing.role_from, listing.level) == (role, "employer", "senior")
    assert [kind.value for kind in listing.types] == ["full_time", "contractor"]
    assert (listing.place_line, listing.workplace, listing.hybrid_days) == (
        "Munich, Germany",
        "hybrid",
        2,
    )
    assert [(item.place.name, item.place.country) for item in listing.places.all()] == [
        ("Munich", "DE")
    ]
    assert sorted(listing.countries.values_list("country", flat=True)) == ["AT", "DE", "PT"]
    assert (listing.salary_min, listing.salary_max) == (Decimal("80000"), Decimal("95000.50"))
    assert (listing.salary_currency, listing.salary_period, listing.pay_note) == (
        "EUR",
        "year",
        "By tariff.",
    )
    assert listing.description_html.startswith("<h3>Work</h3>")
    assert [(item.skill, item.need) for item in listing.skills.all()] == [
        (python, "required"),
        (spark, "nice"),
    ]
    assert (listing.visa, listing.closes_on) == ("yes", closes_on)
    assert listing.apply_url == "https://careers.acme.example/jobs/1"


def test_what_was_typed_is_still_there_when_something_is_missing(client, acme):
    response = client.post(
        NEW, filled(acme, title="", skills_required="Dark magic", place="Munich & around")
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert Listing.objects.count() == 0
    assert 'value="Munich &amp; around"' in page
    assert 'value="Dark magic"' in page
    assert TEXT.strip() in page
    assert "We don’t recognise “Dark magic”." in text_of(response)
    assert "<title>Error: " in page
    assert 'href="#id_title"' in page


def test_a_draft_is_previewed_submitted_and_seen_on_the_dashboard(client, acme):
    client.post(NEW, filled(acme))
    listing = Listing.objects.get()

    preview = client.get(reverse("recruiting:listing_preview", args=[listing.pk]))
    assert "Only you and your colleagues can see this page." in text_of(preview)
    assert "Data Engineer" in text_of(preview)

    response = client.post(reverse("recruiting:listing_submit", args=[listing.pk]), follow=True)
    assert "“Data Engineer” is in review. We’ll email recruiter@acme.example" in text_of(response)
    assert "Data Engineer Acme · Munich, Germany In review" in text_of(response)


def test_a_job_can_be_sent_for_review_in_one_step(client, acme):
    client.post(NEW, filled(acme, do="submit"))

    assert Listing.objects.get().status == "in_review"


def test_sending_twice_says_that_it_waits_already(client, acme):
    listing = ListingFactory(in_review=True, company=acme)

    response = client.post(reverse("recruiting:listing_submit", args=[listing.pk]), follow=True)

    assert "is already in review." in text_of(response)


def test_a_company_with_as_many_jobs_in_review_as_it_may_keeps_the_next_as_a_draft(
    client, acme, monkeypatch
):
    monkeypatch.setattr(review, "MAX_IN_REVIEW", 2)
    monkeypatch.setattr(review, "MAX_OF_VERIFIED", 3)
    ListingFactory.create_batch(2, in_review=True, company=acme)
    ListingFactory(in_review=True)  # of another company

    page = text_of(client.post(NEW, filled(acme, do="submit"), follow=True))

    assert "Acme has 2 jobs in review, which is the maximum." in page
    assert "Verify the company to submit more, or wait until some have been reviewed." in page
    draft = Listing.objects.get(title="Data Engineer", company=acme, status="draft")
    submit = reverse("recruiting:listing_submit", args=[draft.pk])
    Company.objects.filter(pk=acme.pk).update(verified_by="email")
    client.post(submit)
    draft.refresh_from_db()
    assert draft.status == "in_review"


def test_jobs_of_feeds_take_no_place_in_review_from_people(client, acme, monkeypatch):
    monkeypatch.setattr(review, "MAX_IN_REVIEW", 1)
    ListingFactory(in_review=True, company=acme, feed=FeedFactory(), created_by=None)

    client.post(NEW, filled(acme, do="submit"))

    assert Listing.objects.filter(company=acme, feed=None).get().status == "in_review"


def test_a_change_of_a_live_job_waits_however_many_wait(client, acme, monkeypatch):
    monkeypatch.setattr(review, "MAX_IN_REVIEW", 0)
    listing = ListingFactory(live=True, company=acme)

    change = filled(acme, apply_url="https://other.example/jobs/1", version=listing.version)
    edit = reverse("recruiting:listing_edit", args=[listing.pk])
    page = client.post(edit, change, follow=True)

    assert "Your change is in review. The approved text stays live until then." in text_of(page)
    listing.refresh_from_db()
    assert (listing.status, listing.change.origin) == ("published", "form")
    assert "https://other.example/jobs/1" in client.get(edit).content.decode()


@pytest.mark.faults("twice")
def test_a_double_click_posts_one_job(client, acme):
    addresses = {client.post(NEW, filled(acme))["Location"] for _ in range(2)}

    assert Listing.objects.count() == 1
    assert len(addresses) == 1


def test_the_same_form_sent_for_another_company_is_no_server_error(client, acme):
    other = MembershipFactory(user=acme.members.get()).company
    client.post(NEW, filled(acme))

    response = client.post(NEW, filled(other))

    assert response.status_code in (200, 302)
    assert Listing.objects.filter(company=acme).count() == 1


def test_an_edit_of_a_live_job_is_public_at_once(client, acme):
    Company.objects.update(verified_by="email")
    listing = ListingFactory(
        live=True, company=acme, apply_url="https://careers.acme.example/jobs/1"
    )
    url = reverse("recruiting:listing_edit", args=[listing.pk])
    assert "go live immediately" in text_of(client.get(url))

    response = client.post(url, filled(acme, title="ML Engineer"), follow=True)

    assert "Your changes are live." in text_of(response)
    listing.refresh_from_db()
    assert (listing.title, listing.status) == ("ML Engineer", "published")


@pytest.mark.parametrize("is_new", [True, False])
def test_a_text_is_rendered_before_anybody_has_to_wait(client, acme, monkeypatch, is_new):
    listing = ListingFactory(draft=True, company=acme)
    url = NEW if is_new else reverse("recruiting:listing_edit", args=[listing.pk])
    steps = []

    def render(text: str) -> str:
        steps.append("rendered")
        return markdown_to_html(text)

    monkeypatch.setattr(content, "markdown_to_html", render)
    before_the_lock(monkeypatch, lambda: steps.append("locked"))

    answer = client.post(url, filled(acme))

    assert (answer.status_code, steps) == (302, ["rendered", "locked"])


def test_every_form_of_a_job_stays_whole_however_often_one_is_opened(client, acme):
    listing = ListingFactory(draft=True, company=acme)

    for _ in range(2):
        edit = client.get(reverse("recruiting:listing_edit", args=[listing.pk]))
        assert edit.status_code == 200
        assert 'name="company"' not in edit.content.decode()
        assert 'name="company"' in client.get(NEW).content.decode()


def test_the_form_of_an_edit_holds_what_the_job_says(client, acme):
    sent = filled(
        acme,
        city="Munich",
        country="DE",
        workplace="remote",
        eligibility="listed",
        eligible_countries="DE, PT",
        skills_nice="Python",
        salary_min="50",
        salary_currency="EUR",
        salary_period="hour",
        level="mid",
        level_max="senior",
        employment_types=["part_time"],
        visa="no",
        apply_url=None,
        apply_email="jobs@acme.example",
    )
    SkillFactory(name="Python")
    client.post(NEW, sent)

    form = client.get(reverse("recruiting:listing_edit", args=[Listing.objects.get().pk])).context[
        "form"
    ]

    held = {
        name: form[name].value()
        for name in sent
        if name not in {"company", "submission", "description"}
    }
    assert held == {name: sent[name] for name in held} | {"salary_min": Decimal(50)}
    assert form["description"].value() == TEXT.strip()


@pytest.mark.faults("two edit")
def test_whoever_saves_second_keeps_what_they_typed_and_overwrites_nothing(client, acme):
    listing = ListingFactory(draft=True, company=acme, title="The first one's", version=2)

    response = client.post(
        reverse("recruiting:listing_edit", args=[listing.pk]),
        filled(acme, title="The second one's", version=1),
    )

    assert "This job was saved after you opened it." in text_of(response)
    assert "Saved meanwhile: “The first one's”." in text_of(response)
    assert 'value="The second one&#x27;s"' in response.content.decode()
    assert Listing.objects.get().title == "The first one's"

    client.post(
        reverse("recruiting:listing_edit", args=[listing.pk]),
        filled(acme, title="The second one's", version=response.context["form"]["version"].value()),
    )
    assert Listing.objects.get().title == "The second one's"


def test_a_job_is_closed_with_its_outcome(client, acme):
    listing = ListingFactory(live=True, company=acme)
    url = reverse("recruiting:listing_close", args=[listing.pk])

    assert "Choose how it ended." in text_of(client.post(url, {"outcome": "eaten"}, follow=True))
    client.post(url, {"outcome": "filled_here"})
    again = client.post(url, {"outcome": "withdrawn"}, follow=True)

    assert "is already closed." in text_of(again)
    assert Listing.objects.get().outcome == "filled_here"


# --- The company ----------------------------------------------------------------------------------


def test_whoever_has_no_company_names_it_with_the_first_job(client):
    client.force_login(UserFactory(email="ada@acme.example"))

    response = client.get(NEW, follow=True)

    assert response.redirect_chain == [("/post/", 302)]
    assert response.context["form"].initial["email"] == "ada@acme.example"


def test_a_new_company_is_made_and_leads_to_its_first_job(client):
    person = UserFactory()
    client.force_login(person)

    response = client.post(
        "/recruit/companies/new/",
        {
            "name": "Acme\u200b Data",
            "website": "https://www.acme.example/",
            "country": "DE",
            "size": "11-50",
        },
    )

    company = Company.objects.get()
    assert response["Location"] == NEW
    assert (company.name, company.slug, company.domain) == (
        "Acme Data",
        "acme-data",
        "acme.example",
    )
    assert list(company.members.all()) == [person]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "GLOBEX"}, "name"),
        ({"website": "http://globex.example"}, "website"),
        ({"website": "https://127.0.0.1/"}, "website"),
        ({"country": "XQ"}, "country"),
        ({"size": "many"}, "size"),
        ({"about": "a" * 3001}, "about"),
    ],
)
def test_a_company_is_refused_with_a_word_beside_the_field(client, changes, field):
    CompanyFactory(name="Globex")
    client.force_login(UserFactory())

    response = client.post("/recruit/companies/new/", {"name": "Acme", "country": "DE"} | changes)

    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in response.content.decode()
    assert Company.objects.count() == 1


def test_a_company_is_edited_by_its_people(client, acme):
    data = {
        "name": "Acme Data",
        "country": "PT",
        "about": "We count.",
        "verified_by": "admin",
        "is_demo": "1",
    }

    client.post(reverse("recruiting:company_edit", args=[acme.pk]), data)

    acme.refresh_from_db()
    assert (acme.name, acme.country, acme.about) == ("Acme Data", "PT", "We count.")
    assert (acme.verified_by, acme.is_demo) == ("", False)


def test_a_company_that_moves_to_another_domain_is_no_longer_verified_by_a_mail_to_it(client, acme):
    Company.objects.update(domain="acme.example", verified_by="email", verified_at=timezone.now())

    client.post(
        reverse("recruiting:company_edit", args=[acme.pk]),
        {"name": "Acme", "country": "DE", "website": "https://evil.example/"},
    )

    acme.refresh_from_db()
    assert (acme.domain, acme.verified_by, acme.verified_at) == ("evil.example", "", None)


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {
                "salary_min": "9",
                "salary_max": "8",
                "salary_currency": "EUR",
                "salary_period": "day",
            },
            "salary_max",
            "Maximum pay must be the same as or more than minimum pay.",
        ),
        ({"salary_min": "9", "salary_period": "day"}, "salary_currency", "Enter a currency."),
        ({"salary_max": "9", "salary_currency": "EUR"}, "salary_period", "Choose a period."),
        (
            {"salary_min": "-9", "salary_currency": "EUR", "salary_period": "day"},
            "salary_min",
            "Ensure this value is greater than or equal to 0.",
        ),
        (
            {"salary_min": "9", "salary_currency": "XQX", "salary_period": "day"},
            "salary_currency",
            "Enter a three-letter currency code, like EUR.",
        ),
        ({"pay_note": ""}, "pay_note", "Enter the pay above, or explain here why it isn’t stated."),
        (
            {"apply_url": ""},
            "apply_url",
            "Enter a link or an email address where people can apply.",
        ),
        (
            {"apply_email": "jobs@acme.example"},
            "apply_url",
            "Enter either a link or an email address, not both.",
        ),
        (
            {"description": "a" * 20_001},
            "description",
            "Enter 20,000 characters or fewer. You entered 20,001.",
        ),
        ({"title": "\u200b\u202e"}, "title", "This field is required."),
        (
            {"title": "a" * 141},
            "title",
            "Enter 140 characters or fewer. You entered 141.",
        ),
        (
            {"workplace": "on_site", "place": "By the sea"},
            "country",
            "Choose the country where the on-site work is done.",
        ),
        ({"eligibility": "listed"}, "eligible_countries", "Enter at least one country."),
        (
            {"eligible_countries": "DE, Narnia"},
            "eligible_countries",
            "We don’t recognise the country “Narnia”. Check the spelling or use a two-letter code.",
        ),
        (
            {"eligible_countries": "DE, Austria"},
            "eligibility",
            "Choose “These countries”, or clear the countries beside this.",
        ),
        (
            {"skills_required": ",".join(f"skill {n}" for n in range(16))},
            "skills_required",
            "Enter up to 15 skills. Choose the most important ones.",
        ),
        (
            {"skills_required": "Python", "skills_nice": "python"},
            "skills_nice",
            "Python is already in required skills.",
        ),
        (
            {"closes_on": "2020-01-01"},
            "closes_on",
            "Choose a date from today to 180 days from now.",
        ),
        ({"closes_on": "31.12."}, "closes_on", "Enter a valid date."),
        ({"level_max": "senior"}, "level", "Choose the lowest level too."),
        (
            {"level": "senior", "level_max": "mid"},
            "level_max",
            "Choose a level above the other one, or “One level”.",
        ),
    ],
)
def test_a_job_is_refused_with_a_sentence_beside_the_field(changes, field, words):
    company = MembershipFactory().company
    SkillFactory(name="Python")

    assert errors_of(company, **changes) == {field: [words]}


@pytest.mark.parametrize(
    "url",
    [
        "http://careers.acme.example/",
        "javascript:alert(1)//careers.acme.example",
        "//careers.acme.example/",
        "https:///jobs",
        "https://acme.example@evil.example/",
        "https://acme.example\\@evil.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0x7f.0.0.0x1/",
        "https://017700000001/",
        "https://127。0。0。1/",
        "https://１２７.0.0.1/",
        "https://127%2e0.0.1/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://intranet/",
        "https://jobs.localhost./",
        "https://printer.local/",
        "https://acme.example:8443/",
        "https://acme.example:99999/",
        "https://acme.example/\u202ejobs",
        "https://acme.example/jo\u200bbs",
        "https://acme.example/a\x00b",
        "https://acme.example/a\r\nSet-Cookie: a=b",
        "https://acme..example/",
        'https://acme".example/',
        "https://acme.example/" + "a" * 500,
    ],
)
def test_an_address_that_hides_where_it_leads_is_refused(url):
    company = MembershipFactory().company

    assert list(errors_of(company, apply_url=url)) == ["apply_url"]


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        (
            "https://careers.acme.example/jobs/1?lang=de#apply",
            "https://careers.acme.example/jobs/1?lang=de#apply",
        ),
        ("  https://Acme.Example/Jobs  ", "https://acme.example/Jobs"),
        ("https://acme.example:443/", "https://acme.example/"),
        ("https://bücher.example/jobs", "https://xn--bcher-kva.example/jobs"),
        ("https://cafe.de/jobs", "https://cafe.de/jobs"),
        ("https://4.abc.be/", "https://4.abc.be/"),
    ],
)
def test_an_address_of_a_public_host_is_stored_as_its_host_is_looked_up(url, stored):
    company = MembershipFactory().company
    form = ListingForm(
        filled(company, apply_url=url), companies=company.members.get().companies.all()
    )

    assert form.errors == {}
    assert form.content().apply_url == stored


def test_the_host_that_applications_go_to_is_shown_before_anybody_leaves(client):
    listing = ListingFactory(live=True, apply_url="https://xn--bcher-kva.example/jobs")

    assert "Opens xn--bcher-kva.example ." in text_of(client.get(listing.get_absolute_url()))


def test_invisible_characters_do_not_reach_the_database(client, acme):
    hidden = "\u202e\u200b\ufeff\x07\x00\ue000"

    client.post(
        NEW,
        filled(
            acme,
            title=f"Data{hidden} Engineer",
            place=f"Mun{hidden}ich",
            pay_note=f"By{hidden} tariff",
            description=f"{hidden}{TEXT}",
        ),
    )

    listing = Listing.objects.get()
    assert (listing.title, listing.place_line, listing.pay_note) == (
        "Data Engineer",
        "Munich",
        "By tariff",
    )
    assert listing.description_source == TEXT.strip()
    assert listing.description_html == f"<p>{TEXT.strip()}</p>"


# --- Whose job it is ------------------------------------------------------------------------------


def test_what_only_others_may_decide_cannot_be_sent_along(client, acme):
    stranger = MembershipFactory()
    smuggled = {
        "status": "published",
        "featured_until": "2099-01-01",
        "published_at": "2020-01-01",
        "expires_at": "2099-01-01",
        "created_by": stranger.user.pk,
        "owner": stranger.user.pk,
        "is_demo": "1",
        "hidden_at": "",
        "role_from": "editor",
        "pay_year_min_usd": "999999",
        "external_id": "x",
        "confirmed_at": "2020-01-01",
        "salary_from": "feed",
    }

    client.post(NEW, filled(acme, **smuggled))
    listing = Listing.objects.get()
    client.post(
        reverse("recruiting:listing_edit", args=[listing.pk]),
        filled(acme, **smuggled | {"company": stranger.company.pk}),
    )

    listing.refresh_from_db()
    assert listing.version == 2
    assert (listing.status, listing.company, listing.created_by) == (
        "draft",
        acme,
        acme.members.get(),
    )
    assert (
        listing.featured_until,
        listing.published_at,
        listing.expires_at,
        listing.confirmed_at,
    ) == (None,) * 4
    assert (listing.role_from, listing.salary_from, listing.external_id) == ("matched", "form", "")
    assert listing.pay_year_min_usd is None


def test_a_job_cannot_be_posted_for_somebody_elses_company(client, acme):
    response = client.post(NEW, filled(CompanyFactory()))

    assert list(response.context["form"].errors) == ["company"]
    assert Listing.objects.count() == 0


def test_a_role_that_is_not_public_cannot_be_chosen(client, acme):
    response = client.post(NEW, filled(acme, role=RoleFactory(draft=True).pk))

    assert list(response.context["form"].errors) == ["role"]


def test_the_dashboard_shows_ones_own_jobs_in_any_state_and_nobody_elses(client, acme):
    for state in [
        "draft",
        "in_review",
        "returned",
        "rejected",
        "live",
        "closed",
        "expired",
        "hidden",
    ]:
        ListingFactory(**{state: True}, company=acme, title=f"Mine, {state}")
    ListingFactory(live=True, title="Theirs", expires_at=in_days(9))

    page = text_of(client.get("/recruit/"))

    words = ["Draft", "In review", "Returned", "Rejected", "Live", "Closed", "Expired", "Hidden"]
    assert all(word in page for word in words)
    assert page.count("Mine, ") >= 8
    assert "Theirs" not in page


@pytest.mark.parametrize("typed", ["70000", "70,000", "70 000", "70.000", "70’000"])
def test_an_amount_is_read_as_people_write_it(typed):
    company = MembershipFactory().company

    pay = {
        "salary_min": typed,
        "salary_max": "80000",
        "salary_currency": "EUR",
        "salary_period": "year",
    }
    form = ListingForm(filled(company, **pay), companies=company.members.get().companies.all())

    assert form.is_valid(), form.errors
    assert form.cleaned_data["salary_min"] == 70_000


def test_what_an_employer_clears_is_not_read_from_the_text_again(client, acme):
    text = TEXT + " We sponsor visas. This is a full-time position."
    client.post(NEW, filled(acme, description=text))
    listing = Listing.objects.get()
    assert (listing.visa, [str(one) for one in listing.types]) == ("yes", ["full_time"])

    edited = filled(acme, description=text, version=listing.version, visa="unknown")
    client.post(reverse("recruiting:listing_edit", args=[listing.pk]), edited)

    listing.refresh_from_db()
    assert (listing.visa, listing.types) == ("unknown", [])


# --- Who loses the right to while they wait -------------------------------------------------------


@pytest.mark.parametrize("action", ["edit", "discard", "submit", "copy"])
def test_who_is_removed_meanwhile_changes_no_job(client, acme, monkeypatch, action):
    job = ListingFactory(company=acme, title="Data Engineer")
    before_the_lock(monkeypatch, acme.memberships.all().delete)

    answer = client.post(f"/recruit/jobs/{job.pk}/{action}/", filled(acme, title="Stolen"))

    assert answer.status_code == 404
    assert [(one.title, one.status) for one in Listing.objects.all()] == [
        ("Data Engineer", "draft")
    ]


def test_who_is_removed_meanwhile_posts_no_job(client, acme, monkeypatch):
    before_the_lock(monkeypatch, acme.memberships.all().delete)

    assert client.post(NEW, filled(acme)).status_code == 404
    assert not Listing.objects.exists()
