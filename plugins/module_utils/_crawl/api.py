# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about crawls."""

from __future__ import annotations

import typing as t

from .._core.task import Task
from .._dataset.api import UNKNOWN_DATASET, without_dataset
from ..trieve import TrieveClient, segment
from .model import TEXT_LISTS, Crawl, to_result

_TEXTS = (type(None), [str])
_SHAPE: dict[str, t.Any] = {
    **dict.fromkeys(("id", "url", "status", "crawl_type"), str),
    "interval": (type(None), {"secs": int}),
    "created_at": (type(None), str),
    "crawl_options": {
        **dict.fromkeys(TEXT_LISTS, _TEXTS),
        "interval": (type(None), str),
        "scrape_options": (type(None), {"tag_regexes": _TEXTS}),
    },
}


def list_crawls(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> list[Crawl]:
    """All crawls of the dataset, newest first.

    :param must_exist: whether the dataset must exist, as C(without_dataset) has it
    """
    rows = client.list_all("/api/crawl", dataset=dataset, shape=_SHAPE, expected_errors=UNKNOWN_DATASET)
    if rows is None:
        without_dataset(task, client, dataset, must_exist)
        return []
    return [to_result(row) for row in rows]


def create_crawl(client: TrieveClient, dataset: str, request: t.Mapping[str, t.Any]) -> Crawl:
    """Start a crawl. Each call starts another one.

    :param request: its options, from C(to_request)
    """
    return to_result(client.post("/api/crawl", dict, {"crawl_options": request}, dataset=dataset, shape=_SHAPE))


def delete_crawl(client: TrieveClient, dataset: str, crawl: Crawl) -> None:
    """Delete a crawl from C(list_crawls): the server does not check whose it is (docs/server.md 3.7)."""
    client.delete(f"/api/crawl/{segment(crawl['id'])}", dataset=dataset)
