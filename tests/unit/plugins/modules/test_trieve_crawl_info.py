# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The crawls of a dataset as a list."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from ansible_collections.community.trieve.plugins.modules.trieve_crawl_info import DEFINITION

from ...one_crawl import SITE, Site
from ...tasks import play

OTHER = "https://elsewhere.example.com"


def info(site: Site, **options: Any) -> list[str]:
    """The ids that the module lists, in check mode and without."""
    result = play(DEFINITION, **{**site.connection, **options})
    assert result == play(DEFINITION, check_mode=True, **{**site.connection, **options})
    assert result["changed"] is False
    return [crawl["id"] for crawl in result["crawls"]]


def test_all_crawls_newest_first(site: Site) -> None:
    assert info(site) == []
    ids = site.add_many(25)
    assert info(site) == ids[::-1]
    assert set(site.sent()) == {"GET"}


def test_more_than_the_first_request_asks_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "PAGE", 10)
    ids = site.add_many(25)
    site.sent()
    assert info(site) == ids[::-1]
    assert site.sent() == ["GET"] * 3 * 2


def test_the_filters(site: Site) -> None:
    plain, shop, other = site.add(SITE), site.add(SITE, scrape_options={"type": "shopify"}), site.add(OTHER)
    for crawl_id, status in ((plain, "Completed"), (shop, "Processed 3 pages"), (other, "Failed")):
        site.status(crawl_id, status)
    assert info(site, site_url=SITE) == [shop, plain]
    assert info(site, site_url=SITE + "/") == []
    assert info(site, kind="shopify") == [shop]
    assert info(site, kind="firecrawl") == [other, plain]
    assert info(site, status="Completed") == [plain]
    assert info(site, status="Processed") == [shop]
    assert info(site, status="Failed") == [other]
    assert info(site, status="Pending") == []
    assert info(site, site_url=SITE, kind="firecrawl", status="Completed") == [plain]
    assert info(site, site_url=SITE, kind="firecrawl", status="Failed") == []


def test_the_same_crawl_as_trieve_crawl_shows(site: Site) -> None:
    site.run(limit=3, tags=["b", "a"], webhook_urls=["https://hooks.example.com"], interval="weekly")
    (shown,) = play(DEFINITION, **site.connection)["crawls"]
    assert shown == site.run()["crawl"]
    assert "webhook_secret" not in str(shown)


def test_a_dataset_that_is_not_there(site: Site) -> None:
    options = {**site.connection, "dataset": "nowhere"}
    result = play(DEFINITION, **options)
    assert "Dataset 'nowhere' not found" in result["msg"]
    preview = play(DEFINITION, check_mode=True, **options)
    assert (preview["changed"], preview["crawls"]) == (False, [])
    assert "Dataset 'nowhere' not found" in preview["warnings"][0]
