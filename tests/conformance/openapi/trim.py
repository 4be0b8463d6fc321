# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes trieve-0.13.0.json out of the description that a Trieve server hands out at /api-docs/openapi.json.

    python tests/conformance/openapi/trim.py openapi.json > tests/conformance/openapi/trieve-0.13.0.json
    python tests/conformance/openapi/trim.py --calls openapi.json > tests/conformance/openapi/calls-0.13.0.json

Kept are the calls of the recordings and of the collection, with every schema they need; words and examples go. With
--calls it is the bare list of all calls, which tools/endpoints.py holds against the plugins.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

UNUSED = (
    "/api/analytics",
    "/api/chunk/generate",
    "/api/chunk/suggestions",
    "/api/experiment/",
    "/api/message",
    "/api/shopify",
    "/api/stripe/checkout",
    "/api/stripe/estimate_bill",
    "/api/stripe/payment_link",
    "/api/stripe/subscription",
    "/api/stripe/usage_plans",
    "/metrics",
)
"""Beginnings of the paths that are left out."""

WORDS = {"description", "example", "examples", "summary", "tags", "operationId", "security", "title"}


def trim(document: dict[str, Any]) -> dict[str, Any]:
    """The part of an OpenAPI 3.0 document that the tests need."""
    paths = {path: _without_words(item) for path, item in document["paths"].items() if not path.startswith(UNUSED)}
    schemas = document["components"]["schemas"]
    needed: dict[str, Any] = {}
    waiting: list[Any] = [paths]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in needed:
                needed[name] = _without_words(schemas[name])
                waiting.append(needed[name])
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "paths": paths,
        "components": {"schemas": dict(sorted(needed.items()))},
    }


def calls(document: dict[str, Any]) -> list[str]:
    """Verb and path of everything that an OpenAPI document describes."""
    return sorted(f"{verb.upper()} {path}" for path, item in document["paths"].items() for verb in item)


def _without_words(value: Any, names: bool = False) -> Any:
    """`names` is true inside `properties`, where a key is a name and no keyword."""
    if isinstance(value, dict):
        return {
            key: _without_words(item, key == "properties" and not names)
            for key, item in value.items()
            if names or key not in WORDS
        }
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    return value


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _references(item)


if __name__ == "__main__":
    make = calls if "--calls" in sys.argv else trim
    json.dump(make(json.loads(Path(sys.argv[-1]).read_text(encoding="utf-8"))), sys.stdout, indent=1)
    print()
