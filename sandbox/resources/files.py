# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files. Object storage is not kept: a file's bytes live only in the message to the file worker."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, LOGGED, Body, Call, PathInt, PathUuid, Query, no_content, reply
from ..calls.params import boolean, integer, string, uuid
from ..calls.route import Route
from ..formats.bodies import U64, Bool, Float, Int, Json, List, Opt, Str, Struct, Uuid
from ..formats.clock import stamp, stored
from ..formats.dates import parse_date
from ..formats.errors import Panic, bad_request, not_found
from ..formats.ids import new_id, parse_uuid
from ..store import chunk_store
from ..store.database import Row, pack, unpack
from ..workers.ingestion import publish_batches
from ..workers.sections import WorkerDied, page_chunks
from .groups import created_object

PDF2MD = Struct("Pdf2MdOptions", use_pdf2md_ocr=Bool(), system_prompt=Opt(Str()), split_headings=Opt(Bool()))
UPLOAD = Struct(
    "UploadFileReqPayload",
    base64_file=Str(),
    file_name=Str(),
    tag_set=Opt(List(Str())),
    description=Opt(Str()),
    link=Opt(Str()),
    time_stamp=Opt(Str()),
    metadata=Opt(Json()),
    create_chunks=Opt(Bool()),
    rebalance_chunks=Opt(Bool()),
    split_delimiters=Opt(List(Str())),
    target_splits_per_chunk=Opt(Int(U64, "usize")),
    group_tracking_id=Opt(Str()),
    chunkr_create_task_req_payload=Opt(Json()),
    pdf2md_options=Opt(PDF2MD),
    split_avg=Opt(Bool()),
    webhook_url=Opt(Str()),
)
PRESIGNED = Struct(
    "CreatePresignedUrlForCsvJsonlReqPayload",
    file_name=Str(),
    tag_set=Opt(List(Str())),
    description=Opt(Str()),
    link=Opt(Str()),
    time_stamp=Opt(Str()),
    metadata=Opt(Json()),
    group_tracking_id=Opt(Str()),
    mappings=Opt(Json()),
    fulltext_boost_factor=Opt(Float()),
    semantic_boost_factor=Opt(Float()),
    upsert_by_tracking_id=Opt(Bool()),
)
PAGE_METADATA = Struct(
    "Metadata",
    sourceURL=Opt(Str()),
    statusCode=Opt(Int((0, 2**32 - 1), "u32")),
    title=Opt(Str()),
    description=Opt(Str()),
    ogTitle=Opt(Str()),
    ogDescription=Opt(Str()),
)
DOCUMENT = Struct(
    "Document",
    extract=Opt(Str()),
    markdown=Opt(Str()),
    html=Opt(Str()),
    rawHtml=Opt(Str()),
    links=Opt(List(Str())),
    screenshot=Opt(Str()),
    metadata=PAGE_METADATA,
)
HTML_PAGE = Struct("UploadHtmlPageReqPayload", data=DOCUMENT, metadata=Json(), scrapeId=Uuid())
LONGEST_TTL = 604_800
PAGE = 10
FILE_TEXT = 1_000_000
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")


def decode(text: str) -> bytes:
    """The bytes of a file: URL-safe base64 without padding, else the standard one with padding, both strict.

    :raises Refusal: 400.
    """
    try:
        if _URL_SAFE.fullmatch(text) and len(text) % 4 != 1:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text:
                return data
        data = base64.b64decode(text, validate=True)
        if base64.b64encode(data).decode() == text:
            return data
    except (binascii.Error, ValueError):
        pass
    raise bad_request("Could not decode base64 file")


def answered(call: Call, row: dict[str, Any], now: int) -> dict[str, Any]:
    """A file as its upload answers it: from memory, size in bytes."""
    return {
        "id": row["id"],
        "file_name": row["file_name"],
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "metadata": call.body["metadata"],
        "link": row["link"],
        "time_stamp": stored(row["time_stamp"]),
        "dataset_id": row["dataset_id"],
        "tag_set": call.body["tag_set"],
        "size": row["bytes"],
    }


