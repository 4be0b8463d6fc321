# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queues between the API and the worker programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..formats.clock import Clock
from ..formats.errors import Late
from .database import Store, pack


class Queues:
    """Where the API puts its messages, and the workers find them."""

    def __init__(self, store: Store, clock: Clock, is_down: Callable[[], bool]) -> None:
        """
        :param is_down: whether Redis is, which holds the queues: the server then waits until its time is up.
        """
        self.is_down = is_down
        self.store = store
        self.clock = clock
        # Looked at after each answer, so that nothing is read where nothing waits.
        self.wake()

    def wake(self) -> None:
        """Look at the queues again at the next opportunity."""
        self.filled = True
        self.next_crawl: int | None = self.store.value("SELECT MIN(due_at) FROM crawl_jobs")

    def reach(self) -> None:
        """Do nothing, unless Redis is down.

        :raises Late: then.
        """
        if self.is_down():
            raise Late()

    def put(self, queue: str, kind: str, dataset_id: str, payload: dict[str, Any]) -> None:
        """Put a message on a queue.

        :param queue: the worker that takes it.
        """
        self.reach()
        now = self.clock.now() // 1000
        self.store.insert(
            "jobs",
            queue=queue,
            dataset_id=dataset_id,
            payload=pack({"kind": kind, **payload}),
            queued_at=now,
        )
        self.filled = True

    def waiting(self, queue: str, dataset_id: str) -> int:
        """How many messages of a dataset no worker has taken yet; a batch of chunks is one."""
        self.reach()
        count: int = self.store.value("SELECT COUNT(*) FROM jobs WHERE queue = ? AND dataset_id = ?", queue, dataset_id)
        return count

    def put_crawl(self, crawl: dict[str, Any], due: int) -> None:
        """Give a new crawl to the crawl worker.

        :param due: when it takes the first step, in microseconds.
        """
        self.reach()
        self.store.insert(
            "crawl_jobs",
            crawl_id=crawl["id"],
            due_at=due,
            **{name: crawl[name] for name in ("scrape_id", "dataset_id", "url", "crawl_type", "crawl_options")},
            **{name: crawl[name] for name in ("interval", "next_crawl_at")},
        )
        if self.next_crawl is None or due < self.next_crawl:
            self.next_crawl = due
