# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a task means, and what it says where that organization is not there."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from ..trieve import TrieveClient

ORGANIZATION = {"id": str, "name": str, "partner_configuration": dict}
"""The shape of an organization in an answer."""

UNKNOWN_ORGANIZATION = {(404, "Organization not found"): None}
"""The C(expected_errors) of a request with an organization: the server's answer where it does not know the organization."""


def named_organization(task: Task, client: TrieveClient) -> str | None:
    """The id of the client's organization; None in check mode where an earlier task would have created it.

    :raises TaskFailed: where it is missing; nothing has been sent then
    """
    if not client.organization_id:
        task.missing_prerequisite(
            "organization_id is missing or empty. Give the option organization_id or set TRIEVE_ORGANIZATION_ID.",
            "organization_id is missing or empty, as it is where an earlier task would have created the organization:"
            " the preview goes on as if there were nothing in it.",
        )
    return client.organization_id


def without_organization(client: TrieveClient, must_exist: bool) -> None:
    """The server does not know the organization: decide whether that is an answer.

    It says so before it looks at the key, so that alone proves nothing.

    :param must_exist: whether something is to be in the organization; otherwise its absence is what the task was asked for,
        as soon as the key is proved
    :raises TaskFailed: the organization has to be there
    :raises TrieveError: the key is none
    """
    whoami(client)  # raises for a key that the server does not know
    if must_exist:
        raise TaskFailed(
            f"There is no organization {client.organization_id}. Check organization_id / TRIEVE_ORGANIZATION_ID."
        )


def whoami(client: TrieveClient) -> dict[str, t.Any] | None:
    """The user whose key it is, with C(orgs); None for an organization's key, which the server answers with 400 (docs/server.md 2.5).

    Asked without an organization, because the server's own key acts as another user in each of them.

    :raises TrieveError: the server does not know the key
    """
    user: dict[str, t.Any] | None = client.for_organization(None).get(
        "/api/auth/me", dict, shape={"orgs": [ORGANIZATION]}, expected_errors={(400, "Error loading user"): None}
    )
    return user
