# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A member of an organization: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .options import MANAGED, ROLES, DesiredUser

Member = dict[str, t.Any]
"""A member of one organization as results have it."""


def to_result(row: t.Mapping[str, t.Any], organization_id: str) -> Member:
    """The server's user as a member of an organization, flat and named like the options.

    :param row: an item of the organization's list, which C(is_member) has passed
    """
    membership = next(one for one in row["user_orgs"] if one["organization_id"] == organization_id)
    return {
        "id": row["id"],
        "email": row["email"],
        "name": row.get("name"),
        "role": role_name(membership["role"]),
        "scopes": sorted_scopes(membership.get("scopes")),
        "organization_id": organization_id,
        "created_at": row.get("created_at"),
        "joined_at": membership.get("created_at"),
    }


def is_member(row: t.Mapping[str, t.Any], organization_id: str) -> bool:
    """Whether the server's user is a member of the organization."""
    return any(one["organization_id"] == organization_id for one in row["user_orgs"])


def role_name(number: int) -> str:
    """The role's name; the number as a text if the role is unknown."""
    return ROLES[number] if number in range(len(ROLES)) else str(number)


def sorted_scopes(scopes: t.Sequence[str] | None) -> list[str] | None:
    """The server's scopes as results have them; None for no limit."""
    return None if scopes is None else sorted(set(scopes))


def actual(member: t.Mapping[str, t.Any], desired: DesiredUser) -> dict[str, t.Any]:
    """The values of the declared options that a member or an invitation has, comparable with C(normalized)."""
    return {name: member[name] for name in MANAGED if name in desired}


def normalized(desired: DesiredUser) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a member's own."""
    return {name: desired[name] for name in MANAGED if name in desired}


def after_write(current: Member, desired: DesiredUser) -> Member:
    """The member as it is after a change."""
    return {**current, **normalized(desired)}


def after_invitation(desired: DesiredUser, organization_id: str | None) -> Member:
    """The member that a preview supposes if an earlier task may invite the person, as far as it can be known."""
    return {
        "id": None,
        "email": desired["email"],
        "name": None,
        "role": desired.get("role"),
        "scopes": desired.get("scopes"),
        "organization_id": organization_id,
        "created_at": None,
        "joined_at": None,
    }


def is_unlimited_owner(member: Member) -> bool:
    """Whether the member may do everything: scopes limit even an owner."""
    return member["role"] == "owner" and member["scopes"] is None


def same_address(one: str, other: str) -> bool:
    """Whether two e-mail addresses are the same apart from case and whitespace around them."""
    return one.strip().casefold() == other.strip().casefold()


def find_member(members: t.Iterable[Member], email: str) -> Member | None:
    """The member with this address.

    :raises TaskFailed: several have it, in different spellings
    """
    found = [member for member in members if same_address(member["email"], email)]
    exact = [member for member in found if member["email"] == email]
    if len(found) > 1 and len(exact) != 1:
        listed = ", ".join(f"{member['email']} ({member['id']})" for member in found)
        raise TaskFailed(
            f"{len(found)} members have the address {email}: {listed}. Spell email exactly like one of them."
        )
    return next(iter(exact or found), None)
