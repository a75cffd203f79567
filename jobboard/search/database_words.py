"""Finds listings that hold words, by the database."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from jobboard.listings.choices import Workplace
from jobboard.listings.models import ListingPlace, ListingSkill
from jobboard.listings.querysets import of_workplaces

from .words import Piece, Word


def words_filter(pieces: list[Piece]) -> Q:
    """Every piece in the title, company, places or description, or as a skill or role; an excluded
    one nowhere.
    """
    condition = Q()
    for piece in pieces:
        if piece.is_excluded:
            condition &= ~_holds_piece(piece)
        else:
            condition &= _holds_piece(piece)
    return condition


def _holds_piece(piece: Piece) -> Q:
    condition = Q()
    for word in piece.words:
        condition &= _holds(word)
    for word in piece.spellings:
        condition |= _holds(word)
    if piece.skills:
        condition |= Q(names_skill(skill__in=piece.skills))
    if piece.roles:
        condition |= Q(role__in=piece.roles)
    if piece.cities:
        condition |= _in_city(piece.cities)
    return condition


def _holds(word: Word) -> Q:
    """Whether it stands in a text, or in the name of a workplace type."""
    condition = Q()
    for column in ("title", "company__name", "place_line", "description_source"):
        condition |= Q(**{f"{column}__icontains": word.text})
    workplaces = [value for value in Workplace.values if word.text.lower() in value]
    return condition | of_workplaces(workplaces)


def _in_city(names: Collection[str]) -> Q:
    places = ListingPlace.objects.filter(place__kind="city", place__folded__in=names)
    return Q(Exists(places.filter(listing=OuterRef("pk"))))


def names_skill(**conditions) -> Exists:
    return Exists(ListingSkill.objects.filter(listing=OuterRef("pk"), **conditions))
