# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until everything that crawls have queued is in the dataset."""

from __future__ import annotations

import threading
import typing as t
import uuid

from .._core.failure import TaskFailed
from .._core.task import Task, error_context
from .._crawl.api import list_crawls
from .._crawl.model import Crawl
from ..trieve import TrieveClient, TrieveError
from .api import BARRIER, delete_barrier, post_barrier, read_barrier, waiting_batches

STANDS = 2
"""Seconds for which C(Completed) has to stand. Trieve reports it once before it processes the pages (docs/server.md 3.8)."""

LONGEST = 60
"""Seconds to wait for chunks that are queued, and for their removal, unless the task says otherwise."""

_POLL = 0.5


class Barrier:
    """One for a task: passed once, however many crawls of the dataset need it.

    The messages of a dataset are done in order, so once a chunk that is queued now can be read, all chunks before it can. A queue
    length of 0 alone does not say so, since it does not count the message in work (docs/server.md 3.9).
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str) -> None:
        self._task = task
        self._client = client
        self._dataset = dataset
        self._lock = threading.Lock()
        self._crawls: list[Crawl] | None = None

    def wait(self) -> list[Crawl]:
        """The crawls of the dataset, read when everything of those that were completed is in.

        :raises TaskFailed: it is not in after a while
        """
        with self._lock:
            if self._crawls is None:
                self._task.sleep(STANDS)
                crawls = list_crawls(self._task, self._client, self._dataset, must_exist=True)
                self._pass()
                self._crawls = crawls
            return self._crawls

    def _pass(self) -> None:
        mark = uuid.uuid4().hex
        end = self._task.clock() + LONGEST
        with error_context("The task could not wait until all chunks of the crawl are in, so it removed nothing."):
            post_barrier(self._client, self._dataset, mark)
        try:
            with error_context("The task could not wait until all chunks of the crawl are in, so it removed nothing."):
                while read_barrier(self._client, self._dataset) != mark or waiting_batches(self._client, self._dataset):
                    if self._task.clock() + _POLL > end:
                        raise TaskFailed(
                            f"Chunks that were queued are not in after {LONGEST} s: the ingestion worker is not running or busy."
                            " Run community.trieve.trieve_doctor to test it, and then run the task again, which also deletes the chunk"
                            f" {BARRIER} if that appears meanwhile."
                        )
                    self._task.sleep(_POLL)
        finally:
            self._remove()

    def _remove(self) -> None:
        try:
            delete_barrier(self._client, self._dataset)
        except TrieveError as error:  # not worth more than a warning, and it must not hide what ended the waiting
            self._task.warn(
                f"The chunk {BARRIER}, with which the task waited, could not be deleted. Delete it. {error}"
            )


def until(task: Task, done: t.Callable[[], bool], seconds: float = LONGEST) -> bool:
    """Wait until something is done, and return whether it was done in time."""
    end = task.clock() + seconds
    while not done():
        if task.clock() + _POLL > end:
            return False
        task.sleep(_POLL)
    return True
