# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request bodies made from the schemas of Trieve's description, good ones and broken ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .openapi import corrected

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
"""NUL is refused by the server's database, a lone surrogate is no JSON."""

WHOLE = st.integers(0, 2**31 - 1)
ANYTHING = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
UNKNOWN = st.dictionaries(TEXT.map(lambda text: f"no_{text}"), ANYTHING, max_size=3)
"""Keys that no struct of Trieve's has."""

_GOOD: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "boolean": st.booleans(),
    "integer": WHOLE,
    "number": st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.integers(-1000, 1000),
    "array": st.lists(TEXT, max_size=3),
}

_VALUES: dict[str, Any] = {
    "string": "text",
    "boolean": True,
    "integer": 5,
    "number": 0.5,
    "array": [{}],
    "object": {"a": 1},
}
"""A value of each type of JSON; the list and the object fit no field."""

_FITTING = {
    "string": {"string"},
    "boolean": {"boolean"},
    "integer": {"integer"},
    "number": {"integer", "number"},
    "array": set[str](),
}


def types(schema_name: str, without: set[str]) -> dict[str, Any]:
    """The simple fields of a schema: name and its type, or its names where it is an enum."""
    schemas = corrected().document["components"]["schemas"]
    found: dict[str, Any] = {}
    for name, field in schemas[schema_name]["properties"].items():
        for choice in field.get("anyOf", [{}]):
            for reference in choice.get("allOf", []):
                field = schemas[reference["$ref"].rpartition("/")[2]]
        kind = field.get("enum", field.get("type"))
        if name not in without and (isinstance(kind, list) or kind in _GOOD):
            found[name] = kind
    return found


def good(fields: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any choice of the fields, each with a value that fits, or with null, which means the same as leaving it out."""
    strategies = {
        name: st.none() | (st.sampled_from(kind) if isinstance(kind, list) else _GOOD[kind])
        for name, kind in fields.items()
    }
    return st.fixed_dictionaries({}, optional=strategies)


def wrong(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """Each field with each value whose type does not fit it."""
    pairs: list[tuple[str, Any]] = []
    for name, kind in fields.items():
        if isinstance(kind, list):  # another type is an error of another class there
            pairs += [(name, ""), (name, kind[0].upper())]
        else:
            pairs += [(name, value) for type_, value in _VALUES.items() if type_ not in _FITTING[kind]]
    return pairs
