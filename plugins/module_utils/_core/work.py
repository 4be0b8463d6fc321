# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Working off many requests on a few connections."""

from __future__ import annotations

import collections
import concurrent.futures
import threading
import typing as t

from ..trieve import Stopped, TrieveError
from .failure import TaskFailed
from .task import Task, attempt

Item = t.TypeVar("Item")

PROGRESS_EVERY = 5.0
"""Seconds between two lines of progress."""

_ITS_OWN = frozenset((400, 413))


class Work(t.Generic[Item]):
    """Things to do, what became of each, and how far it is.

    A failure that is an item's own (the server refused just this) leaves the others alone. Any other, such as a server that
    is gone, a key that is refused or a dataset that is deleted meanwhile (404), would meet every item, so nothing is begun
    after it.

    An item before whose first request the task ends is waiting still, and C(stopped) says why.

    :param act: does one item; may raise TrieveError or TaskFailed
    """

    def __init__(self, items: t.Iterable[Item], act: t.Callable[[Item], t.Any]) -> None:
        self.waiting: collections.deque[Item] = collections.deque(items)
        self.total = len(self.waiting)
        self.finished = 0
        self.failures: list[tuple[Item, TrieveError | TaskFailed]] = []
        self.stopped: Stopped | None = None
        self._act = act
        self._stop = threading.Event()
        self._lock = threading.Lock()

    def run(self, task: Task, concurrency: int, what: str) -> None:
        """Do all of it, at most so many at a time, telling every few seconds how far it is.

        However this ends, also by the task's timeout, nothing more is begun, and requests that have been sent are waited for.
        Once the task has ended, an item of several requests stops between them.

        :param concurrency: connections
        :param what: names the work in a line of progress
        """
        # The pool waits for its threads, so the lifeline has to be let go before.
        with concurrent.futures.ThreadPoolExecutor(max_workers=concurrency) as pool, task.lifeline:
            try:
                workers = {pool.submit(self._work) for _number in range(min(concurrency, self.total))}
                while workers:
                    done, workers = concurrent.futures.wait(
                        workers, timeout=PROGRESS_EVERY, return_when=concurrent.futures.FIRST_COMPLETED
                    )
                    for worker in done:
                        worker.result()
                    if not done:
                        task.progress(f"{what}: {self.finished} of {self.total} done, {len(self.failures)} failed")
            finally:
                self._stop.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                if not self.waiting:
                    return
                item = self.waiting.popleft()
            _value, error = attempt(self._act, item)
            with self._lock:
                if isinstance(error, Stopped) and not error.sent:
                    self.stopped = error
                    self.waiting.appendleft(item)
                    self._stop.set()
                    return
                self.finished += 1
                if error:
                    self.failures.append((item, error))
                    if error.status not in _ITS_OWN:
                        self._stop.set()
