# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is sent once a task has ended: what ends one, and what becomes of the work."""

from __future__ import annotations

import os
import select
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core import lifeline as _lifeline
from ansible_collections.community.trieve.plugins.module_utils._core import parallel as _parallel
from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import (
    VARIABLE,
    Lifeline,
    for_module,
    for_worker,
    note_for_module,
)
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan, carry_out
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task
from ansible_collections.community.trieve.plugins.module_utils.trieve import Stopped, TrieveClient
from ansible_collections.community.trieve.plugins.modules import trieve_api_key, trieve_crawls
from sandbox.server import Running

from ...conftest import KEY
from ...crawls import Docs
from ...packed import packed
from ...scripted import Answer, Handler, Scripted
from ...tasks import played, task_of
from ...tenant import Tenant

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]

PAUSE = Lifeline.pause
"""The real one; the fixture for all tests takes it away."""

GONE = "Ansible no longer waits for the result."


class Ended(BaseException):
    """As a task's timeout is: no Exception."""


class Clock:
    """A lifeline with a timeout of three seconds, and a clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lifeline = Lifeline(3, 2.4)
        self.lifeline.clock = lambda: self.now


# -- what ends a task ---------------------------------------------------------------------------------------------------------


def test_a_task_that_goes_on() -> None:
    for lifeline in (Lifeline(), for_worker(), for_module(), Lifeline(3, time.monotonic() + 1000)):
        assert lifeline.ended() is None


def test_its_deadline() -> None:
    clock = Clock()
    clock.now = 2.3
    assert (clock.lifeline.ended(), clock.lifeline.timed_out()) == (None, None)
    clock.now = 2.4
    assert clock.lifeline.timed_out() == 3
    assert clock.lifeline.ended() == "Timed out after 3 s, the timeout of the task."


def test_a_parent_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    lifeline = for_worker()
    monkeypatch.setattr(os, "getppid", lambda: -1)  # not 1, which may be the parent of the tests
    assert lifeline.ended() == GONE


def test_a_stop_ends_a_pause() -> None:
    lifeline = Lifeline()
    with pytest.raises(Ended), lifeline:
        raise Ended
    PAUSE(lifeline, 10_000)
    assert lifeline.ended() == "The task has ended."


def test_an_error_of_the_work_is_no_end() -> None:
    lifeline = Lifeline()
    with pytest.raises(ZeroDivisionError), lifeline:
        raise ZeroDivisionError
    assert lifeline.ended() is None


def test_a_pause_ends_with_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    pauses: list[float] = []
    monkeypatch.setattr(clock.lifeline._stop, "wait", pauses.append)
    for clock.now, seconds in ((0.0, 1.0), (2.0, 20.0), (5.0, 20.0)):
        PAUSE(clock.lifeline, seconds)
    assert pauses == pytest.approx([1.0, 0.4, 0.0])


def test_nobody_at_the_other_end_of_a_pipe() -> None:
    here, there = os.pipe()
    (check,) = _lifeline._reader(there)
    assert check()
    os.close(here)
    assert not check()
    assert _lifeline._reader(there) == []
    os.close(there)


def test_several_threads_ask_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them are made to be inside poll() together, which a shared object of the real class refuses."""
    here, there = os.pipe()
    (check,) = _lifeline._reader(there)
    both = threading.Barrier(2)
    asked: list[Any] = []

    class Poll:
        def register(self, descriptor: int, events: int) -> None:
            """Nothing to note."""

        def poll(self, timeout: int) -> list[Any]:
            asked.append(self)
            both.wait(30)
            return []

    monkeypatch.setattr(select, "poll", Poll)
    threads = [threading.Thread(target=check) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in asked}) == 2
    os.close(here)
    os.close(there)


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_a_worker_that_is_gone() -> None:
    worker = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    (check,) = _lifeline._family(worker.pid, os.getpid())
    assert check()
    worker.communicate()
    assert not check()
    assert _lifeline._family(worker.pid, os.getpid()) == []
    assert _lifeline._family(os.getpid(), os.getpid()) == []


