"""A fingerprint of everything that pages depend on and that stays while the process runs."""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import django
from django.conf import settings

FOLDERS = ["jobboard", "requirements", "roles", "templates"]


@cache
def release() -> str:
    """The code, its tables and templates, the packages, the names of static files and all settings,
    as one short text. It tells nothing of them.
    """
    digest = blake2b(django.__version__.encode(), digest_size=16)
    for path in _files():
        digest.update(f"\n{path}\n".encode())
        digest.update(path.read_bytes())
    digest.update(json.dumps(_settings(), default=_as_text, sort_keys=True).encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield path
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if manifest.exists():
        yield manifest


def _settings() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in dir(settings) if name.isupper()}


def _as_text(value: Any) -> Any:
    """Write values that JSON does not know; the same in every process."""
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return str(value)
