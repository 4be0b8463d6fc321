# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization's API key: its options, how the server's object reads as a result, creating and listing.

Shared by C(trieve_api_key) and C(trieve_api_key_info).
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.scopes import checked_scopes
from .._core.task import Task
from .._dataset.api import organization_datasets
from .._organization.options import UNKNOWN_ORGANIZATION, named_organization, without_organization
from ..trieve import TrieveClient, as_uuid, segment
from .default_params import DEFAULT_PARAMS, given_params
from .expiry import moment

ROLES = ("read", "admin", "owner")
"""The role's number in the server's words is its place here."""

API_KEY_OPTIONS: dict[str, t.Any] = dict(
    name=dict(type="str"),
    role=dict(type="str", choices=list(ROLES)),
    dataset_ids=dict(type="list", elements="raw"),  # not str: cores before 2.19 refuse the null of a preview
    scopes=dict(type="list", elements="str"),
    expires_at=dict(type="str"),
    default_params=dict(type="dict", options=DEFAULT_PARAMS),
)
"""The options that a key is declared with."""

UNREADABLE = ("scopes", "expires_at", "default_params")
"""What the server never shows (docs/server.md 5.3): sent with a creation, never compared."""

Given = dict[str, t.Any]
"""What a user declared of a key: the options that were given, in the form in which they are sent, but for the role's word."""

_PATH = "/api/organization/api_key"
_SHAPE = {"id": str, "name": str, "role": int, "created_at": str, "dataset_ids": (type(None), [str])}
_NEW = "(new)"
"""Stands in a preview for the id of a dataset that an earlier task would have created."""


class ApiKey:
    """A key as the server lists it.

    :param row: an item of the list
    """

    def __init__(self, row: t.Mapping[str, t.Any]) -> None:
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.role: str = ROLES[row["role"]] if 0 <= row["role"] < len(ROLES) else str(row["role"])
        self.dataset_ids: list[str] = sorted(row.get("dataset_ids") or [])
        self.created_at: str = row["created_at"]
        self.row = row

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options; no dataset ids stand for all datasets."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "dataset_ids": self.dataset_ids,
            "organization_id": self.row.get("organization_id"),
            "created_at": self.created_at,
            "updated_at": self.row.get("updated_at"),
        }

    def view(self, given: Given) -> dict[str, t.Any]:
        """What it holds of the given options, as far as that can be read."""
        return {
            name: value for name, value in self.result().items() if name in ("role", "dataset_ids") and name in given
        }

    def body(self) -> dict[str, t.Any]:
        """What a key that follows it has from it, unless told otherwise."""
        return {"role": self.role, **({"dataset_ids": self.dataset_ids} if self.dataset_ids else {})}

    def __str__(self) -> str:
        return f"{self.id} ({self.role}, created at {self.created_at})"


def declared(options: t.Mapping[str, t.Any]) -> Given:
    """The given options of a key after the checks that need no server; C(dataset_ids) as the user named them.

    :raises TaskFailed: what the server would take for something else, by name
    """
    given = {name: options[name] for name in API_KEY_OPTIONS if options[name] is not None}
    if not given.get("name", "").strip():  # not required_if: that would hide the name of a misspelt option
        raise TaskFailed("name is missing or empty. Give the key a name; it is found by it.")
    if "scopes" in given:
        given["scopes"] = checked_scopes(given["scopes"])
    if "expires_at" in given:
        given["expires_at"] = moment(given["expires_at"], "expires_at").utc
    if "default_params" in given:
        given["default_params"] = given_params(given["default_params"])
    return given


def resolved(task: Task, client: TrieveClient, named: t.Sequence[t.Any]) -> list[str]:
    """The ids of datasets that are named by id or tracking id, in order.

    :raises TaskFailed: the organization does not have one of them, but for a tracking id in check mode
    """
    if not named or not client.organization_id:
        return sorted({str(name) for name in named})
    rows = [item["dataset"] for item in organization_datasets(client)]
    ids = {row["id"]: row["id"] for row in rows}
    tracked = {row["tracking_id"]: row["id"] for row in rows if row.get("tracking_id")}
    found = set()
    for number, given in enumerate(named):
        name = "" if given is None else str(given)
        known = ids.get(as_uuid(name) or "") or tracked.get(name)
        unknown = f"dataset_ids[{number}]: there is no dataset {name!r} in organization {client.organization_id}"
        if not known and name in ("", "None"):
            task.missing_prerequisite(
                f"dataset_ids[{number}] is empty.",
                f"dataset_ids[{number}] is empty, as it is where an earlier task would have created the dataset.",
            )
        elif not known and as_uuid(name):
            raise TaskFailed(f"{unknown}.")
        elif not known:
            task.missing_prerequisite(
                f"{unknown}.", f"{unknown} yet. The preview goes on as if an earlier task had created it."
            )
        found.add(known or _NEW)
    return sorted(found)


def wanted(given: Given) -> dict[str, t.Any]:
    """The given options in the form of C(ApiKey.view): the two are compared, and are the diff."""
    return {name: given[name] for name in ("role", "dataset_ids") if name in given}


def new_body(given: Given, existing: ApiKey | None) -> dict[str, t.Any]:
    """What to create a key with: the readable values of the key that it follows, overlaid with the given options."""
    body = {**(existing.body() if existing else {}), **given}
    return {**body, "role": ROLES.index(body["role"])} if "role" in body else body


def is_made_from(key: ApiKey, body: t.Mapping[str, t.Any]) -> bool:
    """Whether the key has what a creation with this body gives it, as far as that can be read."""
    return (key.name, key.role, key.dataset_ids) == (
        body["name"],
        ROLES[body["role"]],
        sorted(body.get("dataset_ids", ())),
    )


def predicted_api_key(client: TrieveClient, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result that a creation with this body would have, as far as that can be known before it."""
    return {
        "id": None,
        "name": body["name"],
        "role": ROLES[body["role"]] if "role" in body else None,
        "dataset_ids": body.get("dataset_ids", []),
        "organization_id": client.organization_id,
        "created_at": None,
        "updated_at": None,
    }


def list_api_keys(task: Task, client: TrieveClient, must_exist: bool) -> list[ApiKey]:
    """All keys of the organization, newest first; none if its absence is let pass.

    :param must_exist: as in C(without_organization)
    """
    if not named_organization(task, client):
        return []
    rows = client.list_all(_PATH, within="api_keys", shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    # The server's order is that of random ids. Digits that are left out are zeros, so the texts sort as the times do.
    return sorted((ApiKey(row) for row in rows), key=lambda key: (key.created_at, key.id), reverse=True)


def create_api_key(client: TrieveClient, body: t.Mapping[str, t.Any]) -> str:
    """Make a key and return its secret, which is never shown again. Each call makes another one, also of the same name."""
    return client.post(_PATH, dict, body, shape={"api_key": str})["api_key"]


def delete_api_key(client: TrieveClient, key: ApiKey) -> None:
    """Delete a key that C(list_api_keys) has shown: for any other the server reports success and does nothing."""
    client.delete(f"{_PATH}/{segment(key.id)}")
