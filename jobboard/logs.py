"""What the processes log, and how."""

from typing import Any


def logging_as(form: str) -> dict[str, Any]:
    """For Django's LOGGING. ``form``: "line", or "json" for programs that read it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "format": "{asctime} {levelname} {request_id} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "jobboard.common.web.json_log.JsonLines"},
        },
        "filters": {
            "request_id": {"()": "jobboard.common.web.tracing.AddRequestId"},
            "no_tokens": {"()": "jobboard.common.web.tracing.HideTokens"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "jobboard": {"level": "INFO"},
            "django.request": {"filters": ["no_tokens"]},
            "django.security.csrf": {"filters": ["no_tokens"]},
            # What anybody can send: it is answered with 400, and its traceback tells nothing.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
            "django.security.TooManyFilesSent": {"level": "CRITICAL"},
            "django_tasks": {"level": "WARNING"},
        },
    }
