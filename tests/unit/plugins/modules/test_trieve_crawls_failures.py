# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_crawls) where something fails in the middle, and how many connections it uses."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.task import execute
from ansible_collections.community.trieve.plugins.module_utils._crawl import plan as crawl_plan
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import delete_crawl
from ansible_collections.community.trieve.plugins.modules.trieve_crawls import DEFINITION
from sandbox.server import Running, running

from ...crawls import Docs
from ...tasks import task_of

A, B = "https://a.example.com", "https://b.example.com"


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Docs:
    """An empty dataset."""
    return Docs(sandbox, connection)


def site(number: int) -> str:
    return f"https://site-{number}.example.com"


def sites(*numbers: int) -> list[dict[str, Any]]:
    return [{"site_url": site(number)} for number in numbers]


def urls(crawls: list[dict[str, Any]]) -> list[str]:
    return sorted(crawl["site_url"] for crawl in crawls)


# -- connections -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 3, 32])
def test_never_more_connections_than_that(docs: Docs, concurrency: int) -> None:
    there = docs.add_many(100)
    docs.sandbox.control.clear_requests()
    docs.sandbox.control.faults({"latency": 0.005})  # so that they are needed at all
    assert docs.run(state="absent", crawl_ids=there, concurrency=concurrency)["changed"] is True
    assert docs.ids() == []
    assert 1 <= docs.connections() <= concurrency
    if concurrency > 1:
        assert docs.connections() > 1


def test_a_refused_creation_gives_its_connection_up_and_no_other(docs: Docs) -> None:
    """The server may never answer the next request on such a connection (docs/server.md 1.9)."""
    docs.sandbox.control.faults(
        {"keep_alive_trap": True}, {"kind": "status", "method": "POST", "times": 3, "status": 400}
    )
    result = docs.run(crawls=sites(*range(20)), concurrency=1, timeout=5)
    assert len(result["failures"]) == 3
    assert len(result["created"]) == 17
    assert docs.sandbox.control.counters()["swallowed"] == 0
    assert docs.connections() == 4


# -- failures in the middle --------------------------------------------------------------------------------------------


def test_one_site_that_the_server_refuses(docs: Docs) -> None:
    docs.sandbox.control.faults(
        {
            "kind": "status",
            "method": "POST",
            "path": "/api/crawl",
            "after": 2,
            "times": 1,
            "status": 400,
            "body": {"message": "no"},
        }
    )
    entries = sites(*range(5))
    gone = docs.add(A)
    docs.sent()
    result = docs.run(crawls=entries, prune=True, concurrency=1)
    assert result["failed"] is True
    assert result["changed"] is True
    assert urls(result["created"]) == [site(0), site(2), site(3), site(4)]  # the first POST was the test's own
    assert [crawl["id"] for crawl in result["deleted"]] == [gone]
    (failure,) = result["failures"]
    assert failure["crawl"] == f"{site(1)} (firecrawl)"
    assert failure["error"] == {
        "message": "no",
        "method": "POST",
        "url": f"{docs.sandbox.url}/api/crawl",
        "status": 400,
    }
    assert result["error"] == failure["error"]
    assert result["not_tried"] == []
    assert site(1) in result["msg"]
    assert urls(result["crawls"]) == docs.urls()

    rest = docs.run(crawls=entries, prune=True)
    assert urls(rest["created"]) == [site(1)]
    assert rest["unchanged"] == 4
    assert docs.urls() == [site(number) for number in range(5)]


