# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset that is made from another one of the same organization.

A clone has the source's configuration as it can be read, so without secrets and stop tokens (docs/server.md 4.2). What the
task gives beside it takes a change after the clone, with all that a change loses.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task, error_context
from ..trieve import TrieveClient, as_uuid
from . import configuration
from .model import Dataset, read_configuration, unfinished_name
from .options import meant
from .write import (
    SHAPE,
    Plan,
    Wish,
    complete,
    page_key,
    refusal,
    unsure,
    warn_of_what_was_not_kept,
    with_unseen,
)

CLONE_OPTIONS: dict[str, t.Any] = dict(
    clone_from=dict(type="str"),
    clone_chunks=dict(type="bool", default=True),
)


class ClonePlan(Plan):
    """As C(Plan), and:

    :param later: what is written in a change after the clone
    :param given: those of the options in it that can be read
    :param name: the final name, if the clone bears another one until then
    """

    def __init__(self, *plan: t.Any, later: list[str], given: configuration.Config, name: str | None) -> None:
        super().__init__(*plan)
        self.later = later
        self.given = given
        self.name = name


def source_of(task: Task, client: TrieveClient, datasets: list[Dataset]) -> Dataset | None:
    """The dataset that is to be cloned, with its configuration; None in check mode where an earlier task would create it.

    Looked up in the organization's list: the server clones any tenant's dataset.

    :raises TaskFailed: there is none
    """
    named: str = task.params["clone_from"]
    if not named.strip():
        task.missing_prerequisite(
            "clone_from is empty. Give the id or the tracking id of the dataset that is to be cloned.",
            "clone_from is empty, as it is where an earlier task would have created that dataset:"
            " the preview shows the options of this task only.",
        )
        return None
    known = as_uuid(named)
    found = next((one for one in datasets if (one.id == known if known else one.tracking_id == named)), None)
    if found:
        read_configuration(client, found)
        return found
    unknown = f"clone_from: there is no dataset {named!r} in organization {client.organization_id}"
    hint = meant(named, [one.row for one in datasets])
    failure = (
        f"{unknown}.{hint} Give the id or the tracking id of a dataset of this organization; no other can be cloned."
    )
    if known:  # ids are given by the server, so no earlier task can create it
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure,
        f"{unknown} yet.{hint} The preview goes on as if an earlier task had created it, and shows the options of this task only.",
    )
    return None


def plan_clone(task: Task, wish: Wish, source: Dataset | None, organization_id: str) -> ClonePlan:
    """A dataset that is not there yet.

    :param source: with its configuration; None where it is not there yet, either
    :raises TaskFailed: what is asked for takes a change after the clone that is impossible, or would lose the metric
    """
    held: configuration.Config = {}
    given = dict(wish.given)
    later: list[str] = []
    differing = given
    if source:
        held = source.configuration or {}
        _check_differences(source, held, given, source.chunk_count if task.params["clone_chunks"] else 0)
        configuration.check_size(given, held)
        given.update(configuration.derived_size(given, held))
        before, after = configuration.view(held, given), configuration.wanted(given)
        later = [name for name in after if before[name] != after[name]]
        later += wish.secrets + [name for name, value in wish.stop_tokens().items() if value] + page_key(held, wish)
        _check_losses(source, held, later)
        differing = {name: given[name] for name in given if any(_is_of(one, name) for one in later)}
    tracking_id = wish.identity.final_tracking_id
    name = wish.identity.name or tracking_id or ""
    names = {"name": name, **({"tracking_id": tracking_id} if tracking_id else {})}
    asked = {option: task.params[option] for option in CLONE_OPTIONS}
    diff: dict[str, t.Any] = {**names, **asked, **configuration.wanted(given)}
    with_unseen({}, diff, [*wish.unseen, *page_key(held, wish)])
    row = {
        "id": None,
        "name": name,
        "tracking_id": tracking_id,
        "organization_id": organization_id,
        "server_configuration": configuration.then(held, configuration.sent(held, differing)),
    }
    marked = any(one in wish.unseen for one in later)
    body = {
        "dataset_to_clone": source.id if source else None,
        "dataset_name": unfinished_name(name) if marked else name,
        "tracking_id": tracking_id,
    }
    body = {key: value for key, value in body.items() if value}
    body["clone_chunks"] = asked["clone_chunks"]
    return ClonePlan({}, diff, body, Dataset(row, 0), later=later, given=differing, name=name if marked else None)


def _is_of(later: str, option: str) -> bool:
    """Whether this is the option, or the key of the page inside it."""
    return later == option or later.startswith(f"{option}.extra_params.")


def _check_differences(
    source: Dataset, held: configuration.Config, given: configuration.Config, chunk_count: int | None
) -> None:
    refused = refusal(held, given, chunk_count)
    if refused:
        name, reason = refused
        without = "Without clone_from" if name == "distance_metric" else "With clone_chunks: false"
        raise TaskFailed(
            f"{name} of a clone is that of its source. In dataset {source.label} it {reason} {without}, it can be another."
        )


def _check_losses(source: Dataset, held: configuration.Config, later: list[str]) -> None:
    metric = configuration.shown(held)["distance_metric"]
    if later and metric != configuration.METRICS[0]:
        raise TaskFailed(
            f"{' and '.join(later)} cannot be given to a clone of dataset {source.label}, whose distance_metric is {metric}:"
            " Trieve takes them in a change after the clone only, and loses every metric but cosine in each change."
        )


def clone(task: Task, client: TrieveClient, wish: Wish, source: Dataset, plan: ClonePlan) -> Dataset:
    """Clone the dataset, and then write what the task gives beside that.

    :raises TaskFailed: says what was created, and how to finish it, if the second request fails
    """
    with error_context(f"Dataset {source.label} could not be cloned. {unsure(plan.later)}".strip()):
        row = client.post("/api/dataset/clone", dict, plan.body, shape=SHAPE)
    dataset = Dataset(row, 0)
    if plan.later:
        dataset = complete(task, client, dataset, wish, plan.later, plan.given, plan.name)
    warn_of_what_was_not_kept(task, dataset, wish.given)
    return dataset
