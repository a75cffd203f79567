"""The description of the API as a page of the site: no script, nothing from elsewhere."""

import json
from collections.abc import Iterator
from itertools import chain

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from ninja.openapi.docs import DocsBase

from . import examples

WORDS = {"array": "several", "integer": "integer", "number": "number", "string": "text"}


class PlainDocs(DocsBase):
    def render_page(self, request, api, **kwargs) -> HttpResponse:
        described = api.get_openapi_schema()
        operations = []
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                operations.append(operation_of(path, method, operation))
        schemas = described["components"]["schemas"]
        context = {
            "about": described["info"],
            "operations": [one for one in operations if not one["needs_token"]],
            "company_operations": [one for one in operations if one["needs_token"]],
            "fields": fields_of(schemas["NewJobIn"], schemas),
            "job_sent": json.dumps(examples.JOB_SENT, indent=2, ensure_ascii=False),
        }
        return render(request, "api/docs.html", context)


def operation_of(path: str, method: str, operation: dict) -> dict:
    """What the page shows of one address."""
    in_path = {one["name"]: one for one in operation["parameters"] if one["in"] == "path"}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "needs_token": "security" in operation,
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


def fields_of(schema: dict, schemas: dict) -> list[dict]:
    """Of what is sent, each with those of its parts."""
    required = set(schema.get("required", []))
    fields = sorted(schema["properties"].items(), key=lambda item: item[0] not in required)
    return [
        {
            "name": name,
            "meaning": field.get("description", ""),
            "values": _values(field, schemas),
            "parts": _parts(field, schemas),
        }
        for name, field in fields
    ]


def _types(field: dict, schemas: dict) -> Iterator[dict]:
    """What it may be; of a list, what is in it."""
    for one in field.get("anyOf") or field.get("allOf") or [field]:
        inner = one.get("items", one)
        yield schemas[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner


def _values(field: dict, schemas: dict) -> list[str]:
    found = chain.from_iterable(one.get("enum", []) for one in _types(field, schemas))
    return [value for value in found if value]


def _parts(field: dict, schemas: dict) -> list[dict]:
    """None where a plain text will do as well."""
    types = list(_types(field, schemas))
    if any(one.get("type") == "string" for one in types):
        return []
    return next((fields_of(one, schemas) for one in types if "properties" in one), [])


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
