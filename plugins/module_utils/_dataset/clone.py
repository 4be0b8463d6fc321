# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a dataset as a clone of another one of the same organization.

A clone has the source's configuration as it can be read, so without secrets and stop tokens (docs/server.md 4.2). Whatever the
task declares beyond that takes an update after the cloning, with all that an update loses.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import Task, error_context
from ..trieve import TrieveClient, as_uuid
from . import configuration
from .api import clone_dataset, read_configuration
from .configuration import Config
from .lookup import find_by_reference, hint
from .model import Dataset, new_dataset, unfinished_name
from .options import DesiredDataset
from .plan import (
    dataset_change,
    name_write_only,
    page_key,
    unsure,
    warn_of_lost_values,
    write_what_is_missing,
)


def find_source(task: Task, client: TrieveClient, datasets: t.Sequence[Dataset], reference: str) -> Dataset | None:
    """The dataset to clone, with its configuration read; None in check mode if an earlier task would create it.

    It must be one of the organization's list, since the server clones the dataset of any organization.

    :raises TaskFailed: it does not exist
    """
    if not reference.strip():
        task.missing_prerequisite(
            "clone_from is empty. Set it to the ID or tracking ID of the dataset to clone.",
            "clone_from is empty, because an earlier task would create that dataset. The preview shows the options of this task only.",
        )
        return None
    found = find_by_reference(datasets, reference)
    if found:
        read_configuration(client, found)
        return found
    unknown = f"clone_from: dataset {reference!r} not found in organization {client.organization_id}"
    similar = hint(reference, datasets)
    failure = (
        f"{unknown}.{similar} Set clone_from to the ID or tracking ID of a dataset of this organization."
        " A dataset of another organization cannot be cloned."
    )
    if as_uuid(reference):  # the server chooses IDs, so no earlier task can create it
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure,
        f"{unknown} yet.{similar} The preview continues as if an earlier task had created it, and shows the options of this task only.",
    )
    return None


def copy_dataset(task: Task, client: TrieveClient, source: Dataset | None, desired: DesiredDataset) -> Change:
    """The change that creates a dataset as a clone.

    :param source: with its configuration read; None if it does not exist yet
    :raises TaskFailed: what is declared beyond the source takes an update that is impossible, or would lose the metric
    """
    identity = desired.identity
    declared, later = _beyond_source(source, desired) if source else (desired.configuration, [])
    stored = source.stored if source else {}
    values = declared
    if source:
        values = {name: declared[name] for name in declared if any(_belongs_to(one, name) for one in later)}
    final_name, tracking_id = identity.final_name, identity.final_tracking_id
    after: dict[str, t.Any] = {
        "name": final_name,
        **({"tracking_id": tracking_id} if tracking_id else {}),
        "clone_from": desired.clone_from,
        "clone_chunks": desired.clone_chunks,
        **configuration.normalized(declared),
    }
    name_write_only({}, after, [*desired.write_only, *page_key(stored, desired)])
    marked = any(name in desired.write_only for name in later)
    body = {
        "dataset_to_clone": source.id if source else None,
        "dataset_name": unfinished_name(final_name) if marked else final_name,
        "tracking_id": tracking_id,
    }
    body = {key: value for key, value in body.items() if value}

    def clone() -> dict[str, t.Any]:
        label = source.label if source else ""
        with error_context(f"Dataset {label} could not be cloned. {unsure(later)}".strip()):
            dataset = clone_dataset(client, {**body, "clone_chunks": desired.clone_chunks})
        if later:
            dataset = write_what_is_missing(
                client, change, dataset, desired, later, values, final_name if marked else None
            )
        warn_of_lost_values(task, dataset, desired.configuration)
        return dataset.to_result()

    expected = configuration.after_write(stored, configuration.to_request(stored, values))
    change = dataset_change(
        "clone",
        tracking_id or final_name,
        clone,
        after=after,
        predicted=new_dataset(final_name, tracking_id, client.organization_id, expected).to_result(),
        effect=f"from dataset {source.label if source else desired.clone_from}",
    )
    return change


def _beyond_source(source: Dataset, desired: DesiredDataset) -> tuple[Config, list[str]]:
    """The declared configuration with the size that goes with a new model, and the names of what a clone lacks.

    :raises TaskFailed: a clone cannot have it
    """
    declared, stored = desired.configuration, source.stored
    fixed = configuration.fixed_option(stored, declared, source.chunk_count if desired.clone_chunks else 0)
    if fixed:
        name, reason = fixed
        remedy = "remove clone_from" if name == "distance_metric" else "set clone_chunks: false"
        raise TaskFailed(
            f"A clone has the {name} of its source. In dataset {source.label} it {reason} To use another value, {remedy}."
        )
    configuration.check_size(declared, stored)
    declared = {**declared, **configuration.derived_size(declared, stored)}
    later = configuration.differing(stored, declared) + desired.secrets
    later += [name for name, value in desired.stop_tokens.items() if value] + page_key(stored, desired)
    metric = configuration.lost_metric(stored)
    if later and metric:
        raise TaskFailed(
            f"{' and '.join(later)} cannot be set for a clone of dataset {source.label}, whose distance_metric is {metric}:"
            " Trieve accepts them in an update after the cloning only, and each update loses every metric except cosine."
        )
    return declared, later


def _belongs_to(later: str, option: str) -> bool:
    """Whether this is the option, or the key of the page inside it."""
    return later == option or later.startswith(f"{option}.extra_params.")
