# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, changing and deleting chunks (docs/server.md 7). Most of it only queues; ingestion.py does it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, Body, Call, PathUuid, no_content, reply
from ..calls.route import Route
from ..formats.bodies import Bool, Float, Json, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.clock import stamp
from ..formats.dates import parse_date
from ..formats.errors import Refusal, bad_request
from ..store import chunk_store, filters
from ..store.database import unpack
from ..workers import ingestion
from . import chunk_reads

TEXTS = Opt(List(Str()))
FULLTEXT_BOOST = Struct("FullTextBoost", phrase=Str(), boost_factor=Float())
SEMANTIC_BOOST = Struct("SemanticBoost", {"boost_factor": "distance_factor"}, phrase=Str(), distance_factor=Float())
_COMMON: dict[str, Any] = {
    "link": Opt(Str()),
    "tag_set": TEXTS,
    "num_value": Opt(Float()),
    "metadata": Opt(Json()),
    "group_ids": Opt(List(Uuid())),
    "group_tracking_ids": TEXTS,
    "time_stamp": Opt(Str()),
    "location": Opt(filters.GEO),
    "image_urls": TEXTS,
    "weight": Opt(Float()),
    "convert_html_to_text": Opt(Bool()),
    "fulltext_boost": Opt(FULLTEXT_BOOST),
    "semantic_boost": Opt(SEMANTIC_BOOST),
}
SINGLE = Struct(
    "ChunkReqPayload",
    {"boost_phrase": "fulltext_boost", "distance_phrase": "semantic_boost"},
    chunk_html=Opt(Str()),
    semantic_content=Opt(Str()),
    fulltext_content=Opt(Str()),
    tracking_id=Opt(Str()),
    upsert_by_tracking_id=Opt(Bool()),
    split_avg=Opt(Bool()),
    high_priority=Opt(Bool()),
    **_COMMON,
)
CREATE = Untagged("CreateChunkReqPayloadEnum", SINGLE, List(SINGLE))
UPDATE = Struct("UpdateChunkReqPayload", chunk_id=Opt(Uuid()), tracking_id=Opt(Str()), chunk_html=Opt(Str()), **_COMMON)
UPDATE_BY_TRACKING_ID = Struct(
    "UpdateChunkByTrackingIdData",
    tracking_id=Str(),
    chunk_html=Opt(Str()),
    **{name: _COMMON[name] for name in ("link", "metadata", "group_ids", "group_tracking_ids", "time_stamp", "weight")},
    convert_html_to_text=Opt(Bool()),
)
BULK_DELETE = Struct("BulkDeleteChunkPayload", filter=filters.FILTER)


def time_stamp(text: str | None, now: int) -> int | None:
    """A time as microseconds.

    :raises Refusal: 400 for one that the server does not understand, such as those of its own answers.
    """
    if text is None:
        return None
    value = parse_date(text, now)
    if value is None:
        raise bad_request("Invalid timestamp format")
    return value


def create(call: Call) -> Response:
    """POST /api/chunk: answers provisional ids and queues the rest."""
    single = not isinstance(call.body, list)
    items = [call.body] if single else call.body
    if len(items) > call.machine.settings.batch_chunk_limit:
        raise chunk_store.too_many(call.machine.settings.batch_chunk_limit)
    check_plan(call, len(items))
    now = call.now()
    chunks = [_prepared(item, now) for item in items]
    ordered = [chunk for chunk in chunks if not chunk["upsert"]] + [chunk for chunk in chunks if chunk["upsert"]]
    ingestion.publish(call.machine, call.dataset["id"], chunks)
    answer: list[dict[str, Any]] = []
    for chunk in ordered:
        # Neighbours with the same tracking id, null included, are one in the answer.
        if not answer or answer[-1]["tracking_id"] != chunk["tracking_id"]:
            times = (stamp(now), stamp(now))
            answer.append(
                chunk_store.shown(
                    chunk["id"],
                    call.dataset["id"],
                    chunk["tracking_id"],
                    chunk["fields"],
                    chunk["tags"],
                    times,
                    call.version_one,
                )
            )
    response = reply({"chunk_metadata": answer[0] if single else answer})
    response.headers["server-timing"] = "parse_payload;dur=1"
    return response


def check_plan(call: Call, more: int) -> None:
    """426 where the free plan's chunks are used up."""
    if call.machine.settings.unlimited:
        return
    count = chunk_store.count_of_organization(call.store, call.organization["id"])
    if count + more > chunk_store.FREE_CHUNKS:
        raise Refusal(426, "Must upgrade your plan to add more chunks")


