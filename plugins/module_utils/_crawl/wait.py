# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a crawl, and what it looks like if it does not end in time (docs/server.md 3.8 and 14)."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import POLL, Task, error_context
from ..trieve import TrieveClient
from .api import list_crawls
from .model import Crawl

PROGRESS_EVERY = 30
"""Seconds between two lines of progress while the status stays the same."""

STUCK = 60
"""Seconds without a new page after which the worker has probably ended. It processes a page in milliseconds."""


def wait_until_done(task: Task, client: TrieveClient, dataset: str, result: dict[str, t.Any]) -> Crawl:
    """The crawl when it is done. One C(Completed) is not enough: the status goes Completed, Processed n pages, Completed.

    :param result: what the task has done, which a failure reports, too
    """
    crawl = result["crawl"]
    words = f"Crawl {crawl['id']} of {crawl['site_url']}"
    watch = _Watch(task, crawl)
    end = watch.began + task.params["wait_timeout"]
    completed = 0
    while True:
        with error_context(f"Waiting for crawl {crawl['id']} of {crawl['site_url']} failed.", **result):
            crawls = list_crawls(task, client, dataset, must_exist=True)
        found = next((item for item in crawls if item["id"] == crawl["id"]), None)
        if not found:
            raise TaskFailed(f"{words} was deleted or replaced concurrently. Run the task again.", **result)
        result = {**result, "crawl": found}
        if found["status"] == "Failed":
            raise TaskFailed(
                f"{words} failed. Trieve records the reason only in the dataset's events (crawl_failed)."
                " To try again with the next run, set recrawl: on_failure.",
                **result,
            )
        completed = completed + 1 if found["status"] == "Completed" else 0
        if completed == 2:
            return found
        watch.look(crawls)
        if task.clock() + POLL > end:
            raise TaskFailed(
                f"{words} is not done after {task.params['wait_timeout']} s (wait_timeout). Its status is {found['status']}."
                f" {watch.advice()}",
                **result,
            )
        task.sleep(POLL)


class _Watch:
    """What the readings of the list tell beyond the status of the one crawl."""

    def __init__(self, task: Task, crawl: Crawl) -> None:
        self._task = task
        self._crawl = crawl
        self.began = task.clock()
        self._status = ""
        self._since = self._shown = self.began
        self._others: dict[str, str] | None = None
        self._busy = False

    def look(self, crawls: t.Sequence[Crawl]) -> None:
        """Note the statuses of the crawls of the dataset, and show how far the one is."""
        now = self._task.clock()
        status = next(crawl["status"] for crawl in crawls if crawl["id"] == self._crawl["id"])
        changed = status != self._status
        if changed:
            self._status, self._since = status, now
        if now > self.began and (changed or now - self._shown >= PROGRESS_EVERY):
            self._shown = now
            self._task.progress(f"{self._crawl['site_url']}: {status} ({now - self.began:.0f} s)")
        others = {crawl["id"]: crawl["status"] for crawl in crawls if crawl["id"] != self._crawl["id"]}
        before = others if self._others is None else self._others
        self._busy = self._busy or any(before.get(one, "Pending") != other for one, other in others.items())
        self._others = others

    def advice(self) -> str:
        """What the crawl looks like when the time is over, and what to do."""
        if self._status == "Pending" and self._busy:
            return (
                "The crawl worker is running: it worked on other crawls of the dataset meanwhile. It processes one crawl at a time, so this"
                " one is probably waiting behind others. It keeps running; to wait longer, raise wait_timeout."
            )
        if self._status == "Pending":
            return (
                "The crawl worker has not reported anything about it: either no crawl worker is running, or it is busy with other crawls,"
                " or Firecrawl is still fetching pages. Run community.trieve.trieve_doctor to test the worker with one page. If"
                " the worker is running, raise wait_timeout."
            )
        still = self._task.clock() - self._since
        if self._status != "Completed" and still >= STUCK:
            return (
                f"It has not changed for {still:.0f} s, so the crawl worker has probably ended at a page it cannot process. A restarted"
                " worker does not resume the crawl. Run community.trieve.trieve_doctor to test the worker, and then set recrawl: always to"
                " start the crawl again."
            )
        return "It looks like a long crawl, which keeps running; to wait longer, raise wait_timeout."
