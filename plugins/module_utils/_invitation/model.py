# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An invitation to an organization: how the server's object reads as a result, and which addresses can be invited.

Shared by C(trieve_invitation), C(trieve_invitation_info), C(trieve_user) and C(trieve_request).
"""

from __future__ import annotations

import re
import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from .._organization.options import UNKNOWN_ORGANIZATION, named_organization, without_organization
from .._user.model import role_word, same_address
from ..trieve import TrieveClient, segment

_SHAPE = {"id": str, "email": str, "role": int, "used": bool, "scopes": (type(None), [str])}

_ATOM = r"[a-zA-Z0-9!#$%&*+/=?^_`{|}~-]+"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")


class Invitation:
    """An invitation as the server lists it.

    :param row: an item of the list
    """

    def __init__(self, row: t.Mapping[str, t.Any]) -> None:
        self.id: str = row["id"]
        self.email: str = row["email"]
        self.role: str = role_word(row["role"])
        self.used: bool = row["used"]
        scopes = row.get("scopes")
        self.scopes: list[str] | None = None if scopes is None else sorted(set(scopes))
        self.row = row

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options."""
        return {
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "scopes": self.scopes,
            "used": self.used,
            "organization_id": self.row.get("organization_id"),
            "created_at": self.row.get("created_at"),
            "updated_at": self.row.get("updated_at"),
        }

    def view(self, given: t.Iterable[str]) -> dict[str, t.Any]:
        """What it holds of the given options, as far as that can be read."""
        return {name: value for name, value in self.result().items() if name in ("role", "scopes") and name in given}


def list_invitations(task: Task, client: TrieveClient, must_exist: bool) -> list[Invitation]:
    """All invitations to the organization, the used ones too; none if its absence is let pass.

    :param must_exist: as in C(without_organization)
    """
    organization_id = named_organization(task, client)
    if not organization_id:
        return []
    # The server lists any organization's invitations, so the one of the header is named in the path, too.
    path = f"/api/invitations/{segment(organization_id)}"
    rows = client.get(path, list, shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    return [Invitation(row) for row in rows]


def invitations_of(invitations: t.Iterable[Invitation], email: str) -> list[Invitation]:
    """The invitations of this address, those that were not accepted first."""
    return sorted((one for one in invitations if same_address(one.email, email)), key=lambda one: one.used)


def delete_invitation(client: TrieveClient, invitation: Invitation) -> None:
    """Delete an invitation that C(list_invitations) has shown: the server asks nobody whose it is (docs/server.md 5.5)."""
    # The words of a second DELETE, or of one that comes after somebody else's.
    client.delete(
        f"/api/invitation/{segment(invitation.id)}", expected_errors={(400, "Error getting invitation"): None}
    )


def check_address(email: str) -> None:
    """Let pass what the server can send a mail to.

    Its own test is not anchored at the end: it stores an invitation to C(a@b c), and then its mailer ends the process
    (docs/server.md 5.5).

    :raises TaskFailed: it is no such address
    """
    found = _ADDRESS.fullmatch(email)
    if not found or len(found["local"]) > 64 or len(found["domain"]) > 253:
        raise TaskFailed(f"email {email!r} is no address that Trieve can send a mail to, such as jo@example.com.")
