# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that name a dataset and declare one, and what is wrong with them."""

from __future__ import annotations

import copy
import typing as t

from .._core.failure import TaskFailed
from .._core.options import environment
from .._core.task import Task
from ..trieve import TrieveClient, as_uuid
from .configuration import CONFIGURATION_OPTIONS, STOP_TOKENS, parse_configuration
from .configuration_values import PUBLIC_KEY

DATASET_OPTION: dict[str, t.Any] = dict(
    dataset=dict(type="str", fallback=(environment, ["TRIEVE_DATASET_ID", "TRIEVE_DATASET_TRACKING_ID"])),
)
"""Of all modules that work in one dataset."""

IDENTITY_OPTIONS: dict[str, t.Any] = dict(
    dataset_id=dict(type="str"),
    tracking_id=dict(type="str"),
    name=dict(type="str"),
)

CLONE_OPTIONS: dict[str, t.Any] = dict(
    clone_from=dict(type="str"),
    clone_chunks=dict(type="bool", default=True),
)

PROTECTION_OPTIONS: dict[str, t.Any] = dict(
    deletion_protection=dict(type="bool", default=False),
    force=dict(type="bool", default=False),
)

WAIT_OPTIONS: dict[str, t.Any] = dict(
    wait=dict(type="bool", default=True),
    wait_timeout=dict(type="int", default=600),
)

DATASET_OPTIONS: dict[str, t.Any] = dict(
    **IDENTITY_OPTIONS,
    **CONFIGURATION_OPTIONS,
    **CLONE_OPTIONS,
    new_tracking_id=dict(type="str"),
)
"""The options that declare a dataset."""


def not_in_a_header(tracking_id: str) -> str | None:
    """Why the server would not find a dataset by this tracking ID in C(TR-Dataset); None if it would.

    Rules of the server's auth_middleware.rs (docs/server.md 2.3), and of HTTP, which strips surrounding blanks.
    """
    if as_uuid(tracking_id):
        return "it has the form of a UUID, and the server looks up a UUID as an ID only"
    if not all(" " <= char <= "~" or char == "\t" for char in tracking_id):
        return "an HTTP header can only contain printable ASCII"
    if tracking_id != tracking_id.strip():
        return "HTTP strips surrounding blanks"
    return None


def named_dataset(task: Task, client: TrieveClient) -> str:
    """The option C(dataset) for the header C(TR-Dataset): an ID in its canonical form, or a tracking ID.

    :raises TaskFailed: it is missing or cannot be sent; no request has been sent
    """
    given = task.params["dataset"]
    if given is None or not given.strip():
        raise TaskFailed(
            "dataset is missing or empty. Set the option dataset to a dataset's ID or tracking ID,"
            " or set TRIEVE_DATASET_ID or TRIEVE_DATASET_TRACKING_ID."
        )
    known = as_uuid(given)
    if known:
        return known
    reason = not_in_a_header(given)
    if reason:
        raise TaskFailed(
            f"dataset {given!r} cannot be used as a tracking ID: {reason}. Set dataset to the dataset's ID."
        )
    if not client.organization_id:
        raise TaskFailed(
            f"organization_id is missing: dataset {given!r} is a tracking ID, which is unique within an organization only."
            " Set organization_id or TRIEVE_ORGANIZATION_ID, or set dataset to the dataset's ID."
        )
    return given


class Identity(t.NamedTuple):
    """What a task finds its dataset by: the first of ID, tracking ID and name that is set."""

    dataset_id: str | None
    tracking_id: str | None
    name: str | None
    new_tracking_id: str | None

    @property
    def final_tracking_id(self) -> str | None:
        """The declared tracking ID of the dataset; None for none."""
        return (self.tracking_id if self.new_tracking_id is None else self.new_tracking_id) or None

    @property
    def final_name(self) -> str:
        """The name of a new dataset: the tracking ID unless a name is declared."""
        return self.name or self.final_tracking_id or ""


