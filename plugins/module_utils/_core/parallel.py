# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Doing many things on a few connections."""

from __future__ import annotations

import collections
import concurrent.futures
import threading
import typing as t

if t.TYPE_CHECKING:
    from .task import Task

Item = t.TypeVar("Item")

PROGRESS_EVERY = 5.0
"""Seconds between two lines of progress."""


def run_parallel(
    task: Task, items: t.Iterable[Item], act: t.Callable[[Item], bool], concurrency: int, what: str
) -> None:
    """Call a function for each item on a few threads, and report every few seconds how many are done.

    However this ends, also by the task's timeout, nothing more is begun, and requests that were sent are waited for. Once the
    task has ended, an item of several requests stops between them.

    :param act: returns whether further items may be begun; an exception ends the work and is raised here
    :param concurrency: number of threads, each of which uses a connection
    :param what: names the work in a line of progress
    """
    waiting = collections.deque(items)
    total = len(waiting)
    stop = threading.Event()
    finished: list[None] = []

    def work() -> None:
        while not stop.is_set():
            try:
                item = waiting.popleft()
            except IndexError:
                return
            goes_on = False
            try:
                goes_on = act(item)
            finally:
                finished.append(None)
                if not goes_on:
                    stop.set()

    def wait_for(workers: set[concurrent.futures.Future[None]]) -> None:
        with task.lifeline:
            try:
                while workers:
                    done, workers = concurrent.futures.wait(
                        workers, timeout=PROGRESS_EVERY, return_when=concurrent.futures.FIRST_COMPLETED
                    )
                    for worker in done:
                        worker.result()
                    if not done:
                        task.progress(f"{what}: {len(finished)} of {total} done")
            finally:
                stop.set()

    threads = min(concurrency, total)
    # The pool waits for its threads, so the lifeline is let go before.
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        wait_for({pool.submit(work) for _number in range(threads)})
