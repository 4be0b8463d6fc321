# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of chunks: typed down to the last level, and refused where the server would read them as something else.

The server ignores a misspelt clause, takes a condition with an empty list for no condition, and an unknown field for one that
no chunk has (docs/server.md 7). So an incomplete filter finds, or deletes, everything.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean
from .._core.times import to_utc
from ..trieve import as_uuid


def _range(kind: str) -> dict[str, t.Any]:
    return dict(type="dict", options={name: dict(type=kind) for name in ("gt", "gte", "lt", "lte")})


_POINT: dict[str, t.Any] = dict(
    lat=dict(type="float", required=True),
    lon=dict(type="float", required=True),
)
_POLYGON = dict(
    exterior=dict(type="list", elements="dict", options=_POINT, required=True),
    interior=dict(type="list", elements="list"),
)
_CONDITION: dict[str, t.Any] = dict(
    field=dict(type="str"),
    match_all=dict(type="list", elements="raw"),
    match_any=dict(type="list", elements="raw"),
    range=_range("float"),
    date_range=_range("str"),
    boolean=dict(type="bool"),
    geo_bounding_box=dict(
        type="dict",
        options=dict(
            top_left=dict(type="dict", options=_POINT, required=True),
            bottom_right=dict(type="dict", options=_POINT, required=True),
        ),
    ),
    geo_radius=dict(
        type="dict",
        options=dict(
            center=dict(type="dict", options=_POINT, required=True),
            radius=dict(type="float", required=True),
        ),
    ),
    geo_polygon=dict(type="dict", options=_POLYGON),
    ids=dict(type="list", elements="str"),
    tracking_ids=dict(type="list", elements="str"),
)
_CONDITIONS = dict(type="list", elements="dict", options=_CONDITION)

CLAUSES = ("must", "must_not", "should")

FILTERS: dict[str, t.Any] = dict(type="dict", options=dict.fromkeys(CLAUSES, _CONDITIONS))
"""The spec of an option that is a filter."""

Filters = dict[str, t.Any]
"""A filter as it is sent: at least one clause, each with at least one complete condition."""

_FIELDS = (
    "tag_set",
    "link",
    "tracking_id",
    "num_value",
    "weight",
    "time_stamp",
    "location",
    "group_ids",
    "group_tracking_ids",
    "group_tag_set",
)
_OBJECTS = ("metadata.", "group_metadata.")
_MATCHES = ("match_any", "match_all")
_BY_ID = ("ids", "tracking_ids")


def in_groups(group_ids: t.Sequence[str]) -> Filters:
    """The filter for the chunks in some groups.

    :param group_ids: at least one: the server takes an empty list for every chunk of the dataset (docs/server.md 7)
    """
    return {"must": [{"field": "group_ids", "match_any": list(group_ids)}]}


def without_unset(value: t.Any) -> t.Any:
    """The value without the suboptions that are not set, which a spec fills with None."""
    if isinstance(value, dict):
        return {name: without_unset(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_unset(item) for item in value]
    return value


def parse_filters(
    options: t.Mapping[str, t.Any] | None, place: str = "filters", one_type: bool = True
) -> Filters | None:
    """The filter as it is sent; None if the option is not set.

    :param place: the option's name
    :param one_type: refuse lists of strings and numbers, of which the server compares one type only
    :raises TaskFailed: the server would read the filter as another one, or as none
    """
    if options is None:
        return None
    filters: Filters = without_unset(dict(options))
    if not filters:
        raise TaskFailed(
            f"{place} has no conditions, so it matches every chunk. Set {', '.join(CLAUSES[:-1])} or {CLAUSES[-1]}, or remove {place}."
        )
    return {
        clause: [
            _condition(condition, f"{place}.{clause}[{number}]", one_type)
            for number, condition in enumerate(_not_empty(conditions, f"{place}.{clause}"))
        ]
        for clause, conditions in filters.items()
    }


def _not_empty(values: t.Sequence[t.Any], place: str) -> t.Sequence[t.Any]:
    if not values:
        raise TaskFailed(
            f"{place} is empty. Trieve ignores an empty list, so the filter would match more. Remove it, or add an entry."
        )
    return values


def _condition(condition: dict[str, t.Any], place: str, one_type: bool) -> dict[str, t.Any]:
    by_id = [name for name in _BY_ID if name in condition]
    kinds = [name for name in condition if name != "field" and name not in _BY_ID]
    if by_id and len(condition) == len(by_id):
        return {name: _ids(condition[name], name, f"{place}.{name}") for name in by_id}
    if by_id or "field" not in condition or not kinds:
        raise TaskFailed(
            f"{place} is incomplete. Set field and a condition on its value, or else only ids, tracking_ids or both."
        )
    if len(kinds) > 1:
        raise TaskFailed(
            f"{place} has {' and '.join(kinds)}, but a condition can only have one of them. Use one condition for each."
        )
    _check_field(condition["field"], place)
    (kind,) = kinds
    value = condition[kind]
    if kind in _MATCHES:
        _not_empty(value, f"{place}.{kind}")
        value = _match(value, f"{place}.{kind}") if one_type else value
    elif kind in ("range", "date_range") and not value:
        raise TaskFailed(f"{place}.{kind} has no limit. Set gt, gte, lt or lte.")
    elif kind == "date_range":
        value = {name: to_utc(text, f"{place}.{kind}.{name}") for name, text in value.items()}
    return {"field": condition["field"], kind: value}


def _ids(values: t.Sequence[str], name: str, place: str) -> list[str]:
    _not_empty(values, place)
    if name != "ids":
        return list(values)
    found = []
    for number, value in enumerate(values):
        known = as_uuid(value)
        if not known:
            raise TaskFailed(
                f"{place}[{number}] {value!r} is not a valid UUID. Set it to the ID of a chunk, or use tracking_ids."
            )
        found.append(known)
    return found


def _check_field(field: str, place: str) -> None:
    if field in _FIELDS or any(field.startswith(prefix) and len(field) > len(prefix) for prefix in _OBJECTS):
        return
    raise TaskFailed(
        f"{place}.field {field!r} is not a field that Trieve can filter by, so no chunk would match.{did_you_mean(field, _FIELDS)}"
        f" Fields are {', '.join(_FIELDS)} and metadata.NAME."
    )


def _match(values: t.Sequence[t.Any], place: str) -> list[t.Any]:
    """The values of a match: all texts or all integers, since the type of the first one decides how the server compares."""
    kinds = set()
    for number, value in enumerate(values):
        if isinstance(value, bool):
            raise TaskFailed(
                f"{place}[{number}] is {str(value).lower()}. Use boolean instead of {place.rpartition('.')[2]} for it."
            )
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, (str, int)):
            raise TaskFailed(
                f"{place}[{number}] is {value!r}, but Trieve only compares strings and whole numbers. Use range for other numbers."
            )
        kinds.add(isinstance(value, str))
    if len(kinds) > 1:
        raise TaskFailed(
            f"{place} has strings and numbers, but the first entry decides what Trieve compares. Use one type."
        )
    return [int(value) if isinstance(value, float) else value for value in values]