def test_a_key_that_is_refused_in_the_middle(docs: Docs) -> None:
    there = docs.add_many(10)
    docs.sandbox.control.clear_requests()
    docs.sandbox.control.faults(
        {"kind": "status", "method": "DELETE", "after": 4, "status": 401, "body": {"message": "Unauthorized"}}
    )
    result = docs.run(state="absent", crawl_ids=there, concurrency=1)
    assert docs.sent().count("DELETE") == 5  # nothing after the first refusal
    assert (result["failed"], result["changed"]) == (True, True)
    assert len(result["deleted"]) == 4
    assert len(result["failures"]) == 1
    assert len(result["not_tried"]) == 5
    assert result["error"]["status"] == 401
    assert result["msg"].startswith("4 of 10 changes were made, 1 failed and 5 were not tried.")
    assert {crawl["id"] for crawl in result["crawls"]} == set(docs.ids())

    docs.sandbox.control.clear_faults()
    rest = docs.run(state="absent", crawl_ids=there)
    assert len(rest["deleted"]) == 6
    assert docs.ids() == []


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_refused_key_ends_it_soon_on_many_connections(docs: Docs, concurrency: int) -> None:
    there = docs.add_many(100)
    docs.sandbox.control.clear_requests()
    docs.sandbox.control.faults({"kind": "status", "method": "DELETE", "after": 10, "status": 401})
    result = docs.run(state="absent", crawl_ids=there, concurrency=concurrency)
    assert len(result["deleted"]) == 10
    assert 1 <= len(result["failures"]) <= concurrency  # those that were under way
    assert len(result["deleted"]) + len(result["failures"]) + len(result["not_tried"]) == 100
    assert len(docs.ids()) == 90


def test_a_dataset_that_is_deleted_meanwhile(docs: Docs) -> None:
    docs.sandbox.control.faults(
        {
            "kind": "status",
            "method": "POST",
            "after": 3,
            "status": 404,
            "body": {"message": "Not Found: Could not find dataset"},
        }
    )
    result = docs.run(crawls=sites(*range(10)), concurrency=1)
    assert len(result["created"]) == 3
    assert len(result["not_tried"]) == 6
    assert "Could not find dataset" in result["msg"]


