# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done of the plan of a list and what is reported, with a client that fails where it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.plan import carry_out
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import Crawl
from ansible_collections.community.trieve.plugins.module_utils._crawl.plan import (
    Entry,
    change_crawl,
    plan_list,
    remove_crawl,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveError

from .test_matching import A, B, crawl, entry, row

C = "https://c.example.com"


class Client:
    """Creates and deletes in memory.

    :param fail: method and site or id to the status that is answered instead
    """

    def __init__(self, fail: dict[tuple[str, str], int | None] | None = None) -> None:
        self.calls: list[tuple[str, str]] = []
        self._fail = fail or {}

    def post(self, path: str, expect: type, body: Any, **options: Any) -> Any:
        site_url = body["crawl_options"]["site_url"]
        self._call("POST", site_url)
        return row(**body["crawl_options"])

    def list_all(self, path: str, **options: Any) -> Any:
        return []

    def delete(self, path: str, **options: Any) -> None:
        self._call("DELETE", path.rpartition("/")[2])

    def _call(self, method: str, what: str) -> None:
        self.calls.append((method, what))
        if (method, what) in self._fail:
            status = self._fail[method, what]
            raise TrieveError(f"HTTP {status}", message="no", method=method, url=f"http://x/{what}", status=status)


Wish = tuple[Any, Any]
"""An entry, None for a crawl to delete, and its crawl, None if it does not exist."""


def run(
    client: Client,
    wishes: Sequence[Wish],
    check_mode: bool = False,
    to_keep: Sequence[Crawl] = (),
    unchanged: int | None = None,
    task: Task | None = None,
) -> dict[str, Any]:
    task = task or Task({"concurrency": 1, "duplicates": "keep"}, check_mode)
    entries: list[Entry] = []
    for desired, current in wishes:
        if desired:
            entries.append((desired, current, change_crawl(client, "docs", current, desired)))
        elif current:
            entries.append((None, current, remove_crawl(client, "docs", current)))
    return carry_out(task, plan_list(task, client, "docs", entries, to_keep, unchanged))


def failed(client: Client, wishes: Sequence[Wish]) -> dict[str, Any]:
    with pytest.raises(TaskFailed) as failure:
        run(client, wishes)
    return {**failure.value.results, "msg": str(failure.value)}


def ids(crawls: Sequence[dict[str, Any]]) -> list[str | None]:
    return [item["id"] for item in crawls]


def test_new_ones_come_first_and_each_change_is_in_its_list() -> None:
    same, old, gone, other = crawl(A, limit=1), crawl(B, limit=1), crawl(C), crawl(C)
    client = Client()
    wishes: list[Wish] = [
        (entry(A, limit=1), same),
        (None, gone),
        (entry(B, limit=2), old),
        (entry(C, limit=3), None),
    ]
    result = run(client, wishes, to_keep=[other])
    assert client.calls == [("POST", B), ("DELETE", old["id"]), ("POST", C), ("DELETE", gone["id"])]
    assert result["changed"] is True
    (created,), (updated,) = result["created"], result["updated"]
    assert (created["site_url"], created["limit"]) == (C, 3)
    assert (updated["site_url"], updated["limit"], updated["replaced_crawl_id"]) == (B, 2, old["id"])
    assert result["deleted"] == [gone]
    assert result["unchanged"] == 1
    assert ids(result["crawls"]) == [same["id"], updated["id"], created["id"], other["id"]]


def test_nothing_to_do_is_unchanged_and_sends_nothing() -> None:
    client, same = Client(), crawl(A, limit=1)
    result = run(client, [(entry(A, limit=1), same)])
    assert client.calls == []
    assert result == {
        "changed": False,
        "crawls": [same],
        "created": [],
        "updated": [],
        "deleted": [],
        "unchanged": 1,
        "diff": [],
        "plan": [],
        "summary": {"unchanged": 1},
    }


def test_check_mode_says_what_the_run_does_and_sends_nothing() -> None:
    def wishes() -> list[Wish]:
        return [(entry(B, limit=2), old), (entry(C, limit=3), None), (entry(A), same), (None, gone)]

    same, old, gone = crawl(A), crawl(B, limit=1, tags=["x"], interval="daily"), crawl(C)
    client = Client()
    preview = run(client, wishes(), check_mode=True)
    assert client.calls == []
    result = run(client, wishes())

    def comparable(value: Any) -> Any:
        """Without what only the server knows."""
        if isinstance(value, list):
            return [comparable(item) for item in value]
        if isinstance(value, dict):
            return {
                k: comparable(v) for k, v in value.items() if k not in ("id", "created_at", "next_crawl_at", "status")
            }
        return value

    assert comparable(preview) == comparable(result)
    assert ids(preview["created"] + preview["updated"]) == [None, None]
    assert ids(preview["crawls"]) == [None, None, same["id"]]
    assert ids(preview["deleted"]) == [gone["id"]]


def test_the_diff_names_each_crawl() -> None:
    old, gone = crawl(B, limit=1, tags=["x"]), crawl(C, limit=9)
    wishes: list[Wish] = [
        (entry(A, limit=1), None),
        (entry(A, limit=2), None),
        (entry(B, limit=2), old),
        (None, gone),
    ]
    result = run(Client(), wishes, check_mode=True)
    assert [(diff["after_header"], diff["before"], diff["after"]) for diff in result["diff"]] == [
        (f"crawl {A} (firecrawl) of dataset docs: created", {}, {"site_url": A, "kind": "firecrawl", "limit": 1}),
        (f"crawl {A} (firecrawl) of dataset docs: created", {}, {"site_url": A, "kind": "firecrawl", "limit": 2}),
        (
            f"crawl {B} (firecrawl) of dataset docs: replaced, the site is crawled again, and the chunks of the old crawl stay",
            {"limit": 1},
            {"limit": 2},
        ),
        (
            f"crawl {C} (firecrawl) {gone['id']} of dataset docs: deleted, its chunks stay",
            {"id": gone["id"], "site_url": C, "kind": "firecrawl"},
            {},
        ),
    ]
    assert [change["id"] for change in result["plan"]] == [None, None, old["id"], gone["id"]]
    assert result["summary"] == {"create": 2, "replace": 1, "delete": 1, "unchanged": 0}


def test_crawls_that_differ_in_nothing_that_is_shown_are_a_change_all_the_same() -> None:
    """An entry with a URL and nothing else has no options to show."""
    result = run(Client(), [(entry(A), None)])
    assert result["changed"] is True
    assert [diff["after"] for diff in result["diff"]] == [{"site_url": A, "kind": "firecrawl"}]


def test_a_refused_one_leaves_the_others_alone() -> None:
    gone = crawl(C)
    client = Client({("POST", A): 400})
    result = failed(client, [(entry(A), None), (entry(B), None), (None, gone)])
    assert client.calls == [("POST", A), ("POST", B), ("DELETE", gone["id"])]
    assert result["changed"] is True
    assert [item["site_url"] for item in result["created"]] == [B]
    assert ids(result["deleted"]) == [gone["id"]]
    assert [item["site_url"] for item in result["crawls"]] == [B]
    assert result["failures"] == [
        {
            "crawl": f"{A} (firecrawl)",
            "msg": "HTTP 400",
            "error": {"message": "no", "method": "POST", "url": f"http://x/{A}", "status": 400},
        }
    ]
    assert result["error"] == result["failures"][0]["error"]
    assert result["not_tried"] == []
    assert result["msg"] == (
        "2 of 3 changes were made, 1 failed and 0 were not tried."
        f" The first that failed is crawl {A} (firecrawl) of dataset docs: HTTP 400 Run the task again for the rest."
    )


def test_nothing_is_tried_after_a_refused_key() -> None:
    old, gone = crawl(B, limit=1), crawl(C)
    client = Client({("POST", A): 401})
    wishes: list[Wish] = [(entry(C, limit=5), None), (entry(A), None), (entry(B, limit=2), old), (None, gone)]
    result = failed(client, wishes)
    assert client.calls == [("POST", C), ("POST", A)]
    assert result["changed"] is True
    assert [item["site_url"] for item in result["created"]] == [C]
    assert result["not_tried"] == [f"{B} (firecrawl)", f"{C} (firecrawl) {gone['id']}"]
    assert ids(result["crawls"])[1:] == [old["id"], gone["id"]]
    assert result["msg"].startswith("1 of 4 changes were made, 1 failed and 2 were not tried.")


def test_nothing_made_is_no_change() -> None:
    result = failed(Client({("POST", A): None}), [(entry(A), None)])
    assert result["changed"] is False
    assert result["crawls"] == []


def test_an_old_one_that_cannot_be_deleted_stays_beside_the_new_one() -> None:
    old = crawl(A, limit=1)
    client = Client({("DELETE", old["id"]): 500})
    result = failed(client, [(entry(A, limit=2), old)])
    assert client.calls == [("POST", A), ("DELETE", old["id"])]
    (created,) = result["created"]
    assert result["changed"] is True
    assert result["updated"] == []
    assert ids(result["crawls"]) == [created["id"], old["id"]]
    (failure,) = result["failures"]
    assert (
        f"The new crawl {created['id']} was created, but the old one {old['id']} could not be deleted."
        in failure["msg"]
    )
    assert f"crawl_id: {old['id']}" in failure["msg"]
    assert failure["error"]["status"] == result["error"]["status"] == 500


def test_unchanged_can_be_counted_by_the_caller() -> None:
    gone, stays = crawl(A), crawl(B)
    result = run(Client(), [(None, gone)], to_keep=[stays], unchanged=1)
    assert result["unchanged"] == 1
    assert ids(result["crawls"]) == [stays["id"]]


def test_what_has_been_done_can_be_told_at_any_time() -> None:
    """A task's timeout asks for it; here a bug does, in the third of four."""
    task = Task({"concurrency": 1, "duplicates": "keep"})

    class Broken(Client):
        def post(self, path: str, expect: type, body: Any, **options: Any) -> Any:
            if len(self.calls) == 2:
                raise ZeroDivisionError
            return super().post(path, expect, body, **options)

    wishes: list[Wish] = [(entry(A, limit=number), None) for number in range(1, 5)]
    with pytest.raises(ZeroDivisionError):
        run(Broken(), wishes, task=task)
    assert task.partial
    partial = task.partial()
    assert partial["changed"] is True
    assert [item["limit"] for item in partial["created"]] == [1, 2]
    assert partial["not_tried"] == [f"{A} (firecrawl)"]
    assert partial["msg"] == "2 of 4 changes were made, 0 failed and 1 were not tried. Run the task again for the rest."
