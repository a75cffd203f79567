"""The answer to “Who is the employer?”"""

from jobboard.listings.employers.standing import CAREERS
from jobboard.listings.models import Listing

from .answer import NEUTRAL, STATED, Answer, format_day


def who_it_is(listing: Listing) -> Answer:
    company = listing.company
    standing = listing.standing
    sentences = []
    if company.is_demo:
        return Answer("Made-up company", NEUTRAL, ["This is a sample, so nothing is verified."])
    if standing.is_known and standing.checked_at:
        verb = "Checked"
        if standing.how == CAREERS:
            verb = "Seen"
        sentences.append(f"{verb} {format_day(standing.checked_at)}.")
    if listing.for_client:
        name = listing.client_name or "a client it doesn’t name"
        sentences.append(f"{company} recruits for {name}. We don’t verify clients.")
    if not standing.is_known:
        sentences.append(
            f"We haven’t confirmed who posts for {company}. Before you send anything, look for "
            "the same job on its own website."
        )
    if listing.apply_url:
        sentences.append(f"Applying opens {listing.apply_host}.")
    tone = NEUTRAL
    if standing.is_known:
        tone = STATED
    return Answer(standing.sentence, tone, sentences)
