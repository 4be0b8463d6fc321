# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datasets (docs/server.md 4)."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, LOGGED, ORGANIZATION, OWNER, Body, Call, PathUuid, Query, no_content, reply
from ..calls.params import integer
from ..calls.route import Route
from ..formats.bodies import I64, Int, Opt, Str, Struct, Uuid
from ..formats.clock import stamp, stored
from ..formats.errors import Refusal, bad_request, forbidden, internal, not_found
from ..formats.ids import new_id
from ..store import configuration
from ..store.database import Row, has_nul, pack, unpack

CONFIGURATION = Opt(configuration.CONFIGURATION)
CREATE = Struct(
    "CreateDatasetReqPayload", dataset_name=Str(), tracking_id=Opt(Str()), server_configuration=CONFIGURATION
)
UPDATE = Struct(
    "UpdateDatasetReqPayload",
    dataset_id=Opt(Uuid()),
    tracking_id=Opt(Str()),
    dataset_name=Opt(Str()),
    server_configuration=CONFIGURATION,
    new_tracking_id=Opt(Str()),
)
TAGS = Struct("GetAllTagsReqPayload", page=Opt(Int(I64, "i64")), page_size=Opt(Int(I64, "i64")))

TAKEN = "Could not create dataset because a dataset with the same tracking_id already exists in the organization"
UPGRADE = "Your plan must be upgraded to create additional datasets"
FREE_DATASETS = 2


def dataset_object(row: Row | dict[str, Any], config: dict[str, Any], times: Any = stored) -> dict[str, Any]:
    """A dataset as it is answered, with this configuration."""
    return {
        "id": row["id"],
        "name": row["name"],
        "created_at": times(row["created_at"]),
        "updated_at": times(row["updated_at"]),
        "organization_id": row["organization_id"],
        "server_configuration": config,
        "tracking_id": row["tracking_id"],
        "deleted": 0,
    }


def as_read(call: Call, row: Row) -> dict[str, Any]:
    """A dataset as GET shows it."""
    config = configuration.read(unpack(row["server_configuration"]), call.machine.settings)
    return dataset_object(row, configuration.public(config))


def is_locked(call: Call, row: Row) -> bool:
    """Whether the dataset's LOCKED reads as true."""
    locked: bool = configuration.read(unpack(row["server_configuration"]), call.machine.settings)["LOCKED"]
    return locked


def by_id(call: Call, dataset_id: str) -> Row:
    """A dataset of any organization that is not deleted.

    :raises Refusal: 404.
    """
    row = call.store.one("SELECT * FROM datasets WHERE id = ? AND deleted = 0", dataset_id)
    if row is None:
        raise not_found("Could not find dataset")
    return row


def by_tracking_id(call: Call, tracking_id: str) -> Row | None:
    """A dataset of the header's organization that is not deleted, or None."""
    return call.store.one(
        "SELECT * FROM datasets WHERE organization_id = ? AND tracking_id = ? AND deleted = 0",
        call.organization["id"],
        tracking_id,
    )


def insert(call: Call, name: str, tracking_id: str | None, config: dict[str, Any], now: int) -> dict[str, Any]:
    """Store a dataset of the header's organization. Returns the row, with times in nanoseconds.

    :raises sqlite3.IntegrityError: if the tracking id is taken.
    """
    row = {
        "id": new_id(),
        "name": name,
        "created_at": now // 1000,
        "updated_at": now // 1000,
        "organization_id": call.organization["id"],
        "server_configuration": pack(config),
        "tracking_id": tracking_id,
        "deleted": 0,
    }
    with call.store.transaction():
        call.store.insert("datasets", **row)
        call.store.insert("dataset_usage_counts", id=new_id(), dataset_id=row["id"])
        call.store.run(
            "UPDATE organizations SET dataset_count = dataset_count + 1 WHERE id = ?", row["organization_id"]
        )
    return {**row, "created_at": now, "updated_at": now}


def check_plan(call: Call) -> None:
    """426 where the free plan's datasets are used up; soft-deleted ones count until a worker has removed them."""
    if not call.machine.settings.unlimited:
        count = call.store.value("SELECT dataset_count FROM organizations WHERE id = ?", call.organization["id"])
        if count >= FREE_DATASETS:
            raise Refusal(426, UPGRADE)


def insert_or_refuse(call: Call, name: str, tracking_id: str | None, config: dict[str, Any]) -> Response:
    """Store a dataset and answer it from memory."""
    if has_nul((name, tracking_id, config)):
        raise bad_request("Could not create dataset")
    try:
        row = insert(call, name, tracking_id, config, call.now())
    except sqlite3.IntegrityError:
        raise bad_request(TAKEN) from None
    return reply(dataset_object(row, config, stamp))


