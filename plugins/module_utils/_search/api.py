# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request that searches. They all read, so they may be repeated."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from .._dataset.api import UNKNOWN_DATASET, list_datasets, read_configuration, without_dataset
from .._dataset.lookup import find_by_reference
from ..trieve import TrieveClient, TrieveError
from .model import HIT_SHAPE, to_group, to_hits
from .options import Search

_SWITCHES = {
    "semantic": ("semantic_enabled",),
    "fulltext": ("fulltext_enabled",),
    "bm25": ("bm25_enabled",),
    "hybrid": ("semantic_enabled", "fulltext_enabled"),
}
"""The options of a dataset of which at least one must be on for a type of search."""

_PAGE_SIZE = 10
"""Results on a page if a search does not say (docs/server.md 7)."""

_FOUND = {"search": "chunks", "autocomplete": "chunks", "groups": "results", "count": "count"}
_GROUP_SHAPE = {"group": {"id": str, "tracking_id": (type(None), str), "name": str}, "chunks": [HIT_SHAPE]}
_CHUNKS: dict[str, t.Any] = {"chunks": [HIT_SHAPE], "total_pages": int}
_GROUPS: dict[str, t.Any] = {"results": [_GROUP_SHAPE], "total_pages": int}
_NOTHING: dict[str, dict[str, t.Any]] = {
    "search": {"chunks": [], "corrected_query": None, "total_pages": None},
    "autocomplete": {"chunks": [], "corrected_query": None, "total_pages": None},
    "groups": {"groups": [], "corrected_query": None, "total_pages": None},
    "count": {"count": 0},
}
"""What check mode finds in a dataset that does not exist yet."""


def find(task: Task, client: TrieveClient, dataset: str, search: Search, mode: str = "search") -> dict[str, t.Any]:
    """What a search finds: C(chunks) or C(groups) with C(corrected_query) and C(total_pages), or C(count).

    :param mode: C(search), within a group if the search names one; C(autocomplete); C(groups), where chunks of no group are not
        found; or C(count)
    :raises TaskFailed: the dataset does not exist, or has this type of search switched off
    """
    answer = _SEND[mode](client, dataset, search)
    if answer is None:
        without_dataset(task, client, dataset, must_exist=True)
        return _NOTHING[mode]
    found = answer[_FOUND[mode]]
    if not found:
        check_switched_on(task, client, dataset, search["search_type"])
    if mode == "count":
        return {"count": found}
    first = 1 + (search.get("page", 1) - 1) * search.get("page_size", _PAGE_SIZE)
    beside = {"corrected_query": answer.get("corrected_query"), "total_pages": answer["total_pages"] or None}
    if mode == "groups":
        return {"groups": [to_group(row, rank) for rank, row in enumerate(found, first)], **beside}
    return {"chunks": to_hits(found, first), **beside}


def _search(client: TrieveClient, dataset: str, search: Search) -> t.Any:
    options = dict(dataset=dataset, safe=True, shape=_CHUNKS, expected_errors=UNKNOWN_DATASET)
    if "group_id" in search or "group_tracking_id" in search:
        return client.post("/api/chunk_group/search", dict, search, **options)
    return client.post("/api/chunk/search", dict, search, **options)


def _autocomplete(client: TrieveClient, dataset: str, search: Search) -> t.Any:
    options = dict(dataset=dataset, safe=True, shape=_CHUNKS, expected_errors=UNKNOWN_DATASET)
    return client.post("/api/chunk/autocomplete", dict, search, **options)


def _search_groups(client: TrieveClient, dataset: str, search: Search) -> t.Any:
    options = dict(dataset=dataset, safe=True, shape=_GROUPS, expected_errors=UNKNOWN_DATASET)
    return client.post("/api/chunk_group/group_oriented_search", dict, search, **options)


def _count(client: TrieveClient, dataset: str, search: Search) -> t.Any:
    options = dict(dataset=dataset, safe=True, shape={"count": int}, expected_errors=UNKNOWN_DATASET)
    return client.post("/api/chunk/count", dict, search, **options)


_SEND = {"search": _search, "autocomplete": _autocomplete, "groups": _search_groups, "count": _count}


def check_switched_on(task: Task, client: TrieveClient, dataset: str, search_type: str) -> None:
    """Refuse a type of search that found nothing because the dataset has it switched off.

    The server answers such a search with 200 and nothing for bm25 and hybrid (docs/server.md 7). A key that may not read the
    dataset's configuration gets a warning instead.

    :raises TaskFailed: names the options of the dataset
    """
    try:
        found = find_by_reference(list_datasets(client), dataset) if client.organization_id else None
        configuration = read_configuration(client, found) if found else None
    except TrieveError as error:
        if error.status not in (401, 403):
            raise
        configuration = None
    switches = _SWITCHES[search_type]
    if configuration is None:
        task.warn(
            f"The search found nothing. The API key cannot read the configuration of dataset {dataset!r}, so it is unknown whether"
            f" {' and '.join(switches)} {'is' if len(switches) == 1 else 'are'} false, in which case Trieve finds nothing."
        )
    elif not any(configuration.get(name.upper(), True) for name in switches):
        words = " and ".join(switches)
        raise TaskFailed(
            f"Dataset {dataset!r} has {words} set to false, so a {search_type} search finds nothing."
            " Use another search_type, or change the dataset with community.trieve.trieve_dataset."
        )
