from dataclasses import asdict
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import COUNTRIES, plural
from jobboard.common.web.http import Pager, found_or_404
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.feeds.whereabouts import said_by
from jobboard.listings.cards import cards_beside
from jobboard.listings.detail import listing_context, public_listing
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Company, CompanyLogo, Listing
from jobboard.listings.pay.base import describe_pay
from jobboard.listings.readers import stats
from jobboard.search.find import similar, suggest, suggest_places
from jobboard.search.live.jobs import JobsWanted, LiveJobs, RoleHired
from jobboard.search.order.your_sorts import fit_in_words
from jobboard.search.results.page import ListingSearch
from jobboard.you.visitor import visitor_of
from roles.models import Role

from .answers import four_answers
from .answers.for_you import pay_for, rarely_asked, skills_for
from .answers.own_pay import own_pay_question
from .eligibility import check_eligibility
from .job_rows import FAKE_JOBS, OFFERS, listing_for_page
from .marks import build_groups, mark_cards
from .markup import build_job_posting_json_ld, where_in_words

SIMILAR_SHOWN = 4
COMPANIES_A_PAGE = 50
COMPANY_SHOWN = 50  # jobs on a company's page; the others are one click away in the list


@require_safe
def listing_list(request) -> HttpResponse:
    visitor = visitor_of(request)
    search = ListingSearch(request.GET, visitor)
    results = found_or_404(search.run)
    groups = build_groups(results, visitor)
    if visitor:
        mark_cards([*results.featured, *results.listings], visitor, groups)
    context = {
        "search": search,
        "results": results,
        "visitor": visitor,
        "groups": groups,
        "fit_in_words": fit_in_words(visitor),
    }
    return render(request, "browse/list.html", context)


@require_safe
def suggestions(request) -> JsonResponse:
    """Suggestions for the beginning of a word (``q``, of one ``kind`` alone) or of a place
    (``where``), as JSON for the search boxes.
    """
    if "where" in request.GET:
        suggested = suggest_places(request.GET["where"])
    else:
        suggested = suggest(request.GET.get("q", ""))
    kind = request.GET.get("kind")
    matches = []
    for suggestion in suggested:
        if kind in (None, suggestion.kind):
            matches.append(asdict(suggestion))
    return JsonResponse({"suggestions": matches})


@require_safe
def listing_detail(request, pk, slug="") -> HttpResponse:
    listing = found_or_404(public_listing, pk, listing_for_page)
    if pk != listing.pk or slug != listing.slug:
        return redirect(listing, permanent=True)
    similar_ids = similar(listing, limit=SIMILAR_SHOWN)
    cards = cards_beside(listing, similar_ids)
    similar_cards = [card for card in cards if not card.is_same]
    context: dict[str, Any] = {
        "elsewhere": [card for card in cards if card.is_same],
        "similar": sorted(similar_cards, key=lambda card: similar_ids.index(card.pk)),
    }
    if listing.is_over:
        return render(request, "browse/over.html", {"listing": listing} | context, status=410)
    posting = build_job_posting_json_ld(listing)
    jobs = LiveJobs()
    facts = jobs.facts_of_role(listing.public_role)
    context |= listing_context(listing, facts) | where_in_words(posting)
    context |= {"posting": posting, **_get_guides(listing)}
    context |= {"sources": get_sources(listing), "read_values": get_read_values(listing)}
    at_level = facts_at_level(listing, jobs)
    context["four"] = four_answers(listing, context, said_by(listing), at_level)
    context["own_pay"] = own_pay_question(listing, visitor_of(request))
    context["extras"] = read_extras(listing.description_html)
    copy_ids = {row["from_copy"] for row in listing.place_rows or ()}
    context["are_elsewhere"] = all(row["id"] in copy_ids for row in context["sources"])
    context |= answers_for_visitor(request, listing, context)
    return render(request, "browse/detail.html", context)


def answers_for_visitor(request, listing: Listing, context: dict[str, Any]) -> dict[str, Any]:
    """Answers for the visitor, with what they asked for in the address or said about themselves."""
    visitor = visitor_of(request)
    answers: dict[str, Any] = {"visitor": visitor}
    code = request.GET.get("from", "").upper() or visitor.country
    if code in COUNTRIES:
        answers |= {"from_country": code, "answers": check_eligibility(listing, code)}
    if not visitor:
        return answers
    several = context["covers_several"]
    answers["your_pay"] = pay_for(listing, visitor, covers_several=several)
    skills = skills_for([item for item, _ in context["asked"]], visitor, context["unusual"])
    if skills:
        facts = context["facts"] or MarketFacts()
        answers |= {"your_skills": skills, "rare": rarely_asked(skills, listing, facts)}
    return answers