@contextlib.contextmanager
def _own_server() -> Iterator[tuple[contextlib.ExitStack, Docs]]:
    """A server that the test may stop, and a dataset of it."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(running())
        connection = {"url": server.url, "api_key": server.admin_key, "organization_id": server.organization_id}
        yield stack, Docs(server, connection)


def test_a_server_that_goes_away_half_way(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with _own_server() as (stack, docs):
        there = docs.add_many(20)
        done: list[object] = []

        def delete(*args: Any) -> None:
            if len(done) == 7:
                stack.close()
            delete_crawl(*args)
            done.append(args[-1]["id"])

        monkeypatch.setattr(crawl_plan, "delete_crawl", delete)
        result = docs.run(state="absent", crawl_ids=there, concurrency=1)
    assert (result["failed"], result["changed"]) == (True, True)
    assert [crawl["id"] for crawl in result["deleted"]] == done
    assert len(done) == 7
    assert len(result["failures"]) == 1
    assert len(result["not_tried"]) == 12
    assert result["error"]["status"] is None
    assert "connection" in result["error"]["message"]


@pytest.mark.parametrize("kind", ["cut", "drop_after", "drop"])
def test_a_creation_whose_answer_is_lost_is_never_sent_again(docs: Docs, kind: str) -> None:
    docs.sandbox.control.faults({"kind": kind, "method": "POST", "after": 2, "times": 1})
    entries = sites(*range(5))
    result = docs.run(crawls=entries, concurrency=1, retries=3)
    assert docs.sent() == ["GET", "POST", "POST", "POST", "GET"]
    assert (result["failed"], result["changed"]) == (True, True)
    assert urls(result["created"]) == [site(0), site(1)]
    assert [failure["crawl"] for failure in result["failures"]] == [f"{site(2)} (firecrawl)"]
    assert len(result["not_tried"]) == 2

    rest = docs.run(crawls=entries)
    # What was carried out without an answer is as asked now.
    assert urls(rest["created"]) == [site(number) for number in ((2, 3, 4) if kind == "drop" else (3, 4))]
    assert docs.urls() == [site(number) for number in range(5)]


def test_a_deletion_whose_answer_is_lost_is_sent_again(docs: Docs) -> None:
    there = docs.add_many(3)
    docs.sandbox.control.clear_requests()
    docs.sandbox.control.faults({"kind": "drop_after", "method": "DELETE", "times": 1})
    result = docs.run(state="absent", crawl_ids=there, concurrency=1, retries=3)
    assert len(result["deleted"]) == 3
    assert docs.sent() == ["GET", "DELETE", "DELETE", "DELETE", "DELETE"]


def test_too_many_requests_are_waited_for(docs: Docs, pauses: list[float]) -> None:
    docs.sandbox.control.faults(
        {"kind": "status", "method": "POST", "times": 2, "status": 429, "headers": {"retry-after": "7"}}
    )
    assert len(docs.run(crawls=sites(1, 2), concurrency=1, retries=3)["created"]) == 2
    assert pauses == [7, 7]
    assert docs.urls() == [site(1), site(2)]


@pytest.mark.parametrize("status", [400, 500])
def test_the_old_one_cannot_be_deleted_after_the_new_one_was_created(docs: Docs, status: int) -> None:
    old = docs.add(A, limit=1, tags=["x"])
    docs.sandbox.control.faults({"kind": "status", "method": "DELETE", "times": 1, "status": status})
    docs.sent()
    result = docs.run(crawls=[{"site_url": A, "limit": 2}])
    (new,) = result["created"]
    assert docs.sent() == ["GET", "POST", "DELETE"]  # what was refused is not in doubt
    assert (result["failed"], result["changed"], result["updated"]) == (True, True, [])
    assert (new["limit"], new["tags"]) == (2, ["x"])
    assert docs.ids() == [old, new["id"]]
    assert [crawl["id"] for crawl in result["crawls"]] == [new["id"], old]
    assert f"state: absent, crawl_id: {old}" in result["failures"][0]["msg"]

    # The next run creates nothing more and names the old one, and with prune it removes it.
    again = docs.run(crawls=[{"site_url": A, "limit": 2}])
    assert again["changed"] is False
    assert (
        f"Crawl {old} of {A} (firecrawl) exists beside crawl {new['id']} and differs in limit" in again["warnings"][0]
    )
    rest = docs.run(crawls=[{"site_url": A, "limit": 2}], prune=True)
    assert [crawl["id"] for crawl in rest["deleted"]] == [old]
    assert docs.ids() == [new["id"]]


def test_failures_on_many_connections_add_up(docs: Docs) -> None:
    docs.sandbox.control.faults({"kind": "status", "method": "POST", "after": 5, "times": 7, "status": 400})
    result = docs.run(crawls=sites(*range(60)), concurrency=8)
    assert len(result["created"]) == 53
    assert len(result["failures"]) == 7
    assert docs.urls() == urls(result["created"]) == urls(result["crawls"])
    rest = docs.run(crawls=sites(*range(60)), concurrency=32)
    assert urls(rest["created"]) == sorted(failure["crawl"].split()[0] for failure in result["failures"])


def test_results_are_in_the_order_of_the_list_whatever_was_answered_first(docs: Docs) -> None:
    docs.sandbox.control.faults({"kind": "delay", "method": "POST", "times": 1, "seconds": 0.2})
    result = docs.run(crawls=sites(*range(8)), concurrency=8)
    assert [crawl["site_url"] for crawl in result["created"]] == [site(number) for number in range(8)]


# -- a task's timeout --------------------------------------------------------------------------------------------------


class TaskTimeout(BaseException):
    """As Ansible's: no Exception."""


def test_what_was_done_can_be_told_after_a_timeout(docs: Docs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible raises it in the main thread, from a signal: here when the sixth deletion is under way."""
    there = docs.add_many(30)
    done = []

    def delete(*args: Any) -> None:
        delete_crawl(*args)
        done.append(args[-1]["id"])
        if len(done) == 6:
            os.kill(os.getpid(), signal.SIGALRM)

    def ended(number: int, frame: Any) -> None:
        raise TaskTimeout

    monkeypatch.setattr(crawl_plan, "delete_crawl", delete)
    task = task_of(DEFINITION, **docs.connection, state="absent", crawl_ids=there, concurrency=2)
    before = signal.signal(signal.SIGALRM, ended)
    try:
        with pytest.raises(TaskTimeout):
            execute(DEFINITION, task)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert task.partial
    partial = task.partial()
    assert partial["changed"] is True
    assert {crawl["id"] for crawl in partial["deleted"]} == set(done) == set(there) - set(docs.ids())
    assert len(done) + len(partial["not_tried"]) == 30
    assert {crawl["id"] for crawl in partial["crawls"]} == set(docs.ids())
    assert partial["failures"] == []
