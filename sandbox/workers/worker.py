# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the workers work.

There is no thread: work that is due is done before a request is read and after it is answered, so
that every run of a test sees the same. A worker that is not among the settings does nothing by
itself; a tick lets it work once all the same.
"""

from __future__ import annotations

from ..settings import WORKERS
from ..store.database import unpack
from ..store.machine import Machine
from . import crawling, files, ingestion, removal

HANDLERS = {**removal.HANDLERS, **ingestion.HANDLERS, **files.HANDLERS}


class Worker:
    """Takes messages and carries them out."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def run_jobs(self, workers: frozenset[str]) -> None:
        """Carry out all messages of these workers, oldest first."""
        store = self.machine.store
        workers = ingestion.resume(self.machine, workers)
        while True:
            rows = store.all("SELECT * FROM jobs ORDER BY id")
            mine = [row for row in rows if row["queue"] in workers]
            if not mine:
                break
            for row in mine:
                if row["queue"] not in workers:
                    continue
                payload = unpack(row["payload"])
                with store.transaction():
                    if row["queue"] == "ingestion" and ingestion.begins_to_hang(self.machine, row):
                        workers = workers - {"ingestion"}
                        continue
                    store.run("DELETE FROM jobs WHERE id = ?", row["id"])
                    HANDLERS[payload["kind"]](self.machine, row["dataset_id"], payload)
        self.machine.queues.filled = False

    @property
    def cut_off(self) -> bool:
        """Whether the workers can do nothing at all: without their queues, or without the database."""
        return self.machine.is_down("redis") or self.machine.is_down("database")

    def before_request(self) -> None:
        """Let the crawl worker catch up with the clock."""
        if self.cut_off:
            return
        due = self.machine.queues.next_crawl
        if due is not None and "crawl" in self.machine.settings.workers and due <= self.machine.clock.now() // 1000:
            crawling.step_due(self.machine)

    def after_answer(self) -> None:
        """Let the other workers do what was queued."""
        if self.machine.queues.filled and not self.cut_off:
            self.run_jobs(self.machine.settings.workers)

    def tick(self, workers: frozenset[str] | None = None) -> None:
        """Let these workers work once, whether they run by themselves or not; None means all but cron."""
        names = WORKERS - {"cron"} if workers is None else workers
        if "cron" in names:
            crawling.cron(self.machine)
        if "crawl" in names:
            crawling.step_all(self.machine)
        self.run_jobs(names)
        self.machine.queues.wake()
        self.after_answer()
