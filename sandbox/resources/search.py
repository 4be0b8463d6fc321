# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching and counting chunks, by words.

Shapes, filters, pages and errors are the server's. What is found and in which order is not: here a chunk's score is BM25
by SQLite's full text search. A semantic search also takes the beginnings of words, and a hybrid one adds both scores.
"""

from __future__ import annotations

import functools
import operator
import re
from typing import Any

from starlette.responses import Response

from ..calls.call import DATASET, LOGGED, VERSIONED_DATASET, Body, Call, reply
from ..calls.route import Route
from ..formats.bodies import U64, Bool, Enum, Float32, Int, Json, List, Opt, Str, Struct, Untagged, Uuid
from ..formats.errors import Late, bad_request, internal
from ..formats.ids import new_id
from ..store import configuration
from ..store.database import Row, unpack
from ..store.filters import FILTER, Point
from ..store.full_text import Query, words
from .chunk_reads import only_points, point_object, points
from .groups import by_id, by_tracking_id, created_object, group_object

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
_OVER_GROUPS = {name: kind for name, kind in _SEARCH.items() if name != "content_only"}
OVER_GROUPS = Struct("SearchOverGroupsReqPayload", **_OVER_GROUPS, group_size=Opt(Int(U64, "u64")))
AUTOCOMPLETE_OVER_GROUPS = Struct(
    "AutocompleteSearchOverGroupsReqPayload",
    **_OVER_GROUPS,
    group_size=Opt(Int(U64, "u64")),
    extend_results=Opt(Bool()),
)
COUNT = Struct(
    "CountChunksReqPayload",
    query=Untagged("QueryTypes", MODALITIES, List(MULTI)),
    search_type=COUNT_METHOD,
    filters=Opt(FILTER),
    score_threshold=Opt(Float32()),
    limit=Opt(Int(U64, "u64")),
    use_quote_negated_terms=Opt(Bool()),
)
RECOMMEND = Struct(
    "RecommendChunksRequest",
    positive_chunk_ids=Opt(List(Uuid())),
    negative_chunk_ids=Opt(List(Uuid())),
    positive_tracking_ids=Opt(List(Str())),
    negative_tracking_ids=Opt(List(Str())),
    strategy=Opt(Enum("average_vector", "best_score")),
    recommend_type=Opt(Enum("semantic", "fulltext", "bm25", full_text="fulltext", BM25="bm25")),
    filters=Opt(FILTER),
    limit=Opt(Int(U64, "u64")),
    slim_chunks=Opt(Bool()),
    user_id=Opt(Str()),
    metadata=Opt(Json()),
)
PAGE_SIZE = 10
GROUP_SIZE = 3
CONTENT = ("id", "chunk_html", "tracking_id", "time_stamp", "weight", "image_urls", "num_value")
NO_POSITIVE = "Either positive_chunk_ids or positive_tracking_ids must be provided for average_vector strategy"
NO_VECTOR_STORE = "Failed to search points on Qdrant Unavailable"
Hit = tuple[float, Point, Row]


def parsed(query: Any, operators: bool) -> Query:
    """A query as it is looked for; the words of an image or a recording are not known here.

    :param operators: whether quotes and minus have a meaning.
    """
    if isinstance(query, list):
        return functools.reduce(operator.add, (parsed(one["query"], operators) for one in query), Query([]))
    return Query.of(query, operators) if isinstance(query, str) else Query([])


def check_query(call: Call) -> None:
    """Refuse what the server refuses before it searches.

    :raises Refusal: 400.
    """
    if call.body["query"] == "":
        raise bad_request("Query cannot be empty")


def allowed(call: Call, hybrid: bool = True) -> list[str]:
    """The kinds of search that are carried out for this request.

    :raises Refusal: 400 for a kind that is switched off; a hybrid search is never refused, and takes what is left.
    """
    kind = call.body["search_type"]
    config = configuration.read(unpack(call.dataset["server_configuration"]), call.machine.settings)
    if kind == "hybrid":
        if not hybrid:
            raise bad_request("Hybrid search is not supported for this endpoint")
        switches = {"semantic": "SEMANTIC_ENABLED", "fulltext": "FULLTEXT_ENABLED"}
        return [name for name, switch in switches.items() if config[switch]]
    if kind == "semantic" and not config["SEMANTIC_ENABLED"]:
        raise bad_request("Semantic search is not enabled for this dataset")
    if kind == "fulltext" and not config["FULLTEXT_ENABLED"]:
        raise bad_request("Full text search is not enabled for this dataset")
    if kind == "bm25":
        if not call.machine.settings.bm25_active:
            raise bad_request("BM25 search is not enabled for this dataset")
        return ["bm25"] if config["BM25_ENABLED"] else []
    return [kind]


def embed(call: Call, kinds: list[str]) -> None:
    """Ask for the vectors of the query; bm25 needs none, and a hybrid search asks for both, whatever is switched off.

    :raises Refusal: 500 where a server does not give them; 408 where it never answers.
    """
    if call.body["search_type"] == "hybrid":
        kinds = ["semantic", "fulltext"]
    if "semantic" in kinds and call.machine.hangs("embeddings"):
        raise Late()
    if "semantic" in kinds and call.machine.is_down("embeddings"):
        raise internal("Failed to get dense vector embedding Transport(ConnectionFailed)")
    if "fulltext" in kinds and call.machine.is_down("splade"):
        raise internal("Failed to get sparse vector embedding Transport(ConnectionFailed)")


def hits(call: Call, group_id: str | None = None, hybrid: bool = True, failure: str = NO_VECTOR_STORE) -> list[Hit]:
    """The chunks that a search finds, the best first."""
    body = call.body
    kinds = allowed(call, hybrid)
    embed(call, kinds)
    query, rowless = parsed(body["query"], bool(body["use_quote_negated_terms"])), only_points(call)
    scores: dict[int, float] = {}
    for kind in kinds:
        for number, score in call.store.full_text.scores(call.dataset["id"], query, starts=kind == "semantic").items():
            scores[number] = scores.get(number, 0) + score
    found: list[Hit] = []
    for _unused, point, row in points(call, body["filters"], failure, numbers=scores):
        if row["id"] is None and not rowless:
            continue
        if group_id is not None and group_id not in point.payload["group_ids"]:
            continue
        score = scores[row["number"]]
        if score > (body["score_threshold"] or 0):
            found.append((score, point, row))
    return sorted(found, key=lambda hit: (-hit[0], hit[2]["number"]))


def shared(wanted: list[str], point: Point) -> float:
    """The share of some words that a point's text has."""
    text = set(words(point.payload["content"]))
    return sum(word in text for word in wanted) / len(wanted) if wanted else 0.0


