# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_search_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_search_info import DEFINITION
from sandbox.server import Running

from ...library import Library
from ...tenant import Tenant


@pytest.fixture
def library(sandbox: Running, connection: dict[str, Any]) -> Library:
    return Library(Tenant(sandbox, connection))


def found(library: Library, **options: Any) -> list[str]:
    """The tracking IDs that a search finds, in their order."""
    result = library.run(DEFINITION, **{"search_type": "fulltext", **options})
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return [chunk["tracking_id"] for chunk in result["chunks"]]


@pytest.mark.parametrize("search_type", ["fulltext", "semantic", "hybrid", "bm25"])
def test_each_type_finds_the_page(library: Library, search_type: str) -> None:
    assert found(library, query="warranty", search_type=search_type) == ["terms"]


def test_a_chunk_as_a_result(library: Library) -> None:
    (chunk,) = library.run(DEFINITION, query="warranty", search_type="fulltext")["chunks"]
    assert chunk["rank"] == 1
    assert chunk["score"] > 0
    assert chunk["link"] == "https://d.example.com/terms"
    assert chunk["tag_set"] == ["legal"]
    assert chunk["metadata"] == {"title": "Terms of sale and warranty"}
    assert chunk["highlights"] is None


def test_ranks_go_on_over_pages(library: Library) -> None:
    options = {"query": "program", "search_type": "fulltext", "page_size": 2}
    result = library.run(DEFINITION, page=2, get_total_pages=True, **options)
    assert [chunk["rank"] for chunk in result["chunks"]] == [3]
    assert result["total_pages"] == 2
    assert library.run(DEFINITION, **options)["total_pages"] is None


def test_filters(library: Library) -> None:
    drafts = [{"field": "tag_set", "match_any": ["draft"]}]
    assert found(library, query="program", filters={"must": drafts}) == ["remove"]
    assert sorted(found(library, query="program", filters={"must_not": drafts})) == ["install", "update"]


def test_in_a_group(library: Library) -> None:
    assert found(library, query="of", group_tracking_id="legal") == ["terms"]
    assert found(library, query="of", group_tracking_id="guide") == []


def test_groups(library: Library) -> None:
    result = library.run(
        DEFINITION, query="program", search_type="fulltext", mode="groups", group_size=1, slim_chunks=True
    )
    (group,) = result["groups"]
    assert (group["rank"], group["tracking_id"], len(group["chunks"])) == (1, "guide", 1)
    assert "chunk_html" not in group["chunks"][0]


def test_autocomplete_and_count_do_without_hybrid(library: Library) -> None:
    assert library.run(DEFINITION, query="program", mode="count")["count"] == 3
    assert len(library.run(DEFINITION, query="program", mode="autocomplete")["chunks"]) == 3
    words = library.refused(DEFINITION, query="program", mode="count", search_type="hybrid")
    assert (
        words == "search_type: hybrid cannot be used with mode: count. Set search_type to fulltext, semantic or bm25."
    )


def test_highlights(library: Library) -> None:
    (chunk,) = library.run(DEFINITION, query="warranty", search_type="fulltext", highlight_options={"pre_tag": "<i>"})[
        "chunks"
    ]
    assert chunk["highlights"] == ["warranty"]
    assert "<i>warranty" in chunk["chunk_html"]


@pytest.mark.parametrize(
    ("search_type", "configuration", "words"),
    [
        ("bm25", {"BM25_ENABLED": False}, "bm25_enabled set to false, so a bm25 search"),
        (
            "hybrid",
            {"SEMANTIC_ENABLED": False, "FULLTEXT_ENABLED": False},
            "semantic_enabled and fulltext_enabled set to false",
        ),
    ],
)
def test_a_type_that_is_switched_off_without_a_word(
    sandbox: Running, connection: dict[str, Any], search_type: str, configuration: dict[str, Any], words: str
) -> None:
    """The server answers 200 and nothing."""
    library = Library(Tenant(sandbox, connection), **configuration)
    assert words in library.refused(DEFINITION, query="program", search_type=search_type)


def test_a_key_that_cannot_read_the_configuration_gets_a_warning(library: Library) -> None:
    body = {"name": "search", "role": 0}
    key = library.tenant.call("POST", "/api/organization/api_key", body)["api_key"]
    result = library.run(DEFINITION, query="zebra", search_type="bm25", api_key=key)
    assert result["chunks"] == []
    assert "it is unknown whether bm25_enabled is false" in result["warnings"][0]
    assert found(library, query="warranty", search_type="bm25", api_key=key) == ["terms"]


def test_a_type_that_the_server_refuses(sandbox: Running, connection: dict[str, Any]) -> None:
    library = Library(Tenant(sandbox, connection), FULLTEXT_ENABLED=False)
    result = library.run(DEFINITION, query="program", search_type="fulltext")
    assert result["error"]["message"] == "Full text search is not enabled for this dataset"


def test_a_dataset_of_an_earlier_task(library: Library) -> None:
    result = library.run(DEFINITION, True, dataset="later", query="program")
    assert result["chunks"] == []
    assert "'later' not found" in result["warnings"][0]
    assert "'later' not found" in library.run(DEFINITION, dataset="later", query="program")["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"query": " "}, "query is missing or empty"),
        ({"page_size": 0}, "page_size is 0. It must be between 1 and 10000."),
        ({"mode": "count", "page": 2}, "page cannot be used with mode: count, only with mode: search or groups."),
        ({"group_id": "terms"}, "group_id 'terms' is not a valid UUID."),
        ({"group_tracking_id": "a", "mode": "groups"}, "group_tracking_id cannot be used with mode: groups"),
        (
            {"sort_options": {"tag_weights": {"a": "2"}}},
            "sort_options.tag_weights: the weight of 'a' is '2'. It must be a number.",
        ),
        ({"filters": {}}, "filters has no conditions, so it matches every chunk."),
        ({"filters": {"must": []}}, "filters.must is empty."),
        ({"filters": {"must": [{"field": "tag_set", "match_any": []}]}}, "filters.must[0].match_any is empty."),
        ({"filters": {"must": [{"field": "tags", "match_any": ["a"]}]}}, "Did you mean 'tag_set'?"),
        ({"filters": {"must": [{"field": "link", "match_any": ["a", 1]}]}}, "has strings and numbers"),
        ({"filters": {"must": [{"field": "metadata.new", "match_any": [True]}]}}, "Use boolean instead of match_any"),
        ({"filters": {"must": [{"field": "num_value", "match_any": [1.5]}]}}, "Use range for other numbers."),
        ({"filters": {"must": [{"field": "num_value", "range": {}}]}}, "filters.must[0].range has no limit."),
        (
            {"filters": {"must": [{"field": "time_stamp", "date_range": {"gt": "soon"}}]}},
            "date_range.gt 'soon' is not a date",
        ),
        ({"filters": {"must": [{"field": "link"}]}}, "filters.must[0] is incomplete."),
        ({"filters": {"must": [{"field": "link", "ids": ["a"]}]}}, "filters.must[0] is incomplete."),
        ({"filters": {"must": [{"ids": ["a"]}]}}, "filters.must[0].ids[0] 'a' is not a valid UUID."),
        (
            {"filters": {"must": [{"field": "num_value", "match_any": [1], "range": {"gt": 1}}]}},
            "filters.must[0] has match_any and range, but a condition can only have one of them.",
        ),
    ],
)
def test_refused_before_anything_is_sent(library: Library, options: dict[str, Any], words: str) -> None:
    assert words in library.refused(DEFINITION, **{"query": "program", "search_type": "fulltext", **options})
    assert library.tenant.writes() == []
