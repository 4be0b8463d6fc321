# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking away a dataset, or what is in it, and what keeps that from happening by mistake."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.options import between
from .._core.rights import check_owner
from .._core.task import LONGEST_WAIT, POLL, Task, ensure, error_context
from .._core.values import counted
from ..trieve import TrieveClient, segment
from .configuration import KEYS, Config
from .model import (
    Dataset,
    Identity,
    find,
    identity,
    list_datasets,
    read_configuration,
    suggestion,
    warn_of_lookalike,
)
from .options import UNKNOWN_DATASET

REMOVAL_OPTIONS: dict[str, t.Any] = dict(
    deletion_protection=dict(type="bool", default=False),
    force=dict(type="bool", default=False),
    wait=dict(type="bool", default=True),
    wait_timeout=dict(type="int", default=600),
)

_EMPTY = {"chunk_count": 0, "has_chunk_groups": False, "has_files": False}


def ensure_absent(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that the dataset is not there."""
    if task.params["new_tracking_id"] is not None:
        raise TaskFailed("With state absent, new_tracking_id must not be given. Name the dataset as it is now.")
    named = identity(task)
    datasets = list_datasets(client)
    current = find(datasets, named) if named else None
    before = {}
    if named and not current:
        warn_of_lookalike(task, named, datasets, "so the task deletes nothing")
    if current:
        _check_allowed(task, current, read_configuration(client, current), "deleted")
        facts = ("id", "name", "tracking_id", "chunk_count")
        before = {name: value for name, value in current.result().items() if name in facts}

    def act() -> dict[str, t.Any]:
        dataset = t.cast(Dataset, current)
        _delete(client, dataset)
        return dataset.result()

    return ensure(
        task,
        "dataset",
        before=before,
        after={},
        current=None,
        predicted=current.result() if current else None,
        act=act,
        permitted=lambda: check_owner(client),
    )


def _delete(client: TrieveClient, dataset: Dataset) -> None:
    with error_context(f"Dataset {dataset.label} could not be deleted."):
        client.delete(f"/api/dataset/{segment(dataset.id)}", dataset=dataset.id, expected_errors=UNKNOWN_DATASET)
    with error_context(f"Dataset {dataset.label} was deleted, but the list could not be read after it.", changed=True):
        left = list_datasets(client)
    if any(other.id == dataset.id for other in left):
        raise TaskFailed(
            f"Trieve reported that dataset {dataset.label} is deleted, but its list still shows it. Run the task again.",
            changed=True,
        )


def _check_allowed(task: Task, current: Dataset, configuration: Config, what: str) -> None:
    """Refuse what the server would refuse, and what the user wants to be kept from.

    :param what: what is to be done with it
    """
    if configuration.get("LOCKED"):
        raise TaskFailed(
            f"Dataset {current.label} is locked and cannot be {what}. Trieve would say: Cannot delete a locked dataset."
            " Run community.trieve.trieve_dataset with locked: false first."
        )
    # A count that is not known protects, too.
    if task.params["deletion_protection"] and not task.params["force"] and current.chunk_count != 0:
        raise TaskFailed(
            f"Dataset {current.label} holds {_chunks(current.chunk_count)} and is not {what}, because deletion_protection"
            " is true. If all of it may go, say force: true."
        )


def _chunks(count: int | None) -> str:
    if count is None:
        return "chunks that Trieve does not count"
    return counted(count, "chunk")


# -- clearing ------------------------------------------------------------------------------------------------------


def ensure_cleared(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that nothing is in the dataset, which has to be there."""
    params = task.params
    foreign = [name for name in (*KEYS, "new_tracking_id", "clone_from") if params[name] is not None]
    foreign += ["clone_chunks"] * (not params["clone_chunks"]) + ["update_secrets"] * (
        params["update_secrets"] == "always"
    )
    if foreign:
        raise TaskFailed(
            f"With state cleared, {' and '.join(foreign)} must not be given: the content goes, and the dataset stays as it is."
        )
    between(params, "wait_timeout", 1, LONGEST_WAIT)
    named = identity(task)
    datasets = list_datasets(client)
    current = find(datasets, named) if named else None
    if not current:
        if named:
            _nothing_to_clear(task, client, named, datasets)
        return ensure(task, "dataset", before={}, after={}, current=None, predicted=None, act=dict)
    dataset = current
    configuration = read_configuration(client, dataset)
    before = _content(client, dataset)
    after = {name: _EMPTY[name] for name in before}
    if before != after:
        _check_allowed(task, dataset, configuration, "cleared")

    def act() -> dict[str, t.Any]:
        with error_context(f"Dataset {dataset.label} could not be cleared."):
            client.put(f"/api/dataset/clear/{segment(dataset.id)}", None, None, dataset=dataset.id)
        return dataset.result()

    def settle(value: dict[str, t.Any], changed: bool) -> dict[str, t.Any]:
        return _wait(task, client, dataset) if changed and params["wait"] else value

    return ensure(
        task,
        "dataset",
        before=before,
        after=after,
        current=dataset.result(),
        predicted=Dataset(dataset.row, 0, configuration).result(),
        act=act,
        settle=settle,
        headers=(f"dataset {dataset.label}", f"dataset {dataset.label}, cleared"),
        permitted=lambda: check_owner(client),
    )


def _nothing_to_clear(task: Task, client: TrieveClient, named: Identity, datasets: list[Dataset]) -> None:
    option = next(name for name in ("dataset_id", "tracking_id", "name") if getattr(named, name))
    unknown = (
        f"There is no dataset with the {option} {getattr(named, option)!r} in organization {client.organization_id}"
    )
    hint = suggestion(named, datasets)
    failure = f"{unknown}, so there is nothing to clear.{hint} Check {option}, or create the dataset first with state: present."
    if option == "dataset_id":  # ids are given by the server, so no earlier task can create it
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure, f"{unknown} yet.{hint} The preview goes on as if an earlier task had created it empty."
    )


