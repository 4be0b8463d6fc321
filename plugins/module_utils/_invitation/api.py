# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about invitations."""

from __future__ import annotations

from .._core.task import Task
from .._organization.api import UNKNOWN_ORGANIZATION, without_organization
from .._organization.options import named_organization
from .._user.options import ROLES
from ..trieve import TrieveClient, segment
from .model import Invitation, to_result
from .options import DesiredInvitation

_SHAPE = {"id": str, "email": str, "role": int, "used": bool, "scopes": (type(None), [str])}


def list_invitations(task: Task, client: TrieveClient, must_exist: bool) -> list[Invitation]:
    """All invitations to the organization, accepted ones included; none if the organization may be missing.

    :param must_exist: as in C(without_organization)
    """
    return read_invitations(client, must_exist) if named_organization(task, client) else []


def read_invitations(client: TrieveClient, must_exist: bool = True) -> list[Invitation]:
    """All invitations to the client's organization, accepted ones included.

    :param must_exist: as in C(without_organization)
    """
    # The server lists any organization's invitations, so the one of the header is named in the path, too.
    path = f"/api/invitations/{segment(client.organization_id or '')}"
    rows = client.get(path, list, shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    return [to_result(row) for row in rows]


def create_invitation(client: TrieveClient, complete: DesiredInvitation) -> None:
    """Invite a person. The server stores the invitation before it sends the mail, so a failure may leave one behind.

    A person who has an account becomes a member instead.
    """
    body = {name: value for name, value in complete.items() if name != "role"}
    client.post("/api/invitation", None, {**body, "user_role": ROLES.index(complete["role"])})


def delete_invitation(client: TrieveClient, invitation: Invitation) -> None:
    """Delete an invitation that C(list_invitations) has shown: the server does not check whose it is (docs/server.md 5.5)."""
    # 400 answers a second DELETE, also if another client sent the first.
    client.delete(
        f"/api/invitation/{segment(invitation['id'])}", expected_errors={(400, "Error getting invitation"): None}
    )
