# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The crawl worker and the cron job (docs/server.md 3.8)."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..formats.ids import new_id
from ..store import chunk_store
from ..store.database import Row, pack, unpack
from ..store.machine import Machine
from . import firecrawl, ingestion
from .sections import WorkerDied, page_chunks

SECOND = 1_000_000
WITHOUT_FIRECRAWL = ("shopify", "youtube")
DIED = "died"
"""The outcome of a crawl at which the worker program ends: the last status stays."""


class Course(NamedTuple):
    """How a crawl goes on after Pending: ``Completed`` by Firecrawl, a status for each page, and its outcome."""

    found: bool
    first_page: int
    pages: int
    outcome: str

    @property
    def steps(self) -> int:
        """How many statuses there are, or steps of the worker."""
        return self.found + self.pages + 1

    def status(self, step: int) -> str:
        """The status after a step, from 0."""
        page = step - self.found
        if page < 0:
            return "Completed"
        return f"Processed {self.first_page + page} pages" if page < self.pages else self.outcome


def first_step(machine: Machine, crawl: dict[str, Any]) -> int:
    """When the crawl worker takes its first step with a new crawl; a declared site is crawled at once."""
    return int(crawl["created_at"]) + _gap(
        machine, crawl, 0, 1 if firecrawl.has_failed(machine.store, crawl["url"]) else 2
    )


def _gap(machine: Machine, crawl: Row | dict[str, Any], step: int, steps: int) -> int:
    if crawl["crawl_type"] not in WITHOUT_FIRECRAWL and firecrawl.site_of(machine.store, crawl["url"]) is not None:
        return 0
    # Half of the time is Firecrawl's; the pages share the other half.
    whole = int(machine.settings.crawl_seconds * SECOND)
    if step == 0:
        return whole // 2 if steps > 1 else whole
    return whole // 2 // max(steps - 1, 1)


def course_of(machine: Machine, job: Row) -> Course:
    """The course of a crawl. What Firecrawl finds is kept from the first step on."""
    if job["crawl_type"] in WITHOUT_FIRECRAWL:
        if firecrawl.has_failed(machine.store, job["url"]):
            return Course(False, 0, 0, "Failed")
        first = 2 if job["crawl_type"] == "shopify" else 0
        return Course(False, first, machine.settings.crawl_pages, "Completed")
    sql = "SELECT pages, outcome FROM crawl_pages WHERE crawl_id = ?"
    kept = machine.store.one(sql, job["crawl_id"])
    if kept is None:
        if firecrawl.has_failed(machine.store, job["url"]):
            return Course(False, 0, 0, "Failed")
        _scrape(machine, job)
        kept = machine.store.one(sql, job["crawl_id"])
        assert kept is not None
    return Course(True, 0, kept["pages"], kept["outcome"])


def _scrape(machine: Machine, job: Row) -> None:
    """Keep what the crawl's pages become."""
    options = unpack(job["crawl_options"])
    pages, outcome = 0, "Completed"
    chunks: list[dict[str, Any]] = []
    if options.get("add_chunks_to_dataset") is not False:
        for page in firecrawl.pages_of(machine, job["url"], options.get("limit")):
            pages += 1
            try:
                chunks += page_chunks(page, job["url"], options)
            except WorkerDied:
                outcome = DIED
                break
        if outcome != DIED and not _plan_allows(machine, job["dataset_id"], len(chunks)):
            outcome = "Failed"
    machine.store.insert("crawl_pages", crawl_id=job["crawl_id"], pages=pages, outcome=outcome, chunks=pack(chunks))


def _plan_allows(machine: Machine, dataset_id: str, more: int) -> bool:
    if machine.settings.unlimited:
        return True
    organization_id = machine.store.value("SELECT organization_id FROM datasets WHERE id = ?", dataset_id)
    return chunk_store.count_of_organization(machine.store, organization_id) + more <= chunk_store.FREE_CHUNKS


def step(machine: Machine, job: Row) -> None:
    """Take a crawl one status further. A deleted crawl is still worked on, without a trace of its own."""
    store = machine.store
    with store.transaction():
        course = course_of(machine, job)
        at = min(job["step"], course.steps - 1)
        status, last = course.status(at), at + 1 == course.steps
        if last and status == "Completed":
            _finish(machine, job)
        if status != DIED:
            store.run("UPDATE crawls SET status = ? WHERE id = ?", status, job["crawl_id"])
        if last:
            store.run("DELETE FROM crawl_jobs WHERE crawl_id = ?", job["crawl_id"])
        else:
            due = job["due_at"] + _gap(machine, job, at + 1, course.steps)
            store.run("UPDATE crawl_jobs SET step = ?, due_at = ? WHERE crawl_id = ?", at + 1, due, job["crawl_id"])


def _finish(machine: Machine, job: Row) -> None:
    """Queue the chunks of all pages, and set the time of the next crawl."""
    chunks = unpack(machine.store.value("SELECT chunks FROM crawl_pages WHERE crawl_id = ?", job["crawl_id"]))
    ingestion.publish_batches(machine, job["dataset_id"], chunks or [])
    if job["interval"] is not None:
        # By scrape_id: a shopify or youtube success moves every crawl with the nil id.
        machine.store.run(
            "UPDATE crawls SET next_crawl_at = ? WHERE scrape_id = ?",
            job["next_crawl_at"] + job["interval"] * SECOND,
            job["scrape_id"],
        )


def _end_of_line(machine: Machine) -> int:
    """The place in the queue of the first crawl that Firecrawl is still at: all others wait behind it."""
    place: int | None = machine.store.value(
        "SELECT MIN(j.rowid) FROM crawl_jobs j JOIN sites s ON s.url = rtrim(j.url, '/')"
        " WHERE s.busy AND j.step = 0 AND j.crawl_type NOT IN ('shopify', 'youtube')"
    )
    return 2**63 - 1 if place is None else place


def step_all(machine: Machine) -> None:
    """Take every crawl in the queue one status further."""
    for job in machine.store.all("SELECT * FROM crawl_jobs WHERE rowid < ? ORDER BY rowid", _end_of_line(machine)):
        step(machine, job)


def step_due(machine: Machine) -> None:
    """Take every crawl as far as its time has come."""
    now, store = machine.clock.now() // 1000, machine.store
    end = _end_of_line(machine)
    sql = "SELECT * FROM crawl_jobs WHERE due_at <= ? AND rowid < ? ORDER BY due_at, rowid LIMIT 1"
    with store.transaction():
        while job := store.one(sql, now, end):
            step(machine, job)
    machine.queues.wake()


def cron(machine: Machine) -> None:
    """Start due crawls again: a new scrape_id for all rows with the old one, and nothing else."""
    store, now = machine.store, machine.clock.now() // 1000
    with store.transaction():
        for row in store.all("SELECT scrape_id FROM crawls WHERE next_crawl_at <= ? ORDER BY rowid", now):
            store.run("UPDATE crawls SET scrape_id = ? WHERE scrape_id = ?", new_id(), row["scrape_id"])
