# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which dataset a task means, and what it says where that dataset is not there."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean, folded, twin
from .._core.options import environment
from .._core.task import Task
from ..trieve import TrieveClient, as_uuid, segment

DATASET_OPTION: dict[str, t.Any] = dict(
    dataset=dict(type="str", fallback=(environment, ["TRIEVE_DATASET_ID", "TRIEVE_DATASET_TRACKING_ID"])),
)

_NUMBER = (type(None), int, float)
CONFIGURATION_SHAPE: dict[str, t.Any] = {
    **dict.fromkeys(("BM25_B", "BM25_K", "BM25_AVG_LEN"), _NUMBER),
    "PUBLIC_DATASET": (type(None), {"extra_params": (type(None), dict)}),
}
"""Of a C(server_configuration) in an answer: what is not only passed on or compared."""

_SHAPE = {
    "dataset": {
        "id": str,
        "name": str,
        "tracking_id": (type(None), str),
        "server_configuration": (type(None), CONFIGURATION_SHAPE),
    },
    "dataset_usage": (type(None), {"chunk_count": int}),
}

UNKNOWN_DATASET = {(404, "Could not find dataset"): None}
"""The C(expected_errors) of a request with a dataset: the server's answer where it does not know the dataset."""


def not_in_a_header(tracking_id: str) -> str | None:
    """Why the server would not find a dataset by this tracking id in C(TR-Dataset); None if it would.

    Rules of the server's auth_middleware.rs (docs/server.md 2.3), and of HTTP, which cuts blanks off at both ends.
    """
    if as_uuid(tracking_id):
        return "it reads as a UUID, and the server looks such a value up as an id only"
    if not all(" " <= char <= "~" or char == "\t" for char in tracking_id):
        return "an HTTP header carries printable ASCII only"
    if tracking_id != tracking_id.strip():
        return "HTTP cuts blanks off at both ends"
    return None


def named_dataset(task: Task, client: TrieveClient) -> str:
    """The option C(dataset) as the header C(TR-Dataset) takes it: an id in its usual form, or a tracking id.

    :raises TaskFailed: where it is missing or cannot be sent; nothing has been sent then
    """
    given = task.params["dataset"]
    if given is None or not given.strip():
        raise TaskFailed(
            "dataset is missing or empty. Give a dataset's id or tracking id in the option dataset,"
            " or set TRIEVE_DATASET_ID or TRIEVE_DATASET_TRACKING_ID."
        )
    known = as_uuid(given)
    if known:
        return known
    reason = not_in_a_header(given)
    if reason:
        raise TaskFailed(f"dataset {given!r} cannot be named by its tracking id: {reason}. Give the dataset's id.")
    if not client.organization_id:
        raise TaskFailed(
            f"organization_id is missing: dataset {given!r} is a tracking id, which counts within an organization."
            " Give the option organization_id or set TRIEVE_ORGANIZATION_ID, or give the dataset's id."
        )
    return given


def organization_datasets(client: TrieveClient) -> list[dict[str, t.Any]]:
    """All datasets of the client's organization, newest first: C({dataset: {...}, dataset_usage: {...}}) each.

    Comes whole without paging (docs/server.md 4.2). Proves the key, which a 404 does not.
    """
    path = f"/api/dataset/organization/{segment(client.organization_id or '')}"
    return client.get(path, list, shape=_SHAPE)


def lookalike(given: str, datasets: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """A sentence about the dataset whose name was given in place of its tracking ID, or whose tracking ID looks the same; or nothing.

    :param given: what no dataset has for an ID or tracking ID
    :param datasets: all datasets of the organization
    """
    same = twin(given, (row.get("tracking_id") for row in datasets))
    if same:
        return f" Did you mean {same!r}?"
    named = [row for row in datasets if folded(row["name"]) == folded(given)]
    if len(named) > 1:
        return f" {len(named)} datasets have that name: {', '.join(map(_called, named))}."
    return f" One with that name has the {_called(named[0])}." if named else ""


def meant(given: str, datasets: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """C(lookalike), or else the tracking ID that is most like what was given; nothing if there is none."""
    return lookalike(given, datasets) or did_you_mean(given, (row.get("tracking_id") for row in datasets))


def _called(row: t.Mapping[str, t.Any]) -> str:
    return f"tracking ID {row['tracking_id']!r}" if row.get("tracking_id") else f"ID {row['id']}"


def without_dataset(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> None:
    """The server does not know the dataset: decide whether that is an answer.

    It says so before it looks at the key, so an unknown dataset alone proves nothing.

    :param must_exist: whether an earlier task of the play could be expected to create the dataset; otherwise its absence
        is what the task was asked for, as soon as the key is proved
    :raises TaskFailed: the dataset has to be there
    """
    unknown = f"There is no dataset {dataset!r}"
    rows: list[dict[str, t.Any]] = []
    if client.organization_id:
        unknown += f" in organization {client.organization_id}"
        rows = [item["dataset"] for item in organization_datasets(client)]
        if any(dataset in (row.get("id"), row.get("tracking_id")) for row in rows):
            raise TaskFailed(
                f"{unknown}, says the server, but its list shows it. Somebody is changing it; run the task again."
            )
    elif not must_exist:
        # Without an organization only this call tells a key from none: 401, or 400 for an organization's key (docs/server.md 2.5).
        client.get("/api/auth/me", dict, expected_errors={(400, "Error loading user"): None})
    if not must_exist:
        hint = lookalike(dataset, rows)
        if hint:
            task.warn(f"{unknown}, so the task finds nothing.{hint}")
        return
    hint = meant(dataset, rows)
    failure = (
        f"{unknown}.{hint} Check the option dataset, or create the dataset first with community.trieve.trieve_dataset."
    )
    if as_uuid(dataset):
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure, f"{unknown} yet.{hint} The preview goes on as if an earlier task had created it empty."
    )
