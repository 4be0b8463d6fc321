# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chunk groups (docs/server.md 6.1 to 6.3)."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.responses import Response

from ..calls.call import (
    ADMIN,
    DATASET,
    LOGGED,
    VERSIONED_DATASET,
    Body,
    Call,
    PathInt,
    PathUuid,
    Query,
    no_content,
    reply,
)
from ..calls.params import boolean, uuid
from ..calls.route import Route
from ..formats.bodies import U64, Bool, Json, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.clock import stamp, stored
from ..formats.errors import Panic, QueryRefusal, Refusal, bad_request, not_found
from ..formats.ids import new_id
from ..store import chunk_store
from ..store.database import Row, pack, unpack

TAGS = Opt(List(Str()))
SINGLE = Struct(
    "CreateSingleChunkGroupReqPayload",
    name=Opt(Str()),
    description=Opt(Str()),
    tracking_id=Opt(Str()),
    metadata=Opt(Json()),
    tag_set=TAGS,
    upsert_by_tracking_id=Opt(Bool()),
)
CREATE = Untagged("CreateChunkGroupReqPayloadEnum", SINGLE, List(SINGLE))
UPDATE = Struct(
    "UpdateChunkGroupReqPayload",
    group_id=Opt(Uuid()),
    tracking_id=Opt(Str()),
    name=Opt(Str()),
    description=Opt(Str()),
    metadata=Opt(Json()),
    tag_set=TAGS,
    update_chunks=Opt(Bool()),
)
UPDATE_BY_TRACKING_ID = Struct(
    "UpdateGroupByTrackingIDReqPayload",
    tracking_id=Str(),
    name=Opt(Str()),
    description=Opt(Str()),
    metadata=Opt(Json()),
    tag_set=TAGS,
)
MOST = 1000
PAGE = 10


def created_object(row: Row | dict[str, Any], times: Any = stored) -> dict[str, Any]:
    """A group as POST answers it."""
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "created_at": times(row["created_at"]),
        "updated_at": times(row["updated_at"]),
        "dataset_id": row["dataset_id"],
        "tracking_id": row["tracking_id"],
        "metadata": unpack(row["metadata"]),
        "tag_set": unpack(row["tag_set"]),
    }


def group_object(call: Call, row: Row) -> dict[str, Any]:
    """A group as reads show it: with one of its files."""
    file_id = call.store.value("SELECT file_id FROM file_groups WHERE group_id = ? LIMIT 1", row["id"])
    return {
        "id": row["id"],
        "dataset_id": row["dataset_id"],
        "name": row["name"],
        "description": row["description"],
        "tracking_id": row["tracking_id"],
        "tag_set": unpack(row["tag_set"]),
        "metadata": unpack(row["metadata"]),
        "file_id": file_id,
        "created_at": stored(row["created_at"]),
        "updated_at": stored(row["updated_at"]),
    }


def by_id(call: Call, group_id: str) -> Row:
    """A group of the dataset.

    :raises Refusal: 404.
    """
    row = call.store.one("SELECT * FROM chunk_groups WHERE id = ? AND dataset_id = ?", group_id, call.dataset["id"])
    if row is None:
        raise not_found(f"Group with id not found {group_id}")
    return row


def find_tracking_id(call: Call, tracking_id: str) -> Row | None:
    """A group of the dataset, or None."""
    return call.store.one(
        "SELECT * FROM chunk_groups WHERE dataset_id = ? AND tracking_id = ?", call.dataset["id"], tracking_id
    )


def by_tracking_id(call: Call, tracking_id: str) -> Row:
    """A group of the dataset.

    :raises Refusal: 404.
    """
    row = find_tracking_id(call, tracking_id)
    if row is None:
        raise not_found(f"Group with tracking_id {tracking_id} not found")
    return row


def count_change(call: Call, by: int) -> None:
    """Move the dataset's group counter, which grows with every change too and so overstates the pages."""
    call.store.run(
        "UPDATE dataset_usage_counts SET group_count = MAX(group_count + ?, 0) WHERE dataset_id = ?",
        by,
        call.dataset["id"],
    )


def create(call: Call) -> Response:
    """POST /api/chunk_group: an object if exactly one group comes out; upserts come first."""
    items = call.body if isinstance(call.body, list) else [call.body]
    if len(items) > MOST:
        raise Refusal(413, f"Cannot create more than {MOST} chunk groups at a time")
    for item in items:
        item["tracking_id"] = item["tracking_id"] or None
    upserts = [item for item in items if item["upsert_by_tracking_id"] and item["tracking_id"] is not None]
    plain = [item for item in items if not (item["upsert_by_tracking_id"] and item["tracking_id"] is not None)]
    if len({item["tracking_id"] for item in upserts}) != len(upserts):
        raise bad_request("Cannot create multiple groups with the same tracking_id")
    with call.store.transaction():
        answer = [upsert(call, item) for item in upserts]
        inserted = [group for group in (insert(call, item) for item in plain) if group]
    answer += inserted or [phantom(call, item) for item in plain]
    return reply(answer[0] if len(answer) == 1 else answer)


