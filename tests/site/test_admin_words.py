"""What the admin tells staff is said in words that they know."""

from itertools import chain

from django.contrib import admin
from django.db.models import BaseConstraint, Model

from jobboard.common.admin import ReadOnlyAdmin


def edited_models() -> set[type[Model]]:
    """Not those that are only looked at."""
    editable = [one for one in admin.site._registry.values() if not isinstance(one, ReadOnlyAdmin)]
    inlines = chain.from_iterable(one.inlines for one in editable)
    ours = {*(one.model for one in editable), *(inline.model for inline in inlines)}
    return {model for model in ours if model.__module__.startswith(("jobboard", "roles"))}


def says_its_name(constraint: BaseConstraint) -> bool:
    """Whether it tells the name of a constraint, and nothing that an editor can act on."""
    by_fields = getattr(constraint, "fields", ()) and constraint.condition is None
    is_default = (
        constraint.violation_error_message == BaseConstraint.default_violation_error_message
    )
    return is_default and not by_fields


def test_no_rule_of_the_database_is_told_by_the_name_of_its_constraint():
    names = []
    for model in edited_models():
        names += [one.name for one in model._meta.constraints if says_its_name(one)]

    assert names == []
