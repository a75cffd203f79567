"""“How we read this job”: what was read of a feed's text, with its words, and a way to say that it
is wrong.
"""

import pytest
from django.urls import reverse

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.content import get_content, write_content
from jobboard.listings.models import Listing
from jobboard.seekers.models import Report
from tests.factories import FeedFactory, SkillFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TEXT = (
    "<h3>Requirements</h3><ul><li>You know Python well.</li></ul>"
    "<p>We do not sponsor visas. The salary range is $120,000 - $150,000 a year.</p>"
)


@pytest.fixture
def job():
    SkillFactory(name="Python", slug="python")
    item = FeedItem(
        "1",
        title="Senior Data Engineer",
        description=TEXT,
        apply_url="https://jobs.example.com/1",
    )
    import_items(feed=FeedFactory(), items=[item])
    return Listing.objects.get()


@pytest.mark.both_databases
def test_the_page_shows_each_value_that_was_read_with_its_words(job, client):
    page = text_of(client.get(job.get_absolute_url()))

    assert "How we read this job" in page
    assert "Python: Required “You know Python well.”" in page
    assert "Visa sponsorship: No “We do not sponsor visas.”" in page
    assert "Level: Senior-level / Expert “senior”" in page
    assert "Pay: USD 120,000–150,000 a year “" in page


def test_what_a_person_writes_was_not_read(job, client):
    write_content(job, get_content(job))

    assert job.read_values.count() == 0


def test_a_mistake_is_reported_and_waits_in_the_queue(job, client):
    page = client.get(reverse("seekers:report", args=[job.pk]), {"reason": "misread"})
    assert 'value="misread"' in page.content.decode()
    assert page.context["form"].initial["reason"] == "misread"

    client.post(
        reverse("seekers:report", args=[job.pk]), {"reason": "misread", "text": "It is in euros."}
    )

    assert Report.objects.get().reason == "misread"
    client.force_login(UserFactory(staff=True))
    review = text_of(client.get(reverse("moderation_review", args=[job.pk])))
    assert "This site read the job wrongly" in review
    assert "It is in euros." in review