def _row(call: Call, size: int, now: int) -> dict[str, Any]:
    body = call.body
    time = body["time_stamp"]
    return {
        "id": new_id(),
        "dataset_id": call.dataset["id"],
        "file_name": body["file_name"],
        "created_at": now // 1000,
        "updated_at": now // 1000,
        "tag_set": pack(body["tag_set"] or []),
        "metadata": pack({} if body["metadata"] is None else body["metadata"]),
        "link": body["link"],
        # A time that cannot be read is no error here but 1970.
        "time_stamp": None if time is None else parse_date(time, now // 1000) or 0,
        "bytes": size,
    }


def upload(call: Call) -> Response:
    """POST /api/file: the same file twice is two files."""
    body = call.body
    if body["split_avg"] and body["pdf2md_options"] and body["pdf2md_options"]["use_pdf2md_ocr"]:
        raise bad_request("split_avg is not supported with pdf2md")
    data, now = decode(body["base64_file"]), call.now()
    if call.machine.is_down("object_storage"):
        raise bad_request("Could not upload file to S3")
    row = _row(call, len(data), now)
    payload = {
        "file_id": row["id"],
        "group_tracking_id": body["group_tracking_id"],
        "create_chunks": body["create_chunks"] is not False,
        "description": body["description"],
        "tag_set": body["tag_set"],
        "split_avg": bool(body["split_avg"]),
        "split_delimiters": body["split_delimiters"],
        "rebalance_chunks": body["rebalance_chunks"] is not False,
        "target_splits_per_chunk": 20 if body["target_splits_per_chunk"] is None else body["target_splits_per_chunk"],
        "text": data.decode("utf-8", "replace")[:FILE_TEXT],
    }
    kept = {name: value for name, value in row.items() if name != "bytes"}
    with call.store.transaction():
        call.store.insert("files", **kept, size=-(-len(data) // 1024))
        call.machine.queues.put("file", "split_file", call.dataset["id"], payload)
    return reply({"file_metadata": answered(call, row, now)})


def presign(call: Call) -> Response:
    """POST /api/file/csv_or_jsonl: no row is made."""
    now = call.now()
    row = _row(call, 0, now)
    url = f"{call.machine.server_url}/trieve/{row['id']}"
    return reply({"file_metadata": answered(call, row, now), "presigned_put_url": url})


def find(call: Call, file_id: str) -> Row:
    """A file of the dataset.

    :raises Refusal: 404.
    """
    row = call.store.one("SELECT * FROM files WHERE id = ? AND dataset_id = ?", file_id, call.dataset["id"])
    if row is None:
        raise not_found("File with specified id not found")
    return row


def file_object(row: Row, **more: Any) -> dict[str, Any]:
    """A stored file as lists show it; size in KiB."""
    return {
        "id": row["id"],
        "file_name": row["file_name"],
        "created_at": stored(row["created_at"]),
        "updated_at": stored(row["updated_at"]),
        "metadata": unpack(row["metadata"]),
        "link": row["link"],
        "time_stamp": stored(row["time_stamp"]),
        "dataset_id": row["dataset_id"],
        "tag_set": unpack(row["tag_set"]),
        "size": row["size"],
        **more,
    }


def show(call: Call) -> Response:
    """GET /api/file/{file_id}: with a link that is signed anew each time."""
    row = find(call, call.params["file_id"])
    ttl = 86_400 if call.args["ttl"] is None else call.args["ttl"]
    if ttl > LONGEST_TTL:
        raise not_found("Could not get presigned url")
    url = f"{call.machine.server_url}/trieve/{row['id']}?X-Amz-Expires={ttl}&X-Amz-Signature={new_id()}"
    answer = file_object(row, s3_url=url)
    del answer["dataset_id"]
    return reply(answer)


def delete(call: Call) -> Response:
    """DELETE /api/file/{file_id}: delete_chunks takes the file's group along, and fails where there is none."""
    row = find(call, call.params["file_id"])
    if call.machine.is_down("object_storage"):
        raise bad_request("Could not delete file from S3")
    if call.args["delete_chunks"]:
        group_id = call.store.value("SELECT group_id FROM file_groups WHERE file_id = ?", row["id"])
        if group_id is None:
            raise bad_request("Error getting group id for file_id")
        members = call.store.all("SELECT chunk_id FROM group_members WHERE group_id = ?", group_id)
        with call.store.transaction():
            chunk_store.delete_chunks(call.store, call.dataset["id"], [member["chunk_id"] for member in members])
            call.store.run("DELETE FROM chunk_groups WHERE id = ?", group_id)
            call.store.run("DELETE FROM files WHERE id = ?", row["id"])
        return no_content()
    call.store.run("DELETE FROM files WHERE id = ?", row["id"])
    return no_content()


def index(call: Call) -> Response:
    """GET /api/dataset/files/{dataset_id}/{page}: newest first, a row for each file and group."""
    if call.params["dataset_id"] != call.dataset["id"]:
        raise bad_request("Dataset header does not match given path")
    page = call.params["page"]
    if page < 1:
        raise Panic("attempt to subtract with overflow")
    rows = call.store.all(
        "SELECT f.*, g.group_id FROM files f LEFT JOIN file_groups g ON g.file_id = f.id WHERE f.dataset_id = ?"
        " ORDER BY f.created_at DESC",
        call.dataset["id"],
    )
    shown = rows[(page - 1) * PAGE : page * PAGE]
    items = [{"file": file_object(row), "group_id": row["group_id"]} for row in shown]
    return reply({"file_and_group_ids": items, "total_pages": -(-len(rows) // PAGE) if items else 1})


def scroll(call: Call) -> Response:
    """GET /api/dataset/scroll_files: one more than asked for, and the same page again for its cursor."""
    size = 10 if call.args["page_size"] is None else call.args["page_size"]
    rows = call.store.all(
        "SELECT * FROM files WHERE dataset_id = ? AND id >= ? ORDER BY id DESC LIMIT ?",
        call.dataset["id"],
        call.args["cursor"] or "",
        size + 1,
    )
    items = []
    for row in rows:
        groups = call.store.all(
            "SELECT DISTINCT g.* FROM chunk_groups g JOIN file_groups f ON f.group_id = g.id WHERE f.file_id = ?",
            row["id"],
        )
        items.append(file_object(row, chunk_groups=[created_object(group) for group in groups]))
    cursor = rows[size]["id"] if len(rows) > size else None
    return reply({"file_with_chunk_groups": items, "next_cursor": cursor})


def signed_url(call: Call) -> Response:
    """GET /api/file/get_signed_url/{file_name}."""
    return reply({"signed_url": f"{call.machine.server_url}/trieve/files/{call.params['file_name']}"})


def html_page(call: Call) -> Response:
    """POST /api/file/html_page: Firecrawl's webhook; the secret that every crawl shows is all it wants."""
    body = call.body
    metadata, page = body["metadata"], body["data"]
    if not isinstance(metadata, dict):
        raise bad_request("metadata field must be a JSON object")
    texts = []
    # The server has the same words for both.
    for name in ("dataset_id", "webhook_secret"):
        if name not in metadata:
            raise bad_request("metadata field is required to specify dataset_id")
        text = metadata[name]
        if not isinstance(text, str) or (name == "dataset_id" and parse_uuid(text) is None):
            raise bad_request("metadata field must have a valid dataset_id")
        texts.append(text)
    dataset_id, secret = parse_uuid(texts[0]) or "", texts[1]
    if secret != call.machine.webhook_secret():
        raise bad_request("Webhook secret does not match.")
    _process_page(call, dataset_id, body["scrapeId"], page)
    return no_content()


def _process_page(call: Call, dataset_id: str, scrape_id: str, document: dict[str, Any]) -> None:
    """Count a page for its crawl and queue its chunks: without the tags and the removals of the crawl's options."""
    about = document["metadata"]
    crawl = call.store.one("SELECT * FROM crawls WHERE scrape_id = ?", scrape_id)
    if about["statusCode"] != 200 or crawl is None:
        return
    words = crawl["status"].split()
    done = int(words[1]) if len(words) == 3 and words[1].isdigit() else 0
    page = {
        "url": about["sourceURL"],
        "html": document["html"],
        "title": about["ogTitle"],
        "description": about["description"] if about["ogDescription"] is None else about["ogDescription"],
    }
    with call.store.transaction():
        call.store.run("UPDATE crawls SET status = ? WHERE id = ?", f"Processed {done + 1} pages", crawl["id"])
        if call.store.value("SELECT 1 FROM datasets WHERE id = ?", dataset_id) is not None:
            # It is done after the answer, in a thread that ends where a worker would.
            with contextlib.suppress(WorkerDied):
                publish_batches(call.machine, dataset_id, page_chunks(page, crawl["url"], {}))


_ID = PathUuid("file_id")
ROUTES = [
    Route(
        "GET",
        "/api/dataset/scroll_files",
        scroll,
        (Query(cursor=uuid, page_size=integer(*U64)), DATASET, LOGGED),
        bare=True,
    ),
    Route(
        "GET",
        "/api/dataset/files/{dataset_id}/{page}",
        index,
        (PathUuid("dataset_id"), PathInt("page", *U64), DATASET, LOGGED),
        bare=True,
    ),
    Route("POST", "/api/file", upload, (Body(UPLOAD), ADMIN, DATASET)),
    Route("POST", "/api/file/html_page", html_page, (Body(HTML_PAGE),)),
    Route("POST", "/api/file/csv_or_jsonl", presign, (Body(PRESIGNED), ADMIN, DATASET)),
    Route(
        "GET",
        "/api/file/{file_id}",
        show,
        (_ID, Query(content_type=string, ttl=integer(0, 2**32 - 1)), LOGGED, DATASET),
    ),
    Route("DELETE", "/api/file/{file_id}", delete, (_ID, Query(delete_chunks=boolean), ADMIN, DATASET)),
    Route("GET", "/api/file/get_signed_url/{file_name}", signed_url, (LOGGED, DATASET)),
]
