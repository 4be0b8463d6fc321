# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of a request that no schema knows.

Trieve's schemas allow any further key and its server ignores it, so a misspelt option would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def unknown_keys(validator: Any, schema: Schema, value: Any, path: str = "$") -> Iterator[str]:
    """The path of each key that is in none of the schemas for its place. Free-form objects may have any.

    `validator` is one for the whole document, by which references are found and variants told apart.
    """
    if not isinstance(value, (dict, list)):
        return
    variants = list(_variants(validator.schema, schema))
    fitting = [one for one in variants if validator.evolve(schema=one).is_valid(value)] or variants
    if isinstance(value, list):
        items = [one["items"] for one in fitting if "items" in one]
        for index, item in enumerate(value):
            if items:
                yield from unknown_keys(validator, {"anyOf": items}, item, f"{path}[{index}]")
        return
    if any(_takes_any_key(one) for one in fitting):
        return
    for key, item in value.items():
        known = [one["properties"][key] for one in fitting if key in one.get("properties", {})]
        if not known:
            yield f"{path}.{key}"
        else:
            yield from unknown_keys(validator, {"anyOf": known}, item, f"{path}.{key}")


def _variants(document: Schema, schema: Schema) -> Iterator[Schema]:
    """The simple schemas of which one applies, references resolved and `allOf` merged."""
    if "$ref" in schema:
        yield from _variants(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    elif "allOf" in schema:
        parts = [part for one in schema["allOf"] for part in _variants(document, one)]
        properties = {key: below for part in parts for key, below in part.get("properties", {}).items()}
        yield {**schema, "properties": properties} if properties else parts[0]
    elif "anyOf" in schema or "oneOf" in schema:
        for one in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
            yield from _variants(document, one)
    else:
        yield schema


def _takes_any_key(schema: Schema) -> bool:
    if "properties" in schema or "enum" in schema:
        return False
    return bool(schema.get("additionalProperties")) or schema.get("type", "object") == "object"