def _prepared(item: dict[str, Any], now: int) -> dict[str, Any]:
    fields = {name: item[name] for name in chunk_store.FIELDS}
    fields["time_stamp"] = time_stamp(item["time_stamp"], now // 1000)
    return ingestion.message_chunk(
        fields,
        item["tracking_id"] or None,
        item["tag_set"],
        upsert=bool(item["upsert_by_tracking_id"]),
        group_ids=item["group_ids"] or (),
        group_tracking_ids=item["group_tracking_ids"] or (),
        as_text=item["convert_html_to_text"],
        # The queue of premium organizations has no worker.
        kept=not item["high_priority"],
    )


def update(call: Call) -> Response:
    """PUT /api/chunk: what is kept is read now and written later, so two in a row lose the first."""
    body = call.body
    if body["chunk_id"] is not None:
        row = chunk_reads.by_id(call, body["chunk_id"])
    elif body["tracking_id"] is not None:
        row = chunk_reads.by_tracking_id(call, body["tracking_id"])
    else:
        raise bad_request("Either chunk_id or tracking_id must be provided to update a chunk")
    now = call.now() // 1000
    fields = unpack(row["body"])
    for name in chunk_store.FIELDS:
        if body[name] is not None:
            fields[name] = time_stamp(body[name], now) if name == "time_stamp" else body[name]
    tracking_id = row["tracking_id"]
    if body["chunk_id"] is not None and body["tracking_id"] is not None:
        tracking_id = body["tracking_id"] or None
    tags = unpack(row["tag_set"]) if body["tag_set"] is None else body["tag_set"]
    _queue_update(call, row["id"], tracking_id, fields, tags)
    return no_content()


def update_by_tracking_id(call: Call) -> Response:
    """PUT /api/chunk/tracking_id/update: resets what it does not know."""
    body = call.body
    if not body["tracking_id"]:
        raise bad_request("Tracking id must be provided to update by tracking_id")
    row = chunk_reads.by_tracking_id(call, body["tracking_id"])
    fields = unpack(row["body"])
    for name in ("link", "chunk_html", "metadata"):
        if body[name] is not None:
            fields[name] = body[name]
    if body["time_stamp"] is not None:
        fields["time_stamp"] = time_stamp(body["time_stamp"], call.now() // 1000)
    fields["weight"] = 1.0 if body["weight"] is None else body["weight"]
    fields.update(location=None, image_urls=None, num_value=None)
    _queue_update(call, row["id"], row["tracking_id"], fields, unpack(row["tag_set"]))
    return no_content()


def _queue_update(call: Call, chunk_id: str, tracking_id: str | None, fields: dict[str, Any], tags: list[str]) -> None:
    payload = {
        "chunk_id": chunk_id,
        "tracking_id": tracking_id,
        "fields": fields,
        "tags": tags,
        "group_ids": call.body["group_ids"],
        "group_tracking_ids": call.body["group_tracking_ids"],
    }
    call.machine.queues.put("update", "update_chunk", call.dataset["id"], payload)


def delete(call: Call) -> Response:
    """DELETE /api/chunk/{chunk_id}: 204 also where nothing was; LOCKED does not matter."""
    chunk_id = call.params["chunk_id"]
    sql = "SELECT 1 FROM chunks WHERE id = ? AND dataset_id = ?"
    return _delete(call, chunk_id) if call.store.value(sql, chunk_id, call.dataset["id"]) else no_content()


def delete_by_tracking_id(call: Call) -> Response:
    """DELETE /api/chunk/tracking_id/{tracking_id}."""
    return _delete(call, chunk_reads.by_tracking_id(call, call.params["tracking_id"])["id"])


def _delete(call: Call, chunk_id: str) -> Response:
    down = call.machine.is_down("vector_store")
    with call.store.transaction():
        chunk_store.delete_chunks(call.store, call.dataset["id"], [chunk_id], keep_points=down)
    # The row is gone by now.
    chunk_reads.need_vector_store(call, "Failed to delete chunk from qdrant")
    return no_content()


def bulk_delete(call: Call) -> Response:
    """DELETE /api/chunk: later, by a worker; an empty filter is everything."""
    payload = {"filter": call.body["filter"], "before": call.now() // 1000}
    call.machine.queues.put("delete", "delete_chunks", call.dataset["id"], payload)
    return no_content()


_ID = PathUuid("chunk_id")
ROUTES = [
    Route("POST", "/api/chunk", create, (Body(CREATE), ADMIN, DATASET)),
    Route("PUT", "/api/chunk", update, (Body(UPDATE), ADMIN, DATASET)),
    Route("DELETE", "/api/chunk", bulk_delete, (Body(BULK_DELETE), ADMIN, DATASET)),
    Route("PUT", "/api/chunk/tracking_id/update", update_by_tracking_id, (Body(UPDATE_BY_TRACKING_ID), ADMIN, DATASET)),
    Route("DELETE", "/api/chunk/tracking_id/{tracking_id}", delete_by_tracking_id, (ADMIN, DATASET)),
    Route("DELETE", "/api/chunk/{chunk_id}", delete, (_ID, ADMIN, DATASET)),
]
