"""What the documents name is there, and what must be documented is."""

import re

import pytest
from django.urls import resolve

from jobboard.common.web.tracing import SECRET_ARGUMENTS
from jobboard.listings.models import Feed
from tests.conftest import ROOT
from tests.settings import FROM_THE_SHELL
from tests.site.test_http import addresses
from tests.test_architecture import files, python_files

pytestmark = pytest.mark.pure

READ_FROM_THE_ENVIRONMENT = re.compile(
    r"""\benv(?:\.\w+)?\(\s*"(\w+)"|\benviron(?:\.\w+)?[\[(]\s*"(\w+)\""""
)
# Set by the site's own processes for themselves, and by systemd.
OF_OURS = {"DJANGO_SETTINGS_MODULE", "JOBBOARD_PROCESS", "LISTEN_PID", "PROMETHEUS_MULTIPROC_DIR"}


def settings_read() -> set[str]:
    found = set()
    for source in python_files().values():
        for by_environ, by_os in READ_FROM_THE_ENVIRONMENT.findall(source):
            found.add(by_environ or by_os)
    return found - OF_OURS


def operations(section: str) -> str:
    text = (ROOT / "docs" / "operations.md").read_text()
    return text.partition(f"## {section}\n")[2].partition("\n## ")[0]


def settings_documented() -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", operations("Settings"), re.MULTILINE)


def test_each_setting_is_documented_and_no_other():
    assert sorted(settings_documented()) == sorted(settings_read())


def test_no_setting_of_the_shell_reaches_the_tests():
    cleared = set(FROM_THE_SHELL.split())

    assert cleared - OF_OURS == settings_read() - {"DATABASE_URL"}


def test_each_kind_of_feed_is_documented_with_its_limits_and_terms():
    text = (ROOT / "docs" / "feeds.md").read_text()
    documented = set(re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE))

    kinds = {label.partition(" (")[0] for label in Feed.Kind.labels}
    assert kinds - documented == set()


def test_the_web_server_we_describe_logs_no_address_that_is_a_key():
    unlogged = re.search(r"~(\S+) 0;", (ROOT / "deploy" / "nginx.conf").read_text())
    keys = [path for path in addresses() if SECRET_ARGUMENTS & set(resolve(path).kwargs)]

    assert len(keys) > 4
    assert [path for path in keys if not re.match(unlogged[1], path)] == []


def test_the_web_server_we_describe_names_each_request_itself():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "proxy_set_header X-Request-ID $request_id;" in nginx


# --- Tests and places that are named --------------------------------------------------------------


def named_tests(text: str) -> list[str]:
    """Each as path::name; a name without a path is of the file before it in its row."""
    found = []
    for row in text.splitlines():
        path = ""
        for named_path, name in re.findall(r"`([\w/.]*)::(\w+)`", row):
            path = named_path or path
            found.append(f"{path}::{name}")
    return found


def existing_tests() -> set[str]:
    found = set()
    for path, text in files("tests").items():
        names = re.findall(r"^def (test_\w+)", text, re.MULTILINE)
        found |= {f"{path}::{name}" for name in names}
    return found


def test_each_test_that_the_page_on_security_names_is_there():
    named = named_tests((ROOT / "docs" / "security.md").read_text())

    assert len(named) > 100
    assert set(named) - existing_tests() == set()


def test_each_claim_of_the_page_on_security_names_its_test():
    page = (ROOT / "docs" / "security.md").read_text()
    # The emails are compared with the code by the test that walks them.
    claims = re.sub(r"^## Emails\n.*?(?=^## )", "", page, flags=re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (?!before|no\.|threat|walk)[^-].*", claims, re.MULTILINE)

    assert rows
    assert [row for row in rows if not named_tests(row)] == []


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            path, _, anchor = link.partition("#")
            if path.startswith("http"):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
                broken.append((page.name, link))

    assert broken == []
