# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The datasets of an organization: what the server says of one, and which one a task means."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean, difference, twin
from .._core.task import Task
from ..trieve import TrieveClient, as_uuid, segment
from . import configuration as _configuration
from .configuration_parts import has_been_written_to
from .options import CONFIGURATION_SHAPE, meant, not_in_a_header, organization_datasets

IDENTITY_OPTIONS: dict[str, t.Any] = dict(
    dataset_id=dict(type="str"),
    tracking_id=dict(type="str"),
    name=dict(type="str"),
)

_UNFINISHED = " (clone without its secrets)"


def unfinished_name(name: str) -> str:
    """The name that a clone has until its secrets and stop tokens have been written.

    The change that writes them also gives it its final name, so the name shows whether they have arrived. Nothing else does: a clone has
    the traces of its source's changes.
    """
    return name + _UNFINISHED


class Dataset:
    """A dataset as the server holds it.

    :param row: the dataset of an item of the organization's list, or an answer to a creation or a change
    :param chunk_count: the number of its chunks
    :param configuration: what the server holds of it, if that is not in the row
    """

    def __init__(
        self, row: t.Mapping[str, t.Any], chunk_count: int | None, configuration: _configuration.Config | None = None
    ) -> None:
        self.row = row
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.tracking_id: str | None = row.get("tracking_id")
        self.chunk_count = chunk_count
        self.configuration: _configuration.Config | None = configuration or row.get("server_configuration")

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.tracking_id or self.name!r} ({self.id})"

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options; with the configuration if that has been read."""
        return {
            "id": self.id,
            "name": self.name,
            "tracking_id": self.tracking_id,
            "organization_id": self.row.get("organization_id"),
            "created_at": self.row.get("created_at"),
            "updated_at": self.row.get("updated_at"),
            "chunk_count": self.chunk_count,
            **({} if self.configuration is None else _configuration.shown(self.configuration)),
        }

    @property
    def is_unfinished_clone(self) -> bool:
        """Whether it was cloned by a task that did not get to writing its secrets and stop tokens."""
        return self.name.endswith(_UNFINISHED)

    @property
    def finished_name(self) -> str:
        """Its name without the mark of an unfinished clone."""
        return self.name[: -len(_UNFINISHED)] if self.is_unfinished_clone else self.name

    def cannot_hold_secrets(self) -> bool:
        """Whether its configuration, which has to be read, shows that no secret has been written since its creation."""
        held = self.configuration or {}
        return self.is_unfinished_clone or not has_been_written_to(held.get("PUBLIC_DATASET"))


def list_datasets(client: TrieveClient) -> list[Dataset]:
    """All datasets of the organization, newest first, without their configuration. Proves the key.

    :raises TaskFailed: the organization is not known
    """
    if not client.organization_id:
        raise TaskFailed(
            "organization_id is missing: datasets are looked up in an organization."
            " Give the option organization_id or set TRIEVE_ORGANIZATION_ID."
        )
    items = organization_datasets(client)
    return [Dataset(item["dataset"], (item.get("dataset_usage") or {}).get("chunk_count")) for item in items]


def read_configuration(client: TrieveClient, dataset: Dataset) -> _configuration.Config:
    """The configuration of a dataset that C(list_datasets) has shown: the server asks nobody whose it is."""
    row = client.get(f"/api/dataset/{segment(dataset.id)}", dict, shape={"server_configuration": CONFIGURATION_SHAPE})
    dataset.configuration = row["server_configuration"]
    return row["server_configuration"]


class Identity(t.NamedTuple):
    """What a task finds its dataset by. The first of id, tracking id and name that is given counts."""

    dataset_id: str | None
    tracking_id: str | None
    name: str | None
    new_tracking_id: str | None

    @property
    def final_tracking_id(self) -> str | None:
        """The tracking id that the dataset is to have; None for none."""
        return (self.tracking_id if self.new_tracking_id is None else self.new_tracking_id) or None


def identity(task: Task) -> Identity | None:
    """What the options say of it; None in check mode where it would come from an earlier task.

    :raises TaskFailed: nothing is given, or something that cannot be used
    """
    params = task.params
    dataset_id, tracking_id, name = (params[option] for option in IDENTITY_OPTIONS)
    renamed = params.get("new_tracking_id")
    if (dataset_id is None and tracking_id is None and name is None) or (
        dataset_id is not None and not dataset_id.strip()
    ):
        what = "is missing" if dataset_id is None else "is empty"
        task.missing_prerequisite(
            f"dataset_id {what}. Give dataset_id, tracking_id or name to say which dataset is meant.",
            f"dataset_id {what}, as it is where an earlier task would have created the dataset: the preview changes nothing.",
        )
        return None
    known = as_uuid(dataset_id) if dataset_id is not None else None
    if dataset_id is not None and not known:
        raise TaskFailed(
            f"dataset_id {dataset_id!r} is no UUID. Give the id as trieve_dataset_info shows it,"
            " or give a tracking id in tracking_id."
        )
    if name is not None and not name.strip():
        raise TaskFailed("name is empty. Give the dataset a name, or leave the option out.")
    _check_tracking_id("tracking_id", tracking_id)
    if renamed != "":
        _check_tracking_id("new_tracking_id", renamed)
    elif not known and tracking_id is not None:
        raise TaskFailed(
            "new_tracking_id is empty, which takes the tracking id away, so that the next run would not find the dataset"
            " by it. Give dataset_id in place of tracking_id."
        )
    return Identity(known, tracking_id, name, renamed)


def _check_tracking_id(option: str, tracking_id: str | None) -> None:
    if tracking_id is None:
        return
    if not tracking_id.strip():
        raise TaskFailed(f"{option} is empty. Give the dataset a tracking id, or leave the option out.")
    reason = not_in_a_header(tracking_id)
    if reason:
        instead = "Give an id in dataset_id" if as_uuid(tracking_id) else "Choose another one, or give dataset_id"
        raise TaskFailed(f"{option} {tracking_id!r} cannot be used to name a dataset: {reason}. {instead}.")


def find(datasets: list[Dataset], wish: Identity) -> Dataset | None:
    """The dataset that is meant, among those of the organization.

    :raises TaskFailed: several fit, the options contradict each other, or the new tracking id is another dataset's
    """
    if wish.dataset_id:
        found = next((dataset for dataset in datasets if dataset.id == wish.dataset_id), None)
        expected = (wish.tracking_id, wish.final_tracking_id)
        if found and wish.tracking_id is not None and found.tracking_id not in expected:
            raise TaskFailed(
                f"dataset_id and tracking_id contradict each other: {found.id} has the tracking id {found.tracking_id!r},"
                f" not {wish.tracking_id!r}. Leave one out, or give new_tracking_id to change the tracking id."
            )
    elif wish.tracking_id is not None:
        found = _tracked(datasets, wish.tracking_id) or _tracked(datasets, wish.final_tracking_id)
    else:
        named = [dataset for dataset in datasets if dataset.name == wish.name]
        named = named or [dataset for dataset in datasets if dataset.name == unfinished_name(wish.name or "")]
        if len(named) > 1:
            listed = ", ".join(f"{dataset.id} (tracking id {dataset.tracking_id or 'none'})" for dataset in named)
            raise TaskFailed(
                f"There are {len(named)} datasets with the name {wish.name!r}: {listed}. Give dataset_id or tracking_id.",
                datasets=[dataset.result() for dataset in named],
            )
        found = named[0] if named else None
    if wish.new_tracking_id:
        holder = _tracked(datasets, wish.new_tracking_id)
        if holder and holder is not found:
            raise TaskFailed(
                f"new_tracking_id {wish.new_tracking_id!r} is taken: dataset {holder.id} with the name {holder.name!r} has it."
            )
    return found


def suggestion(wish: Identity, datasets: list[Dataset]) -> str:
    """What to say of a dataset that is not found: C("Did you mean ...?") with a blank in front, or nothing."""
    if wish.dataset_id:
        return ""
    if wish.tracking_id is not None:
        return meant(wish.tracking_id, [one.row for one in datasets])
    return did_you_mean(wish.name or "", (one.name for one in datasets))


def warn_of_lookalike(task: Task, wish: Identity, datasets: list[Dataset], outcome: str) -> None:
    """Warn if the dataset is not found, but one that looks the same is there: another case or another composition of Unicode.

    :param outcome: what the task makes of it
    """
    option = "name" if wish.tracking_id is None else "tracking_id"
    named = getattr(wish, option)
    if wish.dataset_id or named is None:
        return
    same = twin(named, (getattr(one, option) for one in datasets))
    if same:
        task.warn(
            f"There is no dataset with the {option} {named!r}, {outcome}. There is one with the {option} {same!r}, which differs"
            f" in {difference(named, same)} only. Set {option} to that if you mean it."
        )


def _tracked(datasets: list[Dataset], tracking_id: str | None) -> Dataset | None:
    return next((dataset for dataset in datasets if tracking_id and dataset.tracking_id == tracking_id), None)
