# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about API keys."""

from __future__ import annotations

import typing as t

from .._core.task import Task
from .._organization.api import UNKNOWN_ORGANIZATION, without_organization
from .._organization.options import named_organization
from ..trieve import TrieveClient, segment
from .model import ApiKey, to_result

_PATH = "/api/organization/api_key"
_SHAPE = {"id": str, "name": str, "role": int, "created_at": str, "dataset_ids": (type(None), [str])}


def list_api_keys(task: Task, client: TrieveClient, must_exist: bool) -> list[ApiKey]:
    """All keys of the organization, newest first.

    :param must_exist: whether the organization must exist, as C(without_organization) has it
    """
    if not named_organization(task, client):
        return []
    rows = client.list_all(_PATH, within="api_keys", shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    # The server sorts by random IDs. It omits trailing zeros of a fraction, so the texts sort as the times do.
    return sorted((to_result(row) for row in rows), key=lambda key: (key["created_at"], key["id"]), reverse=True)


def create_api_key(client: TrieveClient, body: t.Mapping[str, t.Any]) -> str:
    """Create a key and return its secret, which is never shown again. Each call creates another key, even with the same name."""
    return client.post(_PATH, dict, body, shape={"api_key": str})["api_key"]


def delete_api_key(client: TrieveClient, api_key_id: str) -> None:
    """Delete a key that C(list_api_keys) has returned: for any other the server reports success and does nothing."""
    client.delete(f"{_PATH}/{segment(api_key_id)}")
