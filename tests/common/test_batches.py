from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobboard.common import batches
from jobboard.common.batches import delete_in_batches
from roles.models import Skill
from tests.factories import SkillFactory


def test_rows_are_deleted_some_at_a_time_and_no_others(db, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 2)
    for number in range(5):
        SkillFactory(name=f"Old {number}")
    kept = SkillFactory(name="New")

    with CaptureQueriesContext(connection) as queries:
        deleted = delete_in_batches(Skill.objects.filter(name__startswith="Old"))

    assert deleted == 5
    assert [*Skill.objects.all()] == [kept]
    statements = [query["sql"] for query in queries if 'DELETE FROM "roles_skill"' in query["sql"]]
    assert len(statements) == 3