def test_without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    playbook = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    with monkeypatch.context() as patch:
        patch.setattr(os.path, "exists", lambda path: False)
        (check,) = _lifeline._family(os.getpid(), playbook.pid)
        assert check()
        playbook.communicate()
        assert not check()

    def forbidden(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert _lifeline._runs(1)


def test_the_note_for_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    for timeout, local, most in ((1000, True, 999.0), (1000, False, 999.0), (2, True, 1.6)):
        monkeypatch.setenv(VARIABLE, note_for_module(timeout, began, local))
        remaining = for_module().remaining()
        assert remaining is not None
        assert remaining <= most
        assert VARIABLE not in os.environ
    monkeypatch.setenv(VARIABLE, note_for_module(1000, began - 1001, True))
    assert for_module().ended() == "Timed out after 1000 s, the timeout of the task."
    monkeypatch.setenv(VARIABLE, note_for_module(None, began, False))
    assert for_module().remaining() is None


# -- requests -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_nothing_is_sent_after_the_end(serve: Serve, client_of: ClientOf, method: str) -> None:
    server = serve()
    client = client_of(server)
    client.lifeline.stop()
    with pytest.raises(Stopped, match=rf"^The task has ended\. {method} {server.url}/api/x was not sent\.$"):
        client.request(method, "/api/x", dict, safe=True)
    assert server.received == []


@pytest.mark.parametrize(
    "answer", [Answer(429, b"{}", {"Retry-After": "20"}), Answer(503, b"{}"), Answer(body=b"xx", cut=True)]
)
def test_nothing_is_repeated_after_the_end(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    class Ends:
        def send(self, handler: Handler) -> None:
            client.lifeline.stop()
            answer.send(handler)

    monkeypatch.setattr(Lifeline, "pause", PAUSE)
    server = serve(Ends())
    client = client_of(server)
    with pytest.raises(Stopped, match=r"was not retried\.$"):
        client.delete("/api/x")
    assert len(server.received) == 1


def test_a_request_does_not_outlast_its_task(serve: Serve, client_of: ClientOf) -> None:
    """It is given up in time to report that."""

    class Slow:
        def send(self, handler: Handler) -> None:
            clock.now = 2.39
            handler.connection.recv(1)
            handler.close_connection = True

    clock = Clock()
    client = client_of(serve(Slow()))
    client.lifeline = clock.lifeline
    clock.now = 2.39
    with pytest.raises(Exception, match="no response within|no complete response") as raised:
        client.post("/api/x", dict, {})
    assert "may have been processed" in str(raised.value)


# -- work ---------------------------------------------------------------------------------------------------------------------


def deletions(client: TrieveClient, *paths: str) -> Plan:
    """A plan that deletes what these paths name, one after the other."""
    changes = [Change("delete", "thing", path, lambda path=path: client.delete(path)) for path in paths]  # type: ignore[misc]
    return Plan(changes, dict)


def test_what_was_not_begun_is_not_tried(serve: Serve, client_of: ClientOf) -> None:
    class Passes:
        def send(self, handler: Handler) -> None:
            clock.now += 1
            Answer(204, b"").send(handler)

    clock = Clock()
    server = serve(Passes())
    client, task = client_of(server), Task({}, lifeline=clock.lifeline)
    client.lifeline = clock.lifeline
    with pytest.raises(Stopped):
        carry_out(task, deletions(client, *(f"/api/{number}" for number in range(5))))
    assert task.partial
    partial = task.partial()
    assert (partial["failures"], partial["not_tried"]) == ([], ["/api/3", "/api/4"])
    assert partial["changed"] is True


def test_the_pauses_of_threads_end_with_the_task(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server asks for a pause, and meanwhile the task's timeout is raised in the main thread."""
    paused = threading.Event()

    def pause(lifeline: Lifeline, seconds: float) -> None:
        paused.set()
        PAUSE(lifeline, 10_000)

    def progress(line: str) -> None:
        assert paused.wait(60)
        raise Ended

    monkeypatch.setattr(Lifeline, "pause", pause)
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    server = serve(Answer(429, b"{}", {"Retry-After": "20"}))
    client, task = client_of(server), Task({}, progress=progress)
    client.lifeline = task.lifeline
    with pytest.raises(Ended):
        carry_out(task, deletions(client, "/api/a", "/api/b"))
    assert [sent.target for sent in server.received] == ["/api/a"]
    assert task.partial
    partial = task.partial()
    assert [failure["thing"] for failure in partial["failures"]] == ["/api/a"]
    assert partial["not_tried"] == ["/api/b"]


# -- modules ------------------------------------------------------------------------------------------------------------------


class Ending:
    """A lifeline that ends after so many requests."""

    def __init__(self, requests: int) -> None:
        self.lifeline = Lifeline(3, requests + 0.5)
        self.lifeline.clock = self.count
        self.now = 0.0

    def count(self) -> float:
        return self.now

    def attach(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ended = Lifeline.ended

        def counted(lifeline: Lifeline) -> str | None:
            self.now += 1
            return ended(lifeline)

        monkeypatch.setattr(Lifeline, "ended", counted)


def test_a_rotation_that_is_ended_keeps_the_old_key(
    sandbox: Running, connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the list and the new key, before the list that shows it."""
    tenant = Tenant(sandbox, connection)
    tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 0})
    (old,) = tenant.rows("organization_api_keys")
    ending = Ending(2)
    ending.attach(monkeypatch)
    task = task_of(trieve_api_key.DEFINITION, name="k", role="read", rotate="always", **connection)
    task.lifeline = ending.lifeline
    result = played(trieve_api_key.DEFINITION, task)
    assert (result["failed"], result["changed"], result["timedout"]) == (True, True, {"period": 3})
    assert result["key"].startswith("tr-")
    assert old["id"] in {key["id"] for key in tenant.rows("organization_api_keys")}


@pytest.mark.parametrize("deletions", range(5))
def test_a_list_that_is_ended_says_what_it_has_done(
    sandbox: Running, connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch, deletions: int
) -> None:
    docs = Docs(sandbox, connection)
    there = docs.add_many(8)
    ending = Ending(2 + deletions)  # after the list of crawls and the count of their chunks
    ending.attach(monkeypatch)
    options = {"state": "absent", "crawl_ids": there, "concurrency": 1}
    task = task_of(trieve_crawls.DEFINITION, **{**docs.connection, **options})
    task.lifeline = ending.lifeline
    result = played(trieve_crawls.DEFINITION, task)
    assert (result["failed"], result["changed"]) == (True, deletions > 0)
    assert result["timedout"] == {"period": 3}
    assert result["msg"].startswith(
        f"Timed out after 3 s, the timeout of the task. {deletions} of 8 changes were made, 0 failed and {8 - deletions} were"
    )
    left = {crawl["id"] for crawl in result["deleted"]} ^ set(there)
    assert set(docs.ids()) == left
    assert len(result["not_tried"]) == len(left) == 8 - deletions


def test_a_packed_module_reads_the_note(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        client.delete("/api/x")
        return {"changed": True}

    server = serve(Answer(204, b""))
    monkeypatch.setenv(VARIABLE, note_for_module(5, time.time() - 6, True))
    result = packed(Definition({}, planner=function), capsys, url=server.url, api_key=KEY)
    assert (result["failed"], result["changed"], result["timedout"]) == (True, False, {"period": 5})
    assert result["msg"] == f"Timed out after 5 s, the timeout of the task. DELETE {server.url}/api/x was not sent."
    assert server.received == []
