"""What is banned outside the few files that may. The layers are contracts in pyproject.toml."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent

# What goes around Django's escaping, its queries or the layers of imports, runs what it is given,
# or is too weak for a secret, and the files that may. A dot and brackets: called as a method.
BANNED = {
    "mark_safe": {"jobboard/common/templatetags/text.py"},
    "SafeString": set(),
    "RawSQL": set(),
    ".raw()": set(),
    ".extra()": set(),
    ".cursor()": {
        "jobboard/common/cache.py",
        "jobboard/common/locks.py",
        "jobboard/common/storage/prepared.py",
        "jobboard/common/storage/replica.py",
        "jobboard/common/storage/statistics.py",
        "jobboard/search/triggers.py",
        "jobboard/site/data/backups.py",
        "jobboard/site/data/moving.py",
        "jobboard/site/kept/triggers.py",
    },
    # Their own models, which import them.
    ".get_model()": {
        "jobboard/listings/employers/querysets.py",
        "jobboard/listings/querysets.py",
    },
    "eval": set(),
    "exec": set(),
    "pickle": set(),
    "subprocess": {
        "jobboard/site/data/backups.py",
        "jobboard/site/data/encryption.py",
        "jobboard/site/running/processes.py",
    },
    "shell": set(),
    ".system()": set(),
    ".popen()": set(),
    "etree": set(),
    "lxml": set(),
    "sax": set(),
    "minidom": set(),
    "md5": set(),
    "sha1": set(),
    "random": set(),
}
MAY_USE_SAFE_FILTER = (  # the form pack: it gets HTML that crispy-forms has rendered
    "templates/rolebook/"
)

NOT_OURS = {".git", ".venv", "var", "__pycache__", ".ruff_cache", ".pytest_cache", ".hypothesis"}
# Written in halves, so that this file does not name them either.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "jsdelivr" + ".net",
    "unpkg" + ".com",
]


def banned_uses(path: str, source: str) -> list[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.add(f".{node.func.attr}()")
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= set(node.module.split("."))
        elif isinstance(node, ast.alias):
            found |= set(node.name.split("."))
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return [
        f"{path} uses {name}" for name in sorted(found & BANNED.keys()) if path not in BANNED[name]
    ]


def files(*folders: str) -> dict[str, str]:
    """The text of each file of the project, by path from the root."""
    texts = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            if path.is_file() and not NOT_OURS & set(relative.parts):
                texts[relative.as_posix()] = path.read_bytes().decode(errors="replace")
    return texts


def python_files() -> dict[str, str]:
    return {
        path: text
        for path, text in files("roles", "jobboard").items()
        if path.endswith(".py") and "/migrations/" not in path and path != "jobboard/__init__.py"
    }


@pytest.mark.slow
def test_what_is_dangerous_stays_in_the_files_that_may():
    assert [
        use for path, source in python_files().items() for use in banned_uses(path, source)
    ] == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from django.utils.safestring import mark_safe", "mark_safe"),
        ("safestring.mark_safe(text)", "mark_safe"),
        ("Listing.objects.raw(query)", ".raw()"),
        ("listings.extra(where=[query])", ".extra()"),
        ("expressions.RawSQL(query, [])", "RawSQL"),
        ("with connection.cursor() as c: pass", ".cursor()"),
        ("eval(text)", "eval"),
        ("from xml import etree", "etree"),
        ("import xml.etree.ElementTree", "etree"),
        ("run(command, shell=True)", "shell"),
        ("from random import choice", "random"),
        ('apps.get_model("seekers", "Report")', ".get_model()"),
    ],
)
def test_a_banned_use_is_named(source, name):
    assert banned_uses("jobboard/browse/views.py", source) == [
        f"jobboard/browse/views.py uses {name}"
    ]


def test_templates_escape_everything_but_rendered_forms():
    unescaped = [
        path
        for path, text in files("templates").items()
        if path.endswith(".html") and ("|safe" in text or "autoescape off" in text)
    ]

    assert [path for path in unescaped if not path.startswith(MAY_USE_SAFE_FILTER)] == []


def test_scripts_make_no_html_of_text_and_read_neither_cookies_nor_other_windows():
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    banned += r"|document\.cookie|postMessage|addEventListener\(\W*message"
    scripts = {path: text for path, text in files("static").items() if path.endswith(".js")}

    assert scripts
    assert [path for path, text in scripts.items() if re.search(banned, text)] == []


@pytest.mark.slow
def test_no_file_names_a_package_registry():
    named = [
        (path, host) for path, text in files(".").items() for host in REGISTRIES if host in text
    ]

    assert named == []
