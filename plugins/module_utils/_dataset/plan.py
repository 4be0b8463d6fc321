# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring a dataset to what is declared, or delete it.

Each update also resets values that are not declared (docs/server.md 4.6): the metric, the stop tokens, and the version of the LLM's
API unless it is sent again. What can be sent again is; where that is impossible the update is refused, or warned of.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import DELETIONS, Change
from .._core.task import Task, error_context
from .._core.values import counted, equal
from ..trieve import TrieveClient
from . import configuration
from .api import create_dataset, delete_dataset, list_datasets, update_dataset
from .configuration import STOP_TOKENS, Config
from .configuration_values import changes_page_key, sets_hero, tools_whole
from .model import Dataset, new_dataset, unfinished_name
from .options import DesiredDataset

_PUBLIC = "public_dataset"
_TOOLS = "tool_configuration"


def change_dataset(task: Task, client: TrieveClient, current: Dataset | None, desired: DesiredDataset) -> Change | None:
    """The change that creates or updates a dataset; None if it is as declared.

    :param current: with its configuration read; None if it does not exist
    :raises TaskFailed: the server cannot make the change, or would lose something that cannot be sent again
    """
    return _update(task, client, current, desired) if current else _create(task, client, desired)


def dataset_change(action: str, name: str, perform: t.Callable[[], t.Any], **options: t.Any) -> Change:
    """A change of a dataset, with the arguments of C(Change)."""
    return Change(action, "dataset", name, perform, **options)


def name_write_only(before: dict[str, t.Any], after: dict[str, t.Any], names: t.Sequence[str]) -> None:
    """Note in the diff which options are written whose values cannot be read or must not be shown."""
    if names:
        before["not_shown"], after["not_shown"] = [], [*names]


def _secrets(desired: DesiredDataset, names: t.Iterable[str]) -> dict[str, t.Any]:
    """The values of the options that C(name_write_only) names."""
    page = (desired.configuration.get(_PUBLIC) or {}).get("extra_params") or {}
    return {name: desired.write_only.get(name, page.get("apiKey")) for name in names}


# -- creation ------------------------------------------------------------------------------------------------------


def _create(task: Task, client: TrieveClient, desired: DesiredDataset) -> Change:
    identity, declared = desired.identity, desired.configuration
    later = _not_taken_by_creation(desired)
    metric = configuration.lost_metric(_as_stored(declared))
    if later and metric:
        raise TaskFailed(
            f"{' and '.join(later)} cannot be combined with distance_metric {metric} in a new dataset: Trieve accepts them in an"
            " update after the creation only, and each update loses every metric except cosine."
            + (" Set all texts of tool_configuration to include it in the creation." if _TOOLS in later else "")
        )
    _check_new_size(task, desired)
    names = {"name": identity.final_name, "tracking_id": identity.final_tracking_id}
    config = configuration.to_request({}, {name: value for name, value in declared.items() if name not in later})
    config = configuration.add_write_only(config, desired.stop_tokens, declared)
    body = _without_nothing(
        {"dataset_name": names["name"], "tracking_id": names["tracking_id"], "server_configuration": config}
    )
    after = {**names, **configuration.normalized(declared)}
    if names["tracking_id"] is None:
        del after["tracking_id"]
    name_write_only({}, after, [*desired.write_only, *page_key({}, desired)])
    stored = configuration.after_write({}, configuration.to_request({}, declared))

    def create() -> dict[str, t.Any]:
        with error_context(f"The dataset could not be created. {unsure(later)}".strip()):
            dataset = create_dataset(client, body)
        if later:
            values = {name: value for name, value in declared.items() if name in later}
            dataset = write_what_is_missing(client, change, dataset, desired, later, values)
        warn_of_lost_values(task, dataset, declared)
        return dataset.to_result()

    change = dataset_change(
        "create",
        identity.final_tracking_id or identity.final_name,
        create,
        after=after,
        predicted=new_dataset(
            identity.final_name, identity.final_tracking_id, client.organization_id, stored
        ).to_result(),
        secrets=_secrets(desired, after.get("not_shown", ())),
    )
    return change


def _as_stored(declared: Config) -> Config:
    return {"DISTANCE_METRIC": declared.get("distance_metric")}


def _without_nothing(body: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in body.items() if value}


def _check_new_size(task: Task, desired: DesiredDataset) -> None:
    reason = configuration.invalid_size(desired.configuration, {})
    if reason and "embedding_model_name" in desired.configuration:
        raise TaskFailed(reason)
    if reason:
        task.missing_prerequisite(
            reason, f"{reason} The preview continues as if an earlier task had created the dataset with such a model."
        )


