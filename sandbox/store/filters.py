# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of chunks, as far as the sandbox evaluates them: on the points of the vector store, in Python."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..formats.bodies import I64, Bool, Float, Int, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.dates import parse_date
from ..formats.errors import bad_request
from ..formats.ids import NIL
from .database import Store, unpack

NUMBER = Untagged("RangeCondition", Int(I64, "i64"), Float())
GEO_NUMBER = Untagged("GeoTypes", Int(I64, "i64"), Float())
GEO = Struct("GeoInfo", lat=GEO_NUMBER, lon=GEO_NUMBER)
MATCH = Opt(List(Untagged("MatchCondition", Str(), Int(I64, "i64"), Float())))
FIELD = Struct(
    "FieldCondition",
    {"match": "match_any"},
    field=Str(),
    match_any=MATCH,
    match_all=MATCH,
    range=Opt(Struct("Range", gte=Opt(NUMBER), lte=Opt(NUMBER), gt=Opt(NUMBER), lt=Opt(NUMBER))),
    date_range=Opt(Struct("DateRange", gte=Opt(Str()), lte=Opt(Str()), gt=Opt(Str()), lt=Opt(Str()))),
    geo_bounding_box=Opt(Struct("LocationBoundingBox", top_left=GEO, bottom_right=GEO)),
    geo_polygon=Opt(Struct("LocationPolygon", exterior=List(GEO), interior=Opt(List(List(GEO))))),
    geo_radius=Opt(Struct("LocationRadius", center=GEO, radius=Float())),
    boolean=Opt(Bool()),
)
HAS_ID = Struct("HasChunkIDCondition", ids=Opt(List(Uuid())), tracking_ids=Opt(List(Str())))
CONDITION = Untagged("ConditionType", FIELD, HAS_ID)
FILTER = Struct(
    "ChunkFilter",
    should=Opt(List(CONDITION)),
    must=Opt(List(CONDITION)),
    must_not=Opt(List(CONDITION)),
    jsonb_prefilter=Opt(Bool()),
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gte": lambda value, bound: value >= bound,
    "lte": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "lt": lambda value, bound: value < bound,
}
KNOWN = frozenset(
    ("tag_set", "link", "num_value", "weight", "time_stamp", "location", "group_tag_set", "group_ids", "content")
)
EARTH_METRES = 6_371_000


class Point:
    """A point and the row that belongs to it."""

    def __init__(self, store: Store, payload: dict[str, Any], chunk_id: str | None, tracking_id: str | None) -> None:
        self.store = store
        self.payload = payload
        self.chunk_id = chunk_id
        self.tracking_id = tracking_id

    def values(self, field: str) -> list[Any]:
        """The values of a field; none for one that is unknown or unset."""
        head, _unused, rest = field.partition(".")
        if head == "metadata":
            return _dig([self.payload.get("metadata")], rest)
        if head == "group_metadata":
            return _dig([unpack(row["metadata"]) for row in self.groups()], rest)
        if field == "tracking_id":
            return [] if self.tracking_id is None else [self.tracking_id]
        if field not in KNOWN:
            return []
        value = self.payload.get(field)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def numbers(self, field: str) -> list[Any]:
        """The numbers among the values of a field."""
        return [one for one in self.values(field) if isinstance(one, (int, float)) and not isinstance(one, bool)]

    def groups(self) -> list[Any]:
        """The rows of the point's groups."""
        rows = (
            self.store.one("SELECT * FROM chunk_groups WHERE id = ?", group_id)
            for group_id in self.payload["group_ids"]
        )
        return [row for row in rows if row is not None]


def _dig(values: list[Any], path: str) -> list[Any]:
    for name in filter(None, path.split(".")):
        values = [value[name] for value in values if isinstance(value, dict) and name in value]
    found: list[Any] = []
    for value in values:
        found += value if isinstance(value, list) else [value]
    return [value for value in found if value is not None]


Test = Callable[[Point], bool]
CLAUSES = ("should", "must", "must_not")
NO_CONDITION = (
    "No filter condition provided. Field must not be null and date_range, range, boolean, geo_bounding_box, geo_radius,"
    " geo_polygon, match_any, or match_all must be populated."
)


class Filter:
    """A filter as the vector store gets it. Conditions that the server does not see are not in it."""

    def __init__(self, given: dict[str, Any] | None, store: Store, dataset_id: str, now: int) -> None:
        """
        :param given: a ChunkFilter as it was sent; None lets everything pass.
        :raises Refusal: 400 for a condition that the server cannot hand on.
        """
        self.tests: dict[str, list[Test]] = {}
        self.named = _named(given)
        """``id`` or ``tracking_id``, and those of which each chunk that passes has one; None if the filter names none."""
        for clause in CLAUSES:
            found = (_test(condition, clause, store, dataset_id, now) for condition in (given or {}).get(clause) or ())
            self.tests[clause] = [test for test in found if test is not None]

    def fits(self, point: Point) -> bool:
        """Whether a point passes."""
        if not all(test(point) for test in self.tests["must"]) or any(test(point) for test in self.tests["must_not"]):
            return False
        return not self.tests["should"] or any(test(point) for test in self.tests["should"])


def _named(given: dict[str, Any] | None) -> tuple[str, list[str]] | None:
    for condition in (given or {}).get("must") or ():
        if "field" not in condition:
            column = "tracking_id" if condition["ids"] is None else "id"
            return column, condition["tracking_ids" if condition["ids"] is None else "ids"] or []
    return None