class DesiredDataset:
    """What a user declares.

    :param identity: what the dataset is found by, and its names
    :param options: of C(DATASET_OPTIONS)
    :raises TaskFailed: names an option that the server would refuse or misread
    """

    def __init__(self, identity: Identity, options: t.Mapping[str, t.Any]) -> None:
        self.identity = identity
        self.configuration, self.write_only = parse_configuration(options)
        self.always_write = options["update_secrets"] == "always"
        self.clone_from: str | None = options["clone_from"]
        self.clone_chunks: bool = options["clone_chunks"]

    def without(self, names: t.Container[str]) -> DesiredDataset:
        """The same without some options of the configuration, and without the name if C(name) is one of them."""
        rest = copy.copy(self)
        if "name" in names:
            rest.identity = self.identity._replace(name=None)
        rest.configuration = {name: value for name, value in self.configuration.items() if name not in names}
        rest.write_only = {
            name: value
            for name, value in self.write_only.items()
            if name not in names and not (name == PUBLIC_KEY and "public_dataset" in names)
        }
        return rest

    @property
    def secrets(self) -> list[str]:
        """Names of the declared secrets that are not empty. Those of a new dataset are empty."""
        return [name for name, value in self.write_only.items() if name != STOP_TOKENS and value]

    @property
    def stop_tokens(self) -> dict[str, t.Any]:
        """The stop tokens if they are declared. They are part of every update, which would lose them."""
        return {name: value for name, value in self.write_only.items() if name == STOP_TOKENS}


def parse_options(task: Task) -> DesiredDataset | None:
    """The declared dataset; None in check mode if its identity would come from an earlier task.

    :raises TaskFailed: an option is missing or invalid
    """
    if not task.params["clone_chunks"] and task.params["clone_from"] is None:
        raise TaskFailed("clone_chunks is set, but clone_from is not. Set clone_from, or remove clone_chunks.")
    identity = parse_identity(task)
    return DesiredDataset(identity, task.params) if identity else None


def parse_identity(task: Task) -> Identity | None:
    """What the options name; None in check mode if it would come from an earlier task.

    :raises TaskFailed: nothing is set, or an option is invalid
    """
    params = task.params
    dataset_id, tracking_id, name = (params[option] for option in IDENTITY_OPTIONS)
    renamed = params.get("new_tracking_id")
    if (dataset_id is None and tracking_id is None and name is None) or (
        dataset_id is not None and not dataset_id.strip()
    ):
        what = "is missing" if dataset_id is None else "is empty"
        task.missing_prerequisite(
            f"dataset_id {what}. Set dataset_id, tracking_id or name to identify the dataset.",
            f"dataset_id {what}, because an earlier task would create the dataset. The preview changes nothing.",
        )
        return None
    known = as_uuid(dataset_id) if dataset_id is not None else None
    if dataset_id is not None and not known:
        raise TaskFailed(
            f"dataset_id {dataset_id!r} is not a valid UUID. Set it to an ID as trieve_dataset_info returns it,"
            " or use tracking_id for a tracking ID."
        )
    if name is not None and not name.strip():
        raise TaskFailed("name is empty. Set it to the dataset's name, or remove it.")
    check_tracking_id("tracking_id", tracking_id)
    if renamed != "":
        check_tracking_id("new_tracking_id", renamed)
    elif not known and tracking_id is not None:
        raise TaskFailed(
            "new_tracking_id is empty, which removes the tracking ID, so the next run could not find the dataset by it."
            " Set dataset_id instead of tracking_id."
        )
    return Identity(known, tracking_id, name, renamed)


def check_tracking_id(option: str, tracking_id: str | None) -> None:
    """Refuse a tracking ID that the server cannot find a dataset by.

    :raises TaskFailed: names the option
    """
    if tracking_id is None:
        return
    if not tracking_id.strip():
        raise TaskFailed(f"{option} is empty. Set it to the dataset's tracking ID, or remove it.")
    reason = not_in_a_header(tracking_id)
    if reason:
        instead = "Set dataset_id to use an ID" if as_uuid(tracking_id) else "Choose another one, or set dataset_id"
        raise TaskFailed(f"{option} {tracking_id!r} cannot be used as a tracking ID: {reason}. {instead}.")
