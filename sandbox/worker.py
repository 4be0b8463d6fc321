# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queues, the workers behind them, and the Firecrawl that the sandbox plays.

There is no thread: work that is due is done before a request is read and after it is answered, so
that every run of a test sees the same. A worker that is not among the settings does nothing by
itself; a tick lets it work once all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .settings import WORKERS
from .store import Row, pack, unpack

if TYPE_CHECKING:
    from .sandbox import Sandbox

SECOND = 1_000_000
JobHandler = Callable[["Sandbox", str, dict[str, Any]], None]


def crawl_steps(crawl: Row | dict[str, Any], pages: int) -> list[str]:
    """The statuses that a crawl goes through after Pending (docs/server.md 3.8)."""
    host = urlsplit(crawl["url"]).hostname if "//" in crawl["url"] else crawl["url"]
    if "fail" in (host or ""):
        return ["Failed"]
    if crawl["crawl_type"] == "shopify":
        return [*(f"Processed {number} pages" for number in range(2, pages + 2)), "Completed"]
    processed = [f"Processed {number} pages" for number in range(pages)]
    if crawl["crawl_type"] == "youtube":
        return [*processed, "Completed"]
    if unpack(crawl["crawl_options"]).get("add_chunks_to_dataset") is False:
        return ["Completed", "Completed"]
    return ["Completed", *processed, "Completed"]


class Worker:
    """Takes messages and carries them out."""

    def __init__(self, sandbox: Sandbox, handlers: Mapping[str, JobHandler]) -> None:
        """
        :param handlers: what to do for each kind of message.
        """
        self.sandbox = sandbox
        self.handlers = handlers
        self.wake()

    def wake(self) -> None:
        """Look at the queues again at the next opportunity."""
        self.jobs_waiting = True
        due = self.sandbox.store.value("SELECT MIN(due_at) FROM crawl_jobs")
        self.next_due: int | None = due

    # Messages

    def queue(self, queue: str, kind: str, dataset_id: str, payload: dict[str, Any], size: int = 1) -> None:
        """Put a message on a queue.

        :param queue: the worker that takes it.
        :param size: for how many items it counts in the queue's length.
        """
        now = self.sandbox.clock.now() // 1000
        self.sandbox.store.insert(
            "jobs",
            queue=queue,
            dataset_id=dataset_id,
            payload=pack({"kind": kind, **payload}),
            queued_at=now,
            size=size,
        )
        self.jobs_waiting = True

    def waiting(self, queue: str, dataset_id: str) -> int:
        """How many items of a dataset no worker has taken yet."""
        count: int = self.sandbox.store.value(
            "SELECT COALESCE(SUM(size), 0) FROM jobs WHERE queue = ? AND dataset_id = ?", queue, dataset_id
        )
        return count

    def run_jobs(self, workers: frozenset[str]) -> None:
        """Carry out all messages of these workers, oldest first."""
        store = self.sandbox.store
        while True:
            rows = store.all("SELECT * FROM jobs ORDER BY id")
            mine = [row for row in rows if row["queue"] in workers]
            if not mine:
                break
            for row in mine:
                payload = unpack(row["payload"])
                with store.transaction():
                    store.run("DELETE FROM jobs WHERE id = ?", row["id"])
                    self.handlers[payload["kind"]](self.sandbox, row["dataset_id"], payload)
        self.jobs_waiting = False

    # Crawls

    def queue_crawl(self, crawl: dict[str, Any]) -> None:
        """Give a new crawl to the crawl worker."""
        due = crawl["created_at"] + self._gap(crawl, 0)
        self.sandbox.store.insert(
            "crawl_jobs",
            crawl_id=crawl["id"],
            due_at=due,
            **{name: crawl[name] for name in ("scrape_id", "dataset_id", "url", "crawl_type", "crawl_options")},
            **{name: crawl[name] for name in ("interval", "next_crawl_at")},
        )
        if self.next_due is None or due < self.next_due:
            self.next_due = due

    def _gap(self, crawl: Row | dict[str, Any], step: int) -> int:
        # Half of the time is Firecrawl's; the pages share the other half.
        settings = self.sandbox.settings
        whole = int(settings.crawl_seconds * SECOND)
        later = len(crawl_steps(crawl, settings.crawl_pages)) - 1
        if step == 0:
            return whole // 2 if later else whole
        return whole // 2 // max(later, 1)

    def step(self, job: Row) -> None:
        """Take a crawl one status further. A deleted crawl is still worked on, without a trace."""
        store, settings = self.sandbox.store, self.sandbox.settings
        steps = crawl_steps(job, settings.crawl_pages)
        at = min(job["step"], len(steps) - 1)
        with store.transaction():
            store.run("UPDATE crawls SET status = ? WHERE id = ?", steps[at], job["crawl_id"])
            if at + 1 < len(steps):
                due = job["due_at"] + self._gap(job, at + 1)
                store.run("UPDATE crawl_jobs SET step = ?, due_at = ? WHERE crawl_id = ?", at + 1, due, job["crawl_id"])
                return
            store.run("DELETE FROM crawl_jobs WHERE crawl_id = ?", job["crawl_id"])
            if steps[at] == "Completed" and job["interval"] is not None:
                # By scrape_id: a shopify or youtube success moves every crawl with the nil id.
                store.run(
                    "UPDATE crawls SET next_crawl_at = ? WHERE scrape_id = ?",
                    job["next_crawl_at"] + job["interval"] * SECOND,
                    job["scrape_id"],
                )

    def step_due(self) -> None:
        """Take every crawl as far as its time has come."""
        now = self.sandbox.clock.now() // 1000
        store = self.sandbox.store
        with store.transaction():
            while job := store.one("SELECT * FROM crawl_jobs WHERE due_at <= ? ORDER BY due_at LIMIT 1", now):
                self.step(job)
        self.next_due = store.value("SELECT MIN(due_at) FROM crawl_jobs")

    def cron(self) -> None:
        """Start due crawls again: a new scrape_id for all rows with the old one, and nothing else."""
        store, now = self.sandbox.store, self.sandbox.clock.now() // 1000
        with store.transaction():
            for row in store.all("SELECT scrape_id FROM crawls WHERE next_crawl_at <= ? ORDER BY rowid", now):
                store.run(
                    "UPDATE crawls SET scrape_id = ? WHERE scrape_id = ?", self.sandbox.new_id(), row["scrape_id"]
                )

    # When

    def before_request(self) -> None:
        """Let the crawl worker catch up with the clock."""
        if self.next_due is not None and "crawl" in self.sandbox.settings.workers:
            if self.next_due <= self.sandbox.clock.now() // 1000:
                self.step_due()

    def after_answer(self) -> None:
        """Let the other workers do what was queued."""
        if self.jobs_waiting:
            self.run_jobs(self.sandbox.settings.workers)

    def tick(self, workers: frozenset[str] | None = None) -> None:
        """Let these workers work once, whether they run by themselves or not; None means all but cron."""
        names = WORKERS - {"cron"} if workers is None else workers
        if "cron" in names:
            self.cron()
        if "crawl" in names:
            for job in self.sandbox.store.all("SELECT * FROM crawl_jobs ORDER BY due_at"):
                self.step(job)
        self.run_jobs(names)
        self.wake()
