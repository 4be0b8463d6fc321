# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work on several threads: how many at a time, what ends it, what is reported of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core import parallel as _parallel
from ansible_collections.community.trieve.plugins.module_utils._core.parallel import run_parallel
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task


def task(progress: Callable[[str], None] | None = None) -> Task:
    return Task({}, progress=progress)


@pytest.mark.parametrize("concurrency", [1, 2, 8, 32])
def test_so_many_at_a_time_and_never_more(concurrency: int) -> None:
    together = threading.Barrier(concurrency)
    lock = threading.Lock()
    now, most, done = 0, 0, []

    def act(item: int) -> bool:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(30)  # breaks if fewer are under way
        with lock:
            now -= 1
            done.append(item)
        return True

    run_parallel(task(), range(concurrency * 4), act, concurrency, "Doing")
    assert most == concurrency
    assert sorted(done) == list(range(concurrency * 4))


def test_fewer_things_than_connections_start_no_idle_threads() -> None:
    threads = set()

    def act(_item: int) -> bool:
        threads.add(threading.current_thread().name)
        return True

    run_parallel(task(), [1], act, 32, "Doing")
    assert len(threads) == 1


def test_nothing_to_do() -> None:
    nothing: list[int] = []
    run_parallel(task(), nothing, lambda _item: pytest.fail("called"), 8, "Doing")


def test_nothing_is_begun_after_an_item_that_says_so() -> None:
    done = []

    def act(item: int) -> bool:
        done.append(item)
        return item != 3

    run_parallel(task(), range(10), act, 1, "Doing")
    assert done == [0, 1, 2, 3]


def test_an_exception_is_raised_and_nothing_is_begun_after_it() -> None:
    done = []

    def act(item: int) -> bool:
        if item == 2:
            raise ZeroDivisionError
        done.append(item)
        return True

    with pytest.raises(ZeroDivisionError):
        run_parallel(task(), range(10), act, 1, "Doing")
    assert done == [0, 1]


class Ended(BaseException):
    """As a task's timeout is: no Exception, and raised in the main thread at any time."""


def test_what_was_begun_is_finished_when_the_task_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    begun = threading.Barrier(4)
    ended = threading.Event()
    done: list[int] = []

    def act(item: int) -> bool:
        begun.wait(30)
        assert ended.wait(30)
        done.append(item)
        return True

    def end(_line: str) -> None:
        begun.wait(30)
        ended.set()
        raise Ended

    with pytest.raises(Ended):
        run_parallel(task(end), range(3), act, 3, "Doing")
    assert sorted(done) == [0, 1, 2]


def test_nothing_is_begun_when_the_task_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    one = task()
    done: list[int] = []

    def act(item: int) -> bool:
        done.append(item)
        assert one.lifeline._stop.wait(30)  # what a pause waits for, too
        return one.lifeline.ended() is None

    def end(_line: str) -> None:
        raise Ended

    one.progress = end
    with pytest.raises(Ended):
        run_parallel(one, range(10), act, 1, "Doing")
    assert done == [0]


def test_a_long_run_reports_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "PROGRESS_EVERY", 0.01)
    lines: list[str] = []
    reported = threading.Event()

    def act(item: int) -> bool:
        return item != 3 or reported.wait(30)

    def progress(line: str) -> None:
        lines.append(line)
        if "3 of 5" in line:
            reported.set()

    run_parallel(task(progress), range(5), act, 1, "Deleting crawls")
    assert "Deleting crawls: 3 of 5 done" in lines


def test_a_short_run_reports_nothing() -> None:
    lines: list[str] = []
    run_parallel(task(lines.append), range(100), lambda _item: True, 4, "Doing")
    assert lines == []
