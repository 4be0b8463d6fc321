# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warnings of crawls that a task just misses, by their URL, kind or ID."""

from __future__ import annotations

import typing as t
import unicodedata

from .._core.task import Task
from .model import Crawl, name_of, place
from .options import DesiredCrawl

SHOWN = 10
"""Maximum number of crawls that one message names."""


def warn_of_near_misses(
    task: Task, crawls: t.Iterable[Crawl], entries: t.Iterable[DesiredCrawl], other_kinds: bool = False
) -> None:
    """Warn of each crawl that an entry just misses: by a final slash, by case or by how Unicode is composed.

    :param other_kinds: warn of crawls of another kind, too, for a task that found nothing to delete
    """
    declared_as: dict[str, set[tuple[str, str]]] = {}
    for desired in entries:
        declared_as.setdefault(_near_form(desired["site_url"]), set()).add(place(desired))
    for crawl in crawls:
        near = declared_as.get(_near_form(crawl["site_url"]), set())
        if not near or place(crawl) in near:
            continue
        found = f"Crawl {crawl['id']} is of {name_of(crawl)}"
        same_kind = sorted(site_url for site_url, kind in near if kind == crawl["kind"])
        if same_kind:
            task.warn(f"{found}, {_difference(crawl['site_url'], same_kind[0])} It counts as another site.")
        elif other_kinds:
            task.warn(
                f"{found}, so its kind differs from the one to delete, and it stays. To delete it, set state: absent and"
                f" crawl_id: {crawl['id']}, or site_url: {crawl['site_url']} and scrape_options.type: {crawl['kind']}."
            )


def warn_of_unknown_ids(task: Task, dataset: str, crawl_ids: t.Iterable[str]) -> None:
    """Warn of IDs to delete that the list of the dataset does not show. Other datasets are not searched."""
    ids = list(crawl_ids)
    if ids:
        what, they, are = ("Crawl", "it", "is") if len(ids) == 1 else ("Crawls", "they", "are")
        task.warn(
            f"{what} {listed(ids)} not found in dataset {dataset!r}, so {they} {are} not deleted."
            f" {they.capitalize()} may be deleted already or belong to another dataset; if so, set dataset to that one."
        )


def listed(names: t.Iterable[str]) -> str:
    """The first of the names, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def _near_form(site_url: str) -> str:
    """Equal for URLs that a person may take for the same."""
    return unicodedata.normalize("NFC", site_url).rstrip("/").lower()


def _difference(found: str, declared: str) -> str:
    """How two URLs of one C(_near_form) differ."""
    if unicodedata.normalize("NFC", found) == unicodedata.normalize("NFC", declared):
        return "which looks the same as the declared URL, but composes its accented characters differently (Unicode NFC and NFD)."
    return f"which differs from {declared} by a final slash or by case only."
