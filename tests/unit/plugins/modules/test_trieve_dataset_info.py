# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset_info): one or all datasets."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration import READABLE
from ansible_collections.community.trieve.plugins.modules import trieve_chunk_group, trieve_crawl

from ...datasets import LLM_KEY, PAGE_KEY, PUBLIC_KEY, Organization
from ...tasks import play

FACTS = {"id", "name", "tracking_id", "organization_id", "created_at", "updated_at", "chunk_count"}
GHOST = "11111111-2222-4333-8444-555555555555"


def ids(result: dict[str, Any]) -> list[str]:
    return [dataset["id"] for dataset in result["datasets"]]


def test_all_of_the_organization(organization: Organization) -> None:
    assert organization.info()["datasets"] == []
    one = organization.create(tracking_id="one")
    two = organization.create()
    organization.create(organization.other(), tracking_id="theirs")
    organization.give_chunks(one, 7)
    organization.sent()
    result = organization.info()
    assert organization.verbs() == ["GET"]
    assert result["changed"] is False
    assert ids(result) == [two, one]
    assert [set(dataset) for dataset in result["datasets"]] == [FACTS, FACTS]
    assert [dataset["chunk_count"] for dataset in result["datasets"]] == [0, 7]
    assert [dataset["tracking_id"] for dataset in result["datasets"]] == [None, "one"]


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({}, False),
        ({"configuration": True}, True),
        ({"configuration": False}, False),
        ({"tracking_id": "one"}, True),
        ({"name": "docs"}, True),
        ({"name": "docs", "configuration": False}, False),
    ],
)
def test_configuration(organization: Organization, options: dict[str, Any], reads: bool) -> None:
    organization.create(tracking_id="one", server_configuration={"BM25_K": 1.2})
    organization.sent()
    (dataset,) = organization.info(**options)["datasets"]
    assert organization.verbs() == ["GET"] * (2 if reads else 1)
    assert set(dataset) == (FACTS | set(READABLE) if reads else FACTS)
    if reads:
        assert dataset["bm25_k"] == 1.2


@pytest.mark.parametrize("parts", [("crawls",), ("chunk_groups",), ("configuration", "crawls", "chunk_groups")])
def test_what_a_dataset_holds(organization: Organization, parts: tuple[str, ...]) -> None:
    one, two = organization.create(tracking_id="one"), organization.create()
    site = {"dataset": one, "site_url": "https://docs.example.com"}
    crawl = play(trieve_crawl.DEFINITION, **organization.connection, **site)["crawl"]
    group = play(trieve_chunk_group.DEFINITION, **organization.connection, dataset=two, tracking_id="faq")[
        "chunk_group"
    ]
    organization.sent()
    newest, oldest = organization.info(**dict.fromkeys(parts, True))["datasets"]
    assert organization.verbs() == ["GET"] * (1 + 2 * len(parts))
    assert (newest["id"], oldest["id"]) == (two, one)
    assert set(newest) == FACTS | set(parts).difference(["configuration"]) | (
        set(READABLE) if "configuration" in parts else set()
    )
    if "crawls" in parts:
        (listed,) = oldest["crawls"]
        assert newest["crawls"] == []
        assert listed == {**crawl, "created_at": listed["created_at"]}  # a list has fewer digits
    if "chunk_groups" in parts:
        assert (newest["chunk_groups"], oldest["chunk_groups"]) == ([group], [])


def test_a_part_that_cannot_be_read_fails_the_task(organization: Organization) -> None:
    organization.create(tracking_id="one")
    organization.create(tracking_id="two")
    organization.control.faults({"kind": "status", "status": 500, "path": "/api/crawl", "times": 1})
    result = organization.info(crawls=True)
    organization.control.clear_faults()
    assert (result["failed"], result["error"]["status"]) == (True, 500)
    assert "datasets" not in result


def test_the_same_as_the_module_returns(organization: Organization) -> None:
    public = {"enabled": True, "api_key": PUBLIC_KEY, "extra_params": {"apiKey": PAGE_KEY, "tags": [{"tag": "docs"}]}}
    organization.run(tracking_id="docs", llm_api_key=LLM_KEY, public_dataset=public, stop_tokens=["END"])
    again = organization.run(tracking_id="docs")
    assert organization.info(tracking_id="docs")["datasets"] == [again["dataset"]]


def test_filters_fit_together(organization: Organization) -> None:
    one = organization.create(tracking_id="one")
    two = organization.create(tracking_id="two")
    assert ids(organization.info(name="docs")) == [two, one]
    assert ids(organization.info(name="docs", tracking_id="one")) == [one]
    assert ids(organization.info(dataset_id=one.upper().replace("-", ""))) == [one]
    assert ids(organization.info(dataset_id=one, tracking_id="two")) == []


@pytest.mark.parametrize(
    "options", [{"dataset_id": GHOST}, {"tracking_id": "unknown"}, {"tracking_id": "ü"}, {"name": ""}]
)
def test_an_unknown_one_is_an_empty_list(organization: Organization, options: dict[str, Any]) -> None:
    organization.create()
    assert organization.info(**options)["datasets"] == []


def test_another_organizations_dataset_is_not_read(organization: Organization) -> None:
    theirs = organization.create(organization.other())
    assert organization.info(dataset_id=theirs)["datasets"] == []
    assert organization.verbs() == ["GET"]


def test_refusals(organization: Organization) -> None:
    result = organization.info(dataset_id="docs")
    assert (result["failed"], "is not a valid UUID. Use tracking_id for a tracking ID" in result["msg"]) == (True, True)
    result = organization.info(organization_id=None)
    assert (result["failed"], "TRIEVE_ORGANIZATION_ID" in result["msg"]) == (True, True)
    result = organization.info(organization_id=GHOST)
    assert (result["failed"], result["error"]["status"]) == (True, 404)


def test_the_id_of_a_dataset_that_is_not_there_yet(organization: Organization) -> None:
    organization.create()
    preview = organization.info(True, dataset_id="")
    assert preview["datasets"] == []
    assert len(preview["warnings"]) == 1
    assert organization.info(dataset_id="")["failed"] is True
