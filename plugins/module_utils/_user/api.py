# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the members of an organization."""

from __future__ import annotations

import typing as t

from .._core.task import Task
from .._organization.api import UNKNOWN_ORGANIZATION, without_organization
from .._organization.options import named_organization
from ..trieve import TrieveClient, segment
from .model import Member, is_member, to_result
from .options import ROLES

_SHAPE = {
    "id": str,
    "email": str,
    "user_orgs": [{"organization_id": str, "role": int, "scopes": (type(None), [str])}],
}


def list_members(task: Task, client: TrieveClient, must_exist: bool) -> list[Member]:
    """All members of the organization; none if the organization may be missing, or in check mode is not known yet.

    :param must_exist: as in C(without_organization)
    """
    return read_members(client, must_exist) if named_organization(task, client) else []


def read_members(client: TrieveClient, must_exist: bool = True) -> list[Member]:
    """All members of the client's organization.

    :param must_exist: as in C(without_organization)
    """
    organization_id = client.organization_id or ""
    # The server lists any organization's members, so the one of the header is named in the path, too.
    path = f"/api/organization/users/{segment(organization_id)}"
    rows = client.get(path, list, shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    return [to_result(row, organization_id) for row in rows if is_member(row, organization_id)]


def update_member(client: TrieveClient, member: Member, differing: t.Mapping[str, t.Any]) -> None:
    """Set the role and the scopes of a member, as far as they are given.

    The server answers 204 to a change that it does not make, too: the caller reads the member again.
    """
    body: dict[str, t.Any] = {"user_id": member["id"], **differing}
    if "role" in body:
        body["role"] = ROLES.index(body["role"])
    client.put("/api/user", None, body)


def remove_member(client: TrieveClient, member: Member) -> None:
    """Remove a member that the organization's list has shown. A member that is gone already is no error."""
    # The organization of the header counts, whatever the path says; both are the one that listed the member.
    path = f"/api/organization/{segment(member['organization_id'])}/user/{segment(member['id'])}"
    client.delete(path, expected_errors={(400, "Error loading user role"): None})
