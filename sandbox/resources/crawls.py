# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Crawls (docs/server.md 3)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, DATASET, Body, Call, PathUuid, Query, json_reply, no_content
from ..calls.params import integer
from ..calls.route import Route
from ..formats.bodies import I32, I64, Bool, Enum, Int, Json, List, Opt, Str, Struct, Tagged, Uuid
from ..formats.clock import stamp, stored
from ..formats.errors import Panic, bad_request, internal
from ..formats.ids import NIL, new_id
from ..store.database import Row, has_nul, pack_in_order, unpack
from ..store.machine import Machine
from ..workers import crawling, firecrawl

TEXTS = Opt(List(Str()))
SCRAPE_OPTIONS = Tagged(
    openapi=Struct("CrawlOpenAPIOptions", openapi_schema_url=Str(), openapi_tag=Str()),
    shopify=Struct("CrawlShopifyOptions", group_variants=Opt(Bool()), tag_regexes=TEXTS),
    youtube=Struct("CrawlYoutubeOptions"),
)
CRAWL_OPTIONS = Struct(
    "CrawlOptions",
    site_url=Opt(Str()),
    interval=Opt(Enum("daily", "weekly", "monthly")),
    limit=Opt(Int(I32, "i32")),
    exclude_paths=TEXTS,
    include_paths=TEXTS,
    include_tags=TEXTS,
    exclude_tags=TEXTS,
    boost_titles=Opt(Bool()),
    allow_external_links=Opt(Bool()),
    ignore_sitemap=Opt(Bool()),
    heading_remove_strings=TEXTS,
    body_remove_strings=TEXTS,
    scrape_options=Opt(SCRAPE_OPTIONS),
    webhook_urls=TEXTS,
    webhook_metadata=Opt(Json()),
    add_chunks_to_dataset=Opt(Bool()),
    tags=TEXTS,
)
CREATE = Struct("CreateCrawlReqPayload", crawl_options=CRAWL_OPTIONS)
UPDATE = Struct("UpdateCrawlReqPayload", crawl_id=Uuid(), crawl_options=CRAWL_OPTIONS)

