# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The warning of several sites in one dataset, whose pages overwrite each other."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE

OTHER = "https://other.example.com"


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Crawled:
    """A dataset, and two sites that have one page in common."""
    place = Crawled(sandbox, connection)
    place.pages(page("/a", "Same"), page("/b", "B"))
    place.pages(page("/a", "Same"), page("/d", "D"), site=OTHER)
    return place


def warnings(result: dict[str, Any]) -> list[str]:
    """What a task says of several hosts."""
    assert not result.get("failed"), result["msg"]
    return [line for line in result.get("warnings", []) if "hosts" in line]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_second_host(docs: Crawled, check_mode: bool) -> None:
    assert warnings(docs.play(allow_shared_paths=False)) == []
    (words,) = warnings(docs.play(check_mode, site_url=OTHER, allow_shared_paths=False))
    assert f"Dataset 'docs' has crawls of 2 hosts: {SITE}, {OTHER}." in words
    assert "allow_shared_paths: true" in words
    assert "are now of" not in words


def test_a_list_warns_once(docs: Crawled) -> None:
    crawls = [{"site_url": SITE}, {"site_url": OTHER}, {"site_url": "https://third.example.com"}]
    for check_mode in (True, False):
        assert len(warnings(docs.many(check_mode, crawls=crawls, allow_shared_paths=False))) == 1
    assert warnings(docs.many(crawls=crawls, allow_shared_paths=False)) == []  # nothing is crawled
    assert warnings(docs.many(crawls=[{**crawl, "limit": 5} for crawl in crawls])) == []


def test_chunks_that_were_taken_over_are_counted(docs: Crawled) -> None:
    docs.play()
    docs.play(site_url=OTHER)
    (words,) = warnings(docs.play(limit=5, check_mode=True, allow_shared_paths=False))
    assert f"1 chunk of {SITE} is now of {OTHER}." in words


def test_what_cannot_be_counted_is_left_out(docs: Crawled) -> None:
    docs.play()
    docs.play(site_url=OTHER)
    docs.sandbox.control.faults(
        {"kind": "status", "path": "chunks/scroll", "status": 403, "body": {"message": "Forbidden"}}
    )
    (words,) = warnings(docs.play(limit=5, check_mode=True, allow_shared_paths=False))
    assert "are now of" not in words


@pytest.mark.parametrize(
    "other",
    [
        {"site_url": SITE + "/blog"},
        {"site_url": SITE.upper().replace("HTTPS", "https")},
        {"site_url": OTHER, "add_chunks_to_dataset": False},
        {"site_url": OTHER, "scrape_options": {"type": "shopify"}},
    ],
)
def test_crawls_that_share_nothing(docs: Crawled, other: dict[str, Any]) -> None:
    docs.play()
    assert warnings(docs.play(allow_shared_paths=False, **other)) == []


def test_a_crawl_that_is_pruned_does_not_count(docs: Crawled) -> None:
    docs.play(site_url=OTHER)
    assert warnings(docs.many(crawls=[{"site_url": SITE}], prune=True, allow_shared_paths=False)) == []