def scored(call: Call, hit: Hit) -> dict[str, Any]:
    """A hit as it is answered."""
    score, point, row = hit
    chunk, highlights = point_object(call, point, row, call.version_one), None
    options = call.body.get("highlight_options")
    if isinstance(options, dict) and options.get("highlight_results") is not False and not call.body["slim_chunks"]:
        chunk["chunk_html"], highlights = highlighted(chunk["chunk_html"] or "", _shown_words(call), options)
    if call.body["slim_chunks"]:
        del chunk["chunk_html"]
    if call.body.get("content_only"):
        chunk = {name: chunk[name] for name in CONTENT if name in chunk}
    name, value = ("metadata", [chunk]) if call.version_one else ("chunk", chunk)
    return {name: value, "highlights": highlights, "score": score}


def _shown_words(call: Call) -> list[str]:
    query = parsed(call.body["query"], bool(call.body["use_quote_negated_terms"]))
    return [*query.any_of, *words(" ".join(query.phrases))]


def highlighted(html: str, wanted: list[str], options: dict[str, Any]) -> tuple[str, list[str]]:
    """A text with the words of the query marked, and the marked words."""
    before, after = options.get("pre_tag") or "<mark><b>", options.get("post_tag") or "</b></mark>"
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if match[1] or match[0].lower() not in wanted:
            return match[0]
        if match[0] not in found:
            found.append(match[0])
        return f"{before}{match[0]}{after}"

    return re.sub(r"(<[^>]*>)|\w+", mark, html), found


