# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the chunks of a site."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.parallel import PROGRESS_EVERY
from .._core.task import Task
from .._core.values import counted
from .._dataset.api import UNKNOWN_DATASET, without_dataset
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
    body: dict[str, t.Any] = {"page_size": PAGE}
    if tags:
        body["filters"] = {"must": [{"field": "tag_set", "match_any": list(tags)}]}
    read, shown = 0, task.clock()
    while True:
        answer = client.post(
            "/api/chunks/scroll",
            dict,
            body,
            dataset=dataset,
            safe=True,
            shape={"chunks": [_CHUNK]},
            expected_errors=UNKNOWN_DATASET,
        )
        if answer is None:
            without_dataset(task, client, dataset, must_exist=True)
            return False
        chunks = answer["chunks"]
        # The offset is inclusive: a page begins with the chunk that ended the last one (docs/server.md 7.5).
        fresh = chunks[1:] if "offset_chunk_id" in body else chunks
        read += len(fresh)
        for chunk in fresh:
            take(chunk)
        if len(chunks) < PAGE:
            return True
        last = chunks[-1]["id"]
        if not fresh or last == body.get("offset_chunk_id"):
            raise TaskFailed(f"The list of chunks does not end: it stopped after {counted(read, 'chunk')}.")
        body["offset_chunk_id"] = last
        if task.clock() - shown >= PROGRESS_EVERY:
            shown = task.clock()
            task.progress(f"Reading: {counted(read, 'chunk')}")
