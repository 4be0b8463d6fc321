# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of a key: their order, and that no key in use is deleted if the new one was not created."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._api_key.plan import KeyPlan, change_api_key
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def key(number: int) -> dict[str, Any]:
    return {"id": f"{number:08}-2222-4333-8444-555555555555", "name": "k", "role": "read", "dataset_ids": []}


def planned(newest: int, stored_id: str | None) -> KeyPlan:
    client = TrieveClient("http://127.0.0.1:1", "key", retries=0)
    keys = [key(number) for number in range(newest, 0, -1)]
    options: dict[str, Any] = {"rotate": "always", "keep_previous": 0, "stored_id": stored_id}
    return change_api_key(Task({}), client, keys, {"name": "k"}, **options)


def test_superseded_keys_wait_for_the_new_one_without_a_proof() -> None:
    plan = planned(2, None)
    assert [(change.action, change.phase) for change in plan.changes] == [("rotate", 0), ("delete", 1)]
    rotation, deletion = plan.changes
    rotation.state = "failed"
    with pytest.raises(TaskFailed, match="the new key was not created"):
        deletion.perform()


def test_superseded_keys_are_deleted_first_with_a_proof() -> None:
    plan = planned(3, key(3)["id"])
    assert [(change.action, change.phase) for change in plan.changes] == [("delete", 0), ("delete", 0), ("rotate", 1)]
    assert [change.id for change in plan.changes[:2]] == [key(1)["id"], key(2)["id"]]
    assert plan.changes[-1].before["api_key_ids"] == [key(3)["id"]]
