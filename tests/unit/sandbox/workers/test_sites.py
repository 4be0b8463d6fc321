# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites that a test declares, and what a crawl of them puts into the dataset."""

from __future__ import annotations

from typing import Any

import pytest
from blake3 import blake3

from sandbox.server import Running

from ..conftest import Send

SITE = "https://docs.example.com"
WORDS = "one two three four five six"


def crawl(sandbox: Running, send: Send, url: str = SITE, **options: Any) -> dict[str, Any]:
    """Crawl a site from beginning to end. Returns the crawl as it is then."""
    made = send("POST /api/crawl", json={"crawl_options": {"site_url": url, **options}}).json()
    for _unused in range(20):
        sandbox.control.tick("crawl")
    return shown(send, made["id"])


def shown(send: Send, crawl_id: str) -> dict[str, Any]:
    """A crawl as the list shows it."""
    listed: dict[str, Any] = next(one for one in send("GET /api/crawl?limit=100").json() if one["id"] == crawl_id)
    return listed


def chunks(send: Send, **body: Any) -> list[dict[str, Any]]:
    """All chunks that the vector store finds, by address and text."""
    found = send("POST /api/chunks/scroll", json={"page_size": 1000, **body}).json()["chunks"]
    return sorted(found, key=lambda one: (one["link"], one["chunk_html"]))


def test_a_page_becomes_a_chunk(sandbox: Running, send: Send, dataset: str) -> None:
    """Its tracking id is made of path and heading, without the host."""
    page = {"path": "/guide/a/?x=1#y", "title": "T", "description": "D", "html": f"<h2>A &amp; <b>b</b></h2>{WORDS}"}
    sandbox.control.site(f"{SITE}/", [page])
    assert crawl(sandbox, send, tags=["own"])["status"] == "Completed"
    (chunk,) = chunks(send)
    link = f"{SITE}/guide/a/?x=1#y"
    assert chunk["link"] == chunk["metadata"]["url"] == link
    assert chunk["tracking_id"] == blake3(b"guide/a/?x=1#yA & b").hexdigest()
    assert chunk["metadata"] == {
        "url": link,
        "heading": "A & b",
        "hierarchy": "A & b",
        "title": "T",
        "description": "D",
    }
    assert set(chunk["tag_set"]) == {"guide", "a", SITE, "own"}
    assert send("GET /api/chunk_group/tracking_id/T").json()["name"] == "T"


@pytest.mark.parametrize(
    ("site", "url"), [(SITE, f"{SITE}/"), (f"{SITE}/", SITE), (f"{SITE}/v1", f"{SITE}/v1")], ids=["/", "none", "path"]
)
def test_a_final_slash_does_not_matter(sandbox: Running, send: Send, dataset: str, site: str, url: str) -> None:
    """In what was declared, and in what is crawled; the tag is the address as it was given."""
    sandbox.control.site(site, [{"path": "/a", "html": f"<h1>A</h1>{WORDS}"}])
    crawl(sandbox, send, url)
    (chunk,) = chunks(send)
    assert chunk["link"] == f"{url.rstrip('/')}/a"
    assert url in chunk["tag_set"]


def test_the_limit_is_firecrawls(sandbox: Running, send: Send, dataset: str) -> None:
    """The first pages count; one that was not found takes a place, too."""
    pages = [{"path": f"/{n}", "html": f"<h1>{n}</h1>{WORDS}", "status_code": 404 if n == 0 else 200} for n in range(4)]
    sandbox.control.site(SITE, pages)
    crawl(sandbox, send, limit=3)
    assert [one["link"] for one in chunks(send)] == [f"{SITE}/1", f"{SITE}/2"]


def test_nothing_is_put_into_the_dataset_where_that_is_asked_for(sandbox: Running, send: Send, dataset: str) -> None:
    """The crawl runs all the same."""
    sandbox.control.site(SITE, [{"path": "/", "html": f"<h1>A</h1>{WORDS}"}])
    assert crawl(sandbox, send, add_chunks_to_dataset=False)["status"] == "Completed"
    assert chunks(send) == []