def _not_taken_by_creation(desired: DesiredDataset) -> list[str]:
    """Names of the options that POST drops or replaces as a whole, so that they need a PUT afterwards.

    With a secret, a public page that sets heroPattern waits for the PUT, too: until then its absence shows that the secret is missing.
    """
    tools = desired.configuration.get(_TOOLS)
    later = desired.secrets + ([_TOOLS] if tools and not tools_whole(tools) else [])
    return later + [_PUBLIC] * bool(desired.secrets and sets_hero(desired.configuration.get(_PUBLIC, {})))


def unsure(later: t.Sequence[str]) -> str:
    """What a message says about a creation without a response, which may have succeeded."""
    if not later:
        return ""
    return f"If the dataset was created nevertheless, it lacks {' and '.join(later)}. Run the task again to write what is missing."


def write_what_is_missing(
    client: TrieveClient,
    change: Change,
    dataset: Dataset,
    desired: DesiredDataset,
    later: t.Sequence[str],
    values: t.Mapping[str, t.Any],
    name: str | None = None,
) -> Dataset:
    """Write to a new dataset what its creation did not take.

    :param change: the creation; it is half done until the update has succeeded
    :param later: names of everything that is missing
    :param values: those of the missing options that can be read
    :param name: the final name, if the dataset was created with another one
    :raises TaskFailed: says what was created, and how to finish it
    """
    words = (
        f"Dataset {dataset.label} was created, but {' and '.join(later)} could not be written."
        " Run the task again to write what is missing."
    )
    change.half_done(dataset.to_result(), words)
    config = configuration.to_request(dataset.stored, values)
    config = configuration.add_write_only(config, desired.write_only, desired.configuration)
    body = {"dataset_id": dataset.id, "server_configuration": _with_api_version(config, dataset.stored)}
    if name is not None:
        body["dataset_name"] = name
    with error_context(words, changed=True, dataset=dataset.to_result()):
        return update_dataset(client, body, 0)


def _with_api_version(config: Config, stored: Config) -> Config:
    """The request's configuration with the version of the LLM's API, which an update removes unless it is sent again."""
    return {"LLM_API_VERSION": stored.get("LLM_API_VERSION"), **config}


def warn_of_lost_values(task: Task, dataset: Dataset, declared: Config) -> None:
    """Warn if the server's response has other values than were sent."""
    lost = configuration.differing(dataset.stored, declared)
    if lost:
        task.warn(
            f"Trieve returns other values than declared for {', '.join(lost)}, so the next run will change them again."
            " A key inside extra_params may be misspelled or of the wrong type."
        )


# -- update --------------------------------------------------------------------------------------------------------


def _update(task: Task, client: TrieveClient, current: Dataset, desired: DesiredDataset) -> Change | None:
    stored = current.stored
    declared = _checked_configuration(current, stored, desired)
    before, after = _compared(current, stored, desired, declared)
    differing = [name for name in after if before[name] != after[name]]
    hidden = page_key(stored, desired) + _write_only_due(current, desired)
    if hidden or differing:
        hidden += [name for name in desired.stop_tokens if name not in hidden]
        _check_losses(task, current, stored, differing + hidden)
    name_write_only(before, after, hidden)
    if equal(before, after):
        return None
    body, predicted = _request(current, stored, desired, declared, after, differing, hidden)

    def update() -> dict[str, t.Any]:
        dataset = update_dataset(client, body, current.chunk_count)
        warn_of_lost_values(task, dataset, desired.configuration)
        return dataset.to_result()

    return dataset_change(
        "update",
        current.tracking_id or current.name,
        update,
        id=current.id,
        before=before,
        after=after,
        predicted=predicted.to_result(),
        secrets=_secrets(desired, hidden),
    )


def _checked_configuration(current: Dataset, stored: Config, desired: DesiredDataset) -> Config:
    """The declared configuration, with the size that goes with a new model.

    :raises TaskFailed: an option cannot be changed as declared
    """
    declared = desired.configuration
    fixed = configuration.fixed_option(stored, declared, current.chunk_count)
    if fixed:
        name, reason = fixed
        clear = "" if name == "distance_metric" else ", or clear this one first with state: cleared"
        raise TaskFailed(f"{name} of dataset {current.label} {reason} Create another dataset{clear}.")
    configuration.check_size(declared, stored)
    return {**declared, **configuration.derived_size(declared, stored)}