def create(call: Call) -> Response:
    """POST /api/dataset."""
    check_plan(call)
    body = call.body
    config = configuration.created(body["server_configuration"])
    return insert_or_refuse(call, body["dataset_name"], body["tracking_id"], config)


def update(call: Call) -> Response:
    """PUT /api/dataset: by id in any organization; the answer shows what is stored, secrets included."""
    body = call.body
    if body["dataset_id"] is not None:
        row: Row | None = by_id(call, body["dataset_id"])
    elif body["tracking_id"] is not None:
        row = by_tracking_id(call, body["tracking_id"])
    else:
        raise bad_request("You must provide a dataset_id or tracking_id to update a dataset")
    if row is None:
        raise not_found("Could not find dataset")
    stored_config = unpack(row["server_configuration"])
    config = configuration.updated(stored_config, body["server_configuration"], call.machine.settings)
    changed = dict(row)
    if body["dataset_name"] is not None:
        changed["name"] = body["dataset_name"]
    if body["new_tracking_id"] is not None:
        changed["tracking_id"] = body["new_tracking_id"] or None
    changed["updated_at"] = call.now() // 1000
    if has_nul((changed["name"], changed["tracking_id"], config)):
        raise bad_request("Failed to update dataset")
    try:
        call.store.run(
            "UPDATE datasets SET name = ?, tracking_id = ?, server_configuration = ?, updated_at = ? WHERE id = ?",
            changed["name"],
            changed["tracking_id"],
            pack(config),
            changed["updated_at"],
            row["id"],
        )
    except sqlite3.IntegrityError:
        raise bad_request(TAKEN.replace("create dataset", "update tracking_id")) from None
    return reply(dataset_object(changed, config))


def soft_delete(call: Call, row: Row) -> None:
    """Mark as deleted, free the tracking id, and leave the rest to the delete worker.

    :raises Refusal: 400 for a locked dataset.
    """
    if is_locked(call, row):
        raise bad_request("Cannot delete a locked dataset")
    with call.store.transaction():
        call.store.run("UPDATE datasets SET deleted = 1, tracking_id = NULL WHERE id = ?", row["id"])
        call.machine.queues.put("delete", "delete_dataset", row["id"], {})


def same_dataset(call: Call) -> Row:
    """The dataset of the header, if it is the path's.

    :raises Refusal: 400 if it is another.
    """
    if call.dataset["id"] != call.params["dataset_id"]:
        raise bad_request("Dataset header does not match provided dataset ID")
    return call.dataset


def delete(call: Call) -> Response:
    """DELETE /api/dataset/{dataset_id}."""
    soft_delete(call, same_dataset(call))
    return no_content()


def delete_by_tracking_id(call: Call) -> Response:
    """DELETE /api/dataset/tracking_id/{tracking_id}."""
    row = by_tracking_id(call, call.params["tracking_id"])
    if row is None:
        raise not_found("Could not find dataset")
    soft_delete(call, row)
    return no_content()


