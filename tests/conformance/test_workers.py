# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server's worker programs do to crawls and datasets, step by step: in the recordings they had no crawl worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sandbox.server import Running, running
from sandbox.settings import Settings

from .masking import NIL
from .player import Player
from .wire import Answer

SECRET = "99b9dba73335958ef77c3585408c50417f86a34a50fe1511a3bbf55252247193"
"""The server's webhook secret where nobody has set another (blake3 of `firecrawl`)."""


class Work:
    """A sandbox whose workers run when they are told to, and a dataset in it."""

    def __init__(self, sandbox: Running) -> None:
        self.control = sandbox.control
        self._player = Player(sandbox.url, sandbox.admin_key)
        self.headers = {"TR-Organization": sandbox.organization_id}
        self.dataset = self.send("POST", "/api/dataset", {"dataset_name": "work"}).body["id"]
        self.headers["TR-Dataset"] = self.dataset

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        """A request in the dataset."""
        request = {"method": method, "path": path, "headers": self.headers}
        return self._player.send(request if body is None else {**request, "json": body})

    def crawl(self, **options: Any) -> Any:
        """Create a crawl."""
        return self.send("POST", "/api/crawl", {"crawl_options": {"site_url": "https://a.example.com", **options}}).body

    def find(self, crawl: Any) -> Any:
        """The crawl as the list shows it now; None if it is gone."""
        rows = self.send("GET", "/api/crawl?limit=1000").body
        return next((row for row in rows if row["id"] == crawl["id"]), None)

    def statuses(self, crawl: Any) -> list[str]:
        """All that a crawl goes through until it changes no more."""
        seen = [self.find(crawl)["status"]]
        while self.control.state("crawl_jobs"):
            self.control.tick("crawl")
            seen.append(self.find(crawl)["status"])
        return seen


@pytest.fixture
def work() -> Iterator[Work]:
    """Nothing happens by itself, and a site has three pages."""
    with running(settings=Settings(workers=frozenset(), crawl_pages=3)) as sandbox:
        yield Work(sandbox)


@pytest.mark.parametrize(
    ("options", "statuses"),
    [
        ({}, ["Pending", "Completed", *(f"Processed {page} pages" for page in range(3)), "Completed"]),
        ({"add_chunks_to_dataset": False}, ["Pending", "Completed", "Completed"]),
        (
            {"scrape_options": {"type": "shopify"}},
            ["Pending", *(f"Processed {page} pages" for page in (2, 3, 4)), "Completed"],
        ),
    ],
    ids=["firecrawl", "without chunks", "shopify"],
)
def test_statuses_of_a_crawl(work: Work, options: dict[str, Any], statuses: list[str]) -> None:
    """A site is completed, then its pages are processed, then it is completed again."""
    assert work.statuses(work.crawl(**options)) == statuses


def test_a_success_moves_the_next_crawl(work: Work) -> None:
    """By one more interval; id, scrape_id and all else stay."""
    made = work.crawl(interval="daily")
    before = work.find(made)
    work.statuses(made)
    after = work.find(made)
    first, second = (datetime.fromisoformat(one["next_crawl_at"]) for one in (before, after))
    assert (second - first).total_seconds() == 86400
    assert {**after, "next_crawl_at": None, "status": None} == {**before, "next_crawl_at": None, "status": None}


def test_a_shop_moves_all_with_the_nil_id(work: Work) -> None:
    """Rows are found by scrape_id, and shops share one."""
    shop = {"scrape_options": {"type": "shopify"}}
    weekly, monthly = work.crawl(interval="weekly", **shop), work.crawl(interval="monthly", **shop)
    assert weekly["scrape_id"] == monthly["scrape_id"] == NIL
    work.statuses(weekly)
    assert work.find(weekly)["next_crawl_at"] == work.find(monthly)["next_crawl_at"]


