import pytest

from tests.factories import MembershipFactory
from tests.recruiting.file_uploads import address, upload


@pytest.fixture
def acme(client):
    """A proven company whose recruiter is signed in."""
    membership = MembershipFactory(
        company__name="Acme", company__verified_by="email", user__email="ada@acme.example"
    )
    client.force_login(membership.user)
    return membership.company


@pytest.fixture
def check(work):
    """Upload a file and wait until it is checked; the page that says what would happen."""

    def upload_and_wait(client, company, content: bytes):
        upload(client, company, content)
        work()
        return client.get(address())

    return upload_and_wait


@pytest.fixture
def import_it(work, check):
    def check_and_import(client, company, content: bytes):
        check(client, company, content)
        client.post(address())
        work()
        return client.get(address())

    return check_and_import


@pytest.fixture
def squatter():
    """A member who has proven nothing, of a company that is somebody else's."""
    return MembershipFactory(
        company__name="Acme", company__domain="acme.example", user__email="zed@gmail.com"
    )
