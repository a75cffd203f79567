"""The profiles of roles and comparisons as files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from jobboard.common.web.files import csv_answer, json_answer
from jobboard.common.web.http import found_or_404
from roles.models import pair_slug

from .comparison import comparison_context, published_pair
from .data import comparison_data, role_data
from .role_pages import published_role


@require_safe
def role_json(request: HttpRequest, slug: str) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect("insights:role_json", role.slug, permanent=True)
    return json_answer(role_data(role))


@require_safe
def role_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile line by line: points as they stand, skills and tools with their evidence."""
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect("insights:role_csv", role.slug, permanent=True)
    data = role_data(role)
    rows = [["definition", "", data["definition"], "", "", ""]]
    rows += [[point["kind"], point["label"], point["text"], "", "", ""] for point in data["points"]]
    for kind in ("skill", "tool"):
        for item in data[f"{kind}s"]:
            rows.append(
                [kind, item["name"], item["note"], item["importance"], item["asked_in"], item["of"]]
            )
    rows.append(["outlook", "", data["outlook"], "", "", ""])
    return csv_answer(data["slug"], ["part", "name", "text", "importance", "asked_in", "of"], rows)


@require_safe
def comparison_json(request: HttpRequest, pair: str) -> HttpResponse:
    roles, published = found_or_404(published_pair, pair)
    if (address := pair_slug(*roles)) != pair:
        return redirect("insights:comparison_json", address, permanent=True)
    return json_answer(comparison_data(comparison_context(*roles, published)))


@require_safe
def comparison_csv(request: HttpRequest, pair: str) -> HttpResponse:
    """A line for each skill and tool: who names it, how important, and how many jobs of each role
    ask for it.
    """
    roles, published = found_or_404(published_pair, pair)
    if (address := pair_slug(*roles)) != pair:
        return redirect("insights:comparison_csv", address, permanent=True)
    data = comparison_data(comparison_context(*roles, published))
    columns = [
        "kind",
        "name",
        "in",
        "importance_a",
        "asked_in_a",
        "of_a",
        "importance_b",
        "asked_in_b",
        "of_b",
    ]
    rows = []
    for kind in ("skill", "tool"):
        parts = data[f"{kind}s"]
        for item in parts["only_a"]:
            rows.append([kind, item["name"], "only_a", *_figures(item), "", "", ""])
        for item in parts["shared"]:
            rows.append([kind, item["name"], "shared", *_figures(item["a"]), *_figures(item["b"])])
        for item in parts["only_b"]:
            rows.append([kind, item["name"], "only_b", "", "", "", *_figures(item)])
    return csv_answer(pair, columns, rows)


def _figures(item: dict[str, Any]) -> list[Any]:
    return [item["importance"], item["asked_in"], item["of"]]
