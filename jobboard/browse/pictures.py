"""Pictures of jobs, roles, comparisons and salaries for shared links, each at one address."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jobboard.common.pictures.cards import Card, draw
from jobboard.common.text.words import plural
from jobboard.common.web.http import found_or_404
from jobboard.common.web.limits import MINUTE, check_rate_limit
from jobboard.common.web.turns import PICTURES
from jobboard.insights.comparison import published_pair
from jobboard.insights.role_pages import published_role
from jobboard.listings.detail import public_listing
from roles.models import Role, SalaryFigure
from roles.overlap import skill_overlap
from roles.pay.page import LEVELS

MAX_REQUESTS_PER_MINUTE = 60  # from one network
SKILLS_SHOWN = 5
logger = logging.getLogger("jobboard.pictures")


def card_of_job(slug: str) -> Card:
    pk = 0
    if slug.isascii() and slug.isdigit():
        pk = int(slug)
    listing = found_or_404(public_listing, pk)
    lines = (listing.company.name, listing.place_summary, listing.pay_line or "Pay not stated")
    kind = "Job"
    if listing.company.is_demo:
        kind = "Sample job, made up"
    return Card(
        kind=kind,
        title=listing.title,
        lines=tuple(filter(None, lines)),
        foot=settings.SITE_NAME,
    )


def card_of_role(slug: str) -> Card:
    role = found_or_404(published_role, slug)
    core = [str(item.skill) for item in role.profile.skills[:SKILLS_SHOWN]]
    lines = (", ".join(core), "Duties, skills, pay and open jobs")
    return Card("Role", role.name, tuple(filter(None, lines)), foot=settings.SITE_NAME)


def card_of_comparison(slug: str) -> Card:
    (role_a, role_b), _ = found_or_404(published_pair, slug)
    shared = skill_overlap(role_a, role_b)
    parts = (len(shared.only_a), len(shared.both), len(shared.only_b))
    line = f"{len(shared.both)} of {plural(sum(parts), 'skill')} shared"
    title = f"{role_a} vs {role_b}"
    if not any(parts):
        return Card("Two roles compared", title, (line,), foot=settings.SITE_NAME)
    return Card("Two roles compared", title, (line,), parts=parts, foot=settings.SITE_NAME)


def card_of_salary(slug: str) -> Card:
    role = found_or_404(published_role, slug)
    figures = _get_medians(role)
    highest = max((float(figure.p50 or 0) for figure in figures), default=0) or 1
    bars = []
    for figure in figures:
        length = float(figure.p50 or 0) / highest
        bars.append((LEVELS[figure.level], length, f"{figure.currency} {figure.p50:,.0f}"))
    line = "Pay by source"
    if bars:
        line = "Survey medians a year, before tax, all countries"
    return Card("Salaries", role.name, (line,), bars=tuple(bars), foot=settings.SITE_NAME)


def _get_medians(role: Role) -> list[SalaryFigure]:
    """The median of each level with enough responses, the lowest level first."""
    at_levels = SalaryFigure.objects.survey().filter(
        role_key=role.slug, level__in=LEVELS, country="", year=0, remote=-1, p50__isnull=False
    )
    order = list(LEVELS)
    return sorted(at_levels, key=lambda figure: order.index(figure.level))


CARDS: dict[str, Callable[[str], Card]] = {
    "job": card_of_job,
    "role": card_of_role,
    "comparison": card_of_comparison,
    "salary": card_of_salary,
}


@require_safe
@cache_control(public=True, max_age=3_600)
def picture(request, kind, slug) -> HttpResponse:
    """A PNG of 1200 by 630 px, drawn once for each version of what it says."""
    check_rate_limit(request, "picture", max_count=MAX_REQUESTS_PER_MINUTE, seconds=MINUTE)
    if kind not in CARDS:
        raise Http404
    card = CARDS[kind](slug)
    tag = f'"{card.version}"'
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    response = HttpResponse(_get_png(card), content_type="image/png", headers={"ETag": tag})
    response["X-Robots-Tag"] = "noindex"
    return response


def _get_png(card: Card) -> bytes:
    """The picture from the cache of drawn ones, which holds a bounded number, or drawn now."""
    png = _read_cache(card.version)
    if png is None:
        png = _draw_in_turn(card)
        _write_cache(card.version, png)
    return png


_draw_in_turn = PICTURES.one_at_a_time(draw)


def _read_cache(version: str) -> bytes | None:
    try:
        return caches["pictures"].get(version)
    except OSError:
        logger.exception("A drawn picture could not be read")
        return None


def _write_cache(version: str, png: bytes) -> None:
    try:
        caches["pictures"].set(version, png)
    except OSError:
        logger.exception("A drawn picture could not be kept")
