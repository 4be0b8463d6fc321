# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating and changing a dataset: what is compared, what is sent, and what the server would lose on the way.

Each change loses something that nobody asked for (docs/server.md 4.6): the metric, the stop tokens, the version of the LLM's
API unless it is sent again. What can be sent again is; where that is impossible the change is refused, or warned of.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task, error_context
from ..trieve import TrieveClient
from . import configuration
from .configuration_parts import changes_page_key, gives_hero, tools_whole
from .model import Dataset, Identity, unfinished_name
from .options import CONFIGURATION_SHAPE

SHAPE = {
    "id": str,
    "name": str,
    "tracking_id": (type(None), str),
    "server_configuration": CONFIGURATION_SHAPE,
}

_PUBLIC = "public_dataset"
_TOOLS = "tool_configuration"


class Wish:
    """What a task asks of a dataset.

    :param identity: what it is found by, and its names
    :param params: the task's options
    :raises TaskFailed: names the option that the server would not take
    """

    def __init__(self, identity: Identity, params: t.Mapping[str, t.Any]) -> None:
        self.identity = identity
        self.given, self.unseen = configuration.declared(params)
        self.always = params["update_secrets"] == "always"
        self.clones = params["clone_from"] is not None

    @property
    def secrets(self) -> list[str]:
        """The given secrets that are not empty: a new dataset has empty ones."""
        return [name for name, value in self.unseen.items() if name != configuration.STOP_TOKENS and value]

    def stop_tokens(self) -> dict[str, t.Any]:
        """The stop tokens if they are given; they go into every change, which would lose them."""
        return {name: value for name, value in self.unseen.items() if name == configuration.STOP_TOKENS}


class Plan:
    """What is to be done with a dataset.

    :param before: what the server holds of the managed values
    :param after: what is asked for
    :param body: the request that makes it so
    :param predicted: the dataset as it then is
    """

    def __init__(
        self, before: dict[str, t.Any], after: dict[str, t.Any], body: dict[str, t.Any], predicted: Dataset
    ) -> None:
        self.before = before
        self.after = after
        self.body = body
        self.predicted = predicted


def with_unseen(before: dict[str, t.Any], after: dict[str, t.Any], names: list[str]) -> None:
    """The diff says that these are written, not what they are: they cannot be read, or must not be shown."""
    if names:
        before["not_shown"], after["not_shown"] = [], names


# -- creation ------------------------------------------------------------------------------------------------------


def plan_creation(task: Task, wish: Wish, organization_id: str) -> Plan:
    """A dataset that is not there yet.

    :raises TaskFailed: what is asked for takes a change after the creation, which would lose the metric
    """
    tracking_id = wish.identity.final_tracking_id
    name = wish.identity.name or tracking_id or ""
    later = _after_creation(wish)
    metric = wish.given.get("distance_metric")
    if later and metric not in (None, configuration.METRICS[0]):
        raise TaskFailed(
            f"{' and '.join(later)} cannot be given to a new dataset together with distance_metric {metric}: Trieve takes"
            " them in a change after the creation only, and loses every metric but cosine in each change."
            + (" With all of its texts, tool_configuration can be." if _TOOLS in later else "")
        )
    _check_new_size(task, wish)
    config = configuration.sent({}, {k: v for k, v in wish.given.items() if k not in later})
    config = configuration.with_unseen(config, wish.stop_tokens(), wish.given)
    body = {"dataset_name": name, "tracking_id": tracking_id, "server_configuration": config}
    body = {key: value for key, value in body.items() if value}
    after: dict[str, t.Any] = {"name": name, "tracking_id": tracking_id, **configuration.wanted(wish.given)}
    if tracking_id is None:
        del after["tracking_id"]
    with_unseen({}, after, [*wish.unseen, *page_key({}, wish)])
    row = {
        "id": None,
        "name": name,
        "tracking_id": tracking_id,
        "organization_id": organization_id,
        "server_configuration": configuration.then({}, configuration.sent({}, wish.given)),
    }
    return Plan({}, after, body, Dataset(row, 0))


