#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_invitation
short_description: Invite somebody to a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Invites a person by e-mail, or takes an invitation back.
  - An invitation is found by the e-mail address, whose case does not matter. Whoever is a member already is not invited; role and
    scopes of a member are the matter of M(community.trieve.trieve_user).
  - Who has an account at the server becomes a member at once. A preview cannot know that, and shows an invitation.
  - Anybody else becomes a member by accepting the invitation. Until then, M(community.trieve.trieve_user) finds no member to give a role
    to. To declare both in one play, set O(community.trieve.trieve_user#module:pending=ok) there.
  - Trieve cannot change an invitation. Where O(role) or O(scopes) differ the old one is deleted and the person is invited again, with
    another mail.
  - If Trieve stores the invitation but cannot send the mail, the task is changed and warns. The next run finds the invitation and sends
    nothing, so delete it first to have the mail sent again.
  - An invitation that was accepted counts as one. Trieve does not invite the person again until it is deleted with O(state=absent).
  - Nothing is deleted that the list of the organization does not show. Trieve itself deletes any organization's invitation by its id.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) makes sure that the person is a member or is invited.
      - V(absent) deletes all invitations of the address, the accepted ones too. A member stays one. No other option may be given.
    type: str
    choices: [present, absent]
    default: present
  email:
    description:
      - The e-mail address.
      - An address that Trieve lets through, but whose mail ends its process, is refused.
    type: str
    required: true
  role:
    description:
      - What the person may do. Needed to invite somebody. V(user) reads, V(admin) manages the contents of datasets, crawls, keys and
        members, V(owner) also datasets and the organization.
      - Trieve does not grant a role above the caller's.
    type: str
    choices: [user, admin, owner]
  scopes:
    description:
      - The calls that the person will be limited to, such as V(GET /api/chunk/{chunk_id}). The order does not matter.
      - Trieve takes each for a pattern that may match anywhere, and gives the rights of an owner in a call that matches. An empty list
        is refused, since it would forbid everything.
    type: list
    elements: str
  app_url:
    description:
      - The address of the application in which the person signs up, such as V(https://admin.trieve.ai). Needed to invite somebody.
      - Cannot be read, so it never makes a difference.
    type: str
  redirect_uri:
    description:
      - The address that the person is sent to after that. Needed to invite somebody.
      - Cannot be read, so it never makes a difference.
    type: str
seealso:
  - module: community.trieve.trieve_invitation_info
  - module: community.trieve.trieve_user
"""

EXAMPLES = r"""
- name: Jo is to manage the crawls
  community.trieve.trieve_invitation:
    email: jo@example.com
    role: admin
    app_url: https://admin.trieve.ai
    redirect_uri: https://admin.trieve.ai

- name: Take an invitation back
  community.trieve.trieve_invitation:
    email: kim@example.com
    state: absent
"""

RETURN = r"""
invitation:
  description:
    - The invitation as it is, or in check mode as it would be; its C(id) is V(null) then if it does not exist yet.
    - V(null) where the person is a member and there is no invitation.
  returned: success and O(state=present)
  type: dict
  contains: &invitation
    id:
      description: The invitation's id.
      type: str
      sample: 0f4a6a7e-5f0e-4c37-b8a5-3b2f6ad5c1d0
    email:
      description: The e-mail address.
      type: str
      sample: jo@example.com
    role:
      description: The role that the person will have, V(user), V(admin) or V(owner).
      type: str
      sample: admin
    scopes:
      description: The calls that the person will be limited to, or V(null) for no limit.
      type: list
      elements: str
      sample: null
    used:
      description: Whether the person has accepted.
      type: bool
      sample: false
    organization_id:
      description: The id of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: When the person was invited, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When the invitation was changed, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
user:
  description: The person as a member, or V(null) if not a member yet.
  returned: success and O(state=present)
  type: dict
  contains:
    id:
      description: The user's id.
      type: str
      sample: 5b6b1a0c-7f57-4b1d-9f1c-0d1b8a3d9e21
    email:
      description: The e-mail address.
      type: str
      sample: jo@example.com
    name:
      description: The name, or V(null).
      type: str
      sample: Jo
    role:
      description: V(user), V(admin) or V(owner).
      type: str
      sample: admin
    scopes:
      description: The calls that the member is limited to, or V(null) for no limit.
      type: list
      elements: str
      sample: null
    organization_id:
      description: The id of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: When the account was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    joined_at:
      description: When the person became a member, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
invitations:
  description: The invitations that were deleted, or in check mode would be. Empty if there was none.
  returned: success and O(state=absent)
  type: list
  elements: dict
  contains: *invitation
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Can not invite user with higher role than yours
    method:
      description: The request's verb.
      type: str
      sample: POST
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/invitation
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 400
"""

import contextlib
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.scopes import checked_scopes
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    attempt,
    ensure,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import (
    Invitation,
    check_address,
    delete_invitation,
    invitations_of,
    list_invitations,
)
from ansible_collections.community.trieve.plugins.module_utils._user.model import (
    ROLES,
    Member,
    find_member,
    list_members,
    needed_email,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

_OPTIONS = ("role", "scopes", "app_url", "redirect_uri")
_NEEDED = ("role", "app_url", "redirect_uri")


def ensure_invitation(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that the person is invited, or that there is no invitation."""
    email = needed_email(task.params["email"])
    if task.params["state"] == "absent":
        return _absent(task, client, email)
    return _present(task, client, email)


def _absent(task: Task, client: TrieveClient, email: str) -> dict[str, t.Any]:
    refused = [name for name in _OPTIONS if task.params[name] is not None]
    if refused:
        raise TaskFailed(
            f"With state absent, {' and '.join(refused)} must not be given: it says nothing about what to delete."
        )
    found = invitations_of(list_invitations(task, client, must_exist=False), email)

    def act() -> list[dict[str, t.Any]]:
        _delete(client, found)
        return [invitation.result() for invitation in found]

    return ensure(
        task,
        "invitations",
        before={
            "invitations": [{"id": one.id, "email": one.email, "role": one.role, "used": one.used} for one in found]
        },
        after={"invitations": []},
        current=[],
        predicted=[invitation.result() for invitation in found],
        act=act,
    )


def _present(task: Task, client: TrieveClient, email: str) -> dict[str, t.Any]:
    given = {name: task.params[name] for name in _OPTIONS if task.params[name] is not None}
    if "scopes" in given:
        given["scopes"] = checked_scopes(given["scopes"])
    check_address(email)
    member = find_member(list_members(task, client, must_exist=True), email)
    there = invitations_of(list_invitations(task, client, must_exist=True), email)
    readable = {name: given[name] for name in ("role", "scopes") if name in given}
    as_asked = [one for one in there if one.view(given) == readable]
    current = next(iter(as_asked or there), None)
    used = [one for one in there if one.used]
    if used and not member:
        task.warn(
            f"{email} has accepted the invitation {used[0].id} and is no member any more. Trieve does not invite the person again"
            " until it is deleted with state: absent."
        )
    going = [] if member or used or as_asked else there
    invites = bool(going) or not (member or there)
    body = _body(email, given, current) if invites else {}
    made: dict[str, Member | None] = {"member": member}

    def act() -> dict[str, t.Any] | None:
        _delete(client, going)
        lost = error_context(f"The old invitation of {email} was deleted, but no new one was made.", changed=True)
        with lost if going else contextlib.nullcontext():
            invitation, made["member"] = _invited(task, client, email, body)
        return invitation.result() if invitation else None

    if invites:
        before, after = current.view(given) if current else {}, given if current else {"email": email, **given}
    else:
        before = after = current.view(given) if current and not (used or member) else {}
    result = ensure(
        task,
        "invitation",
        before=before,
        after=after,
        current=current.result() if current else None,
        predicted=_predicted(client, body) if invites else None,
        act=act,
        again=invites,
        headers=_headers(email, current, invites),
    )
    result["user"] = made["member"].result() if made["member"] else None
    return result


def _body(email: str, given: dict[str, t.Any], current: Invitation | None) -> dict[str, t.Any]:
    """What to invite with: the readable values of the invitation that it follows, overlaid with the given options.

    :raises TaskFailed: something is missing
    """
    followed = {"role": current.role, "scopes": current.scopes} if current else {}
    body = {**{name: value for name, value in followed.items() if value is not None}, **given}
    missing = [name for name in _NEEDED if not body.get(name)]
    if missing:
        raise TaskFailed(f"{' and '.join(missing)} must be given to invite {email}.")
    return {"email": email, **body}


def _delete(client: TrieveClient, invitations: list[Invitation]) -> None:
    done: list[dict[str, t.Any]] = []
    for invitation in invitations:
        with error_context(f"Invitation {invitation.id} could not be deleted.", changed=bool(done), invitations=done):
            delete_invitation(client, invitation)
        done.append(invitation.result())


def _invited(
    task: Task, client: TrieveClient, email: str, body: dict[str, t.Any]
) -> tuple[Invitation | None, Member | None]:
    """Invite the person, and say what is there then: an invitation, or a member who had an account."""
    sent = {name: value for name, value in body.items() if name != "role"}
    _none, error = attempt(client.post, "/api/invitation", None, {**sent, "user_role": ROLES.index(body["role"])})
    if isinstance(error, TrieveError) and not _may_have_been_done(error):
        raise error
    if error:
        found, _unread = attempt(_look, task, client, email)
        if not found or found == (None, None):
            raise error
        what = f"the invitation {found[0].id} is there" if found[0] else f"{email} is a member"
        task.warn(
            f"{error} All the same, {what}, but the mail may not have been sent. Tell the person, or delete the invitation and run the"
            " task again when mail works."
        )
        return t.cast("tuple[Invitation | None, Member | None]", found)
    with error_context(f"{email} was invited, but the lists could not be read after it.", changed=True):
        found = _look(task, client, email)
    if found == (None, None):
        raise TaskFailed(
            f"Trieve reported success, but there is neither an invitation nor a member {email}.", changed=True
        )
    return found


def _may_have_been_done(error: TrieveError) -> bool:
    """Whether there may be an invitation after this answer: Trieve stores it before it sends the mail."""
    return error.status is None or error.status == 408 or error.status >= 500 or "Error sending email" in error.message


def _look(task: Task, client: TrieveClient, email: str) -> tuple[Invitation | None, Member | None]:
    invitations = invitations_of(list_invitations(task, client, must_exist=True), email)
    return next(iter(invitations), None), find_member(list_members(task, client, must_exist=True), email)


def _predicted(client: TrieveClient, body: dict[str, t.Any]) -> dict[str, t.Any]:
    """The invitation that would be made, as far as that can be known before."""
    return {
        "id": None,
        "email": body["email"],
        "role": body["role"],
        "scopes": body.get("scopes"),
        "used": False,
        "organization_id": client.organization_id,
        "created_at": None,
        "updated_at": None,
    }


def _headers(email: str, current: Invitation | None, invites: bool) -> tuple[str, str]:
    there = f"invitation of {email}, id {current.id}" if current else f"invitation of {email}"
    if invites:
        return there, f"new invitation of {email} in its place, with another mail" if current else f"new {there}"
    return there, there


DEFINITION = Definition(
    ensure_invitation,
    dict(
        state=dict(type="str", choices=["present", "absent"], default="present"),
        email=dict(type="str", required=True),
        role=dict(type="str", choices=list(ROLES)),
        scopes=dict(type="list", elements="str"),
        app_url=dict(type="str"),
        redirect_uri=dict(type="str"),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
