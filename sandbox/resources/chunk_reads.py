# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading chunks (docs/server.md 7)."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.responses import Response

from ..calls.call import DATASET, LOGGED, VERSIONED_DATASET, Body, Call, PathUuid, reply
from ..calls.route import Route
from ..formats.bodies import U64, Enum, Int, List, Opt, Str, Struct, Uuid
from ..formats.errors import Refusal, bad_request, not_found
from ..store import chunk_store, configuration, filters
from ..store.database import Row, unpack
from ..store.filters import FILTER, Point
from ..workers.sections import sections

BY_IDS = Struct("GetChunksData", ids=List(Uuid()))
BY_TRACKING_IDS = Struct("GetTrackingChunksData", tracking_ids=List(Str()))
SORT_BY = Struct(
    "SortByField",
    field=Str(),
    direction=Opt(Enum("desc", "asc")),
    prefetch_amount=Opt(Int(U64, "u64")),
)
SCROLL = Struct(
    "ScrollChunksReqPayload",
    filters=Opt(FILTER),
    page_size=Opt(Int(U64, "u64")),
    offset_chunk_id=Opt(Uuid()),
    sort_by=Opt(SORT_BY),
)
SPLIT = Struct(
    "ChunkHtmlContentReqPayload",
    chunk_html=Str(),
    heading_remove_strings=Opt(List(Str())),
    body_remove_strings=Opt(List(Str())),
)
PAGE_SIZE = 10
SORTABLE = ("num_value", "time_stamp")
"""The fields that have an index; none can be sorted by together with an offset."""
LARGEST_HTML = 262_144


NOT_FOUND_BY_ID = "Chunk with id not found in the specified dataset"
NOT_FOUND_BY_TRACKING_ID = "Chunk with tracking_id not found in the specified dataset"


def find_tracking_id(call: Call, tracking_id: str) -> Row | None:
    """The row of a chunk of the dataset, or None."""
    return call.store.one(
        "SELECT * FROM chunks WHERE dataset_id = ? AND tracking_id = ?", call.dataset["id"], tracking_id
    )


def by_tracking_id(call: Call, tracking_id: str) -> Row:
    """The row of a chunk of the dataset.

    :raises Refusal: 404.
    """
    row = find_tracking_id(call, tracking_id)
    if row is None:
        raise not_found(NOT_FOUND_BY_TRACKING_ID)
    return row


def by_id(call: Call, chunk_id: str) -> Row:
    """The row of a chunk of the dataset.

    :raises Refusal: 404.
    """
    row = call.store.one("SELECT * FROM chunks WHERE id = ? AND dataset_id = ?", chunk_id, call.dataset["id"])
    if row is None:
        raise not_found(NOT_FOUND_BY_ID)
    return row


def need_point(call: Call, row: Row, message: str = "Chunk not found") -> Row:
    """The row, if the vector store has the chunk too.

    :raises Refusal: 404, or 400 where it does not answer.
    """
    need_vector_store(call, "Failed to fetch points from qdrant")
    if not chunk_store.has_point(call.store, row):
        raise not_found(message)
    return row


def need_vector_store(call: Call, message: str) -> None:
    """Do nothing, unless the vector store is down.

    :raises Refusal: 400 with this message.
    """
    if call.machine.is_down("vector_store"):
        raise bad_request(message)


def show(call: Call) -> Response:
    """GET /api/chunk/{chunk_id}: needs row and point."""
    row = by_id(call, call.params["chunk_id"])
    return reply(chunk_store.chunk_object(need_point(call, row), call.version_one))


def show_by_tracking_id(call: Call) -> Response:
    """GET /api/chunk/tracking_id/{tracking_id}."""
    row = by_tracking_id(call, call.params["tracking_id"])
    return reply(chunk_store.chunk_object(need_point(call, row), call.version_one))


def several(call: Call, rows: list[Row | None]) -> Response:
    """Those of the rows that are there; one without a point spoils all."""
    found = [row for row in rows if row is not None]
    for row in found:
        need_point(call, row, "Any one of the specified chunks not found")
    return reply([chunk_store.chunk_object(row, call.version_one) for row in found])


def by_ids(call: Call) -> Response:
    """POST /api/chunks."""
    sql = "SELECT * FROM chunks WHERE id = ? AND dataset_id = ?"
    return several(call, [call.store.one(sql, one, call.dataset["id"]) for one in dict.fromkeys(call.body["ids"])])


def by_tracking_ids(call: Call) -> Response:
    """POST /api/chunks/tracking."""
    wanted = dict.fromkeys(call.body["tracking_ids"])
    return several(call, [find_tracking_id(call, one) for one in wanted])


