# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_crawls) with state absent against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ...crawls import Docs

A, B = "https://a.example.com", "https://b.example.com"
NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Docs:
    """An empty dataset."""
    return Docs(sandbox, connection)


def ids(crawls: list[dict[str, Any]]) -> list[str]:
    return sorted(crawl["id"] for crawl in crawls)


def test_by_ids_with_one_listing(docs: Docs) -> None:
    there = docs.add_many(6)
    docs.sent()
    result = docs.run(state="absent", crawl_ids=there[:4])
    assert sorted(docs.sent()) == ["DELETE"] * 4 + ["GET"]
    assert result["changed"] is True
    assert ids(result["deleted"]) == sorted(there[:4])
    assert ids(result["crawls"]) == sorted(there[4:]) == sorted(docs.ids())
    assert result["unchanged"] == 2
    assert (result["created"], result["updated"]) == ([], [])
    again = docs.run(state="absent", crawl_ids=there[:4])
    assert docs.sent() == ["GET"]
    assert (again["changed"], again["deleted"], again["unchanged"]) == (False, [], 2)


def test_by_sites_whatever_the_kind(docs: Docs) -> None:
    docs.add(A)
    docs.add(A, scrape_options={"type": "youtube"})
    left = [docs.add(A + "/"), docs.add(B)]
    result = docs.run(state="absent", site_urls=[A, "https://not-there.example.com"])
    assert len(result["deleted"]) == 2
    assert docs.ids() == left


def test_ids_and_sites_together(docs: Docs) -> None:
    one, both, _site, left = docs.add(B), docs.add(A), docs.add(A), docs.add("https://c.example.com")
    result = docs.run(state="absent", crawl_ids=[one, both], site_urls=[A])
    assert len(result["deleted"]) == 3
    assert docs.ids() == [left]


def test_other_spellings_of_an_id_are_the_same_crawl(docs: Docs) -> None:
    spelt, left = docs.add_many(5), docs.add(A)
    spellings = [
        spelt[0].upper(),
        spelt[1].replace("-", ""),
        "{" + spelt[2] + "}",
        f"urn:uuid:{spelt[3]}",
        f" {spelt[4]}\n",
        spelt[4].upper(),  # twice the same is once
    ]
    docs.sent()
    assert len(docs.run(state="absent", crawl_ids=spellings)["deleted"]) == 5
    assert docs.sent().count("DELETE") == 5
    assert docs.ids() == [left]


def test_crawls_of_others_are_not_touched(docs: Docs, sandbox: Running, connection: dict[str, Any]) -> None:
    """The server would delete them: it asks nobody whose they are."""
    other = Docs(sandbox, connection, "other")
    foreign = other.add(A)
    docs.sent()
    result = docs.run(state="absent", crawl_ids=[foreign, NOWHERE], site_urls=[A])
    assert result["changed"] is False
    (warning,) = result["warnings"]
    assert f"Crawls {foreign}, {NOWHERE} not found in dataset 'docs'" in warning
    assert docs.sent() == ["GET"]
    assert other.ids() == [foreign]


@pytest.mark.parametrize("check_mode", [False, True])
def test_addresses_that_are_just_missed_are_named(docs: Docs, check_mode: bool) -> None:
    near = docs.add(A + "/", scrape_options={"type": "shopify"})
    docs.add(B)
    result = docs.run(check_mode=check_mode, state="absent", site_urls=[A])
    assert result["changed"] is False
    assert result["warnings"] == [
        f"Crawl {near} is of {A}/ (shopify), which differs from {A} by a final slash or by case only. It counts as another site."
    ]


