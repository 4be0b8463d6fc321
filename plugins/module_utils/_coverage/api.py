# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the chunks of a site."""

from __future__ import annotations

import typing as t

from .._chunk.api import chunk_pages
from .._core.parallel import PROGRESS_EVERY
from .._core.task import Task
from .._core.values import counted
from .._dataset.api import without_dataset
from ..trieve import TrieveClient

PAGE = 500
"""Chunks of one request. The server has no maximum, but an answer is held in memory as a whole."""

_CHUNK = {
    "id": str,
    "link": (type(None), str),
    "chunk_html": (type(None), str),
    "metadata": (type(None), dict, str),
}


def read_chunks(
    task: Task,
    client: TrieveClient,
    dataset: str,
    tags: t.Sequence[str],
    take: t.Callable[[dict[str, t.Any]], None],
) -> bool:
    """Hand over the chunks that searches find, one after the other, so that only a few are in memory.

    :param tags: only chunks with one of them; all of the dataset if it is empty
    :returns: False in check mode if an earlier task would create the dataset
    :raises TaskFailed: the dataset does not exist
    """
    filters = {"must": [{"field": "tag_set", "match_any": list(tags)}]} if tags else None
    exists, read, shown = False, 0, task.clock()
    for rows in chunk_pages(client, dataset, filters, PAGE, _CHUNK):
        exists = True
        read += len(rows)
        for chunk in rows:
            take(chunk)
        if task.clock() - shown >= PROGRESS_EVERY:
            shown = task.clock()
            task.progress(f"Reading: {counted(read, 'chunk')}")
    if not exists:
        without_dataset(task, client, dataset, must_exist=True)
    return exists