def insert(call: Call, item: dict[str, Any]) -> dict[str, Any] | None:
    """Store a new group; None if its tracking id is taken."""
    now = call.now() // 1000
    row = {
        "id": new_id(),
        "dataset_id": call.dataset["id"],
        "name": item["name"] or "",
        "description": item["description"] or "",
        "tracking_id": item["tracking_id"],
        "metadata": pack({} if item["metadata"] is None else item["metadata"]),
        "tag_set": pack(item["tag_set"] or []),
        "created_at": now,
        "updated_at": now,
    }
    if item["tracking_id"] is not None and find_tracking_id(call, item["tracking_id"]) is not None:
        return None
    call.store.insert("chunk_groups", **row)
    count_change(call, 1)
    return created_object(row)


def upsert(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    """Replace all fields of the group with this tracking id, or store a new one."""
    old = find_tracking_id(call, item["tracking_id"])
    if old is None:
        group = insert(call, item)
        assert group is not None
        return group
    row = {
        **dict(old),
        "name": item["name"] or "",
        "description": item["description"] or "",
        "metadata": pack({} if item["metadata"] is None else item["metadata"]),
        "tag_set": pack(item["tag_set"] or []),
        "updated_at": call.now() // 1000,
    }
    write(call, row)
    return created_object(row)


def phantom(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    """The answer for a group that was not stored: an id that does not exist."""
    now = call.now()
    row = {
        "id": new_id(),
        "name": item["name"] or "",
        "description": item["description"] or "",
        "created_at": now,
        "updated_at": now,
        "dataset_id": call.dataset["id"],
        "tracking_id": item["tracking_id"],
        "metadata": None,
        "tag_set": None,
    }
    return created_object(row, stamp)


def write(call: Call, row: dict[str, Any]) -> None:
    """Store a changed group.

    :raises Refusal: 400 if the tracking id is taken.
    """
    try:
        call.store.run(
            "UPDATE chunk_groups SET name = ?, description = ?, tracking_id = ?, metadata = ?, tag_set = ?,"
            " updated_at = ? WHERE id = ?",
            *(row[name] for name in ("name", "description", "tracking_id", "metadata", "tag_set", "updated_at", "id")),
        )
    except sqlite3.IntegrityError:
        raise bad_request(
            'Error updating group DatabaseError(UniqueViolation, "duplicate key value violates unique constraint'
            ' \\"chunk_group_tracking_id_dataset_id_key\\"")'
        ) from None
    count_change(call, 1)


def update(call: Call) -> Response:
    """PUT /api/chunk_group: metadata, and by id the tracking id too, are cleared where they are left out."""
    body = call.body
    if body["group_id"] is not None:
        row = dict(by_id(call, body["group_id"]))
        row["tracking_id"] = body["tracking_id"]
    elif body["tracking_id"] is not None:
        row = dict(by_tracking_id(call, body["tracking_id"]))
    else:
        raise bad_request("No group id or tracking id provided")
    for name in ("name", "description"):
        if body[name] is not None:
            row[name] = body[name]
    if body["tag_set"] is not None:
        row["tag_set"] = pack(body["tag_set"])
    row["metadata"] = None if body["metadata"] is None else pack(body["metadata"])
    row["updated_at"] = call.now() // 1000
    with call.store.transaction():
        write(call, row)
        if body["update_chunks"]:
            call.machine.queues.put("groups", "update_group_chunks", call.dataset["id"], {"group_id": row["id"]})
    return no_content()


def update_by_tracking_id(call: Call) -> Response:
    """PUT /api/chunk_group/tracking_id/{tracking_id}: the body decides, and it never works."""
    by_tracking_id(call, call.body["tracking_id"])
    raise bad_request("Error updating group NotFound")


def show(call: Call) -> Response:
    """GET /api/chunk_group/{group_id}."""
    return reply(group_object(call, by_id(call, call.params["group_id"])))


def show_by_tracking_id(call: Call) -> Response:
    """GET /api/chunk_group/tracking_id/{tracking_id}."""
    return reply(group_object(call, by_tracking_id(call, call.params["tracking_id"])))


def remove(call: Call, row: Row) -> Response:
    """Delete a group, with its member chunks or only their membership."""
    with call.store.transaction():
        members = [
            member["chunk_id"]
            for member in call.store.all("SELECT chunk_id FROM group_members WHERE group_id = ?", row["id"])
        ]
        down = call.machine.is_down("vector_store")
        if call.args["delete_chunks"]:
            chunk_store.delete_chunks(call.store, call.dataset["id"], members, keep_points=down)
        call.store.run("DELETE FROM chunk_groups WHERE id = ?", row["id"])
        chunk_store.refresh_points(call.store, members, keep_tags=True)
        count_change(call, -1)
    if down and members and call.args["delete_chunks"]:
        # The rows are gone by now.
        raise bad_request("Failed to delete points from qdrant")
    return no_content()


def delete(call: Call) -> Response:
    """DELETE /api/chunk_group/{group_id}."""
    return remove(call, by_id(call, call.params["group_id"]))


def delete_by_tracking_id(call: Call) -> Response:
    """DELETE /api/chunk_group/tracking_id/{tracking_id}."""
    return remove(call, by_tracking_id(call, call.params["tracking_id"]))


def index(call: Call) -> Response:
    """GET /api/dataset/groups/{dataset_id}/{page}: by page of the path's dataset, by cursor of the header's."""
    listed = call.dataset["id"] if call.args["use_cursor"] else call.params["dataset_id"]
    pages = call.store.value("SELECT (group_count + 9) / 10 FROM dataset_usage_counts WHERE dataset_id = ?", listed)
    cursor = None
    if call.args["use_cursor"]:
        rows = call.store.all(
            "SELECT * FROM chunk_groups WHERE dataset_id = ? AND id >= ? ORDER BY id LIMIT ?",
            listed,
            call.args["cursor"] or "",
            PAGE + 1,
        )
        cursor = rows[PAGE]["id"] if len(rows) > PAGE else None
        rows = rows[:PAGE]
    else:
        page = max(call.params.get("page", 1), 1)
        rows = call.store.all(
            "SELECT * FROM chunk_groups WHERE dataset_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
            listed,
            PAGE,
            (page - 1) * PAGE,
        )
    groups = [group_object(call, row) for row in rows]
    return reply({"groups": groups, "total_pages": pages or 0, "next_cursor": cursor})


def page_of(call: Call, row: Row) -> Response:
    """The member chunks of a group, ten at a time."""
    if call.params["page"] < 1:
        raise Panic("attempt to subtract with overflow")
    count = call.store.value("SELECT COUNT(*) FROM group_members WHERE group_id = ?", row["id"])
    rows = call.store.all(
        "SELECT c.* FROM chunks c JOIN group_members m ON m.chunk_id = c.id WHERE m.group_id = ?"
        " ORDER BY c.created_at, c.id LIMIT ? OFFSET ?",
        row["id"],
        PAGE,
        (call.params["page"] - 1) * PAGE,
    )
    chunks = [chunk_store.chunk_object(chunk, call.version_one) for chunk in rows]
    return reply({"chunks": chunks, "group": group_object(call, row), "total_pages": -(-count // PAGE)})


def show_page(call: Call) -> Response:
    """GET /api/chunk_group/{group_id}/{page}."""
    return page_of(call, by_id(call, call.params["group_id"]))


def show_page_by_tracking_id(call: Call) -> Response:
    """GET /api/chunk_group/tracking_id/{tracking_id}/{page}: with words of its own for a missing group."""
    row = find_tracking_id(call, call.params["tracking_id"])
    if row is None:
        raise not_found(f"Group with tracking id not found {call.params['tracking_id']}")
    return page_of(call, row)


def exactly_true(name: str, text: str) -> bool:
    """``true`` and nothing else."""
    if text != "true":
        raise QueryRefusal(f"{name}: expected `true`")
    return True


_ID, _PAGE = PathUuid("group_id"), PathInt("page", *U64)
_DELETE = Query(delete_chunks=boolean)
_LIST = Query(use_cursor=exactly_true, cursor=uuid)
_DATASET_ID = PathUuid("dataset_id")
ROUTES = [
    Route("POST", "/api/chunk_group", create, (Body(CREATE), ADMIN, DATASET)),
    Route("PUT", "/api/chunk_group", update, (Body(UPDATE), DATASET, ADMIN)),
    Route("GET", "/api/chunk_group/tracking_id/{tracking_id}", show_by_tracking_id, (DATASET, LOGGED)),
    Route("DELETE", "/api/chunk_group/tracking_id/{tracking_id}", delete_by_tracking_id, (_DELETE, DATASET, ADMIN)),
    Route(
        "PUT",
        "/api/chunk_group/tracking_id/{tracking_id}",
        update_by_tracking_id,
        (Body(UPDATE_BY_TRACKING_ID), DATASET, ADMIN),
    ),
    Route(
        "GET",
        "/api/chunk_group/tracking_id/{tracking_id}/{page}",
        show_page_by_tracking_id,
        (_PAGE, LOGGED, VERSIONED_DATASET),
    ),
    Route("GET", "/api/dataset/groups/{dataset_id}", index, (_DATASET_ID, _LIST, DATASET, LOGGED), bare=True),
    Route("GET", "/api/dataset/groups/{dataset_id}/", index, (_DATASET_ID, _LIST, DATASET, LOGGED), bare=True),
    Route(
        "GET",
        "/api/dataset/groups/{dataset_id}/{page}",
        index,
        (_DATASET_ID, PathInt("page", *U64), _LIST, DATASET, LOGGED),
        bare=True,
    ),
]
LATE_ROUTES = [
    Route("GET", "/api/chunk_group/{group_id}", show, (_ID, DATASET, LOGGED)),
    Route("DELETE", "/api/chunk_group/{group_id}", delete, (_ID, _DELETE, DATASET, ADMIN)),
    Route("GET", "/api/chunk_group/{group_id}/{page}", show_page, (_ID, _PAGE, LOGGED, VERSIONED_DATASET)),
]
