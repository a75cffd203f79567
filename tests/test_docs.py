"""What the documents name is there, and what must be documented is."""

import re

import pytest
from django.urls import resolve

from jobboard.common.tracing import SECRET_ARGUMENTS
from tests.conftest import ROOT
from tests.settings import FROM_THE_SHELL
from tests.site.test_http import addresses
from tests.test_architecture import python_files

pytestmark = pytest.mark.pure

READ_FROM_THE_ENVIRONMENT = re.compile(
    r"""\benv(?:\.\w+)?\(\s*"(\w+)"|\benviron(?:\.\w+)?[\[(]\s*"(\w+)\""""
)
# Set by the site's own processes, for themselves.
OF_OURS = {"DJANGO_SETTINGS_MODULE", "JOBBOARD_PROCESS"}


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


def test_the_web_server_we_describe_logs_no_address_that_is_a_key():
    unlogged = re.search(r"~(\S+) 0;", operations("Running on https"))
    keys = [path for path in addresses() if SECRET_ARGUMENTS & set(resolve(path).kwargs)]

    assert len(keys) > 4
    assert [path for path in keys if not re.match(unlogged[1], path)] == []
