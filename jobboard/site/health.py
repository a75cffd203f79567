from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from jobboard.common.cache import problem_of_redis
from jobboard.common.storage import replica
from jobboard.search.index import reading

from . import background


@require_safe
def live(request) -> JsonResponse:
    """The process answers; says nothing about the database."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@require_safe
def ready(request) -> JsonResponse:
    """Whether requests can be served: 200, or 503 with what is missing. ``notes`` tell what is slow
    or late; this machine is sent requests all the same.
    """
    checks = {"database": "ok", "migrations": "ok"}
    notes = {"search": "unknown"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            checks["migrations"] = "not all applied"
        else:
            notes = {
                "search": reading.state(),
                "workers": background.workers(),
                "tasks": background.tasks(),
                "email": background.email(),
                "cache": cache_state(),
                "replica": replica_state(),
                "disk": background.disk(),
                "backup": background.backup(),
            }
    except Error:
        checks = {"database": "not responding", "migrations": "unknown"}
    is_ready = set(checks.values()) == {"ok"}
    return JsonResponse(
        {"status": "ok" if is_ready else "not ready", **checks, **notes},
        status=200 if is_ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def cache_state() -> str:
    if problem_of_redis():
        return "Redis is not responding, so each machine counts for itself"
    return "ok"


def replica_state() -> str:
    if replica.is_configured() and (problem := replica.describe_problem()):
        return f"{problem}, so all is read from the primary"
    return "ok"
