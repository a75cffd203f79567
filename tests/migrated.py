"""SQLite's database as migrations leave it, kept from one run to the next: to migrate takes longer
than most tests do. It is made anew when anything changes that migrations are made of.
"""

import ast
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
# What decides beside our own files: which apps there are, with which versions.
ALSO = [ROOT / "jobboard" / "settings.py", *sorted(ROOT.glob("requirements/*.txt"))]


def take(config: pytest.Config) -> bool:
    """Whether one was kept, which is the test database then, for a run with ``keepdb``."""
    if connection.vendor != "sqlite":
        return False
    return copy_to(Path(settings.DATABASES["default"]["TEST"]["NAME"]), config)


def copy_to(file: Path, config: pytest.Config) -> bool:
    """Whether one was kept, which is at ``file`` then: a new site that has nothing to migrate."""
    if _place(config).exists():
        shutil.copyfile(_place(config), file)
    return file.exists()


def keep(config: pytest.Config) -> None:
    """For the next run; the test database is as migrations left it."""
    if connection.vendor != "sqlite" or _place(config).exists():
        return
    half = _place(config).with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(half)])
    for older in half.parent.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    half.replace(_place(config))


@cache
def _place(config: pytest.Config) -> Path:
    return config.cache.mkdir("migrated") / f"{key([*ALSO, *behind_migrations()])}.sqlite3"


def key(files: Iterable[Path]) -> str:
    found = sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for file in files:
        found.update(f"{file} ".encode() + sha256(file.read_bytes()).digest())
    return found.hexdigest()


def behind_migrations() -> list[Path]:
    """Our migrations, and what of ours they import, directly or not."""
    waiting = [*ROOT.glob("jobboard/*/migrations/*.py"), *ROOT.glob("roles/migrations/*.py")]
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imported_by(file)
    return sorted(found)


def _imported_by(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield from _at(ROOT, name.name)
        if isinstance(node, ast.ImportFrom):
            start = file.parents[node.level - 1] if node.level else ROOT
            yield from _at(start, node.module or "")
            for name in node.names:
                yield from _at(start, f"{node.module or ''}.{name.name}")


def _at(start: Path, dotted: str) -> Iterator[Path]:
    """The file of a module, if it is one of ours."""
    module = start.joinpath(*dotted.split("."))
    named = [module / "__init__.py"]
    if module.name:
        named.append(module.with_name(f"{module.name}.py"))
    return (file for file in named if file.is_file())
