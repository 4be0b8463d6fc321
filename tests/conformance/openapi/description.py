# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trieve's OpenAPI description as a judge of requests and answers."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema.exceptions import best_match
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker

from . import deviations
from .keys import unknown_keys

FILE = Path(__file__).with_name("trieve-0.13.0.json")

_FORMATS = copy.deepcopy(oas30_format_checker)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(\d{3}){1,3})?", re.ASCII)
_FORMATS.checks("time-without-zone")(lambda value: not isinstance(value, str) or bool(_TIME.fullmatch(value)))
_FORMATS.checks("int32")(lambda value: not isinstance(value, int) or -(2**31) <= value < 2**31)
_FORMATS.checks("int64")(lambda value: not isinstance(value, int) or -(2**63) <= value < 2**64)

_BEFORE_ROUTING = ({"message": "Not Found: Could not find dataset"}, {"message": "Not Found: Organization not found"})
"""Answers of the server's middleware, which any path may get, a wrong one too."""


class Description:
    """The description with these deviations applied; by default all."""

    def __init__(self, applied: Iterable[deviations.Deviation] | None = None) -> None:
        self.document: dict[str, Any] = copy.deepcopy(_original())
        for deviation in deviations.load() if applied is None else applied:
            deviation.apply(self.document)
        self._writing = OAS30WriteValidator(self.document, format_checker=_FORMATS)
        self._reading = OAS30ReadValidator(self.document, format_checker=_FORMATS)

    def problems_in_request(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a request; see validate_request."""
        bare, _unused, query = path.partition("?")
        operation = self._operation(method, bare)
        if operation is None:
            return [f"{method} {bare} is not described"]
        described = [parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
        given = [name for name, _unused in parse_qsl(query, keep_blank_values=True)]
        problems = [f"?{name} is not described" for name in set(given) - {one["name"] for one in described}]
        problems += [f"?{one['name']} is missing" for one in described if one["required"] and one["name"] not in given]
        content = operation.get("requestBody")
        if content is None:
            return problems + (["a body where none is described"] if body is not None else [])
        if body is None:
            return problems + (["no body"] if content.get("required") else [])
        schema = content["content"]["application/json"]["schema"]
        problems += self._errors(self._writing, schema, body)
        return problems + [f"{key} is not described" for key in unknown_keys(self._writing, schema, body)]

    def problems_in_answer(self, method: str, path: str, status: int, content_type: str | None, body: Any) -> list[str]:
        """What is wrong with an answer; see validate_answer."""
        if status in (404, 405) and body is None:  # the router's own, for any call
            return []
        bare = path.partition("?")[0]
        operation = self._operation(method, bare)
        if operation is None:
            return [] if body in _BEFORE_ROUTING else [f"{method} {bare} is not described"]
        described = operation["responses"].get(str(status))
        if described is None:
            return [f"status {status} is not described"]
        content = described.get("content", {})
        if body is None:
            return [] if not content else ["an empty answer"]
        if content_type not in content:
            return [f"content type {content_type} is not described"]
        return self._errors(self._reading, content[content_type]["schema"], body)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation of a path; of several templates the one with the fewest parameters."""
        matching = [template for template in self.document["paths"] if _pattern(template).fullmatch(path)]
        for template in sorted(matching, key=lambda template: template.count("{")):
            operation: dict[str, Any] | None = self.document["paths"][template].get(method.lower())
            if operation is not None:
                return operation
        return None

    @staticmethod
    def _errors(validator: Any, schema: dict[str, Any], value: Any) -> list[str]:
        errors = (best_match([error]) for error in validator.evolve(schema=schema).iter_errors(value))
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]


@cache
def _original() -> dict[str, Any]:
    return dict(_nullable_references(json.loads(FILE.read_text(encoding="utf-8"))))


def _nullable_references(value: Any) -> Any:
    """Read `{allOf: [X], nullable: true}` as "X or null".

    That is how Trieve's generator writes it, but OpenAPI 3.0.3 lets `nullable` count only beside a `type`.
    """
    if isinstance(value, list):
        return [_nullable_references(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: _nullable_references(item) for key, item in value.items()}
    if value.get("nullable") is True and "allOf" in value:
        return {"anyOf": [{"allOf": value["allOf"]}, {"enum": [None]}]}
    return value


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))