def test_the_cron_job_changes_scrape_ids_again_and_again(work: Work) -> None:
    """It leaves id, status and date as they are, so each run finds the same crawls due."""
    made, idle = work.crawl(interval="daily"), work.crawl()
    work.control.tick("cron")
    assert work.find(made)["scrape_id"] == made["scrape_id"]
    work.control.advance(86401)
    seen = {made["scrape_id"]}
    for _unused in range(2):
        work.control.tick("cron")
        now = work.find(made)
        assert (now["id"], now["status"]) == (made["id"], "Pending")
        seen.add(now["scrape_id"])
    assert len(seen) == 3
    assert work.find(idle)["scrape_id"] == idle["scrape_id"]


def test_a_webhook_with_the_secret_counts_pages(work: Work) -> None:
    """No key is needed; an unknown job is no error and does nothing."""
    made = work.crawl()
    page = {
        "data": {"html": "<p>a</p>", "metadata": {"sourceURL": "https://a.example.com/1", "statusCode": 200}},
        "metadata": {"dataset_id": work.dataset, "webhook_secret": SECRET},
        "scrapeId": made["scrape_id"],
    }
    assert work.send("POST", "/api/file/html_page", page).status == 204
    assert work.find(made)["status"] == "Processed 1 pages"
    assert work.send("POST", "/api/file/html_page", {**page, "scrapeId": NIL}).status == 204
    assert work.find(made)["status"] == "Processed 1 pages"


def test_a_deleted_dataset_goes_when_the_worker_comes(work: Work) -> None:
    """Hidden at once; usage answers until the row is gone, and its crawls with it."""
    made = work.crawl()
    assert work.send("DELETE", f"/api/dataset/{work.dataset}").status == 204
    assert work.send("GET", "/api/crawl").status == 404
    del work.headers["TR-Dataset"]
    assert work.send("GET", f"/api/dataset/usage/{work.dataset}").status == 200
    assert [row["id"] for row in work.control.state("crawls")] == [made["id"]]
    work.control.tick("delete")
    assert work.send("GET", f"/api/dataset/usage/{work.dataset}").status == 500
    assert work.control.state("crawls") == []


def test_a_cleared_dataset_keeps_its_crawls(work: Work) -> None:
    """Groups and chunks that were there before go."""
    made = work.crawl()
    work.send("POST", "/api/chunk_group", {"name": "a", "tracking_id": "a"})
    work.send("POST", "/api/chunk", {"chunk_html": "a", "tracking_id": "a"})
    work.control.tick("ingestion")
    assert work.send("GET", "/api/chunk/tracking_id/a").status == 200
    assert work.send("PUT", f"/api/dataset/clear/{work.dataset}").status == 204
    assert work.send("GET", "/api/chunk/tracking_id/a").status == 200
    work.control.tick("delete")
    assert work.send("GET", "/api/chunk/tracking_id/a").status == 404
    assert work.send("GET", "/api/chunk_group/tracking_id/a").status == 404
    assert work.find(made)["id"] == made["id"]


def test_the_free_plan_has_two_datasets() -> None:
    """A deleted one counts until the worker has been there; a batch is not checked at all."""
    with running(settings=Settings(workers=frozenset(), unlimited=False)) as sandbox:
        work = Work(sandbox)
        assert work.send("POST", "/api/dataset", {"dataset_name": "second"}).status == 200
        third = {"dataset_name": "third"}
        refused = work.send("POST", "/api/dataset", third)
        assert (refused.status, refused.body) == (
            426,
            {"message": "Your plan must be upgraded to create additional datasets"},
        )
        assert work.send("POST", "/api/dataset/clone", {"dataset_to_clone": work.dataset, **third}).status == 426
        assert work.send("POST", "/api/dataset/clone", {"dataset_to_clone": NIL, **third}).status == 404
        assert work.send("DELETE", f"/api/dataset/{work.dataset}").status == 204
        del work.headers["TR-Dataset"]
        assert work.send("POST", "/api/dataset", third).status == 426
        sandbox.control.tick("delete")
        assert work.send("POST", "/api/dataset", third).status == 200
        assert work.send("POST", "/api/dataset/batch_create_datasets", {"datasets": [third, third]}).status == 200
