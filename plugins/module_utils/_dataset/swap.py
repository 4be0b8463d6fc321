# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving the tracking ID of one dataset to another one.

A tracking ID is unique in its organization, so this takes two updates: the first takes it from the dataset that has it, the second
gives it to the other one. Between them, no dataset has it. The tracking IDs alone tell how far an earlier run has come.
"""

from __future__ import annotations

import typing as t

from .._api_key.api import list_api_keys
from .._api_key.model import ApiKey
from .._core.failure import TaskFailed
from .._core.lifeline import for_cleanup
from .._core.plan import Change, Plan, Result
from .._core.task import Task, error_context
from .._core.values import counted
from .._organization.rights import check_owner
from ..trieve import Stopped, TrieveClient, TrieveError, as_uuid
from .api import list_datasets, read_configuration, update_dataset
from .configuration import CONFIGURATION, STOP_TOKENS
from .lookup import find_by_reference, hint
from .model import Dataset
from .options import DesiredDataset, Identity, check_tracking_id
from .plan import change_dataset, chunks, dataset_change

NOT_STARTED, INTERRUPTED, FINISHED = "not_started", "interrupted", "finished"

SWAP_OPTIONS: dict[str, t.Any] = dict(
    tracking_id=dict(type="str", required=True),
    replacement=dict(type="str", required=True),
    replacement_name=dict(type="str"),
    previous_tracking_id=dict(type="str", required=True),
    min_chunks=dict(type="int", default=1),
    # Ansible takes an option with "token" or "key" in its name for a secret unless no_log is set.
    stop_tokens=dict(type="list", elements="str", no_log=False),
    scoped_keys=dict(type="str", choices=["warn", "fail", "ignore"], default="warn", no_log=False),
)

_SHOWN = ("id", "name", "tracking_id", "organization_id", "created_at", "updated_at", "chunk_count")


class _Datasets(t.NamedTuple):
    """The datasets that the options name; None for those that do not exist."""

    current: Dataset | None
    """The one with the tracking ID."""
    replacement: Dataset | None
    """The one that is to get it, as long as it does not have it."""
    previous: Dataset | None
    """The one with the tracking ID that the former one gets."""


def plan_swap(task: Task, client: TrieveClient) -> Plan:
    """The plan that gives the tracking ID to the replacement.

    :raises TaskFailed: it must not get it, or the datasets are not as a swap or an interrupted swap leaves them
    """
    _check_options(task.params)
    datasets = list_datasets(client)
    found = _find(task.params, datasets)
    stage = _stage(task, client, datasets, found)
    if stage == FINISHED:
        return Plan([], lambda: _result(FINISHED, found.current, found.previous), unchanged=1)
    return _Swap(task, client, stage, found).plan()


def _check_options(params: t.Mapping[str, t.Any]) -> None:
    tracking_id, replacement, previous = (
        params[name] for name in ("tracking_id", "replacement", "previous_tracking_id")
    )
    check_tracking_id("tracking_id", tracking_id)
    check_tracking_id("previous_tracking_id", previous)
    if replacement.strip() and not as_uuid(replacement):
        check_tracking_id("replacement", replacement)
    if params["replacement_name"] is not None and not params["replacement_name"].strip():
        raise TaskFailed("replacement_name is empty. Set it to the name of the replacement, or remove it.")
    if params["min_chunks"] < 0:
        raise TaskFailed(f"min_chunks is {params['min_chunks']}. It must be 0 or more.")
    for name, value in (("replacement", replacement), ("previous_tracking_id", previous)):
        if value == tracking_id:
            raise TaskFailed(f"{name} is the same as tracking_id, {value!r}. Set it to another value.")
    if replacement == previous:
        raise TaskFailed(
            f"replacement and previous_tracking_id are both {previous!r}. Set previous_tracking_id to a tracking ID that no dataset has."
        )


# -- what is there -------------------------------------------------------------------------------------------------


def _find(params: t.Mapping[str, t.Any], datasets: t.Sequence[Dataset]) -> _Datasets:
    by_tracking_id = {one.tracking_id: one for one in datasets if one.tracking_id}
    current = by_tracking_id.get(params["tracking_id"])
    replacement = find_by_reference(datasets, params["replacement"])
    if replacement is current:
        replacement = None
    return _Datasets(current, replacement, by_tracking_id.get(params["previous_tracking_id"]))


def _stage(task: Task, client: TrieveClient, datasets: t.Sequence[Dataset], found: _Datasets) -> str:
    """How far the swap is.

    :raises TaskFailed: it can neither be begun nor finished
    """
    params = task.params
    tracking_id, previous_id = params["tracking_id"], params["previous_tracking_id"]
    current, replacement, previous = found
    if current and replacement and previous:
        raise TaskFailed(
            f"previous_tracking_id {previous_id!r} is already used by dataset {previous.id}, whose name is {previous.name!r}."
            f" Nothing was changed, and dataset {current.label} still has the tracking ID {tracking_id!r}."
            " Choose another previous_tracking_id for each swap, or delete that dataset first."
        )
    if current and replacement:
        return NOT_STARTED
    if current and _is_replacement(params, current, previous):
        return FINISHED
    if current:
        return _without_replacement(task, client, datasets)
    if replacement and previous and previous is not replacement:
        return INTERRUPTED
    unknown = f"No dataset of organization {client.organization_id} has the tracking ID {tracking_id!r}"
    similar = hint(tracking_id, [one for one in datasets if one not in (replacement, previous)])
    advice = " There is nothing to swap. Check tracking_id, or create the dataset first."
    rest = replacement or previous
    if rest:
        advice = (
            f" There is nothing to swap. To give it to dataset {rest.label}, run community.trieve.trieve_dataset with"
            f" dataset_id: {rest.id} and new_tracking_id: {tracking_id}."
        )
    if previous:
        raise TaskFailed(f"{unknown}.{similar}{advice}")
    task.missing_prerequisite(
        f"{unknown}.{similar}{advice}",
        f"{unknown} yet.{similar} It must be created before the swap.",  # also read in real runs of rollout.yml
    )
    return NOT_STARTED if replacement else _without_replacement(task, client, datasets)


def _is_replacement(params: t.Mapping[str, t.Any], current: Dataset, previous: Dataset | None) -> bool:
    """Whether the dataset that has the tracking ID got it from this swap."""
    if previous or current.id == as_uuid(params["replacement"]):
        return True
    return params["replacement_name"] is not None and current.finished_name == params["replacement_name"]


def _without_replacement(task: Task, client: TrieveClient, datasets: t.Sequence[Dataset]) -> str:
    """The stage if the replacement does not exist: an earlier task may create it.

    :raises TaskFailed: no earlier task can, or this is a run
    """
    named, tracking_id = task.params["replacement"], task.params["tracking_id"]
    unknown = f"replacement: dataset {named!r} not found in organization {client.organization_id}"
    similar = hint(named, [one for one in datasets if one.tracking_id != tracking_id])
    failure = (
        f"{unknown}.{similar} Nothing was changed. Set replacement to the ID or tracking ID of a dataset of this organization, or"
        " create it first. In the playbook rollback, check trieve_rollout_version, and whether the old dataset was deleted."
    )
    if as_uuid(named):  # the server chooses IDs, so no earlier task can create it
        raise TaskFailed(failure)
    # Also read in real runs: rollout.yml asks before it creates the dataset.
    task.missing_prerequisite(failure, f"{unknown} yet.{similar} It must be created and filled before the swap.")
    return NOT_STARTED


# -- keys ----------------------------------------------------------------------------------------------------------


def _scoped_keys(keys: t.Iterable[ApiKey], former: Dataset, replacement: Dataset | None) -> list[Result]:
    """The keys that are limited to one of the two datasets, and what the swap means to them."""
    found = []
    for key in keys:
        has_former = former.id in key["dataset_ids"]
        has_replacement = replacement is not None and replacement.id in key["dataset_ids"]
        if has_former != has_replacement:
            effect = "loses_access" if has_former else "gains_access"
            found.append({**{name: key[name] for name in ("id", "name", "role", "dataset_ids")}, "effect": effect})
    return found


def _are_limited(keys: t.Sequence[Result]) -> str:
    return f"{counted(len(keys), 'API key')} {'is' if len(keys) == 1 else 'are'} limited"


def _key_words(keys: t.Sequence[Result]) -> str:
    return ", ".join(f"{key['name']!r} ({key['id']})" for key in keys)


# -- the swap ------------------------------------------------------------------------------------------------------


class _Swap:
    """A swap that has to be begun or finished.

    :raises TaskFailed: the replacement must not get the tracking ID, or an update would lose something
    """

    def __init__(self, task: Task, client: TrieveClient, stage: str, found: _Datasets) -> None:
        self._task = task
        self._client = client
        self._stage = stage
        self._tracking_id: str = task.params["tracking_id"]
        self._replacement = found.replacement
        self._former = found.current or found.previous
        self._began: float | None = None
        self._gap: float | None = None
        self._restored = False
        if self._replacement:
            self._check_replacement(self._replacement)
        self._keys = self._checked_keys()
        self._first = self._release() if stage == NOT_STARTED else None
        self._second = self._take_over()

    def plan(self) -> Plan:
        """The changes that are left, in their order."""
        return Plan(
            [change for change in (self._first, self._second) if change],
            self._outcome,
            one=True,
            permitted=lambda: check_owner(self._client),
        )

    def _outcome(self) -> Result:
        former: t.Any = self._former.to_result() if self._former else None
        serving: t.Any = former if self._stage == NOT_STARTED else None
        if self._first and self._first.state == "done" and not self._restored:
            former, serving = self._first.value, None
        if self._second.state == "done":
            serving = self._second.value
        elif serving is former:
            former = None
        return {
            **_result(self._stage, serving, former),
            "scoped_keys": self._keys,
            "gap": self._gap,
        }

    # -- what is refused

    def _still(self) -> str:
        """Who has the tracking ID as long as nothing was changed."""
        if self._stage == INTERRUPTED:
            return f"Nothing was changed. An earlier run was interrupted, so no dataset has the tracking ID {self._tracking_id!r} now."
        if not self._former:  # a preview; an earlier task would create it
            return "Nothing was changed."
        return f"Nothing was changed, and dataset {self._former.label} still has the tracking ID {self._tracking_id!r}."

    def _check_replacement(self, replacement: Dataset) -> None:
        name, least = self._task.params["replacement_name"], self._task.params["min_chunks"]
        if replacement.is_unfinished_clone:
            raise TaskFailed(
                f"replacement: dataset {replacement.label} was cloned by a task that ended before it wrote the secrets and stop tokens."
                f" {self._still()} Run that task again first."
            )
        if name is not None and replacement.name != name:
            raise TaskFailed(
                f"replacement: dataset {replacement.label} has the name {replacement.name!r}, but replacement_name is {name!r}."
                f" {self._still()} That dataset may belong to something else: choose another replacement (in the playbook rollout, another"
                " trieve_rollout_version), or set replacement_name (trieve_rollout_name) to its name."
            )
        if replacement.chunk_count is None or replacement.chunk_count < least:
            found = f"replacement: dataset {replacement.label} has {chunks(replacement.chunk_count)}, but min_chunks is {least}."
            self._task.missing_prerequisite(
                f"{found} {self._still()} Fill the dataset first, or lower min_chunks (in the playbooks, trieve_rollout_min_chunks or"
                " trieve_rollback_min_chunks).",
                f"{found} The preview continues as if an earlier task had filled it.",
            )

    def _checked_keys(self) -> list[Result]:
        """The keys that the swap affects, which are warned of.

        :raises TaskFailed: one of them loses access, and the user wants to know that before
        """
        mode, former = self._task.params["scoped_keys"], self._former
        if mode == "ignore" or not former:
            return []
        with error_context(
            "The API keys that are limited to datasets could not be read. To swap anyway, set scoped_keys: ignore."
        ):
            keys = list_api_keys(self._task, self._client, must_exist=True)
        affected = _scoped_keys(keys, former, self._replacement)
        losing = [key for key in affected if key["effect"] == "loses_access"]
        gaining = [key for key in affected if key["effect"] == "gains_access"]
        new = self._replacement.label if self._replacement else self._task.params["replacement"]
        if losing:
            words = (
                f"{_are_limited(losing)} to dataset {former.label} and not to {new}, so Trieve refuses"
                f" {'it' if len(losing) == 1 else 'them'} for {self._tracking_id!r} after the swap: {_key_words(losing)}."
            )
            remedy = "Run community.trieve.trieve_api_key with both datasets in dataset_ids first."
            if mode == "fail":
                raise TaskFailed(f"{words} {self._still()} {remedy}", scoped_keys=affected)
            self._task.warn(f"{words} {remedy}")
        if gaining:
            self._task.warn(
                f"{_are_limited(gaining)} to dataset {new}, and can use {self._tracking_id!r} after the swap: {_key_words(gaining)}."
            )
        return affected

    # -- the updates

    def _desired(self, dataset: Dataset, tracking_id: str) -> DesiredDataset:
        options: dict[str, t.Any] = dict.fromkeys(CONFIGURATION)
        options.update(update_secrets="on_create", clone_from=None, clone_chunks=True)
        options[STOP_TOKENS] = self._task.params["stop_tokens"]
        return DesiredDataset(Identity(dataset.id, None, None, tracking_id), options)

    def _rename(self, dataset: Dataset, tracking_id: str) -> Change:
        """The update of a dataset's tracking ID, with what it would lose otherwise.

        :raises TaskFailed: it would lose the metric
        """
        read_configuration(self._client, dataset)
        with error_context(self._still()):
            change = change_dataset(self._task, self._client, dataset, self._desired(dataset, tracking_id))
        if change is None:
            raise ValueError(f"dataset {dataset.id} has the tracking ID {tracking_id} already")
        return change

    def _release(self) -> Change:
        """The first update: the dataset that has the tracking ID gets another one."""
        former, previous_id = self._former, self._task.params["previous_tracking_id"]
        effect = f"so no dataset has the tracking ID {self._tracking_id} until the next update"
        if not former:
            return self._predicted(self._tracking_id, previous_id, None, effect)
        change = self._rename(former, previous_id)
        change.effect = effect
        update = change.perform

        def release() -> t.Any:
            self._began = self._task.clock()
            try:
                return update()
            except TrieveError as error:
                taken = self._written(former, previous_id, error)
                if taken is not None:
                    return taken
                raise TaskFailed(
                    f"Dataset {former.label} could not be updated. {error} {self._still()}", error=error.as_result()
                ) from error

        change.perform = release
        return change

    def _take_over(self) -> Change:
        """The second update: the replacement gets the tracking ID."""
        effect, replacement = "and serves from now on", self._replacement
        if not replacement:
            named, name = self._task.params["replacement"], self._task.params["replacement_name"]
            return self._predicted(named, self._tracking_id, name, effect)
        change = self._rename(replacement, self._tracking_id)
        change.effect = effect
        update = change.perform

        def take_over() -> t.Any:
            if self._first:  # what is begun is finished, whether anybody still waits for the task or not
                self._client.lifeline = for_cleanup()
            try:
                value = update()
            except TrieveError as error:
                value = self._written(replacement, self._tracking_id, error)
                if value is None:
                    raise self._restore(replacement, error) from error
            if self._began is not None:
                self._gap = round(self._task.clock() - self._began, 3)
            return value

        change.perform = take_over
        return change

    @staticmethod
    def _predicted(before: str, after: str, name: str | None, effect: str) -> Change:
        """The update of a dataset in a preview, if an earlier task would create it."""
        return dataset_change(
            "update",
            before,
            lambda: None,  # never performed, since a run fails without the dataset
            before={"tracking_id": before},
            after={"tracking_id": after},
            predicted={"id": None, "name": name, "tracking_id": after},
            effect=effect,
        )

    def _written(self, dataset: Dataset, tracking_id: str, error: TrieveError) -> Result | None:
        """The dataset if an update that failed has given it the tracking ID all the same; None if not.

        :raises TaskFailed: that cannot be found out
        """
        if isinstance(error, Stopped) and not error.sent:
            return None
        try:
            datasets = list_datasets(self._client)
        except TrieveError as unknown:
            raise TaskFailed(
                f"{error} Whether dataset {dataset.label} has the tracking ID {tracking_id!r} now could not be read: {unknown}"
                " Run the task again: it finds out how far the swap is, and finishes it.",
                changed=True,
                error=error.as_result(),
            ) from unknown
        found = next((one for one in datasets if one.id == dataset.id and one.tracking_id == tracking_id), None)
        return found.to_result() if found else None

    def _restore(self, replacement: Dataset, error: TrieveError) -> TaskFailed:
        """Give the tracking ID back to the dataset that had it, since the replacement could not get it. Returns the failure."""
        words = f"Dataset {replacement.label} could not get the tracking ID {self._tracking_id!r}. {error}"
        nobody = f"No dataset has the tracking ID {self._tracking_id!r} now. Run the task again to finish the swap."
        former = self._former
        if not self._first or not former:
            return TaskFailed(f"{words} {nobody}", error=error.as_result())
        body: Result = {"dataset_id": former.id, "new_tracking_id": self._tracking_id}
        tokens = self._task.params["stop_tokens"]
        if tokens is not None:
            version = former.stored.get("LLM_API_VERSION")
            body["server_configuration"] = {"STOP_TOKENS": tokens, "LLM_API_VERSION": version}
        try:
            update_dataset(self._client, body, former.chunk_count)
        except TrieveError as second:
            return TaskFailed(
                f"{words} Giving it back to dataset {former.label} failed, too: {second} {nobody}",
                changed=True,
                error=error.as_result(),
            )
        self._restored = True
        return TaskFailed(
            f"{words} Dataset {former.label} has the tracking ID {self._tracking_id!r} again.",
            changed=False,
            error=error.as_result(),
        )


def _result(stage: str, serving: t.Any, previous: t.Any) -> Result:
    return {
        "stage": stage,
        "dataset": _brief(serving),
        "previous": _brief(previous),
        "scoped_keys": [],
        "gap": None,
    }


def _brief(dataset: t.Any) -> Result | None:
    if dataset is None:
        return None
    values = dataset.to_result() if isinstance(dataset, Dataset) else dataset
    return {name: values.get(name) for name in _SHOWN}
