# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_chunk_group_info) against a sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_chunk_group_info import DEFINITION
from sandbox.server import Running

from ...conftest import KEY
from ...groups import Shop
from ...scripted import Answer, Scripted
from ...tasks import play


@pytest.fixture
def shop(sandbox: Running, connection: dict[str, Any]) -> Shop:
    """An empty dataset."""
    return Shop(sandbox, connection)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 23])
def test_all_groups(shop: Shop, count: int, check_mode: bool) -> None:
    """The server gives ten at a time, and overstates their number after each change."""
    ids = [shop.add(f"group-{number}" if number % 3 else None) for number in range(count)]
    for number in (1, 2):
        if count > number:
            shop.call("PUT", "chunk_group", {"tracking_id": f"group-{number}", "name": "changed"})
    other = shop.call("POST", "dataset", {"dataset_name": "other"})["id"]
    shop.add("theirs", dataset=other)
    shop.verbs()
    result = shop.run(DEFINITION, check_mode)
    assert set(shop.verbs()) == {"GET"}
    assert result["changed"] is False
    named = sorted((f"group-{number}", ids[number]) for number in range(count) if number % 3)
    expected = [group for _name, group in named] + [ids[number] for number in range(0, count, 3)]
    assert [group["id"] for group in result["chunk_groups"]] == expected
    assert {group["dataset_id"] for group in result["chunk_groups"]} <= {shop.id}


def test_everything_of_one_group(shop: Shop) -> None:
    values = {"name": "Chair", "description": "To sit on", "metadata": {"color": "green"}, "tag_set": ["b", "a"]}
    group = shop.add("a/b ü %?", **values)
    shop.add("chair")
    for options in ({"tracking_id": "a/b ü %?"}, {}):
        found = shop.run(DEFINITION, **options)["chunk_groups"]
        (one,) = (item for item in found if item["id"] == group)
        times = {name: one[name] for name in ("created_at", "updated_at")}
        assert one == {
            "id": group,
            "tracking_id": "a/b ü %?",
            "file_id": None,
            "dataset_id": shop.id,
            **values,
            **times,
        }
        assert all(isinstance(value, str) for value in times.values())


def test_none_of_the_tracking_id(shop: Shop) -> None:
    shop.add("chair")
    result = shop.run(DEFINITION, tracking_id="table")
    assert (result["changed"], result["chunk_groups"]) == (False, [])


@pytest.mark.parametrize("options", [{}, {"tracking_id": "chair"}])
def test_a_dataset_that_is_not_there(shop: Shop, options: dict[str, Any]) -> None:
    result = shop.run(DEFINITION, dataset="never", **options)
    assert result["failed"] is True
    assert "Dataset 'never' not found" in result["msg"]
    preview = shop.run(DEFINITION, check_mode=True, dataset="never", **options)
    assert preview["chunk_groups"] == []
    assert "Dataset 'never' not found" in preview["warnings"][0]
    nowhere = "11111111-2222-4333-8444-555555555555"
    assert "not found" in shop.refused(DEFINITION, dataset=nowhere, **options)
    wrong = shop.run(
        DEFINITION, check_mode=True, dataset="never", api_key="tr-nobodysKeyNobodysKeyNobodysKey12", **options
    )
    assert wrong["error"]["status"] == 401


def test_an_empty_tracking_id(shop: Shop) -> None:
    assert "tracking_id is missing or empty" in shop.refused(DEFINITION, tracking_id="")


def test_a_list_that_breaks_off(shop: Shop) -> None:
    """Half of the groups would be a wrong answer."""
    for number in range(12):
        shop.add(f"group-{number}")
    shop.control.faults({"kind": "status", "status": 500, "method": "GET", "path": "/groups/", "after": 1})
    result = shop.run(DEFINITION)
    assert result["failed"] is True
    assert "chunk_groups" not in result


@pytest.mark.parametrize("cursors", ["a", "ab", "abc"])
def test_cursors_that_repeat(serve: Callable[..., Scripted], cursors: str) -> None:
    """However long it takes them."""
    pages = [Answer(200, json.dumps({"groups": [], "next_cursor": cursor}).encode()) for cursor in cursors * 2]
    server = serve(*pages, Answer(200, b'{"groups": [], "next_cursor": null}'))
    result = play(DEFINITION, url=server.url, api_key=KEY, dataset="11111111-2222-4333-8444-555555555555")
    assert result["failed"] is True
    assert "does not end: the server sent a cursor twice. Is url a Trieve server?" in result["msg"]
    assert len(server.received) == len(cursors) + 1
