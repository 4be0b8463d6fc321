# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of chunks, as far as the sandbox evaluates them: on the points of the vector store, in Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..formats.bodies import I64, Bool, Float, Int, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.dates import parse_date
from ..formats.errors import bad_request
from .database import Store, unpack

NUMBER = Untagged("RangeCondition", Int(I64, "i64"), Float())
GEO_NUMBER = Untagged("GeoTypes", Int(I64, "i64"), Float())
GEO = Struct("GeoInfo", lat=GEO_NUMBER, lon=GEO_NUMBER)
MATCH = Opt(List(Untagged("MatchCondition", Str(), Int(I64, "i64"), Float(), Bool())))
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
KNOWN = frozenset(("tag_set", "link", "num_value", "time_stamp", "location", "group_tag_set", "group_ids", "content"))
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
        if field == "group_tracking_ids":
            return [row["tracking_id"] for row in self.groups() if row["tracking_id"] is not None]
        if field == "tracking_id":
            return [] if self.tracking_id is None else [self.tracking_id]
        if field not in KNOWN:
            return []
        value = self.payload.get(field)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

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


def check(given: dict[str, Any] | None) -> None:
    """Refuse a condition that names nothing.

    :raises Refusal: 400.
    """
    for name in ("must", "should", "must_not"):
        for condition in (given or {}).get(name) or ():
            if "field" not in condition and condition["ids"] is None and condition["tracking_ids"] is None:
                raise bad_request("ids or tracking_ids must be provided")


def fits(given: dict[str, Any] | None, point: Point, now: int) -> bool:
    """Whether a point passes a filter; no filter lets everything pass."""
    if not given:
        return True
    if any(not holds(condition, point, now) for condition in given["must"] or ()):
        return False
    if any(holds(condition, point, now) for condition in given["must_not"] or ()):
        return False
    should = given["should"] or ()
    return not should or any(holds(condition, point, now) for condition in should)


def holds(condition: dict[str, Any], point: Point, now: int) -> bool:
    """Whether a point meets one condition."""
    if "field" not in condition:
        return point.chunk_id in (condition["ids"] or ()) or point.tracking_id in (condition["tracking_ids"] or ())
    values = point.values(condition["field"])
    if condition["match_any"] is not None:
        return any(_equal(value, wanted) for value in values for wanted in condition["match_any"])
    if condition["match_all"] is not None:
        return all(any(_equal(value, wanted) for value in values) for wanted in condition["match_all"])
    if condition["range"] is not None:
        numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        return any(_between(value, condition["range"]) for value in numbers)
    if condition["date_range"] is not None:
        bounds = {
            name: None if text is None else parse_date(text, now) for name, text in condition["date_range"].items()
        }
        return any(_between(value, bounds) for value in values if isinstance(value, int))
    if condition["boolean"] is not None:
        return condition["boolean"] in values
    places = [value for value in values if isinstance(value, dict) and "lat" in value]
    return any(_at(place, condition) for place in places)


def _equal(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _between(value: Any, bounds: dict[str, Any]) -> bool:
    return all(COMPARE[name](value, bound) for name, bound in bounds.items() if bound is not None)


def _at(place: dict[str, float], condition: dict[str, Any]) -> bool:
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