def page_of(call: Call, found: list[Any]) -> tuple[list[Any], int]:
    """One page of what was found, and the number of pages if the request asks for it."""
    size = PAGE_SIZE if call.body["page_size"] is None else call.body["page_size"]
    page = max(call.body["page"] or 1, 1)
    pages = -(-len(found) // size) if size and call.body["get_total_pages"] else 0
    return found[(page - 1) * size : page * size], pages


def answered(call: Call, found: list[Hit]) -> Response:
    """One page of hits."""
    shown, pages = page_of(call, found)
    chunks = [scored(call, hit) for hit in shown]
    if call.version_one:
        return reply({"score_chunks": chunks, "corrected_query": None, "total_chunk_pages": pages})
    return reply({"id": new_id(), "chunks": chunks, "corrected_query": None, "total_pages": pages})


def search(call: Call) -> Response:
    """POST /api/chunk/search."""
    check_query(call)
    return answered(call, hits(call))


def autocomplete(call: Call) -> Response:
    """POST /api/chunk/autocomplete: every kind but hybrid."""
    check_query(call)
    return answered(call, hits(call, hybrid=False))


def search_in_group(call: Call) -> Response:
    """POST /api/chunk_group/search."""
    body = call.body
    check_query(call)
    if body["group_id"] is not None:
        group = by_id(call, body["group_id"])
    elif body["group_tracking_id"] is not None:
        group = by_tracking_id(call, body["group_tracking_id"])
    else:
        raise bad_request("You must provide either group_id or group_tracking_id")
    found = hits(call, group["id"])
    if call.version_one:
        shown, pages = page_of(call, found)
        chunks = [scored(call, hit) for hit in shown]
        return reply({"bookmarks": chunks, "group": group_object(call, group), "total_pages": pages})
    return answered(call, found)


def over_groups(call: Call, hybrid: bool = True) -> Response:
    """POST /api/chunk_group/group_oriented_search: the groups of what was found, the best chunks with each."""
    check_query(call)
    members: dict[str, list[Hit]] = {}
    for hit in hits(call, hybrid=hybrid):
        for group_id in hit[1].payload["group_ids"]:
            members.setdefault(group_id, []).append(hit)
    size = GROUP_SIZE if call.body["group_size"] is None else call.body["group_size"]
    rows = [call.store.one("SELECT * FROM chunk_groups WHERE id = ?", group_id) for group_id in members]
    shown, pages = page_of(call, [row for row in rows if row is not None])
    results = [
        {
            "group": created_object(row),
            "chunks": [scored(call, hit) for hit in members[row["id"]][:size]],
            "file_id": group_object(call, row)["file_id"],
        }
        for row in shown
    ]
    return reply({"id": new_id(), "results": results, "corrected_query": None, "total_pages": pages})


def autocomplete_over_groups(call: Call) -> Response:
    """POST /api/chunk_group/group_oriented_autocomplete."""
    return over_groups(call, hybrid=False)


def recommend(call: Call) -> Response:
    """POST /api/chunk/recommend: here those that share the most words with the positive ones."""
    body = call.body
    by_average = body["strategy"] in (None, "average_vector")
    if by_average and body["positive_chunk_ids"] is None and body["positive_tracking_ids"] is None:
        raise bad_request(NO_POSITIVE)
    failure = "Could not get recommended chunks: BadRequest: Failed to recommend points from qdrant."
    everything = list(points(call, None, failure))

    def named(sign: str) -> set[str]:
        ids, tracking_ids = body[f"{sign}_chunk_ids"] or (), body[f"{sign}_tracking_ids"] or ()
        return {one for one, point, _row in everything if point.chunk_id in ids or point.tracking_id in tracking_ids}

    positive, negative = named("positive"), named("negative")
    if not positive and not negative:
        raise bad_request(
            "No positive or negative chunk ids could be found. At least one positive or negative id must be provided."
        )
    wanted = [word for one, point, _row in everything if one in positive for word in words(point.payload["content"])]
    found: list[Hit] = [
        (shared(wanted, point), point, row)
        for one, point, row in points(call, body["filters"], failure)
        if one not in positive | negative
    ]
    best = sorted(found, key=lambda hit: -hit[0])[: 10 if body["limit"] is None else body["limit"]]
    chunks = [scored(call, hit) for hit in best]
    return reply([one["metadata"][0] for one in chunks] if call.version_one else {"id": new_id(), "chunks": chunks})


def count(call: Call) -> Response:
    """POST /api/chunk/count: an empty dataset is not looked up."""
    config = configuration.read(unpack(call.dataset["server_configuration"]), call.machine.settings)
    limit = call.body["limit"]
    size: int = call.store.value(
        "SELECT chunk_count FROM dataset_usage_counts WHERE dataset_id = ?", call.dataset["id"]
    )
    limit = size if limit is None else limit
    if limit > config["MAX_LIMIT"]:
        raise bad_request(
            f"Limit of {limit} is greater than the maximum limit of {config['MAX_LIMIT']}. Please reduce the limit."
        )
    failure = "Failed to search points on Qdrant to get count"
    if not size and call.machine.is_down("vector_store"):
        allowed(call, hybrid=False)
        return reply({"count": 0})
    return reply({"count": min(len(hits(call, hybrid=False, failure=failure)), limit)})


ROUTES = [
    Route("POST", "/api/chunk/search", search, (Body(SEARCH), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunk/autocomplete", autocomplete, (Body(AUTOCOMPLETE), LOGGED, VERSIONED_DATASET)),
    Route("POST", "/api/chunk/count", count, (Body(COUNT), LOGGED, DATASET)),
    Route("POST", "/api/chunk_group/search", search_in_group, (Body(IN_GROUP), VERSIONED_DATASET, LOGGED)),
    Route("POST", "/api/chunk/recommend", recommend, (Body(RECOMMEND), LOGGED, VERSIONED_DATASET)),
    Route(
        "POST", "/api/chunk_group/group_oriented_search", over_groups, (Body(OVER_GROUPS), VERSIONED_DATASET, LOGGED)
    ),
    Route(
        "POST",
        "/api/chunk_group/group_oriented_autocomplete",
        autocomplete_over_groups,
        (Body(AUTOCOMPLETE_OVER_GROUPS), LOGGED, VERSIONED_DATASET),
    ),
]
