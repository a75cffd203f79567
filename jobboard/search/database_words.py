"""What holds words, by the database."""

from django.db.models import Exists, OuterRef, Q

from jobboard.listings.choices import Workplace
from jobboard.listings.models import ListingPlace, ListingSkill
from jobboard.listings.querysets import of_workplaces

from .words import Piece, Word


def words_of(pieces: list[Piece]) -> Q:
    """Every piece in the title, company, places or description, or as a skill or role; an excluded
    one nowhere.
    """
    found = Q()
    for piece in pieces:
        here = Q()
        for word in piece.words:
            here &= _holds(word)
        for word in piece.spellings:
            here |= _holds(word)
        if piece.skills:
            here |= Q(names_skill(skill__in=piece.skills))
        if piece.roles:
            here |= Q(role__in=piece.roles)
        if piece.cities:
            here |= _in_city(piece.cities)
        found &= ~here if piece.is_excluded else here
    return found


def _holds(word: Word) -> Q:
    """Whether it stands in a text, or in the name of a workplace type."""
    found = Q()
    for column in ("title", "company__name", "place_line", "description_source"):
        found |= Q(**{f"{column}__icontains": word.text})
    named = [value for value in Workplace.values if word.text.lower() in value]
    return found | of_workplaces(named)


def _in_city(names) -> Q:
    there = ListingPlace.objects.filter(place__kind="city", place__folded__in=names)
    return Q(Exists(there.filter(listing=OuterRef("pk"))))


def names_skill(**conditions) -> Exists:
    return Exists(ListingSkill.objects.filter(listing=OuterRef("pk"), **conditions))
