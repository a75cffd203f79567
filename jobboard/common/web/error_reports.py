"""Sends errors to Sentry with SENTRY_DSN: where in the code, and which release, but neither who met
them nor what they sent.
"""

from typing import Any

import sentry_sdk

from .json_log import without_emails
from .tracing import current_request, path_without_tokens


def report_errors(dsn: str, site: str, **options: Any) -> None:
    """Send errors to Sentry; ``options`` are those of sentry_sdk."""
    sentry_sdk.init(
        dsn,
        environment=site,
        before_send=without_personal_data,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,  # they hold queries with their values
        **options,
    )


def without_personal_data(event: Any, hint: dict[str, Any]) -> Any:
    """Keep only the method and the path without tokens of the request."""
    for name in ["request", "transaction", "user", "extra", "breadcrumbs", "server_name"]:
        event.pop(name, None)
    if request := current_request():
        path = event["transaction"] = path_without_tokens(request)
        event["request"] = {"method": request.method, "url": path}
        event.setdefault("tags", {})["request_id"] = getattr(request, "trace_id", "")
    for error in event.get("exception", {}).get("values", []):
        error["value"] = without_emails(error.get("value") or "")
    if "logentry" in event:
        message = event["logentry"].get("formatted") or event["logentry"].get("message") or ""
        event["logentry"] = {"formatted": without_emails(message)}
    return event