def _test(condition: dict[str, Any], clause: str, store: Store, dataset_id: str, now: int) -> Test | None:
    if "field" not in condition:
        return _has_id(condition["ids"], condition["tracking_ids"])
    if condition["field"] in ("ids", "tracking_ids"):
        if clause == "must_not":
            raise bad_request("must_not filters do not work with id or tracking_id")
        wanted = [str(one) for name in ("match_any", "match_all") for one in condition[name] or ()]
        return _has_id(wanted, None) if condition["field"] == "ids" else _has_id(None, wanted)
    if condition["field"] == "group_tracking_ids":
        condition = _by_group_id(condition, store, dataset_id)
    return _field_test(condition, now)


def _has_id(ids: list[str] | None, tracking_ids: list[str] | None) -> Test:
    wanted = tracking_ids if ids is None else ids
    if wanted is None:
        raise bad_request("ids or tracking_ids must be provided")
    if not wanted:
        raise bad_request("Must pass in an ID to the condition")
    known = frozenset(wanted)
    return (lambda point: point.tracking_id in known) if ids is None else (lambda point: point.chunk_id in known)


def _by_group_id(condition: dict[str, Any], store: Store, dataset_id: str) -> dict[str, Any]:
    """The condition on the ids of groups with these tracking ids; of unknown ones on an id that nothing has."""
    name = "match_all" if condition["match_any"] is None else "match_any"
    if condition[name] is None:
        raise bad_request("group_tracking_ids filter can only be used with match_all or match_any clauses")
    sql = "SELECT id FROM chunk_groups WHERE dataset_id = ? AND tracking_id = ?"
    found = [store.value(sql, dataset_id, str(one)) for one in condition[name]]
    ids = [one for one in found if one is not None]
    if not ids or (name == "match_all" and len(ids) != len(found)):
        ids.append(NIL)
    return {**dict.fromkeys(condition), "field": "group_ids", name: ids}


def _field_test(condition: dict[str, Any], now: int) -> Test | None:
    """What the server makes of a condition on a field, in its order; None for an empty list of values."""
    field, any_of, all_of = condition["field"], condition["match_any"], condition["match_all"]
    has_match = any_of is not None or all_of is not None
    if has_match and (condition["range"] is not None or condition["boolean"] is not None):
        raise bad_request("Cannot have both a match and range or boolean conditions")
    if condition["date_range"] is not None:
        bounds = {name: _date(text, now) for name, text in condition["date_range"].items()}
        return lambda point: any(_between(value, bounds) for value in point.numbers(field))
    if condition["range"] is not None:
        return lambda point: any(_between(value, condition["range"]) for value in point.numbers(field))
    if condition["boolean"] is not None:
        return lambda point: any(value is condition["boolean"] for value in point.values(field))
    if any(condition[name] is not None for name in ("geo_bounding_box", "geo_radius", "geo_polygon")):
        return lambda point: any(_at(place, condition) for place in point.values(field) if isinstance(place, dict))
    if not has_match:
        raise bad_request(NO_CONDITION)
    wanted = all_of if any_of is None else any_of
    if not wanted:
        return None
    known = [_as_first(one, wanted[0]) for one in wanted]
    count = all if any_of is None else any
    return lambda point: count(any(_equal(value, one) for value in point.values(field)) for one in known)


def _date(text: str | None, now: int) -> int | None:
    if text is None:
        return None
    value = parse_date(text, now)
    if value is None:
        raise bad_request("Invalid timestamp format")
    return value


def _as_first(value: Any, first: Any) -> Any:
    """A value in the type of the first of the list: a text, or a whole number."""
    if isinstance(first, str):
        return str(value)
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"[+-]?[0-9]+", value) else 0
    return int(value)


def _equal(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _between(value: Any, bounds: dict[str, Any]) -> bool:
    return all(COMPARE[name](value, bound) for name, bound in bounds.items() if bound is not None)


def _at(place: dict[str, float], condition: dict[str, Any]) -> bool:
    if "lat" not in place or "lon" not in place:
        return False
    lat, lon = place["lat"], place["lon"]
    if condition["geo_bounding_box"] is not None:
        box = condition["geo_bounding_box"]
        top, bottom = box["top_left"], box["bottom_right"]
        return bool(bottom["lat"] <= lat <= top["lat"] and top["lon"] <= lon <= bottom["lon"])
    if condition["geo_radius"] is not None:
        centre = condition["geo_radius"]["center"]
        a, b = math.radians(lat), math.radians(centre["lat"])
        half = math.radians(lon - centre["lon"]) / 2
        chord = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half) ** 2
        return bool(2 * EARTH_METRES * math.asin(math.sqrt(chord)) <= condition["geo_radius"]["radius"])
    if condition["geo_polygon"] is not None:
        return _inside(lat, lon, condition["geo_polygon"]["exterior"])
    return False


def _inside(lat: float, lon: float, ring: list[dict[str, float]]) -> bool:
    inside = False
    for one, two in zip(ring, ring[1:] + ring[:1]):  # noqa: B905
        crosses = (one["lat"] > lat) != (two["lat"] > lat)
        if crosses and lon < (two["lon"] - one["lon"]) * (lat - one["lat"]) / (two["lat"] - one["lat"]) + one["lon"]:
            inside = not inside
    return inside
