import pytest
from django.test import Client

from jobboard.site.apps import note_changes_of_content


@pytest.fixture
def version(transactional_db):
    """Tests with transactions of their own empty its table."""
    note_changes_of_content()


@pytest.fixture
def browser(version):
    """Somebody who asks a process that keeps pages; each call starts another process."""
    return Client
