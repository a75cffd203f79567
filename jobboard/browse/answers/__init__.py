"""Four answers above the text of a job: who may do it and from where, how its pay compares, how
fresh it is, and who the employer is. Each says what the employer said, or that it did not.
"""

from collections.abc import Sequence
from typing import Any

from jobboard.feeds.parsing.texts.whereabouts import Whereabouts
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing

from .answer import Answer
from .employer import who_it_is
from .fresh import how_fresh
from .pay import how_pay_compares
from .who_may import who_may


def four_answers(
    listing: Listing,
    context: dict[str, Any],
    statements: Sequence[Whereabouts],
    at_level: MarketFacts | None,
) -> dict[str, Answer]:
    """``context`` is that of ``listing_context`` with the open copies, ``sources``."""
    return {
        "who": who_may(listing, statements),
        "pay": how_pay_compares(
            listing,
            context["pay"],
            context["facts"],
            at_level,
            covers_several=context["covers_several"],
        ),
        "fresh": how_fresh(listing, context["record"], len(context["sources"])),
        "employer": who_it_is(listing),
    }
