from dataclasses import asdict

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jobboard.common.html import clean_text
from jobboard.common.limits import MINUTE, limit
from jobboard.common.pagination import Pager
from jobboard.common.words import COUNTRIES, plural
from jobboard.listings import numbers
from jobboard.listings.advice import what_is_stated
from jobboard.listings.eligibility import can_be_done_from
from jobboard.listings.listing_search import ListingSearch
from jobboard.listings.markup import job_posting, where_in_words
from jobboard.listings.models import Company, Listing
from jobboard.listings.querysets import range_width
from jobboard.listings.search import similar, suggest
from jobboard.listings.sources.same import MOST_COMPARED
from roles.pay import LEAST_FOR_PERCENTILES

SIMILAR_SHOWN = 4
COMPANIES_A_PAGE = 50
UNUSUAL_BELOW = 10  # a skill that fewer than one in so many open jobs of a role name is unusual for it
COMPANY_SHOWN = 50  # jobs on a company's page; the others are one click away in the list


@require_safe
def listing_list(request):
    search = ListingSearch(request.GET)
    return render(request, "listings/list.html", {"search": search, "results": search.run()})


@require_safe
def suggestions(request):
    """What may be meant by the beginning of a word (``q``), as JSON for the search box."""
    found = [asdict(suggestion) for suggestion in suggest(request.GET.get("q", ""))]
    return JsonResponse({"suggestions": found})


def public_listing(pk: int, listings=Listing.objects) -> Listing:
    """A listing whose page the public may see: live, or over. Raises Http404 for any other."""
    listing = get_object_or_404(listings.for_page(), pk=pk)
    if not (listing.is_live or listing.is_over):
        raise Http404
    return listing


@require_safe
def listing_detail(request, pk, slug=""):
    listing = public_listing(pk, Listing.objects.with_where())
    if slug != listing.slug:
        return redirect(listing, permanent=True)
    alike = similar(listing, most=SIMILAR_SHOWN)
    beside = list(Listing.objects.live().beside(listing, alike).for_cards()[: MOST_COMPARED + SIMILAR_SHOWN])
    context = {
        "elsewhere": [other for other in beside if other.is_same],
        "similar": sorted((other for other in beside if not other.is_same), key=lambda other: alike.index(other.pk)),
    }
    if listing.is_over:
        return render(request, "listings/over.html", {"listing": listing} | context, status=410)
    posting = job_posting(listing)
    context |= {"posting": posting, "may_ask": True, **where_in_words(posting)}
    if (code := request.GET.get("from", "").upper()) in COUNTRIES:
        context |= {"from_country": code, "answer": can_be_done_from(listing, code)}
    return render(request, "listings/detail.html", listing_context(listing) | context)


def listing_context(listing: Listing) -> dict:
    """What the page of a job shows beside the listing itself; the recruiter's preview shows the same."""
    role = listing.public_role
    facts = Listing.objects.live().filter(role=role).market_facts().get(role.pk) if role else None
    asked = [(item, facts.asking(item.skill_id) if facts else 0) for item in listing.skills.all()]
    enough = facts and facts.naming_skills >= LEAST_FOR_PERCENTILES
    unusual = {item.skill_id for item, count in asked if enough and count * UNUSUAL_BELOW < facts.naming_skills}
    named = {item.skill_id for item, _ in asked}
    profile = [*role.profile.skills, *role.profile.tools] if role else []
    unmentioned = [
        (item, facts.asking(item.skill_id))
        for item in profile
        if facts and item.skill_id not in named and facts.asking(item.skill_id) * 2 >= facts.naming_skills
    ]
    comparable_pay = facts if facts and _comparable(listing, facts) else None
    points = what_is_stated(listing)
    return {
        "listing": listing,
        "asked": sorted(asked, key=lambda pair: pair[0].need != "required"),
        "unmentioned": unmentioned,
        "unusual": unusual,
        "facts": facts,
        "comparable_pay": comparable_pay,
        "width": comparable_pay and _width(listing),
        "over_median": comparable_pay and _percent_over(listing, comparable_pay.posted.p50),
        "record": [event for event in listing.events.all() if event.public],
        "points": len(points),
        "stated": [name for name, is_stated in points.items() if is_stated],
        "leaves_open": [name for name, is_stated in points.items() if not is_stated],
    }


def _width(listing: Listing) -> int | None:
    """In percent of its middle; None where one end is not stated."""
    if listing.salary_min is None or listing.salary_max is None:
        return None
    return round(range_width(listing.salary_min, listing.salary_max))


def _comparable(listing: Listing, facts) -> bool:
    """Whether its pay can stand beside the role's posted pay: same currency, per year, and enough jobs to compare."""
    return listing.salary_period == "year" and listing.salary_currency == facts.currency and not facts.posted.held_back


def _percent_over(listing: Listing, median) -> int | None:
    """How far the middle of its range stands over ``median``, in rounded percent; None where one end is not stated."""
    if listing.salary_min is None or listing.salary_max is None:
        return None
    return round(((listing.salary_min + listing.salary_max) / 2 / median - 1) * 100)


@require_safe
def listing_apply(request, pk):
    """Count the click, then go to the stored address and nowhere else."""
    listing = public_listing(pk)
    if listing.is_over:
        return redirect(listing)
    if request.method == "GET" and not numbers.is_robot(request):
        numbers.count(listing, "apply_clicks")
    if listing.apply_email or listing.company.is_demo:
        return render(request, "listings/apply.html", {"listing": listing})
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "origin"}
    return HttpResponseRedirect(listing.apply_url, headers=headers)


@csrf_exempt  # it has no cookie and says nothing but that the page was looked at
@require_POST
def listing_seen(request, pk):
    """Told by the page's script, once a visit."""
    listing = public_listing(pk)
    limit(request, "seen", most=60, seconds=MINUTE)
    if not numbers.is_robot(request):
        numbers.count(listing, "views")
    return HttpResponse(status=204)


@require_safe
def company_list(request):
    words = clean_text(request.GET.get("q", ""))
    hiring = Company.objects.hiring().filter(name__icontains=words).order_by("name", "pk")
    pages = Paginator(hiring.with_live_count(), COMPANIES_A_PAGE)
    try:
        page = pages.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(
            f"There {'is' if pages.num_pages == 1 else 'are'} only {plural(pages.num_pages, 'page')} of companies."
        ) from None
    asked = {"q": words} if words else {}
    pager = Pager(page.number, pages.num_pages, lambda number: f"?{urlencode(asked | {'page': number})}")
    return render(request, "listings/companies.html", {"companies": page, "pager": pager, "words": words})


@require_safe
def company_detail(request, slug):
    company = Company.objects.filter(slug=slug, suspended_at=None).with_logo().first()
    if company is None:
        moved = Company.at_old_slug(slug)
        if moved is None or moved.slug == slug:
            raise Http404
        return redirect(moved, permanent=True)
    if company.merged_into_id:
        return redirect(company.merged_into, permanent=True)
    live = company.listings.live()
    listings = list(live.for_cards()[:COMPANY_SHOWN])
    if not listings and not company.listings.filter(published_at__isnull=False, hidden_at=None).exists():
        raise Http404("This company has not posted any jobs yet.")
    return render(
        request, "listings/company.html", {"company": company, "listings": listings, "live_count": live.count()}
    )
