"""What is called so: the statement that is made once gives what the query would."""

import pytest

from jobboard.search.names import _named, find_names
from tests.factories import CompanyFactory, RoleFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("count", [1, 24, 25, 26, 100])
def test_a_statement_made_once_answers_for_any_number_of_names(count):
    SkillFactory(name='O\'Reilly 100% "sure"')
    RoleFactory(name="Data Engineer")
    CompanyFactory(name="Data Engineer")
    asked = ['o\'reilly 100% "sure"', "data engineer", *(f"name {n}" for n in range(98))][:count]

    for names in (asked, list(reversed(asked))):
        assert set(_named(folded=names)) == set(_named.make(folded=names))


def test_every_kind_of_name_is_found_and_nothing_where_nothing_is_asked():
    SkillFactory(name="Data Engineer")
    RoleFactory(name="Data Engineer")
    CompanyFactory(name="Data Engineer")

    found = find_names({"data engineer"})

    assert sorted(one.kind for one in found["data engineer"]) == ["company", "role", "skill"]
    assert find_names(set()) == {}
