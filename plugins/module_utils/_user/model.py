# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A member of an organization: how the server's object reads as a result, and who is found by an address.

Shared by C(trieve_user), C(trieve_user_info), C(trieve_invitation) and C(trieve_organization_info).
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from .._organization.options import UNKNOWN_ORGANIZATION, named_organization, without_organization
from ..trieve import TrieveClient, segment

ROLES = ("user", "admin", "owner")
"""The role's number in the server's words is its place here."""

_SHAPE = {
    "id": str,
    "email": str,
    "user_orgs": [{"organization_id": str, "role": int, "scopes": (type(None), [str])}],
}


def role_word(number: int) -> str:
    """The role's name; the number as a text if it is none of the server's."""
    return ROLES[number] if number in range(len(ROLES)) else str(number)


class Member:
    """A user as a member of one organization.

    :param row: an item of the organization's list
    :param organization_id: the organization
    """

    def __init__(self, row: t.Mapping[str, t.Any], organization_id: str) -> None:
        self.id: str = row["id"]
        self.email: str = row["email"]
        self.row = row
        self.organization_id = organization_id
        self._membership = next(one for one in row["user_orgs"] if one["organization_id"] == organization_id)
        self.role: str = role_word(self._membership["role"])
        scopes = self._membership.get("scopes")
        self.scopes: list[str] | None = None if scopes is None else sorted(set(scopes))

    @property
    def is_free_owner(self) -> bool:
        """Whether he may do everything: an owner with scopes is held to them."""
        return self.role == "owner" and self.scopes is None

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options."""
        return {
            "id": self.id,
            "email": self.email,
            "name": self.row.get("name"),
            "role": self.role,
            "scopes": self.scopes,
            "organization_id": self.organization_id,
            "created_at": self.row.get("created_at"),
            "joined_at": self._membership.get("created_at"),
        }

    def view(self, given: t.Iterable[str]) -> dict[str, t.Any]:
        """What he has of the given options."""
        return {name: self.result()[name] for name in given}


def list_members(task: Task, client: TrieveClient, must_exist: bool) -> list[Member]:
    """All members of the organization; none if its absence is let pass.

    :param must_exist: as in C(without_organization)
    """
    organization_id = named_organization(task, client)
    if not organization_id:
        return []
    # The server lists any organization's members, so the one of the header is named in the path, too.
    path = f"/api/organization/users/{segment(organization_id)}"
    rows = client.get(path, list, shape=_SHAPE, expected_errors=UNKNOWN_ORGANIZATION)
    if rows is None:
        without_organization(client, must_exist)
        return []
    return [Member(row, organization_id) for row in rows if _belongs(row, organization_id)]


def _belongs(row: t.Mapping[str, t.Any], organization_id: str) -> bool:
    return any(one["organization_id"] == organization_id for one in row["user_orgs"])


def same_address(one: str, other: str) -> bool:
    """Whether two e-mail addresses are the same but for case and blanks around them."""
    return one.strip().casefold() == other.strip().casefold()


def find_member(members: t.Iterable[Member], email: str) -> Member | None:
    """The member with this address.

    :raises TaskFailed: several have it, in different spellings
    """
    found = [member for member in members if same_address(member.email, email)]
    exact = [member for member in found if member.email == email]
    if len(found) > 1 and len(exact) != 1:
        listed = ", ".join(f"{member.email} ({member.id})" for member in found)
        raise TaskFailed(
            f"There are {len(found)} members with the address {email}: {listed}. Write it exactly as one of them."
        )
    return next(iter(exact or found), None)


def needed_email(email: str) -> str:
    """The option C(email), without blanks around it, which the server cuts off too.

    :raises TaskFailed: it is empty
    """
    if not email.strip():
        raise TaskFailed("email is empty. Give the person's e-mail address.")
    return email.strip()
