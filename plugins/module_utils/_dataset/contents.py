# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what is in the datasets of an organization, on several connections."""

from __future__ import annotations

import typing as t

from .._chunk_group.api import list_groups
from .._chunk_group.origin import origins
from .._core.parallel import run_parallel
from .._core.task import Task
from .._crawl.api import list_crawls
from ..trieve import TrieveClient
from .api import read_configuration
from .model import Dataset

CONCURRENCY = 8
"""Number of connections."""

PARTS = ("configuration", "crawls", "chunk_groups")


class Contents:
    """A dataset with what has been read of it; None for what has not been read."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.crawls: list[dict[str, t.Any]] | None = None
        self.chunk_groups: list[dict[str, t.Any]] | None = None

    def to_result(self) -> dict[str, t.Any]:
        """The dataset's result, with its crawls and groups if they have been read."""
        lists = {"crawls": self.crawls, "chunk_groups": self.chunk_groups}
        return {**self.dataset.to_result(), **{name: value for name, value in lists.items() if value is not None}}


def read_contents(
    task: Task, client: TrieveClient, datasets: t.Iterable[Dataset], parts: t.Container[str]
) -> list[Contents]:
    """Read some of C(PARTS) of each dataset. Each part takes a request, and chunk groups one for every ten.

    :raises TrieveError: the first failure
    :raises TaskFailed: likewise
    """
    found = [Contents(dataset) for dataset in datasets]

    def read(item: tuple[Contents, str]) -> bool:
        contents, part = item
        dataset = contents.dataset
        if part == "configuration":
            read_configuration(client, dataset)
        elif part == "crawls":
            contents.crawls = [dict(crawl) for crawl in list_crawls(task, client, dataset.id, must_exist=True)]
        else:
            contents.chunk_groups = list_groups(task, client, dataset.id, must_exist=True)
        return True

    parts_to_read = [(contents, part) for contents in found for part in PARTS if part in parts]
    run_parallel(task, parts_to_read, read, CONCURRENCY, "Reading")
    return found


def add_origins(task: Task, client: TrieveClient, contents: t.Iterable[Contents]) -> None:
    """Add to each chunk group that has been read what made it, as C(made_by)."""
    groups = {one.dataset.id: one.chunk_groups or [] for one in contents}
    made = origins(task, client, groups, CONCURRENCY)
    for some in groups.values():
        for group in some:
            group["made_by"] = made.get(group["id"])
