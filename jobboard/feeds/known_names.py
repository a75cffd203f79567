"""The directory of employers, for whoever asks which names are known."""

from collections.abc import Iterator

from jobboard.common.hosts.domains import host_of
from jobboard.listings.employers.lookalikes import KNOWN_NAMES, KnownName

from .boards.employers import employers


def names_of_directory() -> Iterator[KnownName]:
    for employer in employers():
        yield KnownName(employer.name, host_of(employer.website), "in our directory of employers")


def connect() -> None:
    """Connect the signals, once, when the app is ready."""
    KNOWN_NAMES.append(names_of_directory)
