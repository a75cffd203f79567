"""Why the public does not see a job, in a sentence for editors."""

from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Company, Feed, Listing
from jobboard.listings.trust.risk import heavy_warning

Status = Listing.Status


def kept_back_by(
    feed: Feed,
    company: Company,
    *,
    relevance: str,
    has_text: bool,
    is_past: bool,
    warning: str,
) -> str:
    """Say what keeps a job of ``feed`` from going live by itself; '' if nothing does. ``warning``
    is what its text asks of applicants, if it does.
    """
    of_board = feed.company is None
    reasons = [
        (company.suspended_at is not None, f"{company} is suspended."),
        (relevance == Listing.Relevance.NO, "It is not AI or data work."),
        (is_past, "Its closing date has passed."),
        (
            feed.publishes != Feed.Publishes.DIRECTLY,
            "Jobs from its feed are published after review.",
        ),
        # What a board says is not the company's own word.
        (
            company_is_proven(company) and of_board,
            f"{company} is verified, and this job comes from a job board.",
        ),
        (
            bool(feed.proof) and not company.verified_by,
            f"{company} connected this board, and is no longer verified.",
        ),
        (not has_text, "It has no description."),
        (bool(warning), warning),
        (relevance != Listing.Relevance.YES, "It may not be AI or data work."),
    ]
    for is_so, sentence in reasons:
        if is_so:
            return sentence
    return ""


def why_not_live(listing: Listing) -> str:
    """Say why a job is not live; '' if it is."""
    if listing.is_live:
        return ""
    if listing.folded_into:
        return f"It is part of “{listing.folded_into}” (job {listing.folded_into_id})."
    if listing.company.suspended_at is not None:
        return f"{listing.company} is suspended."
    if listing.hidden_at is not None:
        return f"It was hidden on {listing.hidden_at:%-d %b %Y}. {listing.hidden_reason}".strip()
    return _by_status(listing)


def _by_status(listing: Listing) -> str:
    why = listing.relevance_why
    match listing.status:
        case Status.DRAFT:
            return "It is a draft that was never submitted for review."
        case Status.IN_REVIEW:
            return _why_it_waits(listing)
        case Status.IRRELEVANT:
            return f"It is not AI or data work. {why}".strip()
        case Status.RETURNED | Status.REJECTED:
            return f"It was {listing.get_status_display().lower()}. {listing.reason}".strip()
        case Status.CLOSED:
            return f"It is closed: {listing.get_outcome_display()}."
    return f"It expired. The last day was {listing.last_day:%-d %b %Y}."


def _why_it_waits(listing: Listing) -> str:
    sentences = ["It is in review."]
    if listing.feed and not listing.created_by_id:
        reason = kept_back_by(
            listing.feed,
            listing.company,
            relevance=listing.relevance,
            has_text=bool(listing.description_html),
            is_past=False,
            warning=heavy_warning(listing),
        )
        sentences.append(reason)
    if listing.relevance == Listing.Relevance.DOUBTFUL:
        sentences.append(listing.relevance_why)
    return " ".join(filter(None, sentences))
