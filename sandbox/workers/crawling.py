# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The crawl worker, the cron job, and the Firecrawl that the sandbox plays (docs/server.md 3.8)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..formats.ids import new_id
from ..store.database import Row, unpack
from ..store.machine import Machine

SECOND = 1_000_000


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


def gap(machine: Machine, crawl: Row | dict[str, Any], step: int) -> int:
    # Half of the time is Firecrawl's; the pages share the other half.
    settings = machine.settings
    whole = int(settings.crawl_seconds * SECOND)
    later = len(crawl_steps(crawl, settings.crawl_pages)) - 1
    if step == 0:
        return whole // 2 if later else whole
    return whole // 2 // max(later, 1)


def step(machine: Machine, job: Row) -> None:
    """Take a crawl one status further. A deleted crawl is still worked on, without a trace."""
    store, settings = machine.store, machine.settings
    steps = crawl_steps(job, settings.crawl_pages)
    at = min(job["step"], len(steps) - 1)
    with store.transaction():
        store.run("UPDATE crawls SET status = ? WHERE id = ?", steps[at], job["crawl_id"])
        if at + 1 < len(steps):
            due = job["due_at"] + gap(machine, job, at + 1)
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


def step_due(machine: Machine) -> None:
    """Take every crawl as far as its time has come."""
    now = machine.clock.now() // 1000
    store = machine.store
    with store.transaction():
        while job := store.one("SELECT * FROM crawl_jobs WHERE due_at <= ? ORDER BY due_at LIMIT 1", now):
            step(machine, job)
    machine.queues.next_crawl = store.value("SELECT MIN(due_at) FROM crawl_jobs")


def cron(machine: Machine) -> None:
    """Start due crawls again: a new scrape_id for all rows with the old one, and nothing else."""
    store, now = machine.store, machine.clock.now() // 1000
    with store.transaction():
        for row in store.all("SELECT scrape_id FROM crawls WHERE next_crawl_at <= ? ORDER BY rowid", now):
            store.run("UPDATE crawls SET scrape_id = ? WHERE scrape_id = ?", new_id(), row["scrape_id"])
