# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chunk: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import hashlib
import typing as t

from .._core.values import equal
from .._response import Complete
from .options import MANAGED, DesiredChunk

Chunk = dict[str, t.Any]
"""A chunk as results have it, without its groups."""

Groups = list[dict[str, t.Any]]
"""The groups of a chunk: C(id) and C(tracking_id) of each."""

SHOWN_SHAPE = {
    "id": str,
    "tracking_id": (type(None), str),
    "link": (type(None), str),
    "tag_set": (type(None), [str]),
}
"""What a chunk must have to be shown."""

CHUNK_SHAPE = Complete(
    **SHOWN_SHAPE,
    chunk_html=(type(None), str),
    metadata=object,
    num_value=(type(None), int, float),
    weight=(type(None), int, float),
    location=(type(None), Complete(lat=(int, float), lon=(int, float))),
    image_urls=(type(None), [(type(None), str)]),
    time_stamp=(type(None), str),
)
"""What a chunk must have to be compared, sent again or deleted."""

NIL = "00000000-0000-0000-0000-000000000000"
"""The ID of every chunk in a dataset that keeps its chunks in the vector store only."""

_SHOWN = 200
"""Characters of a content that a diff shows."""

_READ = ("link", "metadata", "num_value", "weight", "location", "image_urls")


_NAMES = (
    "id",
    "tracking_id",
    *(name for name in MANAGED if name != "group_tracking_ids"),
    "dataset_id",
    "created_at",
    "updated_at",
)


def to_result(row: t.Mapping[str, t.Any]) -> Chunk:
    """The server's chunk with the keys that every answer of it has."""
    return {name: row.get(name) for name in _NAMES}


def actual(chunk: Chunk, groups: Groups | None, desired: DesiredChunk) -> dict[str, t.Any]:
    """The chunk's values of the declared options, comparable with C(normalized)."""
    values = {**chunk, "group_tracking_ids": [one["tracking_id"] for one in groups or () if one["tracking_id"]]}
    return {name: normalize(name, values[name]) for name in MANAGED if name in desired}


def normalized(desired: DesiredChunk) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a chunk's own."""
    return {name: normalize(name, desired[name]) for name in MANAGED if name in desired}


def normalize(name: str, value: t.Any) -> t.Any:
    """The form in which two values of an option are equal if the server does the same with them (docs/server.md 7)."""
    if name == "tag_set":  # kept as a set, and a tag with a comma is read as two
        return sorted({part for tag in value or () for part in tag.split(",")})
    if name == "group_tracking_ids":
        return sorted(set(value or ()))
    if name == "metadata":
        return {} if value is None else value
    if name == "time_stamp" and value:  # read without its zone, which is UTC
        return value.rstrip("Z").partition(".")[0]
    if name == "location" and value:
        return {key: value[key] for key in ("lat", "lon")}
    if name in ("link", "image_urls"):
        return value or None
    return value


def matches(chunk: Chunk, groups: Groups | None, desired: DesiredChunk) -> bool:
    """Whether a chunk has all declared values."""
    return equal(actual(chunk, groups, desired), normalized(desired))


def removed(chunk: Chunk, groups: Groups, desired: DesiredChunk) -> bool:
    """Whether a declared list lacks a tag or a group that the chunk has: an upsert would only add (docs/server.md 7)."""
    before, after = actual(chunk, groups, desired), normalized(desired)
    return any(set(before[name]) - set(after[name]) for name in ("tag_set", "group_tracking_ids") if name in after)


def to_upsert(desired: DesiredChunk, chunk: Chunk | None, groups: Groups) -> dict[str, t.Any]:
    """The body that creates a chunk, or replaces it: what an upsert leaves out is lost, so all that exists is sent again."""
    body: dict[str, t.Any] = {}
    if chunk:
        body = {name: chunk[name] for name in _READ if chunk.get(name) is not None}
        body["tag_set"] = chunk.get("tag_set") or []
        if chunk.get("time_stamp"):
            body["time_stamp"] = f"{chunk['time_stamp'].rstrip('Z')}Z"
        if groups:
            body["group_ids"] = [one["id"] for one in groups]
    return {**body, **desired, "upsert_by_tracking_id": True}


def to_update(desired: DesiredChunk, chunk: Chunk, groups: Groups) -> dict[str, t.Any]:
    """The body that replaces the tags and groups of a chunk, too. What it leaves out stays."""
    before, after = actual(chunk, groups, desired), normalized(desired)
    body = {name: desired[name] for name in after if not equal(before[name], after[name])}
    if "group_tracking_ids" in body and not body["group_tracking_ids"]:
        del body["group_tracking_ids"]
        body["group_ids"] = []  # the list that wins if both are sent
    return {"tracking_id": desired["tracking_id"], **body}


def for_diff(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Values without the bulk of a content: its beginning, length and digest, which tell two contents apart."""
    text = values.get("chunk_html")
    if not isinstance(text, str) or len(text) <= _SHOWN:
        return dict(values)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return {**values, "chunk_html": f"{text[:_SHOWN]}… ({len(text)} characters, sha256 {digest})"}
