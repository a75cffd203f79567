"""An ad that is pasted into the form of a job, and values as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.models import Listing
from jobboard.recruiting.forms.fields import AmountField, CurrencyField, PublicURLField
from jobboard.recruiting.forms.job_content import get_initial
from tests.factories import ListingFactory, MembershipFactory
from tests.reading import text_of

HTML = "<p><b>Tasks</b></p><ul><li>Train models</li><li>Ship them</li></ul>"
MARKDOWN = "**Tasks**\n\n- Train models\n- Ship them"
PAGE = "<p><strong>Tasks</strong></p>\n<ul>\n<li>Train models</li>\n<li>Ship them</li>\n</ul>"


@pytest.mark.django_db
def test_the_clipboards_html_becomes_text_for_the_form(client):
    answer = client.post("/post/paste/", {"pasted": HTML})

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == MARKDOWN


@pytest.mark.django_db
@pytest.mark.parametrize("pasted", [HTML, "Tasks:\n•\tTrain models\n•\tShip them"])
def test_how_it_will_look_stands_below_the_field(client, pasted):
    page = client.post("/post/advice/", {"description": pasted}).content.decode()

    assert "<li>Train models</li>\n<li>Ship them</li>" in page


@pytest.fixture
def from_a_feed(db, client):
    """A job whose description came as HTML, of a company whose recruiter is signed in."""
    membership = MembershipFactory(company__verified_by="email")
    client.force_login(membership.user)
    content = ListingContent(
        title="Engineer",
        description=HTML,
        description_is_html=True,
        pay_note="By tariff.",
        apply_url="https://careers.acme.example/jobs/1",
    )
    listing = ListingFactory.build(live=True, company=membership.company, role=None)
    return write_content(listing, content)


def edit(client, listing: Listing, **changes: str) -> Listing:
    data = get_initial(listing, get_content(listing)) | {"place": "Berlin, Germany"} | changes
    sent = {name: value for name, value in data.items() if value is not None}
    answer = client.post(reverse("recruiting:listing_edit", args=[listing.pk]), sent)
    assert answer.status_code == 302
    return Listing.objects.get(pk=listing.pk)


def test_html_of_a_feed_stands_in_the_form_as_text(from_a_feed):
    assert get_initial(from_a_feed, get_content(from_a_feed))["description"] == MARKDOWN


def test_html_of_a_feed_stays_when_something_else_is_changed(client, from_a_feed):
    before = from_a_feed.description_html

    edited = edit(client, from_a_feed, title="Data Engineer")

    assert (edited.title, edited.description_html) == ("Data Engineer", before)


def test_what_is_typed_in_its_place_is_markdown(client, from_a_feed):
    edited = edit(client, from_a_feed, description=f"{MARKDOWN}\n- Talk to farmers")

    assert edited.description_html == PAGE.replace("</ul>", "<li>Talk to farmers</li>\n</ul>")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (AmountField(), "80k", Decimal(80_000)),
        (AmountField(), "80.5 K", Decimal(80_500)),
        (AmountField(), "45.000,00", Decimal(45_000)),
        (AmountField(), "1.234.567", Decimal(1_234_567)),
        (AmountField(), "27,50", Decimal("27.5")),
        (CurrencyField(), "€", "EUR"),
        (CurrencyField(), "Euro", "EUR"),
        (CurrencyField(), "US$", "USD"),
        (CurrencyField(), "zł", "PLN"),
        (PublicURLField(max_length=200), "www.acme.example/jobs", "https://www.acme.example/jobs"),
    ],
)
def test_a_value_is_understood_as_people_type_it(field, typed, value):
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (AmountField(), "$80k"),  # the currency stands beside it, and may say something else
        (AmountField(), "80k a month"),
        (AmountField(), "60-80k"),
        (CurrencyField(), "$"),
        (PublicURLField(max_length=200), "http://acme.example"),
    ],
)
def test_what_may_mean_something_else_is_asked_about(field, typed):
    with pytest.raises(ValidationError):
        field.clean(typed)


@pytest.mark.django_db
def test_no_field_cuts_what_is_pasted(client):
    company = MembershipFactory()
    client.force_login(company.user)

    pages = ["/post/", "/recruit/jobs/new/", "/recruit/companies/new/"]

    assert not [page for page in pages if b"maxlength" in client.get(page).content]


@pytest.mark.django_db
@pytest.mark.parametrize("length", [208, 5_000])
def test_a_title_that_is_too_long_is_counted_and_kept(client, length):
    title = "Data Engineer " * length

    page = client.post("/post/", {"title": title[:length]})

    assert f"Enter 140 characters or fewer. You entered {len(title[:length].strip()):,}." in (
        text_of(page)
    )
    assert page.context["form"]["title"].value() == title[:length]
