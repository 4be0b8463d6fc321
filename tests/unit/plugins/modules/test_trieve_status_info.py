# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All datasets and crawls of an organization in one task."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION as CRAWL
from ansible_collections.community.trieve.plugins.modules.trieve_status_info import DEFINITION

from ...crawls import Docs
from ...one_crawl import SITE, Site
from ...tasks import play

WORDS = "one two three four five six"


def read(site: Site, **options: Any) -> dict[str, Any]:
    """The status, the same in check mode."""
    result = play(DEFINITION, **site.connection, **options)
    assert not result.get("failed"), result["msg"]
    status: dict[str, Any] = result["status"]
    return status


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_757_750_400.9)


@pytest.fixture
def site(sandbox: Any, connection: dict[str, Any]) -> Site:
    """A dataset without crawls. The module has no option for it."""
    made = Site(sandbox, connection)
    made.connection = connection
    return made


def crawl(site: Docs, **options: Any) -> str:
    """Crawl a site of two pages to its end."""
    pages = [{"path": f"/{name}", "html": f"<h1>{name}</h1>{WORDS}"} for name in "ab"]
    site.sandbox.control.site(SITE, pages)
    crawl_id = site.add(SITE, **options)
    for _unused in range(20):
        site.sandbox.control.tick("crawl")
    return crawl_id


def test_an_organization(site: Site) -> None:
    empty = Docs(site.sandbox, site.connection, "another")
    older, newer = crawl(site), crawl(site, interval="daily")
    shop = site.add("https://shop.example.com", scrape_options={"type": "shopify"})
    site.status(shop, "Failed")
    site.sent()
    status = read(site)
    assert (status["organization_id"], status["read_at"]) == (site.connection["organization_id"], "2025-09-13T08:00:00")
    assert [(one["id"], one["tracking_id"], one["chunks"]) for one in status["datasets"]] == [
        (empty.id, "another", 0),
        (site.id, "docs", 2),
    ]
    assert status["datasets"][0]["crawls"] == []
    crawls = status["datasets"][1]["crawls"]
    assert [(one["id"], one["newest"], one["status"]) for one in crawls] == [
        (shop, True, "Failed"),
        (newer, True, "Completed"),
        (older, False, "Completed"),
    ]
    assert crawls[1]["interval_seconds"] == 86400
    assert crawls[1]["last_completed_at"] == crawls[1]["created_at"]
    assert crawls[0]["last_completed_at"] is None
    assert crawls[0]["chunks"] == {"of_site": None, "of_crawl": None, "stale": None}
    assert crawls[1]["chunks"]["of_site"] == 2
    assert "webhook" not in str(status)


def test_as_few_requests_as_possible(site: Site) -> None:
    """One for the list, one for each dataset, and one more where there are crawls."""
    Docs(site.sandbox, site.connection, "another")
    crawl(site)
    site.sent()
    read(site)
    sent = sorted(f"{entry['method']} {entry['path']}" for entry in site.sandbox.control.requests())
    assert sent == [
        *["GET /api/crawl"] * 2,
        f"GET /api/dataset/organization/{site.connection['organization_id']}",
        "POST /api/dataset/get_all_tags",
    ]
    preview = play(DEFINITION, check_mode=True, **site.connection)
    assert preview == play(DEFINITION, **site.connection)


def test_some_datasets(site: Site) -> None:
    another = Docs(site.sandbox, site.connection, "another")
    assert [one["id"] for one in read(site, datasets=["docs"])["datasets"]] == [site.id]
    both = read(site, datasets=[another.id.upper(), "docs", site.id], concurrency=1)
    assert [one["tracking_id"] for one in both["datasets"]] == ["another", "docs"]
    assert read(site, datasets=[])["datasets"] == []
    result = play(DEFINITION, **site.connection, datasets=["docs", "nowhere"])
    assert "Dataset 'nowhere' not found in organization" in result["msg"]
    preview = play(DEFINITION, check_mode=True, **site.connection, datasets=["docs", "nowhere"])
    assert len(preview["status"]["datasets"]) == len(preview["warnings"]) == 1
    ghost = "11111111-2222-4333-8444-555555555555"
    assert play(DEFINITION, check_mode=True, **site.connection, datasets=[ghost])["failed"] is True


def test_stale_chunks(site: Site) -> None:
    """What no crawl of the URL has written, if all of them are known to the collection and have completed."""
    options = {**site.connection, "dataset": site.id, "site_url": SITE}
    for pages in ("abc", "a"):
        shown = [{"path": f"/{name}", "html": f"<h1>{name}</h1>{WORDS}"} for name in pages]
        site.sandbox.control.site(SITE, shown)
        assert play(CRAWL, **options, recrawl="always").get("changed") is True
        pending = read(site)["datasets"][0]["crawls"][0]
        assert pending["chunks"]["stale"] is None
        for _unused in range(20):
            site.sandbox.control.tick("crawl")
    (found,) = read(site)["datasets"][0]["crawls"]
    assert found["chunks"] == {"of_site": 3, "of_crawl": 1, "stale": 2}
    assert pending["last_completed_at"] is not None
    assert pending["last_completed_at"][:19] < found["created_at"] == found["last_completed_at"]
    site.add(SITE, include_paths=["/x"])
    newer, older = read(site)["datasets"][0]["crawls"]
    assert (newer["chunks"]["stale"], older["chunks"]["stale"]) == (None, None)
    assert (older["newest"], older["duplicate"]) == (False, False)


def test_refusals(site: Site) -> None:
    site.sent()
    assert "concurrency is 0" in play(DEFINITION, **site.connection, concurrency=0)["msg"]
    assert "organization_id is missing" in play(DEFINITION, **{**site.connection, "organization_id": None})["msg"]
    assert site.sent() == []
