"""Packages that not every site installs."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def need_package(name: str, setting: str) -> None:
    if find_spec(name) is None:
        raise ImproperlyConfigured(
            f"{setting} is set, but the package {name} is not installed. "
            "Run: python3 scripts/setup_venv.py server"
        )
