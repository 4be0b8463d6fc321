# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_chunk_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._chunk import api
from ansible_collections.community.trieve.plugins.module_utils._chunk.model import CHUNK_SHAPE
from ansible_collections.community.trieve.plugins.modules.trieve_chunk_info import DEFINITION
from sandbox.server import Running

from ...library import Library
from ...tenant import Tenant


@pytest.fixture
def library(sandbox: Running, connection: dict[str, Any]) -> Library:
    return Library(Tenant(sandbox, connection))


def listed(library: Library, **options: Any) -> list[str]:
    """The tracking IDs of the chunks that are listed, in order."""
    result = library.run(DEFINITION, **options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    return sorted(chunk["tracking_id"] for chunk in result["chunks"])


def test_all_pages(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.scroll, "__defaults__", (2, None, CHUNK_SHAPE))
    assert listed(library) == ["install", "remove", "terms", "update"]


def test_by_tracking_ids_ids_and_filters(library: Library) -> None:
    result = library.run(DEFINITION, tracking_ids=["terms", "never"], groups=True)
    (chunk,) = result["chunks"]
    assert [group["tracking_id"] for group in chunk["groups"]] == ["legal"]
    assert listed(library, ids=[chunk["id"]]) == ["terms"]
    guides = {"must": [{"field": "tag_set", "match_any": ["guide"]}]}
    assert listed(library, filters=guides) == ["install", "remove", "update"]
    assert listed(library, filters=guides, tracking_ids=["terms", "update"]) == ["update"]


def test_sorted_over_pages(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.scroll, "__defaults__", (2, None, CHUNK_SHAPE))
    library.add([{"chunk_html": "<p>n</p>", "tracking_id": f"n{number}", "num_value": number} for number in range(5)])
    numbers = {"must": [{"field": "num_value", "range": {"gte": 0}}]}
    result = library.run(DEFINITION, filters=numbers, sort_by={"field": "num_value", "direction": "asc"})
    assert [chunk["num_value"] for chunk in result["chunks"]] == [0, 1, 2, 3, 4]


def test_a_limit(library: Library) -> None:
    result = library.run(DEFINITION, limit=3)
    assert (len(result["chunks"]), result["is_complete"]) == (3, False)
    assert library.run(DEFINITION, limit=4)["is_complete"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ids": []}, "ids is empty, so no chunk would match. Trieve would list every chunk."),
        ({"tracking_ids": []}, "tracking_ids is empty"),
        ({"ids": ["a"]}, "ids[0] 'a' is not a valid UUID."),
        ({"filters": {"must": []}}, "filters.must is empty."),
        ({"limit": 0}, "limit is 0."),
    ],
)
def test_refused_before_anything_is_sent(library: Library, options: dict[str, Any], words: str) -> None:
    assert words in library.refused(DEFINITION, **options)
    assert library.tenant.writes() == []


def test_a_dataset_of_an_earlier_task(library: Library) -> None:
    assert library.run(DEFINITION, True, dataset="later")["chunks"] == []
    assert "'later' not found" in library.run(DEFINITION, dataset="later")["msg"]
