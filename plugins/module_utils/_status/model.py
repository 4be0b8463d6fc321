# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset and its crawls as a status has them."""

from __future__ import annotations

import time
import typing as t

from .._core.values import equal
from .._crawl.freshness import last_finished
from .._crawl.model import Crawl, every_option, newest_first, place
from .._crawl_chunks.model import is_told_apart, writes_tag
from .._dataset.model import Dataset

_SHOWN = ("id", "site_url", "kind", "status", "interval", "interval_seconds", "created_at", "next_crawl_at")


def formatted_time(seconds: float) -> str:
    """A time as results have it, in UTC without a zone, as Trieve writes its own."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def tags_to_count(crawls: t.Iterable[Crawl]) -> set[str]:
    """The tags of which C(to_result) needs the numbers of chunks."""
    tags = {crawl["site_url"] for crawl in crawls} | {crawl.generation for crawl in crawls}
    return {tag for tag in tags if tag}


def to_result(dataset: Dataset, crawls: t.Sequence[Crawl], counts: t.Mapping[str, int]) -> dict[str, t.Any]:
    """The status of a dataset.

    :param counts: of its chunks, by tag
    """
    earlier: list[Crawl] = []
    shown = []
    for crawl in newest_first(crawls):
        newer = [one for one in earlier if place(one) == place(crawl)]
        earlier.append(crawl)
        shown.append(
            {
                **{name: crawl[name] for name in _SHOWN},
                "newest": not newer,
                "duplicate": any(equal(every_option(one), every_option(crawl)) for one in newer),
                "last_completed_at": last_finished(crawl),
                "chunks": _chunks(crawl, crawls, counts, not newer),
            }
        )
    return {
        "id": dataset.id,
        "tracking_id": dataset.tracking_id,
        "name": dataset.name,
        "chunks": dataset.chunk_count,
        "crawls": shown,
    }


def _chunks(
    crawl: Crawl, crawls: t.Iterable[Crawl], counts: t.Mapping[str, int], newest: bool
) -> dict[str, int | None]:
    """The chunks that have the URL of the crawl as a tag, those that the crawl has written, and those that no crawl has written."""
    site_url = crawl["site_url"]
    if not writes_tag(crawl, site_url):
        return {"of_site": None, "of_crawl": None, "stale": None}
    of_site = counts.get(site_url, 0)
    of_crawl = counts.get(crawl.generation, 0) if crawl.generation else None
    writers = [one for one in crawls if writes_tag(one, site_url)]
    stale = None
    if newest and all(map(is_told_apart, writers)):
        # A chunk that two of them have written has both tags, and counts twice: too few rather than too many.
        stale = max(0, of_site - sum(counts.get(one.generation or "", 0) for one in writers))
    return {"of_site": of_site, "of_crawl": of_crawl, "stale": stale}
