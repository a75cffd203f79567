"""Our template of a list to choose from, beside Django's own."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html

pytestmark = pytest.mark.pure

CHOICES = [("", "Choose a country"), ("DE", "Germany"), ("CI", "Côte d’Ivoire & more")]
GROUPED = [("Europe", [("DE", "Germany"), ("FR", "France")]), ("JP", "Japan")]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=CHOICES), "DE"),
        (forms.Select(choices=CHOICES, attrs={"disabled": True, "hidden": False}), None),
        (forms.Select(choices=GROUPED), "FR"),
        (forms.SelectMultiple(choices=CHOICES), ["DE", "CI"]),
        (forms.NullBooleanSelect(), True),
    ],
)
def test_it_says_what_djangos_own_says(widget, value):
    ours = widget.render("country", value, {"id": "id_country"}, get_default_renderer())
    own = widget.render("country", value, {"id": "id_country"}, DjangoTemplates())

    assert parse_html(ours) == parse_html(own)
