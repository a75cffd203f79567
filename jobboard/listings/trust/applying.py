"""Says where the button of a job leads: never to “the company’s site” without proof."""

from jobboard.common.hosts.domains import host_of, is_under
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Listing

from .hosts import find_board


def apply_words(listing: Listing) -> str:
    """“Apply on Greenhouse, board acme”, “Apply at acme.example” where the company has shown that
    this is its domain, “Apply on jobs.example.net”, or “Apply by email”. It says whose the address
    is, so who posted the job makes no difference.
    """
    if not listing.apply_url:
        return "Apply by email"
    board = find_board(listing.apply_url)
    if board and board.board:
        return f"Apply on {board.system}, board {board.board}"
    if board:
        return f"Apply on {board.system}"
    host = host_of(listing.apply_url)
    company = listing.company
    is_own = company_is_proven(company) and is_under(host, company.domain)
    if is_own:
        return f"Apply at {host}"
    return f"Apply on {host}"
