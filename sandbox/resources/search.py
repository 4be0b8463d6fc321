# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching and counting chunks, by words.

Shapes, filters, pages and errors are the server's. What is found and in which order is not: here a chunk's score
is the share of the query's words that its text has, and a semantic search also takes the beginnings of words.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from ..calls.call import DATASET, LOGGED, VERSIONED_DATASET, Body, Call, reply
from ..calls.route import Route
from ..formats.bodies import I64, U64, Bool, Enum, Float32, Int, Json, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.errors import bad_request, not_found
from ..formats.ids import new_id
from ..store.database import Row
from ..store.filters import FILTER, Point
from .chunk_reads import point_object, points
from .groups import by_id, find_tracking_id, group_object

MODALITIES = Untagged(
    "SearchModalities",
    Struct("Image", image_url=Str(), llm_prompt=Opt(Str())),
    Str(),
    Struct("Audio", audio_base64=Str()),
)
MULTI = Struct("MultiQuery", query=MODALITIES, weight=Float32())
METHOD = Enum("fulltext", "semantic", "hybrid", "bm25", full_text="fulltext", BM25="bm25")
COUNT_METHOD = Enum("fulltext", "semantic", "bm25", full_text="fulltext", BM25="bm25")
_SEARCH: dict[str, Any] = {
    "search_type": METHOD,
    "query": Untagged("QueryTypes", MODALITIES, List(MULTI)),
    "page": Opt(Int(U64, "u64")),
    "page_size": Opt(Int(U64, "u64")),
    "get_total_pages": Opt(Bool()),
    "filters": Opt(FILTER),
    "score_threshold": Opt(Float32()),
    "slim_chunks": Opt(Bool()),
    "content_only": Opt(Bool()),
    "use_quote_negated_terms": Opt(Bool()),
    "remove_stop_words": Opt(Bool()),
    "user_id": Opt(Str()),
    **dict.fromkeys(("sort_options", "scoring_options", "highlight_options", "typo_options", "metadata"), Opt(Json())),
}
SEARCH = Struct("SearchChunksReqPayload", **_SEARCH)
AUTOCOMPLETE = Struct("AutocompleteReqPayload", **_SEARCH, extend_results=Opt(Bool()))
IN_GROUP = Struct("SearchWithinGroupReqPayload", **_SEARCH, group_id=Opt(Uuid()), group_tracking_id=Opt(Str()))
COUNT = Struct(
    "CountChunksReqPayload",
    query=Untagged("QueryTypes", MODALITIES, List(MULTI)),
    search_type=COUNT_METHOD,
    filters=Opt(FILTER),
    score_threshold=Opt(Float32()),
    limit=Opt(Int(I64, "i64")),
    use_quote_negated_terms=Opt(Bool()),
)
PAGE_SIZE = 10
MOST_COUNTED = 100_000
Hit = tuple[float, Point, Row]


def words(query: Any) -> list[str]:
    """The words of a query; those of an image or a recording are not known here."""
    if isinstance(query, list):
        return [word for one in query for word in words(one["query"])]
    return re.findall(r"\w+", query.lower()) if isinstance(query, str) else []


def hits(call: Call, group_id: str | None = None) -> list[Hit]:
    """The chunks that a search finds, the best first."""
    body = call.body
    wanted = words(body["query"])
    starts = body["search_type"] in ("semantic", "hybrid")
    found: list[Hit] = []
    for _unused, point, row in points(call, body["filters"]):
        if group_id is not None and group_id not in point.payload["group_ids"]:
            continue
        text = re.findall(r"\w+", point.payload["content"].lower())
        has = [any(word == own or (starts and own.startswith(word)) for own in text) for word in wanted]
        score = sum(has) / len(wanted) if wanted else 0.0
        if score > (body["score_threshold"] or 0):
            found.append((score, point, row))
    return sorted(found, key=lambda hit: -hit[0])


def scored(call: Call, hit: Hit) -> dict[str, Any]:
    """A hit as it is answered."""
    score, point, row = hit
    chunk = point_object(call, point, row)
    if call.body["slim_chunks"]:
        del chunk["chunk_html"]
    return {"metadata" if call.version_one else "chunk": [chunk] if call.version_one else chunk, "score": score}


def paged(call: Call, found: list[Hit]) -> tuple[list[dict[str, Any]], int]:
    """One page of hits, and the number of pages."""
    size = PAGE_SIZE if call.body["page_size"] is None else call.body["page_size"]
    page = max(call.body["page"] or 1, 1)
    shown = [{**scored(call, hit), "highlights": []} for hit in found[(page - 1) * size : page * size]]
    return shown, -(-len(found) // size) if size else 0


def search(call: Call) -> Response:
    """POST /api/chunk/search and /api/chunk/autocomplete."""
    chunks, pages = paged(call, hits(call))
    if call.version_one:
        return reply({"score_chunks": chunks, "corrected_query": None, "total_chunk_pages": pages})
    return reply({"id": new_id(), "chunks": chunks, "corrected_query": None, "total_pages": pages})


def search_in_group(call: Call) -> Response:
    """POST /api/chunk_group/search."""
    body = call.body
    if body["group_id"] is not None:
        group = by_id(call, body["group_id"])
    elif body["group_tracking_id"] is not None:
        found = find_tracking_id(call, body["group_tracking_id"])
        if found is None:
            raise not_found(f"Group with tracking_id {body['group_tracking_id']} not found")
        group = found
    else:
        raise bad_request("You must provide either group_id or group_tracking_id")
    chunks, pages = paged(call, hits(call, group["id"]))
    if call.version_one:
        return reply({"bookmarks": chunks, "group": group_object(call, group), "total_pages": pages})
    return reply({"id": new_id(), "chunks": chunks, "corrected_query": None, "total_pages": pages})


def count(call: Call) -> Response:
    """POST /api/chunk/count."""
    limit = MOST_COUNTED if call.body["limit"] is None else call.body["limit"]
    return reply({"count": min(len(hits(call)), limit)})


ROUTES = [
    Route("POST", "/api/chunk/search", search, (Body(SEARCH), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunk/autocomplete", search, (Body(AUTOCOMPLETE), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunk/count", count, (Body(COUNT), LOGGED, DATASET)),
    Route("POST", "/api/chunk_group/search", search_in_group, (Body(IN_GROUP), VERSIONED_DATASET, LOGGED)),
]
