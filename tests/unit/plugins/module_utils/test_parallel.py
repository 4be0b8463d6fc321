# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on several threads: how many at a time, what ends it, what is said of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core import work as _parallel
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._core.work import Work
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveError


def refused(status: int | None) -> TrieveError:
    return TrieveError("words", message="words", method="DELETE", url="http://x", status=status)


def task(progress: Callable[[str], None] | None = None) -> Task:
    return Task({}, progress=progress)


@pytest.mark.parametrize("concurrency", [1, 2, 8, 32])
def test_so_many_at_a_time_and_never_more(concurrency: int) -> None:
    together = threading.Barrier(concurrency)
    lock = threading.Lock()
    now, most, done = 0, 0, []

    def act(item: int) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(30)  # breaks if fewer are under way
        with lock:
            now -= 1
            done.append(item)

    work = Work(range(concurrency * 4), act)
    work.run(task(), concurrency, "Doing")
    assert work.failures == []
    assert most == concurrency
    assert sorted(done) == list(range(concurrency * 4))
    assert (work.finished, work.total, len(work.waiting)) == (concurrency * 4, concurrency * 4, 0)


def test_fewer_things_than_connections_start_no_idle_threads() -> None:
    threads = set()
    Work([1], lambda item: threads.add(threading.current_thread().name)).run(task(), 32, "Doing")
    assert len(threads) == 1


def test_nothing_to_do() -> None:
    work: Work[int] = Work([], lambda item: pytest.fail("called"))
    work.run(task(), 8, "Doing")
    assert (work.finished, work.failures) == (0, [])


@pytest.mark.parametrize("status", [400, 413])
def test_what_the_server_refuses_of_one_leaves_the_others_alone(status: int) -> None:
    def act(item: int) -> None:
        if item % 2:
            raise refused(status)

    work = Work(range(10), act)
    work.run(task(), 3, "Doing")
    assert sorted(item for item, _error in work.failures) == [1, 3, 5, 7, 9]
    assert work.finished == 10


@pytest.mark.parametrize("status", [None, 401, 403, 404, 408, 426, 429, 500, 503])
def test_nothing_is_begun_after_what_would_meet_every_one(status: int | None) -> None:
    done = []

    def act(item: int) -> None:
        done.append(item)
        if item == 3:
            raise refused(status)

    work = Work(range(10), act)
    work.run(task(), 1, "Doing")
    assert done == [0, 1, 2, 3]
    assert [item for item, _error in work.failures] == [3]
    assert list(work.waiting) == [4, 5, 6, 7, 8, 9]


def test_a_failure_of_the_task_is_judged_by_the_error_behind_it() -> None:
    def act(item: int) -> None:
        raise TaskFailed("The old one is still there.", error=refused(400 if item < 2 else 401).as_result())

    work = Work(range(5), act)
    work.run(task(), 1, "Doing")
    assert len(work.failures) == 3
    assert list(work.waiting) == [3, 4]


def test_a_bug_is_raised_and_nothing_is_begun_after_it() -> None:
    done = []

    def act(item: int) -> None:
        if item == 2:
            raise ZeroDivisionError
        done.append(item)

    work = Work(range(10), act)
    with pytest.raises(ZeroDivisionError):
        work.run(task(), 1, "Doing")
    assert done == [0, 1]
    assert (work.finished, len(work.waiting)) == (2, 7)


class Ended(BaseException):
    """As a task's timeout is: no Exception, and raised in the main thread at any time."""


def test_what_was_begun_is_finished_when_the_task_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    done: list[int] = []

    def act(item: int) -> None:
        assert work._stop.wait(30)
        done.append(item)

    def end(line: str) -> None:
        raise Ended

    work = Work(range(10), act)
    with pytest.raises(Ended):
        work.run(task(progress=end), 3, "Doing")
    assert sorted(done) == [0, 1, 2]
    assert list(work.waiting) == [3, 4, 5, 6, 7, 8, 9]


def test_a_long_run_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    lines: list[str] = []
    said = threading.Event()

    def act(item: int) -> Any:
        if item == 1:
            raise refused(400)
        if item == 3:
            assert said.wait(30)

    def say(line: str) -> None:
        lines.append(line)
        if "3 of 5" in line:
            said.set()

    work = Work(range(5), act)
    work.run(task(say), 1, "Deleting crawls")
    assert "Deleting crawls: 3 of 5 done, 1 failed" in lines


def test_a_short_run_says_nothing() -> None:
    lines: list[str] = []
    Work(range(100), lambda item: None).run(task(lines.append), 4, "Doing")
    assert lines == []
