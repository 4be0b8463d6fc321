# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many datasets at once, and copies of one (docs/server.md 4.2 and 4.7)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.call import ORGANIZATION, OWNER, Body, Call, reply
from ..calls.route import Route
from ..formats.bodies import Bool, List, Opt, Str, Struct, Uuid
from ..formats.errors import bad_request
from ..store import configuration
from ..store.database import has_nul, pack, unpack
from .datasets import CREATE, by_id, by_tracking_id, check_plan, dataset_object, insert, insert_or_refuse

BATCH = Struct("CreateBatchDataset", datasets=List(CREATE), upsert=Opt(Bool()))
CLONE = Struct(
    "CloneDatasetRequest",
    dataset_to_clone=Uuid(),
    dataset_name=Str(),
    tracking_id=Opt(Str()),
    clone_chunks=Opt(Bool()),
)


def clone(call: Call) -> Response:
    """POST /api/dataset/clone: of a dataset of any organization, with the configuration as GET shows it."""
    body = call.body
    source = by_id(call, body["dataset_to_clone"])
    check_plan(call)
    stored_config = unpack(source["server_configuration"])
    config = configuration.public(configuration.read(stored_config, call.machine.settings))
    if not isinstance(stored_config, dict) or "DISTANCE_METRIC" not in stored_config:
        del config["DISTANCE_METRIC"]
    with call.store.transaction():
        response = insert_or_refuse(call, body["dataset_name"], body["tracking_id"], config)
        if body["clone_chunks"] is not False:
            new = call.store.value("SELECT id FROM datasets ORDER BY created_at DESC LIMIT 1")
            call.machine.queues.put("clone", "clone_dataset", new, {"source": source["id"]})
    return response


def batch(call: Call) -> Response:
    """POST /api/dataset/batch_create_datasets (docs/server.md 4.7): fails if no row at all is new."""
    items, upsert = call.body["datasets"], call.body["upsert"]
    if not items:
        return reply([])
    refusal = bad_request("Could not create dataset batch due to pg error")
    tracked = [item["tracking_id"] for item in items if item["tracking_id"] is not None]
    if (upsert and len(set(tracked)) != len(tracked)) or has_nul(items):
        raise refusal
    answer: list[str] = []
    with call.store.transaction():
        new = 0
        for item in items:
            config = configuration.created(item["server_configuration"])
            known = None if item["tracking_id"] is None else _same_tracking_id(call, item["tracking_id"])
            if known is None:
                answer.append(insert(call, item["dataset_name"], item["tracking_id"], config, call.now())["id"])
                new += 1
            elif upsert:
                call.store.run(
                    "UPDATE datasets SET name = ?, server_configuration = ? WHERE id = ?",
                    item["dataset_name"],
                    pack(config),
                    known,
                )
                answer.append(known)
        if not new:
            raise refusal
    return reply([_raw(call, dataset_id) for dataset_id in answer])


def _same_tracking_id(call: Call, tracking_id: str) -> str | None:
    row = by_tracking_id(call, tracking_id)
    return None if row is None else row["id"]


def _raw(call: Call, dataset_id: str) -> dict[str, Any]:
    row = by_id(call, dataset_id)
    return dataset_object(row, unpack(row["server_configuration"]))


ROUTES = [
    Route("POST", "/api/dataset/batch_create_datasets", batch, (Body(BATCH), OWNER)),
    Route("POST", "/api/dataset/clone", clone, (Body(CLONE), ORGANIZATION, OWNER), bare=True),
]