def points(
    call: Call,
    given: dict[str, Any] | None,
    failure: str,
    start: str | None = None,
    numbers: Iterable[int] | None = None,
) -> Iterator[tuple[str, Point, Row]]:
    """The points of the dataset that pass a filter, by point id: (id, point, joined row with the point's ``number``).

    :param failure: what the server says where the vector store does not answer.
    :param start: the id to begin with.
    :param numbers: of the points that come into question; None for all.
    :raises Refusal: 400 then, and for a filter that the server cannot hand on.
    """
    dataset_id = call.dataset["id"]
    wanted = filters.Filter(given, call.store, dataset_id, call.now() // 1000)
    need_vector_store(call, failure)
    sql = (
        "SELECT p.rowid AS number, p.id AS point, p.payload, c.* FROM points p LEFT JOIN chunks c ON c.point_id = p.id"
        " WHERE p.dataset_id = ? AND p.id >= ?"
    )
    values = [dataset_id, start or ""]
    if numbers is not None:
        sql += " AND p.rowid IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(list(numbers)))
    if wanted.named is not None:
        # Most clients ask for chunks that they can name: not all of a large dataset has to be looked at then.
        column, names = wanted.named
        sql += (
            " AND p.id IN (SELECT point_id FROM chunks"
            f" WHERE dataset_id = ? AND {column} IN (SELECT value FROM json_each(?)))"
        )
        values += [dataset_id, json.dumps(names)]
    rows = call.store.each(f"{sql} ORDER BY p.id", *values)
    found = (
        (row["point"], Point(call.store, unpack(row["payload"]), row["id"], row["tracking_id"]), row) for row in rows
    )
    return (one for one in found if wanted.fits(one[1]))


def only_points(call: Call) -> bool:
    """Whether the dataset has no rows, but points only."""
    config = configuration.read(unpack(call.dataset["server_configuration"]), call.machine.settings)
    return bool(config["QDRANT_ONLY"])


def point_object(call: Call, point: Point, row: Row, version_one: bool) -> dict[str, Any]:
    """A point as a chunk; without a row (QDRANT_ONLY) the id is nil and the tags are null."""
    if row["id"] is not None:
        return chunk_store.chunk_object(row, version_one)
    fields = {**dict.fromkeys(chunk_store.FIELDS), "weight": 0.0, **point.payload.get("fields", {})}
    nil = "00000000-0000-0000-0000-000000000000"
    times = (point.payload.get("created_at"), point.payload.get("created_at"))
    tracking_id = point.payload.get("tracking_id")
    return chunk_store.shown(nil, call.dataset["id"], tracking_id, fields, None, times, version_one)


def scroll(call: Call) -> Response:
    """POST /api/chunks/scroll: by point id unless sorted; the offset itself comes first again."""
    body = call.body
    start = None
    if body["offset_chunk_id"] is not None:
        start = by_id(call, body["offset_chunk_id"])["point_id"]
    size = PAGE_SIZE if body["page_size"] is None else body["page_size"]
    found = points(call, body["filters"], "Failed to scroll points from qdrant: Unavailable", start)
    if body["sort_by"] is None:
        shown = list(itertools.islice(found, min(size, sys.maxsize)))
    else:
        field = body["sort_by"]["field"]
        if field not in SORTABLE or start is not None:
            raise bad_request(f"Failed to scroll points from qdrant: {field!r} cannot be sorted by here")
        sortable = [one for one in found if one[1].values(field)]
        sortable.sort(key=lambda one: one[1].values(field)[0], reverse=body["sort_by"]["direction"] != "asc")
        shown = sortable[:size]
    if not only_points(call):
        # A point whose row is gone, because the vector store was down when the chunk was deleted.
        shown = [one for one in shown if one[2]["id"] is not None]
    # Tags are a list here in the first version of the API, too.
    return reply({"chunks": [point_object(call, point, row, version_one=False) for _unused, point, row in shown]})


def split(call: Call) -> Response:
    """POST /api/chunk/split: without a key."""
    body = call.body
    if len(body["chunk_html"].encode()) >= LARGEST_HTML:
        raise Refusal(413, "The HTML content is too large")
    parts = sections(body["chunk_html"], body["heading_remove_strings"], body["body_remove_strings"])
    return reply({"chunks": [{"headings": [heading], "body": section} for heading, section in parts]})


_ID = PathUuid("chunk_id")
ROUTES = [
    Route("POST", "/api/chunks", by_ids, (Body(BY_IDS), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunks/tracking", by_tracking_ids, (Body(BY_TRACKING_IDS), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunks/scroll", scroll, (Body(SCROLL), LOGGED, DATASET)),
    Route("POST", "/api/chunk/split", split, (Body(SPLIT),)),
]
LATE_ROUTES = [
    Route("GET", "/api/chunk/tracking_id/{tracking_id}", show_by_tracking_id, (LOGGED, VERSIONED_DATASET)),
    Route("GET", "/api/chunk/{chunk_id}", show, (_ID, LOGGED, VERSIONED_DATASET)),
]