def _compared(
    current: Dataset, stored: Config, desired: DesiredDataset, declared: Config
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """The managed values as they are, and as declared: names first."""
    before, after = configuration.actual(stored, declared), configuration.normalized(declared)
    if desired.identity.new_tracking_id is not None:
        before = {"tracking_id": current.tracking_id or None, **before}
        after = {"tracking_id": desired.identity.final_tracking_id, **after}
    name = _final_name(current, desired)
    if name is not None:
        before, after = {"name": current.name, **before}, {"name": name, **after}
    return before, after


def _request(
    current: Dataset,
    stored: Config,
    desired: DesiredDataset,
    declared: Config,
    after: t.Mapping[str, t.Any],
    differing: t.Sequence[str],
    hidden: t.Sequence[str],
) -> tuple[dict[str, t.Any], Dataset]:
    """The body of the update, and the dataset after it."""
    writes_page = page_key(stored, desired)
    config = configuration.to_request(
        stored,
        {name: declared[name] for name in declared if name in differing or (writes_page and name == _PUBLIC)},
    )
    row = {**current.row, "server_configuration": configuration.after_write(stored, config)}
    due = {name: value for name, value in desired.write_only.items() if name in hidden}
    config = configuration.add_write_only(config, due, desired.configuration)
    body: dict[str, t.Any] = {"dataset_id": current.id}
    if "name" in differing:
        body["dataset_name"] = row["name"] = after["name"]
    if "tracking_id" in differing:
        row["tracking_id"] = after["tracking_id"]
        body["new_tracking_id"] = after["tracking_id"] or ""
    if config:
        body["server_configuration"] = _with_api_version(config, stored)
    return body, Dataset(row, current.chunk_count)


def _check_losses(task: Task, current: Dataset, stored: Config, changing: t.Sequence[str]) -> None:
    """Refuse an update that would lose the metric; warn if it loses the stop tokens."""
    metric = configuration.lost_metric(stored)
    if metric:
        raise TaskFailed(
            f"Dataset {current.label} cannot be updated: its distance_metric is {metric}, which each update loses in Trieve,"
            f" so that its vectors cannot be found any more. The task would update {', '.join(changing)}."
        )
    if STOP_TOKENS not in changing:
        task.warn(
            f"The update of dataset {current.label} removes its stop tokens, if it has any: each update loses them in Trieve,"
            " and they cannot be read. Set stop_tokens to write them again."
        )


def _write_only_due(current: Dataset, desired: DesiredDataset) -> list[str]:
    """Names of the write-only options to write: all of them on demand, otherwise those that the dataset certainly lacks.

    It lacks its secrets if the run that created it was interrupted, or if another client created it without secrets.
    """
    if desired.always_write or current.is_unfinished_clone:
        return list(desired.write_only)
    return desired.secrets if current.cannot_have_secrets() else []


def _final_name(current: Dataset, desired: DesiredDataset) -> str | None:
    """The declared name of the dataset; None if it is not managed.

    A task that neither clones nor writes secrets leaves the mark of an unfinished clone for the task that does.
    """
    name = desired.identity.name
    if not current.is_unfinished_clone:
        return name
    if desired.write_only or desired.clone_from is not None:
        return name or current.finished_name
    return None if name is None else unfinished_name(name)


def page_key(stored: Config, desired: DesiredDataset) -> list[str]:
    """The name of the key inside the public page's parameters if it differs, otherwise nothing."""
    public = desired.configuration.get(_PUBLIC) or {}
    return [f"{_PUBLIC}.extra_params.apiKey"] if changes_page_key(stored.get("PUBLIC_DATASET"), public) else []


# -- deletion ------------------------------------------------------------------------------------------------------


def remove_dataset(client: TrieveClient, current: Dataset) -> Change:
    """The change that deletes a dataset of the organization's list, and reads the list again to check that it is gone."""
    result = current.to_result()

    def remove() -> dict[str, t.Any]:
        with error_context(f"Dataset {current.label} could not be deleted."):
            delete_dataset(client, current)
        change.half_done(result)
        with error_context(
            f"Dataset {current.label} was deleted, but the list could not be read afterwards.", changed=True
        ):
            remaining = list_datasets(client)
        if any(other.id == current.id for other in remaining):
            raise TaskFailed(
                f"Trieve reported that dataset {current.label} was deleted, but its list still shows it. Run the task again.",
                changed=True,
            )
        return result

    change = dataset_change(
        "delete",
        current.tracking_id or current.name,
        remove,
        id=current.id,
        before={name: result[name] for name in ("id", "name", "tracking_id", "chunk_count")},
        predicted=result,
        effect=f"with {chunks(current.chunk_count)}",
        phase=DELETIONS,
        volatile=("chunk_count",),
    )
    return change


def check_protection(current: Dataset, deletion_protection: bool, force: bool, done: str) -> None:
    """Refuse to remove what is locked in Trieve, or protected by the task.

    :param current: with its configuration read
    :param done: what would be done to the dataset: C(deleted) or C(cleared)
    """
    if current.stored.get("LOCKED"):
        raise TaskFailed(
            f"Dataset {current.label} is locked and cannot be {done}. Run community.trieve.trieve_dataset with locked: false first."
        )
    # An unknown count protects, too.
    if deletion_protection and not force and current.chunk_count != 0:
        raise TaskFailed(
            f"Dataset {current.label} has {chunks(current.chunk_count)} and is not {done}, because deletion_protection is true."
            " If this is intended, set force: true."
        )


def chunks(count: int | None) -> str:
    """A number of chunks in words."""
    return "an unknown number of chunks" if count is None else counted(count, "chunk")