def facts_at_level(listing: Listing, jobs: LiveJobs) -> MarketFacts | None:
    """Figures of the live jobs of its role at its one level."""
    role = listing.public_role
    if not role or not listing.level or listing.level_max:
        return None
    return jobs.facts_of_some(role, JobsWanted(level=listing.level))


def _get_guides(listing: Listing) -> dict[str, str]:
    """Addresses of those that there are."""
    names = {FAKE_JOBS: "fakes_guide", OFFERS: "offers_guide"}
    guides: list[str] = getattr(listing, "guides", None) or []
    return {names[slug]: reverse("roles:article", args=[slug]) for slug in guides}


def get_sources(listing: Listing) -> list[dict[str, Any]]:
    """Open copies of a job with_location_data(), each with its own way to apply, oldest first."""
    return sorted(listing.source_rows or (), key=lambda row: (row["since"], row["id"]))


def get_read_values(listing: Listing) -> list[dict[str, Any]]:
    """The values read from the text of a job from with_location_data(), its pay first."""
    values = []
    for statement in listing.statements:
        if statement.quote:
            value = describe_pay(statement)
            values.append({"name": "Pay", "value": value, "quote": statement.quote})
    return [*values, *sorted(listing.read_rows or (), key=lambda row: row["position"])]


@require_safe
def listing_apply(request, pk) -> HttpResponse:
    """Count the click, then go to the stored address and nowhere else: that of an open copy for
    who chose its location.
    """
    listing = found_or_404(public_listing, pk)
    if listing.is_over:
        return redirect(listing)
    listing = _with_way_to_apply(listing, pk)
    if request.method == "GET":
        stats.count(request, listing, "apply_clicks")
    if listing.apply_email or listing.company.is_demo:
        return render(request, "browse/apply.html", {"listing": listing})
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "origin"}
    return HttpResponseRedirect(listing.apply_url, headers=headers)


@csrf_exempt  # it has no cookie and says nothing but that the page was looked at
@require_POST
def listing_seen(request, pk) -> HttpResponse:
    """Told by the page's script: once a visit, and for each click on a link to apply that leads
    straight to its board, as the terms of some boards ask for.
    """
    listing = found_or_404(public_listing, pk)
    if request.POST.get("what") == "apply" and not listing.is_over:
        stats.count(request, _with_way_to_apply(listing, pk), "apply_clicks")
    else:
        stats.count(request, listing, "views")
    return HttpResponse(status=204)


def _with_way_to_apply(listing: Listing, pk: int) -> Listing:
    """The open copy with that ID, which has a way to apply of its own, else the job itself."""
    if pk == listing.pk:
        return listing
    copy = listing.folded.open().select_related("company").filter(pk=pk).first()
    return copy or listing


@require_safe
def company_list(request) -> HttpResponse:
    name = clean_text(request.GET.get("q", ""))
    pages = Paginator(LiveJobs().hiring_companies(name), COMPANIES_A_PAGE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(_say_how_many_pages(pages.num_pages)) from None
    params = {}
    if name:
        params["q"] = name
    pager = Pager(page, lambda number: f"?{urlencode(params | {'page': number})}")
    context = {"companies": page, "pager": pager, "words": name}
    return render(request, "browse/companies.html", context)


def _say_how_many_pages(count: int) -> str:
    if count == 1:
        return "There is only 1 page of companies."
    return f"There are only {plural(count, 'page')} of companies."


@require_safe
def company_detail(request, slug) -> HttpResponse:
    company = Company.objects.public().filter(slug=slug).with_logo().first()
    if company is None:
        renamed = Company.at_old_slug(slug)
        if renamed is None or renamed.slug == slug:
            raise Http404
        return redirect(renamed, permanent=True)
    jobs = LiveJobs()
    listings = jobs.newest_cards(COMPANY_SHOWN, JobsWanted(company=company.pk))
    hired = jobs.roles_hired(company)
    if not listings and not company.has_page:
        raise Http404("This company has not posted any jobs yet.")
    context = {
        "company": company,
        "listings": listings,
        "live_count": jobs.count_jobs(company),
        "paid_count": sum(counts.paid for counts in hired),
        "hired": company_roles(hired),
    }
    return render(request, "browse/company.html", context)


def company_roles(hired: list[RoleHired]) -> list[dict[str, Any]]:
    """The public ones of them, those of most jobs first."""
    role_ids = [counts.role for counts in hired]
    roles = Role.objects.published().only("name", "slug").in_bulk(role_ids)
    rows = []
    for counts in hired:
        role = roles.get(counts.role)
        if role:
            rows.append({"role": role, "count": counts.total, "paid": counts.paid})
    return sorted(rows, key=lambda row: (-row["count"], row["role"].name))


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def logo(request, slug, hash) -> HttpResponse:
    picture = get_object_or_404(
        CompanyLogo, company__slug=slug, company__suspended_at=None, hash=hash
    )
    return HttpResponse(bytes(picture.webp), content_type="image/webp")
