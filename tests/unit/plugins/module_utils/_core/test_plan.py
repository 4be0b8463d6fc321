# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan is shown or carried out: what is reported of it, its order, and what a failure in the middle leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import list_plan
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan, carry_out, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveError


def refusal(status: int | None) -> TrieveError:
    return TrieveError("words", message="words", method="POST", url="http://x", status=status)


def change(name: str, action: str = "create", perform: Callable[[], Any] | None = None, **options: Any) -> Change:
    def done() -> dict[str, str]:
        return {"name": name}

    return Change(action, "thing", name, perform or done, predicted={"name": name}, **options)


def failing(error: Exception) -> Callable[[], Any]:
    def perform() -> None:
        raise error

    return perform


def test_the_preview_performs_nothing_and_says_the_same() -> None:
    performed = []

    def perform() -> dict[str, str]:
        performed.append("a")
        return {"name": "a"}

    def plan() -> Plan:
        one = change("a", perform=perform, before={"x": 1}, after={"x": 2, "y": None})
        return one_change("thing", None, one)

    preview = carry_out(Task({}, check_mode=True), plan())
    assert performed == []
    assert carry_out(Task({}), plan()) == preview
    assert performed == ["a"]
    assert preview["changed"] is True
    assert preview["summary"] == {"create": 1, "unchanged": 0}
    assert preview["plan"] == [
        {
            "action": "create",
            "kind": "thing",
            "name": "a",
            "id": None,
            "dataset": None,
            "fields": [{"name": "x", "before": 1, "after": 2}, {"name": "y", "before": None, "after": None}],
        }
    ]


def test_a_header_names_action_object_dataset_and_effect() -> None:
    (entry,) = carry_out(
        Task({}, check_mode=True),
        one_change("thing", None, change("a", "replace", dataset="docs", effect="the site is crawled again")),
    )["diff"]
    assert entry["before_header"] == "thing a of dataset docs"
    assert entry["after_header"] == "thing a of dataset docs: replaced, the site is crawled again"


def test_nothing_to_do() -> None:
    result = carry_out(Task({}), one_change("thing", {"name": "a"}, None))
    assert result == {"thing": {"name": "a"}, "changed": False, "diff": [], "plan": [], "summary": {"unchanged": 1}}


@pytest.mark.parametrize("concurrency", [1, 8])
def test_one_phase_ends_before_the_next_begins(concurrency: int) -> None:
    order: list[int] = []
    lock = threading.Lock()

    def noting(phase: int) -> Callable[[], Any]:
        def perform() -> dict[str, int]:
            with lock:
                order.append(phase)
            return {}

        return perform

    changes = [change(str(n), perform=noting(n % 3), phase=n % 3) for n in range(30)]
    carry_out(Task({}), Plan(changes, dict, concurrency=concurrency))
    assert order == sorted(order)


def test_one_change_fails_with_its_own_words() -> None:
    with pytest.raises(TrieveError, match="^words$"):
        carry_out(Task({}), one_change("thing", None, change("a", perform=failing(refusal(500)))))


def lists(*changes: Change) -> Plan:
    return list_plan("things", [(None, one) for one in changes], [{"name": "other"}], concurrency=1)


def test_a_refusal_of_one_object_leaves_the_others_alone() -> None:
    plan = lists(change("a"), change("b", perform=failing(refusal(400))), change("c"))
    with pytest.raises(TaskFailed) as failed:
        carry_out(Task({}), plan)
    result = failed.value.results
    assert str(failed.value).startswith("2 of 3 changes were made, 1 failed and 0 were not tried.")
    assert [thing["name"] for thing in result["created"]] == ["a", "c"]
    assert [thing["name"] for thing in result["things"]] == ["a", "c", "other"]
    assert result["failures"][0]["thing"] == "b"
    assert result["error"]["status"] == 400
    assert result["changed"] is True


@pytest.mark.parametrize("status", [None, 401, 403, 404, 500])
def test_any_other_failure_ends_the_work(status: int | None) -> None:
    plan = lists(change("a", perform=failing(refusal(status))), change("b"), change("c", phase=1))
    with pytest.raises(TaskFailed) as failed:
        carry_out(Task({}), plan)
    assert failed.value.results["not_tried"] == ["b", "c"]
    assert failed.value.results["changed"] is False


def test_a_replacement_that_stops_in_the_middle_reports_both() -> None:
    one = change("a", "replace")

    def perform() -> None:
        one.half_done({"name": "new a"})
        raise TaskFailed("The old one could not be deleted.")

    one.perform = perform
    plan = list_plan("things", [({"name": "old a"}, one), ({"name": "b"}, None)], [], concurrency=1)
    plan.changes.append(change("c"))
    with pytest.raises(TaskFailed) as failed:
        carry_out(Task({}), plan)
    result = failed.value.results
    assert [thing["name"] for thing in result["things"]] == ["new a", "old a", "b"]
    assert [thing["name"] for thing in result["created"]] == ["new a"]
    assert result["updated"] == []
    assert result["changed"] is True


def test_what_a_timeout_leaves_is_known() -> None:
    task = Task({})
    seen: dict[str, Any] = {}

    def perform() -> None:
        assert task.partial
        seen.update(task.partial())

    carry_out(task, lists(change("a"), change("b", perform=perform), change("c")))
    assert seen["msg"].startswith("1 of 3 changes were made, 0 failed and 1 were not tried.")
    assert [thing["name"] for thing in seen["created"]] == ["a"]
