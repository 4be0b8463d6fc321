# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Freshness, stale chunks and shared paths in a state, with the same options as in a list of crawls."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE
from .test_trieve_organization_state import Organization

OTHER = "https://other.example.com"


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Crawled:
    """A dataset, and a site that has been crawled and then lost a page."""
    place = Crawled(sandbox, connection)
    place.pages(page("/a", "A"), page("/b", "B"))
    place.play()
    place.pages(page("/a", "A"))
    return place


@pytest.fixture
def organization(sandbox: Running, connection: dict[str, Any]) -> Organization:
    """The organization of the dataset."""
    return Organization(sandbox, connection)


def state(*crawls: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The dataset with these crawls."""
    return {"datasets": [{"tracking_id": "docs", "crawls": [*crawls], **options}]}


def test_stale_chunks(docs: Crawled, organization: Organization) -> None:
    declared = state({"site_url": SITE, "limit": 5, "chunks": "sync", "expect": {"max_lost": "60%"}})
    first = organization.apply(declared)
    assert [(entry["action"], entry["kind"]) for entry in first["plan"]] == [("replace", "crawl")]
    assert docs.headings() == ["A", "B"]
    second = organization.thrice_applied(declared)
    assert [(entry["action"], entry["kind"], entry["name"]) for entry in second["plan"]] == [
        ("delete", "chunk", f"{SITE}: 1 stale chunk")
    ]
    assert docs.headings() == ["A"]


def test_less_than_expected(docs: Crawled, organization: Organization) -> None:
    declared = state({"site_url": SITE, "limit": 5, "chunks": "sync", "expect": {"min_chunks": 2}})
    organization.apply(declared)
    result = organization.refused_state(declared)
    assert "wrote 1 chunk, but expect.min_chunks is 2" in result["msg"]
    assert docs.headings() == ["A", "B"]


def test_an_overdue_crawl(docs: Crawled, organization: Organization) -> None:
    declared = state({"site_url": SITE, "recrawl": "overdue", "max_age": "7d"})
    assert organization.apply(declared)["changed"] is False
    docs.created(docs.ids()[0], 8 * 86400)
    result = organization.thrice_applied(declared)
    assert result["summary"]["replace"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"recrawl": "overdue"}, "max_age is missing"),
        ({"recrawl": "overdue", "max_age": "soon"}, "max_age 'soon' is not an age"),
        ({"expect": {"min_pages": 1}}, "expect can only be used with chunks: sync"),
        ({"chunks": "delete"}, "chunks"),
    ],
)
def test_what_is_wrong_is_refused(
    docs: Crawled, organization: Organization, options: dict[str, Any], words: str
) -> None:
    assert words in organization.refused_state(state({"site_url": SITE, **options}))["msg"]


@pytest.mark.parametrize("allowed", [False, True])
def test_several_hosts(docs: Crawled, organization: Organization, allowed: bool) -> None:
    declared = state({"site_url": SITE}, {"site_url": OTHER}, allow_shared_paths=allowed)
    result = organization.apply(declared, True)
    assert any("has crawls of 2 hosts" in line for line in result.get("warnings", [])) is not allowed


def test_the_warning_of_several_hosts_names_the_dataset_as_the_state_does(
    docs: Crawled, organization: Organization
) -> None:
    organization.apply(state({"site_url": SITE}))
    result = organization.apply(state({"site_url": SITE}, {"site_url": OTHER}), True)
    (words,) = [line for line in result["warnings"] if "has crawls of 2 hosts" in line]
    assert words.startswith("Dataset 'docs' has crawls of 2 hosts")
