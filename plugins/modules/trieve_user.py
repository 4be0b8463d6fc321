#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_user
short_description: Manage a member of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Sets the role and the scopes of a member of an organization, or removes the member.
  - A member is found by the e-mail address, whose case does not matter. To add a new member, use
    M(community.trieve.trieve_invitation).
  - A person without an account on the server becomes a member only by accepting the invitation. Until then there is no role to set, and
    the task fails, in check mode too, unless O(pending=ok).
  - Trieve lets an admin shut all owners out. Scopes on an owner, and lowering or removing the last owner who is not held back by scopes,
    are refused unless O(force=true).
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
      - V(present) ensures that the member has the role and the scopes. It fails if there is no such member. In check mode, a person who is
        neither a member nor invited causes a warning instead, since an earlier task may invite the person.
      - V(absent) removes the member from the organization. The account stays. No other option of a member may be given. An open invitation
        stays and causes a warning, since it still lets the person in.
    type: str
    choices: [present, absent]
    default: present
  email:
    description: The e-mail address of the member.
    type: str
    required: true
  role:
    description:
      - What the member may do. V(user) reads, V(admin) manages the contents of datasets, crawls, keys and members, V(owner) also
        datasets and the organization.
      - Trieve does not grant a role above the caller's.
    type: str
    choices: [user, admin, owner]
  scopes:
    description:
      - The calls that the member is limited to, such as V(GET /api/chunk/{chunk_id}). The order does not matter.
      - Trieve takes each for a pattern that may match anywhere. In a call that matches, the member has the rights of an owner, whatever
        the role; all other calls are refused.
      - Scopes cannot be taken away, neither by an empty list, which Trieve takes for "nothing is allowed" and which is refused here, nor
        in any other way but by removing the member and inviting the person again.
    type: list
    elements: str
  pending:
    description:
      - What to do if the person is not a member yet but has an open invitation.
      - V(fail) fails and names the invitation.
      - V(ok) changes nothing and warns. The first run after the person accepts sets O(role) and O(scopes). With it, a playbook can invite
        a person and declare the member in one play.
    type: str
    choices: [fail, ok]
    default: fail
  force:
    description:
      - Allow what may lock everybody out - scopes on an owner, and lowering or removing the last owner who is not held back by scopes.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_invitation
  - module: community.trieve.trieve_user_info
"""

EXAMPLES = r"""
- name: Jo manages the crawls
  community.trieve.trieve_user:
    email: jo@example.com
    role: admin

- name: A member who only searches
  community.trieve.trieve_user:
    email: sam@example.com
    role: user
    scopes:
      - POST /api/chunk/search

- name: Invite Ann
  community.trieve.trieve_invitation:
    email: ann@example.com
    role: admin
    app_url: https://admin.trieve.ai
    redirect_uri: https://admin.trieve.ai

- name: Ann is an admin as soon as she accepts
  community.trieve.trieve_user:
    email: ann@example.com
    role: admin
    pending: ok

- name: Kim has left
  community.trieve.trieve_user:
    email: kim@example.com
    state: absent
