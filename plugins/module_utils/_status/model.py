# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset and its crawls as a status has them."""

from __future__ import annotations

import time
import typing as t

from .._crawl.model import Crawl, newest_first, place
from .._dataset.model import Dataset

_SHOWN = ("id", "site_url", "kind", "status", "interval", "interval_seconds", "created_at", "next_crawl_at")

TAGGED = ("firecrawl", "openapi")
"""Kinds whose chunks have the URL of the site as a tag."""


def formatted_time(seconds: float) -> str:
    """A time as results have it, in UTC without a zone, as Trieve writes its own."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def to_result(dataset: Dataset, crawls: t.Sequence[Crawl], counts: t.Mapping[str, int]) -> dict[str, t.Any]:
    """The status of a dataset.

    :param counts: of its chunks, by tag
    """
    seen: set[tuple[str, str]] = set()
    shown = []
    for crawl in newest_first(crawls):
        newest = place(crawl) not in seen
        seen.add(place(crawl))
        shown.append(
            {
                **{name: crawl[name] for name in _SHOWN},
                "newest": newest,
                "last_completed_at": _last_completed(crawl),
                "chunks": _chunks(crawl, counts, newest),
            }
        )
    return {
        "id": dataset.id,
        "tracking_id": dataset.tracking_id,
        "name": dataset.name,
        "chunks": dataset.chunk_count,
        "crawls": shown,
    }


def _chunks(crawl: Crawl, counts: t.Mapping[str, int], newest: bool) -> dict[str, int | None]:
    """The chunks that have the URL of the crawl as a tag, those that the crawl has written, and those that are left of earlier ones."""
    if crawl["kind"] not in TAGGED or crawl["add_chunks_to_dataset"] is False:
        return {"of_site": None, "of_crawl": None, "stale": None}
    of_site = counts.get(crawl["site_url"], 0)
    generation = _generation(crawl)
    of_crawl = counts.get(generation, 0) if generation else None
    known = newest and of_crawl is not None and crawl["status"] == "Completed"
    return {"of_site": of_site, "of_crawl": of_crawl, "stale": max(0, of_site - (of_crawl or 0)) if known else None}


def _last_completed(crawl: Crawl) -> str | None:
    return t.cast("str | None", crawl["created_at"]) if crawl["status"] == "Completed" else None


def _generation(crawl: Crawl) -> str | None:
    """The tag that only the chunks of this crawl have."""
    return getattr(crawl, "generation", None)
