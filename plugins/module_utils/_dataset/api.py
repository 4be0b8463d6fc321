# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about datasets."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from ..trieve import TrieveClient, as_uuid, segment
from .configuration import CONFIGURATION_SHAPE, Config
from .lookup import hint, lookalike_hint
from .model import Dataset

if t.TYPE_CHECKING:
    from .._core.task import Task

_LISTED = {
    "dataset": {
        "id": str,
        "name": str,
        "tracking_id": (type(None), str),
        "server_configuration": (type(None), CONFIGURATION_SHAPE),
    },
    "dataset_usage": (type(None), {"chunk_count": int}),
}

_WRITTEN = {
    "id": str,
    "name": str,
    "tracking_id": (type(None), str),
    "server_configuration": CONFIGURATION_SHAPE,
}

UNKNOWN_DATASET = {(404, "Could not find dataset"): None}
"""The C(expected_errors) of a request with a dataset: the server's response if it does not know the dataset."""


# -- reading -------------------------------------------------------------------------------------------------------


def organization_datasets(client: TrieveClient) -> list[dict[str, t.Any]]:
    """The server's list of the organization's datasets, newest first: C({dataset: {...}, dataset_usage: {...}}) each.

    The server sends it as a whole, without paging (docs/server.md 4.2). It proves the key, which a 404 does not.
    """
    path = f"/api/dataset/organization/{segment(client.organization_id or '')}"
    return client.get(path, list, shape=_LISTED)


def list_datasets(client: TrieveClient) -> list[Dataset]:
    """All datasets of the organization, newest first, without their configuration. Proves the key.

    :raises TaskFailed: the organization is not set
    """
    if not client.organization_id:
        raise TaskFailed(
            "organization_id is missing: datasets are looked up in an organization. Set organization_id or TRIEVE_ORGANIZATION_ID."
        )
    items = organization_datasets(client)
    return [Dataset(item["dataset"], (item.get("dataset_usage") or {}).get("chunk_count")) for item in items]


def read_configuration(client: TrieveClient, dataset: Dataset) -> Config:
    """The configuration of a dataset of C(list_datasets). The server does not check which organization it belongs to."""
    row = client.get(f"/api/dataset/{segment(dataset.id)}", dict, shape={"server_configuration": CONFIGURATION_SHAPE})
    dataset.configuration = row["server_configuration"]
    return row["server_configuration"]


def has_chunk_groups(client: TrieveClient, dataset: Dataset) -> bool:
    """Whether there is a chunk group in the dataset."""
    # With a cursor, the server takes the dataset from the header.
    answer = client.get(
        f"/api/dataset/groups/{segment(dataset.id)}",
        dict,
        dataset=dataset.id,
        params={"use_cursor": "true"},
        shape={"groups": list},
    )
    return bool(answer["groups"])


def has_files(client: TrieveClient, dataset: Dataset) -> bool:
    """Whether there is a file in the dataset."""
    answer = client.get(
        "/api/dataset/scroll_files",
        dict,
        dataset=dataset.id,
        params={"page_size": 1},
        shape={"file_with_chunk_groups": list},
    )
    return bool(answer["file_with_chunk_groups"])


def without_dataset(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> None:
    """The server does not know the dataset: decide whether that is a result or a failure.

    The server says so before it looks at the key, so an unknown dataset alone proves nothing.

    :param must_exist: whether an earlier task of the play could be expected to create the dataset; otherwise its absence
        is what the task declares, as soon as the key is proved
    :raises TaskFailed: the dataset must exist
    """
    unknown = f"Dataset {dataset!r} not found"
    datasets: list[Dataset] = []
    if client.organization_id:
        unknown += f" in organization {client.organization_id}"
        datasets = list_datasets(client)
        if any(dataset in (one.id, one.tracking_id) for one in datasets):
            raise TaskFailed(
                f"{unknown}, but the list of the organization's datasets shows it. Another client is changing it. Run the task again."
            )
    elif not must_exist:
        # Without an organization only this call tells a valid key from an invalid one: 401, or 400 for an organization's key
        # (docs/server.md 2.5).
        client.get("/api/auth/me", dict, expected_errors={(400, "Error loading user"): None})
    if not must_exist:
        similar = lookalike_hint(dataset, datasets)
        if similar:
            task.warn(f"{unknown}, so the task finds nothing.{similar}")
        return
    similar = hint(dataset, datasets)
    failure = f"{unknown}.{similar} Check the option dataset, or create the dataset first with community.trieve.trieve_dataset."
    if as_uuid(dataset):
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure, f"{unknown} yet.{similar} The preview continues as if an earlier task had created it empty."
    )


# -- writing -------------------------------------------------------------------------------------------------------


def create_dataset(client: TrieveClient, body: t.Mapping[str, t.Any]) -> Dataset:
    """Create a dataset."""
    return Dataset(client.post("/api/dataset", dict, body, shape=_WRITTEN), 0)


def clone_dataset(client: TrieveClient, body: t.Mapping[str, t.Any]) -> Dataset:
    """Clone a dataset, which must be one of C(list_datasets): the server clones the dataset of any organization.

    The response has the number of chunks as 0, since a worker copies them later.
    """
    return Dataset(client.post("/api/dataset/clone", dict, body, shape=_WRITTEN), 0)


def update_dataset(client: TrieveClient, body: t.Mapping[str, t.Any], chunk_count: int | None) -> Dataset:
    """Update a dataset of C(list_datasets). The response has the secrets in plain text, which no result may contain.

    :param chunk_count: the number of its chunks, which the response lacks
    """
    return Dataset(client.put("/api/dataset", dict, body, shape=_WRITTEN), chunk_count)


def clear_dataset(client: TrieveClient, dataset: Dataset) -> None:
    """Ask the server to remove everything in the dataset. A worker does it later."""
    client.put(f"/api/dataset/clear/{segment(dataset.id)}", None, None, dataset=dataset.id)


def delete_dataset(client: TrieveClient, dataset: Dataset) -> None:
    """Delete a dataset. One that is gone already is no error."""
    client.delete(f"/api/dataset/{segment(dataset.id)}", dataset=dataset.id, expected_errors=UNKNOWN_DATASET)