def test_many_ids_that_are_not_there_are_one_warning(docs: Docs) -> None:
    ids_there = docs.add_many(30)
    docs.run(state="absent", crawl_ids=ids_there)
    (warning,) = docs.run(state="absent", crawl_ids=ids_there)["warnings"]
    assert "and 20 more not found in dataset 'docs'" in warning


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "crawl_ids and site_urls are missing"),
        ({"crawl_ids": ["no-uuid"]}, "crawl_ids[0] 'no-uuid' is not a valid UUID"),
        ({"crawl_ids": [NOWHERE, ""]}, "crawl_ids[1] is empty"),
        ({"crawl_ids": [None]}, "crawl_ids[0] is empty"),
        ({"crawl_ids": [7]}, "crawl_ids[0] 7 is not a valid UUID"),
        (
            {"crawl_ids": [{"id": NOWHERE}]},
            "is not a valid UUID. Set it to an ID from community.trieve.trieve_crawl_info.",
        ),
        ({"crawl_ids": [NOWHERE], "prune": True}, "prune cannot be used with state: absent"),
        ({"site_urls": [A], "duplicates": "remove"}, "duplicates cannot be used with state: absent"),
        ({"site_urls": [A], "crawls": []}, "crawls cannot be used with state: absent"),
        (
            {"site_urls": [A], "prune_sites": ["*"], "allow_empty": True},
            "prune_sites and allow_empty cannot be used with state: absent",
        ),
    ],
)
def test_what_is_refused(docs: Docs, options: dict[str, Any], words: str) -> None:
    docs.add(A)
    docs.sent()
    result = docs.run(state="absent", **options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert docs.sent() == []
    assert docs.urls() == [A]


@pytest.mark.parametrize("options", [{"crawl_ids": []}, {"site_urls": []}])
def test_nothing_named_is_nothing_deleted(docs: Docs, options: dict[str, Any]) -> None:
    docs.add(A)
    result = docs.run(state="absent", **options)
    assert (result["changed"], result["unchanged"]) == (False, 1)
    assert docs.urls() == [A]


@pytest.mark.parametrize(("most", "refused"), [("3", True), ("4", False), ("39%", True), ("40%", False)])
def test_max_deletions_counts_all_crawls_of_the_dataset(docs: Docs, most: str, refused: bool) -> None:
    there = docs.add_many(10)
    docs.sent()
    result = docs.run(state="absent", crawl_ids=there[:4], max_deletions=most)
    assert result.get("failed", False) is refused
    if refused:
        assert "4 of the 10 crawls in scope would be deleted" in result["msg"]
        assert docs.sent() == ["GET"]
    else:
        assert len(docs.ids()) == 6


def test_check_mode_and_diff_are_those_of_the_run(docs: Docs) -> None:
    there = docs.add_many(5)
    before = docs.crawls()
    docs.sent()
    preview = docs.run(check_mode=True, state="absent", crawl_ids=there[:3])
    assert docs.sent() == ["GET"]
    assert docs.crawls() == before
    result = docs.run(state="absent", crawl_ids=there[:3], concurrency=1)
    assert preview == result
    assert [diff["before"]["id"] for diff in result["diff"]] == [change["id"] for change in result["plan"]]
    assert {change["id"] for change in result["plan"]} == set(there[:3])
    assert [diff["after"] for diff in result["diff"]] == [{}] * 3
    assert result["summary"] == {"delete": 3, "unchanged": 2}


@pytest.mark.parametrize("unknown", [None, "", "None"])
def test_an_id_that_check_mode_cannot_know_is_left_out(docs: Docs, unknown: str | None) -> None:
    there = docs.add(A)
    result = docs.run(check_mode=True, state="absent", crawl_ids=[there, unknown])
    assert ids(result["deleted"]) == [there]
    assert len(result["warnings"]) == 1
    assert "crawl_ids[1] is empty" in result["warnings"][0]


def test_a_dataset_that_is_not_there_has_no_crawls(docs: Docs) -> None:
    for dataset in ("never", NOWHERE):
        result = docs.run(dataset=dataset, state="absent", site_urls=[A])
        assert (result["changed"], result["deleted"], result["unchanged"]) == (False, [], 0)
