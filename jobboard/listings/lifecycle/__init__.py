"""What can happen to a listing. Views, the admin, commands and tests all call these, so events and
mails never differ.

Mails are rows of the queue's table, written in the transaction of the change: they leave if, and
only if, it commits.
"""

from .drafts import (
    check_edit,
    copy_listing,
    create_company,
    create_draft,
    discard_listing,
    edit_listing,
    repost_listing,
)
from .ending import (
    close_listing,
    confirm_listing,
    relist_listing,
    renew_listings,
    set_relisted,
    set_renewed,
    unlist_listing,
)
from .folding import join_listings, settle_copies, settle_ended, split_listing
from .record import (
    LIVE_DAYS,
    Actor,
    EditConflict,
    Kind,
    Status,
    WrongState,
    end_of_day,
    event,
    expiry,
    record,
)
from .review import (
    EDITOR_DECIDED,
    FEATURED_DAYS,
    QueueFullError,
    accept_as_relevant,
    feature_listing,
    go_live,
    hide_listing,
    publish_listing,
    reject_listing,
    return_listing,
    room_in_review,
    settle_listing,
    show_listing,
    submit_listing,
)

__all__ = [
    "EDITOR_DECIDED",
    "FEATURED_DAYS",
    "LIVE_DAYS",
    "Actor",
    "EditConflict",
    "Kind",
    "QueueFullError",
    "Status",
    "WrongState",
    "accept_as_relevant",
    "check_edit",
    "close_listing",
    "confirm_listing",
    "copy_listing",
    "create_company",
    "create_draft",
    "discard_listing",
    "edit_listing",
    "end_of_day",
    "event",
    "expiry",
    "feature_listing",
    "go_live",
    "hide_listing",
    "join_listings",
    "publish_listing",
    "record",
    "reject_listing",
    "relist_listing",
    "renew_listings",
    "repost_listing",
    "return_listing",
    "room_in_review",
    "set_relisted",
    "set_renewed",
    "settle_copies",
    "settle_ended",
    "settle_listing",
    "show_listing",
    "split_listing",
    "submit_listing",
    "unlist_listing",
]
