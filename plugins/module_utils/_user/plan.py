# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring a member to what is declared, or remove the member from the organization."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import error_context
from ..trieve import TrieveClient
from .api import read_members, remove_member, update_member
from .model import Member, actual, after_write, find_member, is_unlimited_owner, normalized
from .options import DesiredUser


def change_user(
    client: TrieveClient, members: t.Sequence[Member], current: Member, desired: DesiredUser, force: bool
) -> Change | None:
    """The change that sets the role and the scopes of a member; None if they match.

    :param members: all members of the organization
    :param force: allow what may lock everybody out
    :raises TaskFailed: the change may lock everybody out
    """
    before, after = actual(current, desired), normalized(desired)
    differing = {name: value for name, value in after.items() if value != before[name]}
    if not differing:
        return None
    if not force:
        _check_access(members, current, after_write(current, differing))
    return Change(
        "update",
        "user",
        current["email"],
        lambda: _update(client, current, desired, differing),
        id=current["id"],
        before=before,
        after=after,
        predicted=after_write(current, desired),
    )


def _update(client: TrieveClient, current: Member, desired: DesiredUser, differing: t.Mapping[str, t.Any]) -> Member:
    update_member(client, current, differing)
    email = current["email"]
    with error_context(f"{email} was updated, but the members could not be read afterwards.", changed=True):
        updated = find_member(read_members(client), email)
    found = actual(updated, desired) if updated else None
    if updated is None or found != normalized(desired):
        what = f"has {found}, not {normalized(desired)}" if updated else "is no longer a member"
        raise TaskFailed(
            f"Trieve reported success, but {email} {what}. Another client may have changed it concurrently. Run the task again.",
            changed=True,
        )
    return updated


def remove_user(client: TrieveClient, members: t.Sequence[Member], current: Member, force: bool) -> Change:
    """The change that removes a member from the organization. It returns the member as it was.

    :param members: all members of the organization
    :param force: allow what may lock everybody out
    :raises TaskFailed: the member is the last owner without scopes
    """
    if not force:
        _check_owners(members, current, f"removing {current['email']}")

    def remove() -> Member:
        remove_member(client, current)
        return current

    return Change(
        "remove",
        "user",
        current["email"],
        remove,
        id=current["id"],
        before={name: current[name] for name in ("id", "email", "role")},
        predicted=current,
        effect="the account stays",
    )


def _check_access(members: t.Sequence[Member], current: Member, updated: Member) -> None:
    """Refuse a change that may lock everybody out."""
    if updated["role"] == "owner" and updated["scopes"] is not None:
        raise TaskFailed(
            f"{current['email']} would be an owner with scopes, who is refused every other call and cannot undo that. Scopes can only"
            " be cleared by removing the member. If this is intended, set force: true."
        )
    if updated["role"] not in ("owner", current["role"]):
        article = "an" if updated["role"] == "admin" else "a"
        _check_owners(members, current, f"making {current['email']} {article} {updated['role']}")


def _check_owners(members: t.Sequence[Member], current: Member, what: str) -> None:
    """Refuse to lower or remove the last owner without scopes."""
    others = [other for other in members if is_unlimited_owner(other) and other["id"] != current["id"]]
    if current["role"] == "owner" and not others:
        raise TaskFailed(
            f"After {what}, organization {current['organization_id']} would have no owner without scopes, and nobody could appoint"
            " one. Make another member an owner first. If this is intended, set force: true."
        )
