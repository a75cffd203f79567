"""Bounds of requests: how much one may send, and how often somebody may post, checked before
anything of it is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from jobboard.common.web.limits import HOUR, MINUTE, RateLimitError, check_rate_limit
from jobboard.recruiting import uploads
from jobboard.recruiting.logos import encoding as logos

from . import errors

KB = 2**10  # bytes
MAX_QUERY_LENGTH = 10_000  # characters; gunicorn takes less, other servers more
# The longest description, of 20,000 characters, takes nine bytes for each in most scripts.
MAX_FORM_BYTES = 320 * KB
# The form of a role with all its parts, or an article.
MAX_ADMIN_FORM_BYTES = 1024 * KB
MAX_UNREAD_BYTES = 4 * KB  # what is sent to addresses that take nothing
AROUND_A_FILE = 16 * KB  # what a browser sends beside it


@dataclass(frozen=True)
class PostLimit:
    """Allows ``max_count`` posts to one address in so many seconds, by one person; who is not
    signed in is known by their network.

    ``body`` is in bytes. More than MAX_FORM_BYTES is taken only from who is signed in.
    """

    max_count: int
    seconds: int
    body: int = MAX_FORM_BYTES


A_FEW_AN_HOUR = PostLimit(20, HOUR)
SOME_AN_HOUR = PostLimit(60, HOUR)
OFTEN = PostLimit(300, HOUR)

# By the names of addresses. What ends in a colon or an underscore stands for all that begin so; a
# name of its own goes first.
POST_LIMITS = {
    # Who posts a job.
    "recruiting:post": PostLimit(30, HOUR),
    "recruiting:post_advice": PostLimit(120, MINUTE),
    "recruiting:post_paste": PostLimit(30, MINUTE),
    "recruiting:post_send": A_FEW_AN_HOUR,
    "recruiting:answer": SOME_AN_HOUR,
    "recruiting:verified": A_FEW_AN_HOUR,
    "recruiting:join": A_FEW_AN_HOUR,
    "recruiting:company_new": A_FEW_AN_HOUR,
    "recruiting:company_edit": SOME_AN_HOUR,
    "recruiting:company_join": PostLimit(10, HOUR),
    "recruiting:invite": PostLimit(30, HOUR),
    "recruiting:withdraw_invitation": SOME_AN_HOUR,
    "recruiting:answer_join_request": SOME_AN_HOUR,
    "recruiting:change_member": SOME_AN_HOUR,
    "recruiting:job_emails": SOME_AN_HOUR,
    "recruiting:leave": SOME_AN_HOUR,
    "recruiting:verify": PostLimit(10, HOUR),
    "recruiting:careers": PostLimit(20, HOUR, 64 * KB),
    "recruiting:careers_trial": SOME_AN_HOUR,
    "recruiting:careers_disconnect": SOME_AN_HOUR,
    "recruiting:careers_withdraw": SOME_AN_HOUR,
    "recruiting:api_tokens": PostLimit(30, HOUR),
    "recruiting:revoke_token": SOME_AN_HOUR,
    "recruiting:change_logo": PostLimit(30, HOUR, logos.MAX_BYTES + AROUND_A_FILE),
    "recruiting:upload": PostLimit(20, HOUR, uploads.MAX_BYTES + AROUND_A_FILE),
    "recruiting:import_job": A_FEW_AN_HOUR,
    "recruiting:import_columns": SOME_AN_HOUR,
    "recruiting:listing_new": SOME_AN_HOUR,
    "recruiting:listing_edit": OFTEN,
    "recruiting:listing_submit": SOME_AN_HOUR,
    "recruiting:listing_close": OFTEN,
    "recruiting:listing_confirm": OFTEN,
    "recruiting:listing_extend": OFTEN,
    "recruiting:listing_copy": SOME_AN_HOUR,
    "recruiting:listing_repost": SOME_AN_HOUR,
    "recruiting:listing_discard": OFTEN,
    "recruiting:listing_withdraw": OFTEN,
    # Programs of companies; each token has closer limits of its own.
    "api:company_jobs": PostLimit(300, MINUTE),
    "api:company_job": PostLimit(300, MINUTE),
    # Who looks for one.
    "browse:seen": PostLimit(60, MINUTE),
    "browse:ask": PostLimit(60, HOUR, 4 * KB),
    "you:you": PostLimit(120, HOUR),
    "seekers:report": PostLimit(10, HOUR),
    "seekers:alert_new": PostLimit(40, HOUR),
    "seekers:alerts": A_FEW_AN_HOUR,
    "seekers:alert": SOME_AN_HOUR,
    # Mail programs post here for all their users from one network.
    "seekers:alert_end": PostLimit(600, MINUTE),
    "seekers:save": OFTEN,
    "seekers:change_saved": OFTEN,
    # Accounts; allauth has closer limits of its own.
    "account_": PostLimit(60, MINUTE),
    "mfa_": PostLimit(60, MINUTE),
    "usersessions_": PostLimit(60, MINUTE),
    "me:delete": PostLimit(10, HOUR),
    "me:stop_emails": PostLimit(600, MINUTE),  # by mail programs, like seekers:alert_end
    # Staff.
    "admin:recruiting_importjob_upload": PostLimit(60, HOUR, uploads.MAX_BYTES + AROUND_A_FILE),
    "admin:": PostLimit(240, MINUTE, MAX_ADMIN_FORM_BYTES),
    "moderation_": PostLimit(120, MINUTE),
}


TAKE_A_BODY = {"POST", "PATCH", "DELETE"}
# Opening these stores something.
GET_LIMITS = {"mfa_login_webauthn": PostLimit(30, MINUTE)}


def post_limit(name: str) -> PostLimit | None:
    """The limit of the address of that name; None where there is none, as nothing takes a post."""
    if name in POST_LIMITS:
        return POST_LIMITS[name]
    namespace, colon, _ = name.partition(":")
    if colon:
        return POST_LIMITS.get(f"{namespace}:")
    return POST_LIMITS.get(f"{name.partition('_')[0]}_")


class BoundedRequests:
    """Middleware: refuses a request that is too large, or that somebody sends too often.

    It stands before the one that checks CSRF tokens, which reads the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_LENGTH:
            return errors.address_too_long(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if request.method == "GET" and name in GET_LIMITS:
            return self._counted(request, f"get {name}", GET_LIMITS[name])
        if request.method not in TAKE_A_BODY:
            return None
        allowed = post_limit(name)
        if allowed is None:  # nothing takes it; CSRF's check would read it before the view says so
            if body_length(request) > MAX_UNREAD_BYTES:
                return errors.too_large(request)
            return None
        if body_length(request) > longest_body(request, allowed):
            return errors.too_large(request)
        return self._counted(request, f"post {name}", allowed)

    def _counted(
        self, request: HttpRequest, action: str, allowed: PostLimit
    ) -> HttpResponse | None:
        who = str(request.user.pk) if request.user.is_authenticated else ""
        try:
            check_rate_limit(
                request, action, max_count=allowed.max_count, seconds=allowed.seconds, who=who
            )
        except RateLimitError as problem:
            return errors.too_many_requests(request, problem)
        return None


def body_length(request: HttpRequest) -> int:
    """Return the length that the request states; Django reads no more of it."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def longest_body(request: HttpRequest, allowed: PostLimit) -> int:
    if allowed.body > MAX_FORM_BYTES and not request.user.is_authenticated:
        return MAX_FORM_BYTES
    return allowed.body
