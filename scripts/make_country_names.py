"""Write down what countries are called abroad, as Babel's tables (Unicode CLDR) say it.

    python -m scripts.make_country_names

To be run after an update of Babel. The tables of a hundred languages take 70 MB in each process
that reads them; the names in them that we need, half a megabyte.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from jobboard.common.text.words import COUNTRIES
from jobboard.listings.geo.gazetteer import NAMES_ABROAD

LANGUAGES = ("de", "fr", "es", "pt", "nl", "it")
"""Those of many postings; each country is also called as the languages spoken there call it."""


def names_abroad() -> dict[str, list[str]]:
    """Country code → its names, none twice."""
    found: dict[str, dict[str, None]] = {code: {} for code in sorted(COUNTRIES)}
    for code, name in _named():
        found[code][name] = None
    return {code: list(names) for code, names in found.items() if names}


def _named() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        for code, name in _territories(language).items():
            if code in COUNTRIES:
                yield code, name
    for code in COUNTRIES:
        for language in get_official_languages(code):
            if own_name := _territories(language).get(code):
                yield code, own_name


@cache
def _territories(language: str) -> Mapping[str, str]:
    try:
        return Locale.parse(language).territories
    except UnknownLocaleError:
        return {}


def main() -> None:
    with NAMES_ABROAD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["country", "names"])
        writer.writerows([code, "|".join(names)] for code, names in names_abroad().items())


if __name__ == "__main__":
    main()
