# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding a dataset among those of its organization, and what a message says if it is not found."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean, folded, lookalike_warnings, twin
from ..trieve import as_uuid
from .model import Dataset, unfinished_name

if t.TYPE_CHECKING:
    from .._core.task import Task
    from .options import Identity


def find_dataset(datasets: t.Sequence[Dataset], identity: Identity) -> Dataset | None:
    """The dataset that the options name, among those of the organization; None if it does not exist.

    :raises TaskFailed: several datasets match, the options contradict each other, or another dataset has the new tracking ID
    """
    if identity.dataset_id:
        found = _find_by_id(datasets, identity)
    elif identity.tracking_id is not None:
        found = _tracked(datasets, identity.tracking_id) or _tracked(datasets, identity.final_tracking_id)
    else:
        found = _find_by_name(datasets, identity.name or "")
    if identity.new_tracking_id:
        holder = _tracked(datasets, identity.new_tracking_id)
        if holder and holder is not found:
            raise TaskFailed(
                f"new_tracking_id {identity.new_tracking_id!r} is already used by dataset {holder.id}, whose name is {holder.name!r}."
                " Choose another one."
            )
    return found


def _find_by_id(datasets: t.Sequence[Dataset], identity: Identity) -> Dataset | None:
    found = next((dataset for dataset in datasets if dataset.id == identity.dataset_id), None)
    expected = (identity.tracking_id, identity.final_tracking_id)
    if found and identity.tracking_id is not None and found.tracking_id not in expected:
        raise TaskFailed(
            f"dataset_id and tracking_id contradict each other: dataset {found.id} has the tracking ID {found.tracking_id!r},"
            f" not {identity.tracking_id!r}. Remove one of them, or set new_tracking_id to change the tracking ID."
        )
    return found


def _find_by_name(datasets: t.Sequence[Dataset], name: str) -> Dataset | None:
    named = [dataset for dataset in datasets if dataset.name == name]
    named = named or [dataset for dataset in datasets if dataset.name == unfinished_name(name)]
    if len(named) > 1:
        listed = ", ".join(f"{dataset.id} (tracking ID {dataset.tracking_id or 'none'})" for dataset in named)
        raise TaskFailed(
            f"{len(named)} datasets have the name {name!r}: {listed}. Set dataset_id or tracking_id.",
            datasets=[dataset.to_result() for dataset in named],
        )
    return named[0] if named else None


def find_by_reference(datasets: t.Sequence[Dataset], reference: str) -> Dataset | None:
    """The dataset with this ID, in any spelling of a UUID, or with this tracking ID."""
    known = as_uuid(reference)
    return next(
        (one for one in datasets if (one.id == known if known else one.tracking_id == reference)),
        None,
    )


def _tracked(datasets: t.Sequence[Dataset], tracking_id: str | None) -> Dataset | None:
    return next((dataset for dataset in datasets if tracking_id and dataset.tracking_id == tracking_id), None)


# -- hints ---------------------------------------------------------------------------------------------------------


def lookalike_hint(reference: str, datasets: t.Sequence[Dataset]) -> str:
    """A sentence about a dataset whose name was used instead of its tracking ID, or whose tracking ID looks the same; or nothing.

    :param reference: neither an ID nor a tracking ID of any dataset
    """
    same = twin(reference, (one.tracking_id for one in datasets))
    if same:
        return f" Did you mean {same!r}?"
    named = [one for one in datasets if folded(one.name) == folded(reference)]
    if len(named) > 1:
        return f" {len(named)} datasets have that name: {', '.join(map(_reference, named))}."
    return f" One with that name has the {_reference(named[0])}." if named else ""


def hint(reference: str, datasets: t.Sequence[Dataset]) -> str:
    """C(lookalike_hint), or else the most similar tracking ID; nothing if there is none."""
    return lookalike_hint(reference, datasets) or did_you_mean(reference, (one.tracking_id for one in datasets))


def _reference(dataset: Dataset) -> str:
    return f"tracking ID {dataset.tracking_id!r}" if dataset.tracking_id else f"ID {dataset.id}"


def identity_hint(identity: Identity, datasets: t.Sequence[Dataset]) -> str:
    """What a message says about similar datasets if none has this identity: C("Did you mean ...?") after a blank, or nothing."""
    if identity.dataset_id:
        return ""
    if identity.tracking_id is not None:
        return hint(identity.tracking_id, datasets)
    return did_you_mean(identity.name or "", (one.name for one in datasets))


def warn_of_lookalike(task: Task, identity: Identity, datasets: t.Sequence[Dataset], outcome: str) -> None:
    """Warn if the dataset does not exist, but one that looks the same does: it differs in case or Unicode composition.

    :param outcome: what the task does about it
    """
    option = "name" if identity.tracking_id is None else "tracking_id"
    named = getattr(identity, option)
    if identity.dataset_id or named is None:
        return
    names = (getattr(one, option) for one in datasets)
    for warning in lookalike_warnings("dataset", option, [named], names, outcome):
        task.warn(warning)


def warn_of_namesakes(task: Task, identity: Identity, datasets: t.Sequence[Dataset]) -> None:
    """Warn if a dataset is created by tracking ID although one with its name and without a tracking ID exists."""
    for other in datasets:
        if identity.tracking_id and other.name == identity.name and not other.tracking_id:
            task.warn(
                f"A dataset with the name {other.name!r} and without a tracking ID already exists: {other.id}. If you mean that one,"
                f" set dataset_id: {other.id} and new_tracking_id: {identity.final_tracking_id} to give it the tracking ID."
            )
