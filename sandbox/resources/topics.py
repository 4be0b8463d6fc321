# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, Body, Call, PathUuid, no_content, reply
from ..calls.route import Route
from ..formats.bodies import Json, Opt, Str, Struct, Uuid
from ..formats.clock import stamp, stored
from ..formats.errors import bad_request
from ..formats.ids import new_id
from ..store.database import Row

CREATE = Struct(
    "CreateTopicReqPayload",
    first_user_message=Opt(Str()),
    name=Opt(Str()),
    owner_id=Str(),
    metadata=Opt(Json()),
)
UPDATE = Struct("UpdateTopicReqPayload", topic_id=Uuid(), name=Str())
CLONE = Struct("CloneTopicReqPayload", topic_id=Uuid(), name=Opt(Str()), owner_id=Str())


def topic_object(row: Row | dict[str, Any], times: Any = stored) -> dict[str, Any]:
    """A topic as it is answered."""
    return {
        "id": row["id"],
        "name": row["name"],
        "deleted": bool(row["deleted"]),
        "created_at": times(row["created_at"]),
        "updated_at": times(row["updated_at"]),
        "dataset_id": row["dataset_id"],
        "owner_id": row["owner_id"],
    }


def insert(call: Call, name: str, owner_id: str) -> Response:
    """Store a topic and answer it from memory."""
    now = call.now()
    row = {
        "id": new_id(),
        "dataset_id": call.dataset["id"],
        "name": name,
        "deleted": 0,
        "created_at": now // 1000,
        "updated_at": now // 1000,
        "owner_id": owner_id,
    }
    call.store.insert("topics", **row)
    return reply(topic_object({**row, "created_at": now, "updated_at": now}, stamp))


def create(call: Call) -> Response:
    """POST /api/topic: a message wants a language model, also where a name is given."""
    body = call.body
    if body["first_user_message"] is None and body["name"] is None:
        raise bad_request("first_user_message and name must not be empty")
    if body["first_user_message"] is not None:
        raise bad_request("Error getting topic string: the sandbox has no language model")
    return insert(call, body["name"], body["owner_id"])


def update(call: Call) -> Response:
    """PUT /api/topic: 204 also where nothing was."""
    if not call.body["name"]:
        raise bad_request("Topic name must not be empty")
    call.store.run(
        "UPDATE topics SET name = ?, updated_at = ? WHERE id = ? AND dataset_id = ? AND deleted = 0",
        call.body["name"],
        call.now() // 1000,
        call.body["topic_id"],
        call.dataset["id"],
    )
    return no_content()


def clone(call: Call) -> Response:
    """POST /api/topic/clone."""
    row = call.store.one(
        "SELECT * FROM topics WHERE id = ? AND dataset_id = ? AND deleted = 0",
        call.body["topic_id"],
        call.dataset["id"],
    )
    if row is None:
        raise bad_request("This topic does not exist")
    return insert(call, row["name"] if call.body["name"] is None else call.body["name"], call.body["owner_id"])


def delete(call: Call) -> Response:
    """DELETE /api/topic/{topic_id}: 204 also where nothing was."""
    call.store.run(
        "UPDATE topics SET deleted = 1 WHERE id = ? AND dataset_id = ?", call.params["topic_id"], call.dataset["id"]
    )
    return no_content()


def index(call: Call) -> Response:
    """GET /api/topic/owner/{owner_id}: last changed first."""
    rows = call.store.all(
        "SELECT * FROM topics WHERE dataset_id = ? AND owner_id = ? AND deleted = 0 ORDER BY updated_at DESC",
        call.dataset["id"],
        call.params["owner_id"],
    )
    return reply([topic_object(row) for row in rows])


ROUTES = [
    Route("POST", "/api/topic", create, (Body(CREATE), ADMIN, DATASET)),
    Route("PUT", "/api/topic", update, (Body(UPDATE), ADMIN, DATASET)),
    Route("POST", "/api/topic/clone", clone, (Body(CLONE), ADMIN, DATASET)),
    Route("DELETE", "/api/topic/{topic_id}", delete, (PathUuid("topic_id"), ADMIN, DATASET)),
    Route("GET", "/api/topic/owner/{owner_id}", index, (ADMIN, DATASET)),
]
