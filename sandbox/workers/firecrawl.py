# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Firecrawl that the sandbox plays: sites that a test has declared, and made-up pages of all others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..formats.errors import Late, Panic, Refusal, bad_request
from ..store.database import Row, Store, pack, unpack
from ..store.machine import Machine

MOST_PAGES = 1000
"""The limit that Trieve sends where a crawl has none."""
STATUSES = ("completed", "scraping", "failed", "cancelled")
_SITE_KEYS = frozenset(("site", "pages", "status", "refuse"))
_PAGE_KEYS = frozenset(("path", "html", "title", "description", "status_code"))


def _known(given: Any, known: frozenset[str], needed: str) -> None:
    if not isinstance(given, dict) or not isinstance(given.get(needed), str):
        raise ValueError(f"{given!r} needs a text {needed}")
    if given.keys() - known:
        raise ValueError(f"unknown keys {', '.join(sorted(given.keys() - known))}; known: {', '.join(sorted(known))}")


def declare(store: Store, given: Any) -> None:
    """Say what a crawl of a site finds from now on.

    :param given: ``{"site", "pages": [{"path", "html", "title", "description", "status_code"}], "status", "refuse"}``.
    :raises ValueError: for something else.
    """
    _known(given, _SITE_KEYS, "site")
    pages, status = given.get("pages") or [], given.get("status") or "completed"
    for page in pages:
        _known(page, _PAGE_KEYS, "path")
    if status not in STATUSES:
        raise ValueError(f"unknown status {status}; known: {', '.join(STATUSES)}")
    store.run(
        "INSERT OR REPLACE INTO sites (url, busy, failed, refuse, pages) VALUES (?, ?, ?, ?, ?)",
        given["site"].rstrip("/"),
        status in ("scraping", "cancelled"),
        status == "failed",
        given.get("refuse"),
        pack(pages),
    )


def site_of(store: Store, url: str) -> Row | None:
    """The declared site of a crawl's address, with or without a final slash; None if nobody has declared it."""
    return store.one("SELECT * FROM sites WHERE url = ?", url.rstrip("/"))


def start(machine: Machine, url: str) -> None:
    """Take a job.

    :raises Refusal: what the server answers where Firecrawl refuses, is down or takes too long.
    :raises Panic: where the server dies of Firecrawl's answer.
    """
    state = machine.settings.firecrawl
    if state == "slow":
        raise Late()
    if state == "nonsense":
        raise Panic("Firecrawl answered without an id")
    if state == "down":
        raise _refusal("Error sending request to firecrawl")
    if state == "web_page":
        raise _refusal("Error parsing response from firecrawl")
    site = site_of(machine.store, url)
    if state == "error" or (site is not None and site["refuse"] is not None):
        raise _refusal("Error getting response from firecrawl")


def _refusal(reason: str) -> Refusal:
    return bad_request(f"Could not crawl site: Internal Server Error: {reason}")


def has_failed(store: Store, url: str) -> bool:
    """Whether a job ends as failed: as declared, or where the host's name has ``fail`` in it."""
    site = site_of(store, url)
    if site is not None:
        return bool(site["failed"])
    host = urlsplit(url).hostname if "//" in url else url
    return "fail" in (host or "")


def pages_of(machine: Machine, url: str, limit: int | None) -> list[dict[str, Any]]:
    """The pages that a job has found, as documents with an address."""
    site = site_of(machine.store, url)
    start_page = url.rstrip("/")
    if site is None and "://" not in start_page:
        start_page = f"https://{start_page}"
    pages = _made_up(start_page, machine.settings.crawl_pages) if site is None else unpack(site["pages"])
    most = MOST_PAGES if limit is None else max(limit, 0)
    return [{**page, "url": start_page + page["path"]} for page in pages[:most]]


def _made_up(start_page: str, count: int) -> list[dict[str, Any]]:
    host = urlsplit(start_page).hostname or start_page
    return [
        {
            "path": f"/page-{number}" if number else "/",
            "title": f"{host}, page {number}",
            "html": f"<h1>Page {number} of {host}</h1><p>Nobody has fetched it: the sandbox made it up.</p>",
        }
        for number in range(count)
    ]