def _content(client: TrieveClient, dataset: Dataset) -> dict[str, t.Any]:
    """What is there of what a clearing takes away (docs/server.md 4.3)."""
    content: dict[str, t.Any] = {"chunk_count": dataset.chunk_count}
    if (dataset.configuration or {}).get("QDRANT_ONLY"):  # its groups and files stay, so they are no difference
        return content
    # With a cursor, the dataset is the header's.
    groups = client.get(
        f"/api/dataset/groups/{segment(dataset.id)}",
        dict,
        dataset=dataset.id,
        params={"use_cursor": "true"},
        shape={"groups": list},
    )
    files = client.get(
        "/api/dataset/scroll_files",
        dict,
        dataset=dataset.id,
        params={"page_size": 1},
        shape={"file_with_chunk_groups": list},
    )
    return {
        **content,
        "has_chunk_groups": bool(groups["groups"]),
        "has_files": bool(files["file_with_chunk_groups"]),
    }


def _wait(task: Task, client: TrieveClient, dataset: Dataset) -> dict[str, t.Any]:
    """The dataset when there is nothing in it. Trieve has a worker of its own for that, which may take its time."""
    end = task.clock() + task.params["wait_timeout"]
    while True:
        with error_context(f"The clearing of dataset {dataset.label} could not be waited for.", changed=True):
            found = next((item for item in list_datasets(client) if item.id == dataset.id), None)
            if not found:
                raise TaskFailed("It has been deleted by somebody else meanwhile.")
            current = Dataset(found.row, found.chunk_count, dataset.configuration)
            content = _content(client, current)
        if all(_EMPTY[name] == value for name, value in content.items()):
            return current.result()
        if task.clock() + POLL > end:
            raise TaskFailed(
                f"Dataset {dataset.label} is not empty after {task.params['wait_timeout']} s (wait_timeout): it has {_left(content)}."
                " Trieve has taken the request and goes on with it, as soon as its worker for deletions runs. What was"
                " added after the request stays.",
                changed=True,
                dataset=current.result(),
            )
        task.sleep(POLL)


def _left(content: dict[str, t.Any]) -> str:
    left = [_chunks(content["chunk_count"])] * (content["chunk_count"] != 0)
    left += [word for word in ("chunk groups", "files") if content.get(f"has_{word.replace(' ', '_')}")]
    return " and ".join(left)