def test_an_undeclared_site_has_made_up_pages(sandbox: Running, send: Send, dataset: str) -> None:
    """So that a crawl of any address brings something, also of one without a scheme."""
    crawl(sandbox, send, "somewhere.example.com")
    found = chunks(send)
    assert [one["link"] for one in found] == [
        "https://somewhere.example.com",
        "https://somewhere.example.com/page-1",
        "https://somewhere.example.com/page-2",
    ]


def test_a_long_crawl_makes_the_others_wait(sandbox: Running, send: Send, dataset: str) -> None:
    """The worker does one after the other."""
    page = {"path": "/", "html": f"<h1>A</h1>{WORDS}"}
    sandbox.control.site(SITE, [page], status="scraping")
    sandbox.control.site("https://other.example.com", [page])
    first = crawl(sandbox, send)
    second = crawl(sandbox, send, "https://other.example.com")
    assert (first["status"], second["status"]) == ("Pending", "Pending")
    sandbox.control.site(SITE, [page])
    for _unused in range(5):
        sandbox.control.tick("crawl")
    assert [shown(send, one["id"])["status"] for one in (first, second)] == ["Completed", "Completed"]


def test_a_crawl_runs_by_itself_at_once(sandbox: Running, send: Send, dataset: str) -> None:
    """Where the crawl worker runs: a declared site costs no time."""
    sandbox.control.settings(workers=["crawl", "ingestion"])
    sandbox.control.site(SITE, [{"path": "/", "html": f"<h1>A</h1>{WORDS}"}])
    made = send("POST /api/crawl", json={"crawl_options": {"site_url": SITE}}).json()
    assert (made["status"], shown(send, made["id"])["status"]) == ("Pending", "Completed")
    assert len(chunks(send)) == 1


def test_an_address_without_a_scheme_ends_the_worker(sandbox: Running, send: Send, dataset: str) -> None:
    """The crawl stays at that page, brings nothing, and the next one goes on."""
    good = {"path": "/a/b/c", "html": f"<h1>Good</h1>{WORDS}"}
    sandbox.control.site("x.example.com", [good, {"path": "/a", "html": f"<h1>A</h1>{WORDS}"}, good])
    assert crawl(sandbox, send, "x.example.com")["status"] == "Processed 1 pages"
    assert chunks(send) == []
    assert crawl(sandbox, send, SITE)["status"] == "Completed"


def test_more_chunks_than_the_plan_allows_fail(sandbox: Running, send: Send, dataset: str) -> None:
    """None of them is queued."""
    sandbox.control.settings(unlimited=False)
    headings = "".join(f"<h1>{number}</h1>{WORDS}" for number in range(1001))
    sandbox.control.site(SITE, [{"path": "/", "html": headings}])
    assert crawl(sandbox, send)["status"] == "Failed"
    assert chunks(send) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "needs a text site"),
        ({"site": SITE, "pages": [{"html": ""}]}, "needs a text path"),
        ({"site": SITE, "page": []}, "unknown keys page"),
        ({"site": SITE, "pages": [{"path": "/", "status": 404}]}, "unknown keys status"),
        ({"site": SITE, "status": "done"}, "unknown status done"),
    ],
)
def test_a_wrong_site_is_refused(sandbox: Running, send: Send, given: dict[str, Any], reason: str) -> None:
    """With what would have been right."""
    answer = send("POST /_sandbox/sites", json=given)
    assert answer.status_code == 400
    assert reason in answer.json()["message"]


def test_a_webhook_has_no_tags_of_the_crawl(sandbox: Running, send: Send, dataset: str) -> None:
    """And a page that was not found is not counted."""
    made = send("POST /api/crawl", json={"crawl_options": {"site_url": SITE, "tags": ["own"]}}).json()
    about = {"sourceURL": f"{SITE}/a", "statusCode": 200, "ogTitle": "T"}
    page = {"html": f"<h1>A</h1>{WORDS}", "metadata": about}
    metadata = made["crawl_options"]["webhook_metadata"]
    for data in (page, {**page, "metadata": {**about, "statusCode": 404}}):
        body = {"data": data, "metadata": metadata, "scrapeId": made["scrape_id"]}
        assert send("POST /api/file/html_page", json=body).status_code == 204
    assert shown(send, made["id"])["status"] == "Processed 1 pages"
    (chunk,) = chunks(send)
    assert set(chunk["tag_set"]) == {"a", SITE}
