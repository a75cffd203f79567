"""The admin's form of a role, comparison or article, as a browser sends it back."""

from django.test import Client
from django.urls import reverse

from roles.models import Article, Comparison, Role


def address_of(thing: Role | Comparison | Article) -> str:
    return reverse(f"admin:roles_{thing._meta.model_name}_change", args=[thing.pk])


def fields_of(response) -> dict:
    """Every field with what it holds, what it showed when it was opened among them."""
    data = {}
    rows = [one.formset for one in response.context["inline_admin_formsets"]]
    forms = [response.context["adminform"].form]
    for formset in rows:
        forms += [formset.management_form, *formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    data |= dict([response.context["opened"], response.context["seen"]])
    return data


def opened_form(client: Client, thing: Role | Comparison | Article) -> dict:
    return fields_of(client.get(address_of(thing)))
