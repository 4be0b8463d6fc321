# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that invite a person, or delete an invitation."""

from __future__ import annotations

import contextlib
import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import Task, error_context
from .._user.api import read_members
from .._user.model import Member, actual, find_member
from ..trieve import TrieveClient, TrieveError
from .api import create_invitation, delete_invitation, read_invitations
from .model import Invitation, after_write, completed, invitations_of, matches
from .options import DesiredInvitation


class Invited(t.NamedTuple):
    """What there is after an invitation: the invitation, or the member if the person had an account."""

    invitation: Invitation | None
    member: Member | None


def invite(
    task: Task, client: TrieveClient, existing: t.Sequence[Invitation], desired: DesiredInvitation
) -> Change | None:
    """The change that invites a person who is not a member; None if there is an invitation that matches, or an accepted one.

    The server cannot change an invitation, so those that differ are deleted first. The change returns an C(Invited).

    :param task: gets a warning if the mail may not have been sent
    :param existing: all invitations of the address, from C(invitations_of)
    :raises TaskFailed: an option that is required to invite somebody is missing
    """
    if any(one["used"] or matches(one, desired) for one in existing):
        return None
    current = existing[0] if existing else None
    complete = completed(current, desired)

    def perform() -> Invited:
        _delete(client, existing)
        if existing:
            change.half_done(Invited(None, None))
        lost = error_context(
            f"The old invitation of {desired['email']} was deleted, but no new one was created.", changed=True
        )
        with lost if existing else contextlib.nullcontext():
            return _create(task, client, complete)

    change = Change(
        "replace" if current else "invite",
        "invitation",
        desired["email"],
        perform,
        id=current["id"] if current else None,
        before=actual(current, desired) if current else {},
        after={name: value for name, value in desired.items() if name != "email" or not current},
        predicted=Invited(after_write(complete, client.organization_id), None),
        effect="another mail is sent" if current else "",
    )
    return change


def warn_of_former_member(task: Task, email: str, existing: t.Sequence[Invitation]) -> None:
    """Warn of a person who was a member once: Trieve does not invite such a person again.

    :param existing: all invitations of the address
    """
    accepted = [invitation for invitation in existing if invitation["used"]]
    if accepted:
        task.warn(
            f"{email} has accepted the invitation {accepted[0]['id']}, but is no longer a member. Trieve does not invite the person"
            " again until the invitation is deleted with state: absent."
        )


def remove_invitation(client: TrieveClient, current: Invitation) -> Change:
    """The change that deletes an invitation that was listed. It returns the invitation as it was."""

    def remove() -> Invitation:
        _delete(client, [current])
        return current

    return Change(
        "delete",
        "invitation",
        current["email"],
        remove,
        id=current["id"],
        before={name: current[name] for name in ("id", "email", "role", "used")},
        predicted=current,
    )


def _delete(client: TrieveClient, invitations: t.Sequence[Invitation]) -> None:
    deleted: list[Invitation] = []
    for invitation in invitations:
        words = f"Invitation {invitation['id']} could not be deleted."
        with error_context(words, changed=bool(deleted), invitations=list(deleted)):
            delete_invitation(client, invitation)
        deleted.append(invitation)


def _create(task: Task, client: TrieveClient, complete: DesiredInvitation) -> Invited:
    """Invite the person, and look what there is then."""
    email = complete["email"]
    try:
        create_invitation(client, complete)
    except TrieveError as error:
        outcome = _after_failure(client, email) if _may_have_succeeded(error) else None
        if not outcome:
            raise
        what = f"invitation {outcome.invitation['id']} exists" if outcome.invitation else f"{email} is a member"
        task.warn(
            f"{error} All the same, {what}, but the mail may not have been sent. Tell the person, or delete the invitation and run the"
            " task again when the server can send mails."
        )
        return outcome
    with error_context(f"{email} was invited, but the lists could not be read afterwards.", changed=True):
        outcome = _look(client, email)
    if not any(outcome):
        raise TaskFailed(
            f"Trieve reported success, but there is neither an invitation nor a member {email}. Run the task again.",
            changed=True,
        )
    return outcome


def _may_have_succeeded(error: TrieveError) -> bool:
    """Whether there may be an invitation after this answer: Trieve stores it before it sends the mail."""
    return error.status is None or error.status == 408 or error.status >= 500 or "Error sending email" in error.message


def _after_failure(client: TrieveClient, email: str) -> Invited | None:
    """What there is of an invitation whose request failed; None if there is nothing, or if that cannot be read."""
    try:
        outcome = _look(client, email)
    except (TrieveError, TaskFailed):
        return None
    return outcome if any(outcome) else None


def _look(client: TrieveClient, email: str) -> Invited:
    invitations = invitations_of(read_invitations(client), email)
    return Invited(next(iter(invitations), None), find_member(read_members(client), email))
