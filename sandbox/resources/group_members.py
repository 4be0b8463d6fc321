# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chunks in groups (docs/server.md 6). PostgreSQL first, then the vector store."""

from __future__ import annotations

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, LOGGED, Body, Call, OptionalBody, PathUuid, no_content, reply
from ..calls.params import read_query, uuid
from ..calls.route import Route
from ..formats.bodies import List, Opt, Str, Struct, Uuid
from ..formats.errors import QueryRefusal, bad_request, not_found
from ..store import chunk_store
from ..store.database import Row
from . import chunk_reads
from .groups import by_id, by_tracking_id, find_tracking_id, group_object

ADD = Struct("AddChunkToGroupReqPayload", chunk_id=Opt(Uuid()), chunk_tracking_id=Opt(Str()))
REMOVE = Struct("RemoveChunkFromGroupReqPayload", chunk_id=Uuid())
GROUPS_OF = Struct("GetGroupsForChunksReqPayload", chunk_ids=Opt(List(Uuid())), chunk_tracking_ids=Opt(List(Str())))
COUNT = Struct("GetChunkGroupCountRequest", group_id=Opt(Uuid()), group_tracking_id=Opt(Str()))


def add_to(call: Call, group: Row) -> Response:
    """Make a chunk a member; again is fine."""
    body = call.body
    if body["chunk_id"] is not None:
        chunk_id = call.store.value(
            "SELECT id FROM chunks WHERE id = ? AND dataset_id = ?", body["chunk_id"], call.dataset["id"]
        )
        if chunk_id is None:
            raise bad_request("Error creating bookmark")
    elif body["chunk_tracking_id"] is not None:
        chunk_id = chunk_reads.by_tracking_id(call, body["chunk_tracking_id"])["id"]
    else:
        raise bad_request("No chunk id or tracking id provided")
    with call.store.transaction():
        call.store.run("INSERT OR IGNORE INTO group_members VALUES (?, ?)", group["id"], chunk_id)
        chunk_store.refresh_points(call.store, [chunk_id])
    return no_content()


def add(call: Call) -> Response:
    """POST /api/chunk_group/chunk/{group_id}."""
    return add_to(call, by_id(call, call.params["group_id"]))


def add_by_tracking_id(call: Call) -> Response:
    """POST /api/chunk_group/tracking_id/{tracking_id}."""
    return add_to(call, by_tracking_id(call, call.params["tracking_id"]))


def remove(call: Call) -> Response:
    """DELETE /api/chunk_group/chunk/{group_id}: the chunk from the body, else from the query."""
    chunk_id = call.body["chunk_id"] if call.body else None
    if chunk_id is None:
        try:
            chunk_id = read_query(call.query, {"chunk_id": uuid})["chunk_id"]
        except QueryRefusal:
            chunk_id = None
    if chunk_id is None:
        raise bad_request("chunk_id not specified")
    group = by_id(call, call.params["group_id"])
    with call.store.transaction():
        call.store.run("DELETE FROM group_members WHERE group_id = ? AND chunk_id = ?", group["id"], chunk_id)
        if call.store.value("SELECT 1 FROM chunks WHERE id = ?", chunk_id) is None:
            raise bad_request("Error getting qdrant_point_id")
        chunk_store.refresh_points(call.store, [chunk_id])
    return no_content()


def groups_of(call: Call) -> Response:
    """POST /api/chunk_group/chunks: the groups of some chunks; a chunk without groups is absent."""
    ids = list(call.body["chunk_ids"] or ())
    for tracking_id in call.body["chunk_tracking_ids"] or ():
        row = chunk_reads.find_tracking_id(call, tracking_id)
        if row is not None:
            ids.append(row["id"])
    if not ids:
        raise not_found(
            "No valid chunks found. Ensure you pass at least 1 valid tracking_id or chunk_id"
            " and that it is present in the dataset"
        )
    answer = []
    for chunk_id in dict.fromkeys(ids):
        rows = call.store.all(
            "SELECT g.* FROM chunk_groups g JOIN group_members m ON m.group_id = g.id"
            " WHERE m.chunk_id = ? AND g.dataset_id = ? ORDER BY g.created_at",
            chunk_id,
            call.dataset["id"],
        )
        if rows:
            answer.append({"chunk_uuid": chunk_id, "slim_groups": [group_object(call, row) for row in rows]})
    return reply(answer)


def count(call: Call) -> Response:
    """POST /api/chunk_group/count: counted in the vector store."""
    body = call.body
    if body["group_id"] is not None:
        group = by_id(call, body["group_id"])
    elif body["group_tracking_id"] is not None:
        found = find_tracking_id(call, body["group_tracking_id"])
        if found is None:
            raise not_found("Group not found")
        group = found
    else:
        raise bad_request("No group_id or tracking_id provided, please provide at least one")
    chunk_reads.need_vector_store(call, "Error fetching point count")
    number = call.store.value(
        "SELECT COUNT(*) FROM points p, json_each(p.payload, '$.group_ids') g WHERE p.dataset_id = ? AND g.value = ?",
        call.dataset["id"],
        group["id"],
    )
    return reply({"group_id": group["id"], "count": number})


_ID = PathUuid("group_id")
ROUTES = [
    Route("POST", "/api/chunk_group/chunks", groups_of, (Body(GROUPS_OF), DATASET, LOGGED)),
    Route("POST", "/api/chunk_group/count", count, (Body(COUNT), DATASET, LOGGED)),
    Route("POST", "/api/chunk_group/chunk/{group_id}", add, (Body(ADD), _ID, DATASET, ADMIN)),
    Route("DELETE", "/api/chunk_group/chunk/{group_id}", remove, (_ID, OptionalBody(REMOVE), ADMIN, DATASET)),
    Route("POST", "/api/chunk_group/tracking_id/{tracking_id}", add_by_tracking_id, (Body(ADD), DATASET, ADMIN)),
]