WHOLE = '{"site_url":'
"""How stored options begin that have all keys, in the server's order."""
DAY = 86_400
SECONDS = {"daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY}
KINDS = ("firecrawl", "openapi", "shopify", "youtube")


def shown_status(text: str) -> str:
    """A stored status as the server shows it: text that it does not know is a failure."""
    if text in ("Pending", "Completed", "Failed"):
        return text
    words = text.split()
    if len(words) == 3 and words[0] == "Processed" and words[2] == "pages":
        return f"Processed {int(words[1]) if words[1].isdigit() else 0} pages"
    return "Failed"


def crawl_json(row: Row | dict[str, Any], times: Any = stored) -> str:
    """A crawl as it is answered; times are read by this function.

    The options are stored as they are answered and go in as they are: a list of ten thousand is mostly options.
    """
    options, interval = row["crawl_options"], row["interval"]
    if not options.startswith(WHOLE):
        options = pack_in_order(options_object(options))
    head = {
        "id": row["id"],
        "url": row["url"],
        "status": shown_status(row["status"]),
        "crawl_type": row["crawl_type"] if row["crawl_type"] in KINDS else "firecrawl",
        "next_crawl_at": times(row["next_crawl_at"]),
        "interval": None if interval is None else {"secs": interval, "nanos": 0},
    }
    tail = {
        "scrape_id": row["scrape_id"],
        "dataset_id": row["dataset_id"],
        "created_at": times(row["created_at"]),
        "attempt_number": 0,
    }
    return f'{pack_in_order(head)[:-1]},"crawl_options":{options},{pack_in_order(tail)[1:]}'


def options_object(text: str) -> dict[str, Any]:
    """Stored options with all 17 keys, in the server's order."""
    options = unpack(text)
    return {name: options.get(name) for name in CRAWL_OPTIONS.fields}


def complete(call: Call, options: dict[str, Any]) -> dict[str, Any]:
    """The options as the server stores them: its own webhook added, the metadata overwritten.

    :raises Refusal: the only check that there is, of external links.
    """
    if options["allow_external_links"] and all(path == "*" for path in options["include_paths"] or ()):
        raise bad_request(
            "If allow_external_links is true, include_paths must contain at least one path that is not '*'"
        )
    urls = list(options["webhook_urls"] or ())
    own = call.machine.own_webhook()
    if options["add_chunks_to_dataset"] is not False and own not in urls:
        urls.append(own)
    metadata = {"dataset_id": call.dataset["id"], "webhook_secret": call.machine.webhook_secret()}
    return {**options, "webhook_urls": urls, "webhook_metadata": metadata}


def start(call: Call, options: dict[str, Any]) -> Response:
    """POST: check, a Firecrawl job, a row, a message to the worker."""
    options = complete(call, options)
    scrape = options["scrape_options"]
    kind = scrape["type"] if scrape else "firecrawl"
    url = options["site_url"] or ""
    if kind in crawling.WITHOUT_FIRECRAWL:
        scrape_id = NIL
    else:
        firecrawl.start(call.machine, url)
        scrape_id = new_id()
    if "\0" in url:
        raise internal('invalid byte sequence for encoding "UTF8": 0x00')
    if has_nul(options):
        raise internal("unsupported Unicode escape sequence")
    now = call.now()
    interval = SECONDS.get(options["interval"] or "")
    row = {
        "id": new_id(),
        "url": url,
        "status": "Pending",
        "interval": interval,
        "next_crawl_at": None if interval is None else now + interval * 1_000_000_000,
        "scrape_id": scrape_id,
        "dataset_id": call.dataset["id"],
        "created_at": now,
        "crawl_options": pack_in_order(options),
        "crawl_type": kind,
    }
    insert(call, row)
    return json_reply(crawl_json(row, lambda time: None if time is None else stamp(time)))


def insert(call: Call, row: dict[str, Any]) -> None:
    """Store a crawl and queue it for the worker. Times in the row are nanoseconds."""
    next_crawl_at = row["next_crawl_at"]
    kept = {
        **row,
        "created_at": row["created_at"] // 1000,
        "next_crawl_at": None if next_crawl_at is None else next_crawl_at // 1000,
    }
    call.store.insert("crawls", **kept)
    # The row stays where Redis is down and nobody will crawl it.
    call.machine.queues.put_crawl(kept, crawling.first_step(call.machine, kept))


def create(call: Call) -> Response:
    """POST /api/crawl."""
    return start(call, call.body["crawl_options"])


def update(call: Call) -> Response:
    """PUT /api/crawl: not an update (docs/server.md 3.6). What step 2 deleted stays deleted if the rest fails."""
    previous = call.store.one(
        "SELECT crawl_options FROM crawls WHERE dataset_id = ? ORDER BY rowid LIMIT 1", call.dataset["id"]
    )
    call.store.run("DELETE FROM crawls WHERE scrape_id = ?", call.body["crawl_id"])
    options = call.body["crawl_options"]
    if previous is not None:
        old = options_object(previous["crawl_options"])
        options = {
            name: old[name] if value is None and name != "scrape_options" else value for name, value in options.items()
        }
    return start(call, options)


def index(call: Call) -> Response:
    """GET /api/crawl."""
    page, limit = call.args["page"], call.args["limit"]
    page = 1 if page is None else page
    limit = 10 if limit is None else limit
    if page == I64[0] or not I64[0] <= (page - 1) * limit <= I64[1]:
        raise Panic("attempt to multiply with overflow")
    offset = (page - 1) * limit
    if offset < 0:
        raise internal("OFFSET must not be negative")
    if limit < 0:
        raise internal("LIMIT must not be negative")
    # The inner query passes over the offset in the index alone.
    rows = call.store.all(
        "SELECT * FROM crawls WHERE rowid IN"
        " (SELECT rowid FROM crawls WHERE dataset_id = ? ORDER BY created_at DESC LIMIT ? OFFSET ?)"
        " ORDER BY created_at DESC",
        call.dataset["id"],
        limit,
        offset,
    )
    return json_reply(f"[{','.join(map(crawl_json, rows))}]")


def delete(call: Call) -> Response:
    """DELETE /api/crawl/{crawl_id}: in any dataset and organization, and 204 also where nothing was."""
    call.store.run("DELETE FROM crawls WHERE id = ?", call.params["crawl_id"])
    return no_content()


def bulk_create(
    machine: Machine,
    dataset_id: str,
    count: int,
    site_url: str = "https://site-{n}.example.com",
    status: str = "Completed",
    options: dict[str, Any] | None = None,
) -> list[str]:
    """Create many ordinary crawls of a dataset at once, for benchmarks; ``{n}`` in the address is a number from 1."""
    metadata = {"dataset_id": dataset_id, "webhook_secret": machine.webhook_secret()}
    empty = dict.fromkeys(CRAWL_OPTIONS.fields)
    own = machine.own_webhook()
    start_at = machine.clock.now() // 1000
    given = {**empty, "webhook_urls": [own], "webhook_metadata": metadata, **(options or {})}
    del given["site_url"]
    rest = pack_in_order(given)[1:]
    rows = []
    for number in range(1, count + 1):
        url = site_url.replace("{n}", str(number))
        text = f"{WHOLE}{pack_in_order(url)},{rest}"
        rows.append((new_id(), url, status, new_id(), dataset_id, start_at + number, text, "firecrawl"))
    with machine.store.transaction():
        machine.store.connection.executemany(
            "INSERT INTO crawls (id, url, status, scrape_id, dataset_id, created_at, crawl_options, crawl_type)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    machine.clock.last += count * 1000
    return [row[0] for row in rows]


ROUTES = [
    Route("POST", "/api/crawl", create, (Body(CREATE), DATASET, ADMIN)),
    Route("PUT", "/api/crawl", update, (Body(UPDATE), DATASET, ADMIN)),
    Route("GET", "/api/crawl", index, (Query(page=integer(), limit=integer()), DATASET, ADMIN)),
    Route("DELETE", "/api/crawl/{crawl_id}", delete, (PathUuid("crawl_id"), ADMIN)),
]
