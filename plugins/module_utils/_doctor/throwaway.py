# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The datasets that a diagnosis creates for itself, and removes however it ends."""

from __future__ import annotations

import calendar
import functools
import re
import time
import typing as t
import uuid

from .._core.lifeline import for_cleanup
from .._core.plan import Change
from .._core.task import Task
from .._dataset.api import clone_dataset, create_dataset, delete_dataset, list_datasets
from .._dataset.model import Dataset
from ..trieve import TrieveClient, TrieveError
from .api import delete_file, list_files

_NAME = re.compile(r"trieve-doctor-[0-9a-f]{32}-(?:main|work|copy)")

ABANDONED = 3600
"""Seconds after which no diagnosis that uses a dataset can still run, even if the two clocks differ by minutes."""

_MOST_CHUNKS = 20
"""A diagnosis stores fewer chunks in a dataset. One with more is somebody else's, whatever its name is."""


def is_throwaway(dataset: Dataset) -> bool:
    """Whether a diagnosis created this dataset of the organization's list: its name and its tracking ID are the same random text."""
    tracking_id = dataset.tracking_id or ""
    few = (dataset.chunk_count or 0) <= _MOST_CHUNKS
    return bool(_NAME.fullmatch(tracking_id)) and dataset.name == tracking_id and few


def remove_abandoned(client: TrieveClient, datasets: t.Iterable[Dataset]) -> list[Change]:
    """The changes that delete what an earlier diagnosis left behind when it was killed.

    :param datasets: the list of the organization
    """
    return [
        Change(
            "delete",
            "dataset",
            dataset.tracking_id or dataset.name,
            functools.partial(_remove, client, dataset),
            id=dataset.id,
            before={"name": dataset.name, "created_at": dataset.row.get("created_at")},
            effect="an earlier diagnosis left it behind",
        )
        for dataset in datasets
        if is_throwaway(dataset) and _age(dataset) > ABANDONED
    ]


def _age(dataset: Dataset) -> float:
    """Seconds since the creation of a dataset; 0 if that is not known."""
    try:
        created = time.strptime(str(dataset.row.get("created_at"))[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return 0
    return time.time() - calendar.timegm(created)


def _remove(client: TrieveClient, dataset: Dataset) -> None:
    """Delete a throwaway dataset of the organization's list, and its files first: their objects would stay."""
    for file_id in list_files(client, dataset.id):
        delete_file(client, dataset.id, file_id)
    delete_dataset(client, dataset)


class Throwaways:
    """The datasets of this diagnosis, by the tracking IDs that it has asked for, also where the response was lost."""

    def __init__(self, task: Task, client: TrieveClient) -> None:
        self._task = task
        self._client = client
        self._run = f"trieve-doctor-{uuid.uuid4().hex}"
        self._names: set[str] = set()

    def create(self, part: str, configuration: t.Mapping[str, t.Any]) -> Dataset:
        """Create a dataset.

        :param part: C(main), C(work) or C(copy)
        """
        name = self._new_name(part)
        body = {"dataset_name": name, "tracking_id": name, "server_configuration": configuration}
        return create_dataset(self._client, body)

    def clone(self, source: Dataset) -> Dataset:
        """Clone one of the datasets with its chunks, which a worker copies later."""
        name = self._new_name("copy")
        body = {"dataset_to_clone": source.id, "dataset_name": name, "tracking_id": name, "clone_chunks": True}
        return clone_dataset(self._client, body)

    def _new_name(self, part: str) -> str:
        name = f"{self._run}-{part}"
        self._names.add(name)
        return name

    def left(self) -> list[str]:
        """The tracking IDs of the datasets that may still exist."""
        return sorted(self._names)

    def remove(self) -> None:
        """Delete all of them that the organization's list shows, whether anybody still waits for the task or not."""
        if not self._names:
            return
        client = self._client.for_organization(self._client.organization_id)
        client.lifeline = for_cleanup()
        try:
            listed = [dataset for dataset in list_datasets(client) if dataset.tracking_id in self._names]
            self._names &= {dataset.tracking_id for dataset in listed if dataset.tracking_id}
            for dataset in listed:
                _remove(client, dataset)
                self._names.discard(dataset.tracking_id or "")
        except TrieveError as error:
            self._task.warn(
                f"The datasets of this diagnosis could not be removed: {', '.join(self.left())}. A later run removes them if they are"
                f" older than an hour. {error}"
            )