def _check_new_size(task: Task, wish: Wish) -> None:
    wrong = configuration.wrong_size(wish.given, {})
    if wrong and "embedding_model_name" in wish.given:
        raise TaskFailed(wrong)
    if wrong:
        task.missing_prerequisite(
            wrong, f"{wrong} The preview goes on as if an earlier task had created the dataset with such a model."
        )


def _after_creation(wish: Wish) -> list[str]:
    """What POST drops, or takes whole, so that it needs a PUT afterwards.

    With a secret, a public page that gives heroPattern waits for the PUT, too: until then its absence shows that the secret is missing.
    """
    tools = wish.given.get(_TOOLS)
    later = wish.secrets + ([_TOOLS] if tools and not tools_whole(tools) else [])
    return later + [_PUBLIC] * bool(wish.secrets and gives_hero(wish.given.get(_PUBLIC, {})))


def create(task: Task, client: TrieveClient, wish: Wish, plan: Plan) -> Dataset:
    """Create the dataset, and then write what a creation drops.

    :raises TaskFailed: says what was created, and how to finish it, if the second request fails
    """
    later = _after_creation(wish)
    with error_context(f"The dataset could not be created. {unsure(later)}".strip()):
        row = client.post("/api/dataset", dict, plan.body, shape=SHAPE)
    dataset = Dataset(row, 0)
    if later:
        given = {name: value for name, value in wish.given.items() if name in later}
        dataset = complete(task, client, dataset, wish, later, given)
    warn_of_what_was_not_kept(task, dataset, wish.given)
    return dataset


def unsure(later: t.Sequence[str]) -> str:
    """What to say of a creation that got no answer, which may have been carried out."""
    if not later:
        return ""
    return f"If the dataset was created nevertheless, it lacks {' and '.join(later)}. Run the task again to write what is missing."


def complete(
    task: Task,
    client: TrieveClient,
    dataset: Dataset,
    wish: Wish,
    later: t.Sequence[str],
    given: t.Mapping[str, t.Any],
    name: str | None = None,
) -> Dataset:
    """Write to a new dataset what its creation did not take.

    :param later: the names of all of that
    :param given: those of the options that can be read
    :param name: its final name, if it was created with another one
    :raises TaskFailed: says what was created, and how to finish it
    """
    words = (
        f"Dataset {dataset.label} was created, but {' and '.join(later)} could not be written."
        " Run the task again to write what is missing."
    )
    created = {"changed": True, "dataset": dataset.result()}
    task.partial = lambda: {**created, "msg": words}
    held = dataset.configuration or {}
    config = configuration.with_unseen(configuration.sent(held, given), wish.unseen, wish.given)
    body = {"dataset_id": dataset.id, "server_configuration": _kept(config, held)}
    if name is not None:
        body["dataset_name"] = name
    with error_context(words, **created):
        return _put(client, body, 0)


# -- change --------------------------------------------------------------------------------------------------------


def plan_change(task: Task, current: Dataset, wish: Wish) -> Plan:
    """A dataset that is there, with its configuration read.

    :raises TaskFailed: the server cannot make this change, or would lose something with it that cannot be sent again
    """
    held = current.configuration or {}
    given = dict(wish.given)
    refused = refusal(held, given, current.chunk_count)
    if refused:
        name, reason = refused
        cleared = "" if name == "distance_metric" else ", or clear this one first with state: cleared"
        raise TaskFailed(f"{name} of dataset {current.label} {reason} Create another dataset{cleared}.")
    configuration.check_size(given, held)
    given.update(configuration.derived_size(given, held))
    before, after = configuration.view(held, given), configuration.wanted(given)
    if wish.identity.new_tracking_id is not None:
        before = {"tracking_id": current.tracking_id or None, **before}
        after = {"tracking_id": wish.identity.final_tracking_id, **after}
    new_name = _final_name(current, wish)
    if new_name is not None:
        before, after = {"name": current.name, **before}, {"name": new_name, **after}
    differing = [name for name in after if before[name] != after[name]]
    unseen = page_key(held, wish) + _due(current, wish)
    if unseen or differing:
        unseen += [name for name in wish.stop_tokens() if name not in unseen]
        _check_losses(task, current, held, differing + unseen)
    with_unseen(before, after, unseen)
    if page_key(held, wish) and "public_dataset" not in differing:
        differing.append("public_dataset")
    config = configuration.sent(held, {name: given[name] for name in given if name in differing})
    then = configuration.then(held, config)
    config = configuration.with_unseen(config, {k: v for k, v in wish.unseen.items() if k in unseen}, wish.given)
    body: dict[str, t.Any] = {"dataset_id": current.id}
    row = {**current.row, "server_configuration": then}
    if "name" in differing:
        body["dataset_name"] = row["name"] = new_name
    if "tracking_id" in differing:
        row["tracking_id"] = wish.identity.final_tracking_id
        body["new_tracking_id"] = row["tracking_id"] or ""
    if config:
        body["server_configuration"] = _kept(config, held)
    return Plan(before, after, body, Dataset(row, current.chunk_count))


