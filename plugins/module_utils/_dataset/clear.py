# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing everything that is in a dataset, and waiting until Trieve has done it."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import POLL, Task, error_context
from ..trieve import TrieveClient
from .api import clear_dataset, has_chunk_groups, has_files, list_datasets
from .model import Dataset
from .plan import chunks, dataset_change

Content = dict[str, t.Any]

_EMPTY: Content = {"chunk_count": 0, "has_chunk_groups": False, "has_files": False}


def read_content(client: TrieveClient, dataset: Dataset) -> Content:
    """What a clearing removes (docs/server.md 4.3), as far as it is in the dataset.

    :param dataset: with its configuration read
    """
    if dataset.stored.get("QDRANT_ONLY"):  # its groups and files stay, so they are no difference
        return {"chunk_count": dataset.chunk_count}
    return {
        "chunk_count": dataset.chunk_count,
        "has_chunk_groups": has_chunk_groups(client, dataset),
        "has_files": has_files(client, dataset),
    }


def is_empty(content: Content) -> bool:
    """Whether a clearing would remove nothing."""
    return all(_EMPTY[name] == value for name, value in content.items())


def empty_dataset(client: TrieveClient, current: Dataset, content: Content) -> Change | None:
    """The change that clears a dataset; None if it is empty.

    :param content: the result of C(read_content)
    """
    if is_empty(content):
        return None

    def clear() -> dict[str, t.Any]:
        with error_context(f"Dataset {current.label} could not be cleared."):
            clear_dataset(client, current)
        return current.to_result()

    return dataset_change(
        "clear",
        current.tracking_id or current.name,
        clear,
        id=current.id,
        before=content,
        after={name: _EMPTY[name] for name in content},
        predicted=Dataset(current.row, 0, current.configuration).to_result(),
        effect="its configuration and crawls stay",
    )


def wait_until_empty(task: Task, client: TrieveClient, dataset: Dataset, timeout: int) -> Dataset:
    """The dataset as soon as nothing is in it. A worker of Trieve's removes the content, which may take a while.

    :raises TaskFailed: it is not empty in time, or has been deleted
    """
    end = task.clock() + timeout
    while True:
        with error_context(
            f"Dataset {dataset.label} was cleared, but the task could not wait until it is empty.", changed=True
        ):
            found = next((item for item in list_datasets(client) if item.id == dataset.id), None)
            if not found:
                raise TaskFailed("Another client has deleted it.")
            current = Dataset(found.row, found.chunk_count, dataset.configuration)
            content = read_content(client, current)
        if is_empty(content):
            return current
        if task.clock() + POLL > end:
            raise TaskFailed(
                f"Dataset {dataset.label} is not empty after {timeout} s (wait_timeout): it has {_remaining(content)}. Trieve has"
                " accepted the request and continues when its worker for deletions runs. Anything that was added after the"
                " request stays.",
                changed=True,
                dataset=current.to_result(),
            )
        task.sleep(POLL)


def _remaining(content: Content) -> str:
    left = [chunks(content["chunk_count"])] * (content["chunk_count"] != 0)
    left += [word for word in ("chunk groups", "files") if content.get(f"has_{word.replace(' ', '_')}")]
    return " and ".join(left)
