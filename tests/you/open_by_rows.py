"""Whether a job is open from a country, worked out from its rows and from what its text was given
to say: independent of the code, in the words of the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jobboard.listings.models import Listing, ListingCountry

YES, UNCLEAR, NO = "Yes", "Unclear", "No"
BEST_FIRST = [YES, UNCLEAR, NO]


@dataclass(frozen=True)
class Text:
    """A sentence, the countries that it opens remote work to, and what it says of all others;
    None where it says nothing of them. ``authorized`` are those in which one must be allowed to
    work.
    """

    sentence: str
    countries: frozenset[str] = frozenset()
    others: str | None = None
    authorized: frozenset[str] = frozenset()


SILENT = Text("We build tools.")
TEXTS = [
    SILENT,
    Text("You must be based in Spain or Portugal.", frozenset({"ES", "PT"}), NO),
    Text("We can hire in Spain.", frozenset({"ES"})),
    Text("You must reside in Texas or Ohio.", others=UNCLEAR),
    Text("Work from anywhere in the world.", others=YES),
    Text("Work from anywhere our payroll partner can employ you.", others=UNCLEAR),
    Text("You must be authorized to work in Spain.", authorized=frozenset({"ES"})),
    Text("Work from anywhere. You need the right to work in Spain.", frozenset({"ES"}), UNCLEAR),
]
# Typed beside “anywhere”, which they bound: those of the samples.
BOUNDS = ["Anywhere our payroll partner can employ you", "Any country we can pay a salary to"]


def open_word(listing: Listing, country: str, texts: Mapping[int, Text] | None = None) -> str:
    """``texts``: what the text of each listing says, by id. The best answer of its places."""
    words = []
    for row in listing.places.select_related("place", "from_copy"):
        there = row.place.country if row.place else ""
        owner = row.from_copy or listing
        if row.workplace == "remote":
            words.append(_remote(there, owner, country, (texts or {}).get(owner.pk, SILENT)))
        elif there:
            words.append(YES if there == country else NO)
        else:
            words.append(UNCLEAR)
    return min(words or [UNCLEAR], key=BEST_FIRST.index)


def _remote(there: str, owner: Listing, country: str, text: Text) -> str:
    if country in text.countries:
        return YES
    if text.others:
        return text.others
    if owner.eligibility == "anywhere":
        return _anywhere(owner, country, text)
    if owner.eligibility == "listed":
        named = ListingCountry.objects.filter(listing=owner, is_of_copy=False, country=country)
        return YES if named.exists() else NO
    return YES if there == country else UNCLEAR


def _anywhere(owner: Listing, country: str, text: Text) -> str:
    if owner.eligibility_text in BOUNDS:
        return UNCLEAR
    return UNCLEAR if text.authorized and country not in text.authorized else YES
