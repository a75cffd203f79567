"""Each section of a role's profile, wherever a profile is shown."""

import pytest

from jobboard.insights.data import role_data
from roles.models import Role, RolePoint
from roles.snapshots import role_snapshot
from tests.factories import RoleFactory
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]


def test_each_section_is_on_the_page_in_the_comparison_the_files_and_the_starter(client):
    other = RoleFactory(name="Data Engineer", slug="data-engineer", complete=True)
    role = RoleFactory(name="AI Architect", slug="ai-architect", complete=True)
    for kind in RolePoint.Kind:
        role.points.create(kind=kind, label=f"Label of {kind}", text=f"Text of {kind}.")
    role.save()
    role = Role.objects.get(pk=role.pk)

    page = text_of(client.get(role.get_absolute_url()))
    comparison = text_of(client.get(f"/compare/{role.slug}-vs-{other.slug}/"))

    kinds = set(RolePoint.Kind.values)
    labels = {kind: f"Label of {kind}" for kind in kinds}
    assert {kind for kind in kinds if labels[kind] not in page} == set()
    assert {kind for kind in kinds if labels[kind] not in comparison} == {"source"}
    # Sources are addresses, no text to be searched for words.
    assert {kind for kind in kinds if f"Text of {kind}." not in role.profile.texts} == {"source"}
    for points in (role_data(role)["points"], role_snapshot(role)["points"]):
        assert kinds <= {point["kind"] for point in points}
