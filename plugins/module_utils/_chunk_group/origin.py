# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which chunk groups a crawl or a file made.

A crawl makes a group for each title of a page, a file one for itself (docs/server.md 3.9 and 8). Nobody declares them, and the next crawl
would bring them back, so they are neither undeclared nor pruned. A group of a file names it. A group of a crawl is like any other, so its
chunks tell: only a crawl writes chunks with such tracking IDs, links and metadata.
"""

from __future__ import annotations

import collections
import re
import threading
import time
import typing as t

from .._chunk.api import batches
from .._core.ages import to_timestamp
from .._core.parallel import run_parallel
from .._core.plan import Result
from .._core.task import Task
from .._crawl.api import list_crawls
from ..trieve import TrieveClient, TrieveError
from .api import MEMBERS, chunks_of_groups, first_chunks
from .model import Group

CRAWL, FILE, UNKNOWN = "crawl", "file", "unknown"

_BATCH = 500
"""Groups whose chunks are looked for at a time, and chunks that are read at a time."""

_NEW = 24 * 60 * 60
"""Seconds in which a group without chunks may be one that a crawl is about to fill."""

_NO_SEARCH = (400, 401, 403)
"""The statuses of a search without a vector store, and with an API key that may not search."""

_HASH = re.compile(r"[0-9a-f]{64}")

Chunk = t.Mapping[str, t.Any]


def origins(
    task: Task, client: TrieveClient, groups: t.Mapping[str, t.Sequence[Group]], concurrency: int
) -> dict[str, str]:
    """C(CRAWL) or C(FILE) by the ID of each group that one of them made, or C(UNKNOWN) if it cannot be told yet.

    A few requests for every C(_BATCH) groups that have nothing but a name; one or two for each of them in which no page of a crawl is found;
    and one for the crawls of a dataset that has a new group without chunks.

    :param groups: by dataset
    :param concurrency: number of connections
    """
    crawled: dict[str, bool] = {}
    found = {group["id"]: FILE for some in groups.values() for group in some if group["file_id"]}
    bare = {dataset: [group for group in some if _is_bare(group)] for dataset, some in groups.items()}
    lock, asking = threading.Lock(), threading.Lock()

    def scan(item: tuple[str, t.Sequence[Group]]) -> bool:
        made = _with_pages(client, *item)
        with lock:
            found.update(dict.fromkeys(made, CRAWL))
        return True

    def has_crawls(dataset: str) -> bool:
        with asking:
            if dataset not in crawled:
                crawled[dataset] = _has_crawls(task, client, dataset)
            return crawled[dataset]

    def look(item: tuple[str, Group]) -> bool:
        origin = _origin(client, *item, has_crawls)
        if origin:
            with lock:
                found[item[1]["id"]] = origin
        return True

    named = {dataset: [group for group in some if group["tracking_id"]] for dataset, some in bare.items()}
    scans = [(dataset, batch) for dataset, some in named.items() for batch in batches(some, _BATCH)]
    run_parallel(task, scans, scan, concurrency, "Reading chunks of groups")
    rest = [(dataset, group) for dataset, some in bare.items() for group in some if group["id"] not in found]
    run_parallel(task, rest, look, concurrency, "Reading groups")
    return found


def left_alone(dataset: str, groups: t.Iterable[Group], found: t.Mapping[str, str]) -> list[Result]:
    """How many of the groups are left alone, as an entry of a result; none if there are none.

    :param dataset: as the user knows it
    :param found: of C(origins)
    """
    counts = collections.Counter(found[group["id"]] for group in groups if group["id"] in found)
    if not counts:
        return []
    numbers = {"crawls": counts[CRAWL], "files": counts[FILE], "unknown": counts[UNKNOWN]}
    return [{"kind": "chunk_group", "dataset": dataset, **numbers}]


def _is_bare(group: Group) -> bool:
    """Whether a group has nothing but a name, as those that a crawl makes (docs/server.md 3.9). Those of YouTube also have a description."""
    if group["file_id"] or group["tag_set"] or group["metadata"]:
        return False
    return not group["tracking_id"] or (group["name"] == group["tracking_id"] and not group["description"])


def _with_pages(client: TrieveClient, dataset: str, groups: t.Sequence[Group]) -> set[str]:
    """The IDs of those groups in which a search finds a page of a crawl that goes there.

    Each page of chunks is read without the groups that are known by then, so that long ones hide no others.
    """
    by_name = {group["tracking_id"]: group["id"] for group in groups}
    left = set(by_name.values())
    while left:
        try:
            rows = chunks_of_groups(client, dataset, sorted(left), _BATCH)
        except TrieveError as error:
            if error.status not in _NO_SEARCH:
                raise
            break  # the groups are read one by one
        known = {by_name.get(_crawled_into(row) or "") for row in rows} & left
        left -= t.cast("set[str]", known)
        if len(rows) < _BATCH or not known:
            break
    return set(by_name.values()) - left


def _origin(client: TrieveClient, dataset: str, group: Group, has_crawls: t.Callable[[str], bool]) -> str | None:
    """Where one group comes from, by its first chunks; None if no crawl made it."""
    try:
        chunks = first_chunks(client, dataset, group["id"])
    except TrieveError as error:
        if error.status not in (401, 403):
            raise
        return UNKNOWN
    if chunks is None:  # deleted meanwhile
        return UNKNOWN
    if any(_crawled_into(chunk) for chunk in chunks):
        return CRAWL
    if len(chunks) >= MEMBERS and group["tracking_id"]:
        return _origin_of_long(client, dataset, group)
    may_be_waiting = not chunks and group["tracking_id"] and _is_new(group) and has_crawls(dataset)
    return UNKNOWN if may_be_waiting else None


def _origin_of_long(client: TrieveClient, dataset: str, group: Group) -> str | None:
    """The same of a group whose further chunks may be of a crawl: the next crawl would create it again."""
    try:
        rows = chunks_of_groups(client, dataset, [group["id"]], _BATCH, group["tracking_id"])
    except TrieveError as error:
        if error.status not in _NO_SEARCH:
            raise
        return UNKNOWN
    return CRAWL if any(_crawled_into(row) for row in rows) else None


def _has_crawls(task: Task, client: TrieveClient, dataset: str) -> bool:
    """Whether a dataset has crawls, which an API key that may not read them cannot rule out."""
    try:
        return bool(list_crawls(task, client, dataset, must_exist=True))
    except TrieveError as error:
        if error.status not in (401, 403):
            raise
        return True


def _is_new(group: Group) -> bool:
    """Whether a group may be waiting for its chunks: the server creates it first."""
    created = to_timestamp(group["created_at"])
    return created is None or time.time() - created < _NEW


def _crawled_into(chunk: Chunk) -> str | None:
    """The name of the group that a crawl puts a chunk into; None if no crawl wrote it (docs/server.md 3.9)."""
    link, tracking_id, metadata = chunk["link"] or "", chunk["tracking_id"], chunk["metadata"]
    if not link or not isinstance(metadata, dict):
        return None
    title, url = metadata.get("title"), metadata.get("url")
    if tracking_id is None:  # a line of a video
        return title if metadata.get("yt_preview_src") and url and link.startswith(str(url)) else None
    if link.endswith(f"?variant={tracking_id}") and "/products/" in link and "variants" in metadata:
        return str(metadata.get("id"))
    return (title or link) if url == link and _HASH.fullmatch(tracking_id) else None
