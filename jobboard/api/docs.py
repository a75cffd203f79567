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
            "operations": [item for item in operations if not item["needs_token"]],
            "company_operations": [item for item in operations if item["needs_token"]],
            "fields": fields_of(schemas["NewJobIn"], schemas),
            "job_sent": json.dumps(examples.JOB_SENT, indent=2, ensure_ascii=False),
        }
        return render(request, "api/docs.html", context)


def operation_of(path: str, method: str, operation: dict) -> dict:
    """The page's row for one address."""
    path_examples = {}
    query_parameters = []
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path_examples[parameter["name"]] = parameter["examples"][0]
        elif parameter["in"] == "query":
            query_parameters.append(parameter_of(parameter))
    responses = operation["responses"].items()
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "needs_token": "security" in operation,
        "path": path,
        "example": path.format(**path_examples),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": query_parameters,
        "statuses": [(status, response["description"]) for status, response in responses],
    }


def fields_of(schema: dict, schemas: dict) -> list[dict]:
    """The fields of what is sent, the required ones first, each with those of its parts."""
    required = set(schema.get("required", []))
    names = sorted(schema["properties"], key=lambda name: name not in required)
    return [_describe_field(name, schema["properties"][name], schemas) for name in names]


def _describe_field(name: str, field: dict, schemas: dict) -> dict:
    types = list(_resolve_types(field, schemas))
    values = chain.from_iterable(field_type.get("enum", []) for field_type in types)
    return {
        "name": name,
        "meaning": field.get("description", ""),
        "values": [value for value in values if value],
        "parts": _describe_parts(types, schemas),
    }


def _resolve_types(field: dict, schemas: dict) -> Iterator[dict]:
    """The types that a field may have; for a list, those of its items."""
    for field_type in field.get("anyOf") or field.get("allOf") or [field]:
        inner = field_type.get("items", field_type)
        yield schemas[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner


def _describe_parts(types: list[dict], schemas: dict) -> list[dict]:
    """A description of the parts; None where a plain text will do as well."""
    if any(field_type.get("type") == "string" for field_type in types):
        return []
    for field_type in types:
        if "properties" in field_type:
            return fields_of(field_type, schemas)
    return []


def parameter_of(parameter: dict) -> dict:
    schema = parameter["schema"]
    example = parameter["example"]
    values = schema.get("items", schema).get("enum", [])
    return {
        "name": parameter["name"],
        "meaning": parameter["description"],
        "kind": WORDS[schema["type"]],
        "values": values if len(values) < 12 else [],
        "range": [schema[name] for name in ("minimum", "maximum") if name in schema],
        "example": urlencode({parameter["name"]: example}, doseq=True),
    }