"""

RETURN = r"""
user:
  description:
    - The member as it is, or in check mode as it would be. With O(state=absent) the member who was removed, or in check mode would be;
      V(null) if there was none.
    - V(null) with O(pending=ok) while the invitation is open.
  returned: success
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
invitation:
  description: The open invitation of a person who is not a member yet, with O(pending=ok). V(null) for a member.
  returned: success and O(state=present)
  type: dict
  contains:
    id:
      description: The invitation's ID.
      type: str
      sample: 0f4a6a7e-5f0e-4c37-b8a5-3b2f6ad5c1d0
    email:
      description: The e-mail address.
      type: str
      sample: ann@example.com
    role:
      description: The role that the person gets by accepting, V(user), V(admin) or V(owner).
      type: str
      sample: admin
    scopes:
      description: The calls that the person will be limited to, or V(null) for no limit.
      type: list
      elements: str
      sample: null
    used:
      description: Whether the person has accepted. Always V(false) here.
      type: bool
      sample: false
    organization_id:
      description: The ID of the organization.
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
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Can not grant a user a higher role than that of the requesting user's
    method:
      description: The request's verb.
      type: str
      sample: PUT
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/user
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 400
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.scopes import checked_scopes
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    ensure,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import (
    Invitation,
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
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, segment

_MANAGED = ("role", "scopes")


def ensure_user(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that the member has the role and scopes, or that there is no such member."""
    email = needed_email(task.params["email"])
    if task.params["state"] == "absent":
        return _absent(task, client, email)
    return _present(task, client, email)


def _absent(task: Task, client: TrieveClient, email: str) -> dict[str, t.Any]:
    refused = [name for name in _MANAGED if task.params[name] is not None]
    if refused:
        raise TaskFailed(
            f"With state absent, {' and '.join(refused)} must not be given: it says nothing about whom to remove."
        )
    members = list_members(task, client, must_exist=False)
    member = find_member(members, email)
    if member:
        _keep_an_owner(task, members, member, f"removing {member.email}")
    else:
        for invitation in _open_invitations(task, client, email, must_exist=False):
            task.warn(
                f"{email} is not a member, but has the open invitation {invitation.id} and can still become one. To delete it, use"
                " community.trieve.trieve_invitation with state: absent."
            )

    def act() -> dict[str, t.Any] | None:
        if not member:
            return None
        # The organization of the header counts, whatever the path says; both are the one that listed the member.
        path = f"/api/organization/{segment(member.organization_id)}/user/{segment(member.id)}"
        client.delete(path, expected_errors={(400, "Error loading user role"): None})  # somebody else was faster
        return member.result()

    return ensure(
        task,
        "user",
        before={"user": {"id": member.id, "email": member.email, "role": member.role} if member else None},
        after={"user": None},
        current=None,
        predicted=member.result() if member else None,
        act=act,
    )


def _present(task: Task, client: TrieveClient, email: str) -> dict[str, t.Any]:
    given = {name: task.params[name] for name in _MANAGED if task.params[name] is not None}
    if "scopes" in given:
        given["scopes"] = checked_scopes(given["scopes"])
    members = list_members(task, client, must_exist=True)
    member = find_member(members, email)
    if not member:
        return _not_a_member(task, client, email, given)
    before = member.view(given)
    differing = {name: value for name, value in given.items() if value != before[name]}
    _keep_in_power(task, members, member, differing)

    def act() -> dict[str, t.Any]:
        body = {"user_id": member.id, **differing}
        if "role" in body:
            body["role"] = ROLES.index(body["role"])
        client.put("/api/user", None, body)
        with error_context(f"{member.email} was changed, but the list could not be read after it.", changed=True):
            after = find_member(list_members(task, client, must_exist=True), member.email)
        if not after or after.view(given) != given:
            # 204 is also the answer to a change that did not happen.
            raise TaskFailed(
                f"Trieve reported success, but {member.email} is not as asked"
                f" ({after.view(given) if after else 'no member any more'}). Somebody else may have changed it meanwhile.",
                changed=True,
            )
        return after.result()

    result = ensure(
        task,
        "user",
        before=before,
        after=given,
        current=member.result(),
        predicted={**member.result(), **given},
        act=act,
        headers=(f"member {member.email}", f"member {member.email}"),
    )
    return {**result, "invitation": None}


def _open_invitations(task: Task, client: TrieveClient, email: str, must_exist: bool) -> list[Invitation]:
    found = invitations_of(list_invitations(task, client, must_exist=must_exist), email)
    return [invitation for invitation in found if not invitation.used]


def _not_a_member(task: Task, client: TrieveClient, email: str, given: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result for a person who can have no role yet: nothing is changed.

    :raises TaskFailed: unless the open invitation is enough, or in check mode an earlier task may invite the person
    """
    invitations = _open_invitations(task, client, email, must_exist=True)
    if invitations:
        return _invited(task, client, email, given, invitations[0])
    later = (
        "as if an earlier task had invited the person"
        if task.params["pending"] == "ok"
        else "as if an earlier task had made the person a member. An invitation does that only for a person who has an account on the"
        " server. For anybody else the run fails until the person accepts the invitation; set pending: ok to let it pass"
    )
    task.missing_prerequisite(
        f"{email} is not a member of organization {client.organization_id} and has no open invitation. Invite the person first with"
        " community.trieve.trieve_invitation.",
        f"{email} is not a member yet and has no open invitation. The preview continues {later}.",
    )
    supposed = None if task.params["pending"] == "ok" else _unknown(client, email, given)
    return {**ensure(task, "user", {}, {}, supposed, None, lambda: None), "invitation": None}


def _invited(
    task: Task, client: TrieveClient, email: str, given: dict[str, t.Any], invitation: Invitation
) -> dict[str, t.Any]:
    """The result for a person who has not accepted the invitation yet.

    :raises TaskFailed: unless that is enough
    """
    granted = f"invitation {invitation.id}, which grants the role {invitation.role}"
    if task.params["pending"] != "ok":
        raise TaskFailed(
            f"{email} is not a member of organization {client.organization_id} yet: the person has not accepted the {granted}."
            " Run the task again after that, or set pending: ok to let the open invitation pass."
        )
    held = invitation.view(given)
    differing = [name for name in given if held[name] != given[name]]
    words = f"{email} is not a member yet: the person has not accepted the {granted}. Nothing was changed."
    if differing:
        words += (
            f" The invitation differs from what is declared in {' and '.join(differing)}; the first run after the person accepts sets"
            " that. To invite the person anew, use community.trieve.trieve_invitation."
        )
    task.warn(words)
    return {**ensure(task, "user", {}, {}, None, None, lambda: None), "invitation": invitation.result()}


def _keep_in_power(task: Task, members: list[Member], member: Member, differing: dict[str, t.Any]) -> None:
    """Refuse what may lock everybody out."""
    role = differing.get("role", member.role)
    scopes = differing.get("scopes", member.scopes)
    if differing and role == "owner" and scopes is not None and not task.params["force"]:
        raise TaskFailed(
            f"{member.email} would be an owner with scopes, who is shut out of every other call and cannot undo that; nothing clears"
            " scopes but removing the member. If that is what you want, say force: true."
        )
    if "role" in differing and role != "owner":
        _keep_an_owner(task, members, member, f"making {member.email} {'an admin' if role == 'admin' else 'a user'}")


def _keep_an_owner(task: Task, members: list[Member], member: Member, what: str) -> None:
    others = [other for other in members if other.is_free_owner and other.id != member.id]
    if member.role == "owner" and not others and not task.params["force"]:
        raise TaskFailed(
            f"After {what}, organization {member.organization_id} would have no owner who is not held back by scopes, and nobody could"
            " make one. Make somebody else an owner first. If you want it all the same, say force: true."
        )


def _unknown(client: TrieveClient, email: str, given: dict[str, t.Any]) -> dict[str, t.Any]:
    """A member that a preview supposes."""
    return {
        "id": None,
        "email": email,
        "name": None,
        "role": given.get("role"),
        "scopes": given.get("scopes"),
        "organization_id": client.organization_id,
        "created_at": None,
        "joined_at": None,
    }


DEFINITION = Definition(
    ensure_user,
    dict(
        state=dict(type="str", choices=["present", "absent"], default="present"),
        email=dict(type="str", required=True),
        role=dict(type="str", choices=list(ROLES)),
        scopes=dict(type="list", elements="str"),
        pending=dict(type="str", choices=["fail", "ok"], default="fail"),
        force=dict(type="bool", default=False),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