def clear(call: Call) -> Response:
    """PUT /api/dataset/clear/{dataset_id}: what was there before the request goes, later."""
    row = same_dataset(call)
    if is_locked(call, row):
        raise bad_request("Cannot delete a locked dataset")
    call.machine.queues.put("delete", "clear_dataset", row["id"], {"before": call.now() // 1000})
    return no_content()


def show(call: Call) -> Response:
    """GET /api/dataset/{dataset_id}: of any organization."""
    return reply(as_read(call, by_id(call, call.params["dataset_id"])))


def show_by_tracking_id(call: Call) -> Response:
    """GET /api/dataset/tracking_id/{tracking_id}: a missing one is a 500."""
    row = by_tracking_id(call, call.params["tracking_id"])
    if row is None:
        raise internal("Not Found")
    return reply(as_read(call, row))


def index(call: Call) -> Response:
    """GET /api/dataset/organization/{organization_id}: all at once unless both limit and offset are given."""
    organization_id = call.params["organization_id"]
    if call.caller.in_organization(organization_id) is None:
        raise forbidden()
    limit, offset = call.args["limit"], call.args["offset"]
    if (limit is None) != (offset is None):
        raise bad_request("Pagination requires both offset and limit.")
    if limit is not None and (limit < 0 or offset < 0):
        raise internal("Not Found")
    rows = call.store.all(
        "SELECT d.*, u.id AS usage_id, u.chunk_count FROM datasets d JOIN dataset_usage_counts u ON u.dataset_id = d.id"
        " WHERE d.organization_id = ? AND d.deleted = 0 ORDER BY d.created_at DESC LIMIT ? OFFSET ?",
        organization_id,
        -1 if limit is None else limit,
        offset or 0,
    )
    return reply([_listed(row) for row in rows])


def _listed(row: Row) -> dict[str, Any]:
    return {
        "dataset": {
            "id": row["id"],
            "name": row["name"],
            "tracking_id": row["tracking_id"],
            "created_at": stored(row["created_at"]),
            "updated_at": stored(row["updated_at"]),
            "organization_id": row["organization_id"],
        },
        "dataset_usage": {"id": row["usage_id"], "dataset_id": row["id"], "chunk_count": row["chunk_count"]},
    }


def usage(call: Call) -> Response:
    """GET /api/dataset/usage/{dataset_id}: also of a soft-deleted one; a missing one is a 500."""
    row = call.store.one("SELECT * FROM dataset_usage_counts WHERE dataset_id = ?", call.params["dataset_id"])
    if row is None:
        raise internal("Not Found")
    return reply({"id": row["id"], "dataset_id": row["dataset_id"], "chunk_count": row["chunk_count"]})


def queue_lengths(call: Call) -> Response:
    """GET /api/dataset/get_dataset_queue_lengths: messages that no worker has taken yet."""
    return reply(
        {
            "file_queue_length": call.machine.queues.waiting("file", call.dataset["id"]),
            "chunk_queue_length": call.machine.queues.waiting("ingestion", call.dataset["id"]),
        }
    )


def all_tags(call: Call) -> Response:
    """POST /api/dataset/get_all_tags: total also counts tags that no chunk has any more."""
    page = 1 if call.body["page"] is None else call.body["page"]
    size = 20 if call.body["page_size"] is None else call.body["page_size"]
    if page < 1:
        raise bad_request("Page must be greater than 0")
    if size < 0:
        raise bad_request("Failed to get items with tags LIMIT must not be negative")
    rows = call.store.all(
        "SELECT j.value AS tag, COUNT(*) AS count FROM chunks c, json_each(c.tag_set) j WHERE c.dataset_id = ?"
        " GROUP BY j.value ORDER BY count DESC, tag LIMIT ? OFFSET ?",
        call.dataset["id"],
        size,
        (page - 1) * size,
    )
    total = call.store.value("SELECT COUNT(*) FROM dataset_tags WHERE dataset_id = ?", call.dataset["id"])
    return reply({"tags": [{"tag": row["tag"], "count": row["count"]} for row in rows], "total": total})


def index_pagefind(call: Call) -> Response:
    """POST /api/dataset/pagefind: whether PAGEFIND_ENABLED is set is not looked at."""
    return no_content()


def show_pagefind(call: Call) -> Response:
    """GET /api/dataset/pagefind."""
    config = configuration.read(unpack(call.dataset["server_configuration"]), call.machine.settings)
    dataset_id = call.dataset["id"]
    if not config["PAGEFIND_ENABLED"]:
        raise bad_request(
            f"Dataset {dataset_id} does not have pagefind enabled,"
            " please set PAGEFIND_ENABLED to true in dataset settings"
        )
    return reply({"url": f"{call.machine.server_url}/trieve/pagefind/{dataset_id}"})


_DATASET_ID = PathUuid("dataset_id")
ROUTES = [
    Route("POST", "/api/dataset", create, (Body(CREATE), ORGANIZATION, OWNER)),
    Route("PUT", "/api/dataset", update, (Body(UPDATE), OWNER)),
    Route("GET", "/api/dataset/pagefind", show_pagefind, (DATASET, LOGGED)),
    Route("POST", "/api/dataset/pagefind", index_pagefind, (DATASET, OWNER)),
    Route("GET", "/api/dataset/get_dataset_queue_lengths", queue_lengths, (LOGGED, DATASET)),
    Route("POST", "/api/dataset/get_all_tags", all_tags, (Body(TAGS), LOGGED, DATASET)),
    Route("GET", "/api/dataset/{dataset_id}", show, (_DATASET_ID, ADMIN)),
    Route("DELETE", "/api/dataset/{dataset_id}", delete, (_DATASET_ID, DATASET, OWNER)),
    Route("GET", "/api/dataset/tracking_id/{tracking_id}", show_by_tracking_id, (ADMIN,)),
    Route("DELETE", "/api/dataset/tracking_id/{tracking_id}", delete_by_tracking_id, (OWNER,)),
    Route(
        "GET",
        "/api/dataset/organization/{organization_id}",
        index,
        (PathUuid("organization_id"), Query(limit=integer(), offset=integer()), ADMIN),
    ),
    Route("GET", "/api/dataset/usage/{dataset_id}", usage, (_DATASET_ID, ADMIN)),
    Route("PUT", "/api/dataset/clear/{dataset_id}", clear, (_DATASET_ID, DATASET, OWNER)),
]
