"""A card is drawn once for all that it shows, and shows every change at once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import timezone

from jobboard.listings.models import Company, CompanyLogo, Listing
from jobboard.listings.templatetags import jobs
from tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    caches["drawn"].clear()
    return ListingFactory(live=True)


def card(job, user=None) -> str:
    return jobs.job_card(Listing.objects.for_cards().get(pk=job.pk), user)


def drawn_anew(job, user=None) -> str:
    listing = Listing.objects.for_cards().get(pk=job.pk)
    context = {"listing": listing, "level": 3, "save": user is not None, "user": user}
    return render_to_string("listings/_card.html", context)


def test_the_same_job_is_drawn_once(job, monkeypatch):
    first = card(job)
    monkeypatch.setattr(jobs, "render_to_string", None)  # nothing is drawn from now on

    assert card(job) == first


def test_what_changes_of_a_job_its_company_or_its_logo_is_shown(job):
    soon, listing = timezone.now() + timedelta(days=1), Listing.objects.filter(pk=job.pk)
    company = Company.objects.filter(pk=job.company_id)
    seen = [card(job)]
    for change in (
        lambda: listing.update(title="Another <title>"),
        lambda: listing.update(featured_until=soon),
        lambda: listing.update(states_pay=True, salary_currency=""),
        lambda: job.pay.create(
            position=0, lowest=50, currency="USD", period="hour", kind="on_target"
        ),
        lambda: company.update(name="Another name"),
        lambda: company.update(is_demo=True),
        lambda: company.update(verified_by="dns"),
        lambda: CompanyLogo.objects.create(
            company=job.company, webp=b"", hash="h", width=2, height=1
        ),
        lambda: CompanyLogo.objects.update(hash="other"),
    ):
        change()
        assert card(job) == drawn_anew(job)
        seen.append(card(job))

    assert len({*seen}) >= len(seen) - 1  # that it states pay shows nothing until it says which


def test_a_day_later_and_when_it_ceases_to_be_featured_it_is_drawn_anew(job, clock):
    Listing.objects.update(featured_until=timezone.now() + timedelta(seconds=10))
    featured = card(job)
    clock.shift(timedelta(seconds=20))
    plain = card(job)
    clock.shift(timedelta(days=1))

    assert "Featured" in featured
    assert "Featured" not in plain
    assert card(job) == drawn_anew(job) != plain


def test_whoever_is_signed_in_saves_with_a_button(job, admin_user):
    for user in (None, AnonymousUser(), admin_user):
        assert card(job, user) == drawn_anew(job, user)