def change(task: Task, client: TrieveClient, current: Dataset, wish: Wish, plan: Plan) -> Dataset:
    """Carry it out. The answer has the secrets in clear text, and they go nowhere from here."""
    dataset = _put(client, plan.body, current.chunk_count)
    warn_of_what_was_not_kept(task, dataset, wish.given)
    return dataset


def refusal(held: configuration.Config, given: configuration.Config, chunk_count: int | None) -> tuple[str, str] | None:
    """The first option that cannot be changed to what is given, and why not, in words that follow its name."""
    before, after = configuration.view(held, given), configuration.wanted(given)
    for name, value in after.items():
        if before[name] == value:
            continue
        reason = configuration.KEYS[name].refused(before[name], value, chunk_count or 0)
        if reason:
            return name, reason
    return None


def _check_losses(task: Task, current: Dataset, held: configuration.Config, changing: list[str]) -> None:
    metric = configuration.shown(held)["distance_metric"]
    if metric != configuration.METRICS[0]:
        raise TaskFailed(
            f"Dataset {current.label} cannot be changed: its distance_metric is {metric}, which Trieve loses with every"
            f" change, and then its vectors are out of reach. The change would be of {', '.join(changing)}."
        )
    if configuration.STOP_TOKENS not in changing:
        task.warn(
            f"The change of dataset {current.label} takes away its stop tokens, if it has any: Trieve loses them with"
            " every change, and they cannot be read. Give stop_tokens to write them again."
        )


def _due(current: Dataset, wish: Wish) -> list[str]:
    """What cannot be read and has to be written: all of it on demand, otherwise what the dataset certainly lacks.

    It lacks its secrets if it was created by a run that was cut off, or by somebody else who gave it none.
    """
    if wish.always or current.is_unfinished_clone:
        return list(wish.unseen)
    return wish.secrets if current.cannot_hold_secrets() else []


def _final_name(current: Dataset, wish: Wish) -> str | None:
    """The name that the dataset is to have, None to leave it alone.

    A task that neither clones nor writes secrets leaves the mark of an unfinished clone for the one that does.
    """
    name = wish.identity.name
    if not current.is_unfinished_clone:
        return name
    if wish.unseen or wish.clones:
        return name or current.finished_name
    return None if name is None else unfinished_name(name)


def page_key(held: configuration.Config, wish: Wish) -> list[str]:
    public = wish.given.get("public_dataset") or {}
    return ["public_dataset.extra_params.apiKey"] if changes_page_key(held.get("PUBLIC_DATASET"), public) else []


def _kept(config: configuration.Config, held: configuration.Config) -> configuration.Config:
    """With the version of the LLM's API, which a change erases unless it is sent again."""
    return {"LLM_API_VERSION": held.get("LLM_API_VERSION"), **config}


def _put(client: TrieveClient, body: dict[str, t.Any], chunk_count: int | None) -> Dataset:
    return Dataset(client.put("/api/dataset", dict, body, shape=SHAPE), chunk_count)


def warn_of_what_was_not_kept(task: Task, dataset: Dataset, given: configuration.Config) -> None:
    before, after = configuration.view(dataset.configuration or {}, given), configuration.wanted(given)
    lost = [name for name in after if before[name] != after[name]]
    if lost:
        task.warn(
            f"Trieve answers other values than asked for in {', '.join(lost)}, so the next run will change them again."
            " A key inside extra_params may be misspelt, or of another type."
        )
