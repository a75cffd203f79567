"""The layers of docs/architecture.md, and what is banned outside the few files that may."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A package imports itself and packages of the rows above its own.
LAYERS = [
    ["roles", "jobboard.common", "jobboard.settings"],
    ["jobboard.accounts"],
    ["jobboard.listings"],
    ["jobboard.seekers"],
    ["jobboard.api", "jobboard.pages"],
    ["jobboard.urls", "jobboard.wsgi"],
]

# What goes around Django's escaping or its queries, and the files that may. A dot and brackets: called as a method.
BANNED = {
    "mark_safe": {"jobboard/common/templatetags/text.py"},
    "SafeString": set(),
    "RawSQL": set(),
    ".raw()": set(),
    ".extra()": set(),
    ".cursor()": {"jobboard/common/locks.py", "jobboard/pages/backups.py", "jobboard/pages/scheduled.py"},
}
MAY_USE_SAFE_FILTER = "templates/rolebook/"  # the form pack: it gets HTML that crispy-forms has rendered

NOT_OURS = {".git", ".venv", "var", "__pycache__", ".ruff_cache", ".pytest_cache", ".hypothesis"}
# Written in halves, so that this file does not name them either.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "jsdelivr" + ".net", "unpkg" + ".com"]


def place_of(module: str) -> tuple[int, str] | None:
    """The row in LAYERS and the package there that ``module`` belongs to; None when it is not ours."""
    return next(
        (
            (row, package)
            for row, packages in enumerate(LAYERS)
            for package in packages
            if f"{module}.".startswith(f"{package}.")
        ),
        None,
    )


def imports_of(path: str, source: str) -> set[str]:
    """Full names of all that the module at ``path`` imports, wherever in it the import stands."""
    package = path.split("/")[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            found |= {".".join(filter(None, [*start, node.module, alias.name])) for alias in node.names}
    return found


def wrong_imports(path: str, source: str) -> list[str]:
    own = place_of(path.removesuffix(".py").replace("/", "."))
    assert own, f"{path} belongs to no layer: add its package to LAYERS"
    imported = {name: place_of(name) for name in imports_of(path, source)}
    return [
        f"{path} imports {name}"
        for name, place in sorted(imported.items())
        if place and place[1] != own[1] and place[0] >= own[0]
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
        elif isinstance(node, ast.alias):
            found.add(node.name)
    return [f"{path} uses {name}" for name in sorted(found & BANNED.keys()) if path not in BANNED[name]]


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


def test_imports_run_one_way():
    assert [wrong for path, source in python_files().items() for wrong in wrong_imports(path, source)] == []


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("roles/views.py", "from jobboard.listings.models import Listing", "jobboard.listings.models.Listing"),
        ("roles/views.py", "def later():\n    import jobboard.common.charts", "jobboard.common.charts"),
        ("jobboard/common/mail.py", "from roles import pay", "roles.pay"),
        ("jobboard/accounts/models.py", "from ..listings import models", "jobboard.listings.models"),
        ("jobboard/pages/views.py", "from jobboard.api import urls", "jobboard.api.urls"),
        ("jobboard/listings/models.py", "from jobboard import urls", "jobboard.urls"),
    ],
)
def test_an_import_the_other_way_is_named(path, source, wrong):
    assert wrong_imports(path, source) == [f"{path} imports {wrong}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("jobboard/listings/models.py", "from roles.models import Role"),
        ("jobboard/listings/models.py", "from .querysets import ListingQuerySet"),
        ("jobboard/pages/views.py", "from jobboard.listings import models\nimport django.urls"),
    ],
)
def test_an_import_along_the_layers_is_allowed(path, source):
    assert wrong_imports(path, source) == []


def test_raw_sql_and_unescaped_html_stay_in_the_files_that_may():
    assert [use for path, source in python_files().items() for use in banned_uses(path, source)] == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from django.utils.safestring import mark_safe", "mark_safe"),
        ("safestring.mark_safe(text)", "mark_safe"),
        ("Listing.objects.raw(query)", ".raw()"),
        ("listings.extra(where=[query])", ".extra()"),
        ("expressions.RawSQL(query, [])", "RawSQL"),
        ("with connection.cursor() as c: pass", ".cursor()"),
    ],
)
def test_a_banned_use_is_named(source, name):
    assert banned_uses("jobboard/listings/views/public.py", source) == [
        f"jobboard/listings/views/public.py uses {name}"
    ]


def test_templates_escape_everything_but_rendered_forms():
    unescaped = [
        path
        for path, text in files("templates").items()
        if path.endswith(".html") and ("|safe" in text or "autoescape off" in text)
    ]

    assert [path for path in unescaped if not path.startswith(MAY_USE_SAFE_FILTER)] == []


def test_no_file_names_a_package_registry():
    named = [(path, host) for path, text in files(".").items() for host in REGISTRIES if host in text]

    assert named == []
