"""The description of the API as a page of the site: no script, nothing from elsewhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from ninja.openapi.docs import DocsBase

WORDS = {"array": "several", "integer": "integer", "number": "number", "string": "text"}


class PlainDocs(DocsBase):
    def render_page(self, request, api, **kwargs) -> HttpResponse:
        described = api.get_openapi_schema()
        operations = [
            operation_of(path, methods["get"]) for path, methods in described["paths"].items()
        ]
        return render(
            request, "api/docs.html", {"about": described["info"], "operations": operations}
        )


def operation_of(path: str, operation: dict) -> dict:
    """What the page shows of one address."""
    in_path = {one["name"]: one for one in operation["parameters"] if one["in"] == "path"}
    return {
        "id": operation["operationId"],
        "path": path,
        "example": path.format(**{name: one["examples"][0] for name, one in in_path.items()}),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [
            parameter_of(one) for one in operation["parameters"] if one["in"] == "query"
        ],
        "statuses": [
            (status, answer["description"]) for status, answer in operation["responses"].items()
        ],
    }


def parameter_of(parameter: dict) -> dict:
    schema, example = parameter["schema"], parameter["example"]
    values = schema.get("items", schema)
    return {
        "name": parameter["name"],
        "meaning": parameter["description"],
        "kind": WORDS[schema["type"]],
        "values": values["enum"] if len(values.get("enum", ())) in range(1, 12) else [],
        "range": [schema[name] for name in ("minimum", "maximum") if name in schema],
        "example": urlencode({parameter["name"]: example}, doseq=True),
    }
