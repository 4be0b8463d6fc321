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
  - Set the role and the scopes of a member of an organization, or remove the member.
  - A member is found by the e-mail address, which is not case-sensitive. To add a new member, use
    M(community.trieve.trieve_invitation).
  - A person without an account on the server becomes a member only by accepting the invitation. Until then there is no role to set, and
    the task fails, in check mode too, unless O(pending=ok).
  - Trieve lets an admin lock all owners out. Scopes on an owner, and lowering or removing the last owner without scopes, are refused
    unless O(force=true).
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
      - V(absent) removes the member from the organization. The account stays. O(role) and O(scopes) cannot be set. An open invitation
        stays and causes a warning, since it still lets the person in.
    type: str
    choices: [present, absent]
    default: present
  email:
    description: E-mail address of the member.
    type: str
    required: true
  role:
    description:
      - Role of the member. V(user) can read, V(admin) can also manage the contents of datasets, crawls, API keys and members, and
        V(owner) can also manage datasets and the organization.
      - Trieve does not grant a role above the caller's.
    type: str
    choices: [user, admin, owner]
  scopes:
    description:
      - API calls that the member is limited to, such as V(GET /api/chunk/{chunk_id}). The order does not matter.
      - Trieve treats each scope as a pattern that may match anywhere. In a call that matches, the member has the rights of an owner,
        whatever the role. All other calls are refused.
      - Scopes cannot be cleared. Trieve takes an empty list as "nothing is allowed", so the module refuses it. To clear them, remove the
        member and invite the person again.
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
      - Whether to allow changes that may lock everybody out. These are scopes on an owner, and lowering or removing the last owner without
        scopes.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_invitation
  - module: community.trieve.trieve_user_info
"""

EXAMPLES = r"""
- name: Let Jo manage the crawls
  community.trieve.trieve_user:
    email: jo@example.com
    role: admin

- name: Limit a member to searches
  community.trieve.trieve_user:
    email: sam@example.com
    role: user
    scopes:
      - POST /api/chunk/search

- name: Invite Ann
  community.trieve.trieve_invitation:
    email: ann@example.com
    role: admin
    app_url: https://dashboard.example.com
    redirect_uri: https://dashboard.example.com

- name: Make Ann an admin as soon as she accepts
  community.trieve.trieve_user:
    email: ann@example.com
    role: admin
    pending: ok

- name: Remove Kim
  community.trieve.trieve_user:
    email: kim@example.com
    state: absent

- name: Limit the only owner to reading, although nobody can undo it
  community.trieve.trieve_user:
    email: lee@example.com
    role: owner
    scopes:
      - GET /api
    force: true
"""

RETURN = r"""
user:
  description:
    - The member after the task, or in check mode as it would be.
    - With O(state=absent), the member who was removed, or in check mode would be, or V(null) if there was none.
    - V(null) with O(pending=ok) while the invitation is open.
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the user.
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
      description: API calls that the member is limited to, or V(null) for no limit.
      type: list
      elements: str
      sample: null
    organization_id:
      description: The ID of the organization.
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
      description: The ID of the invitation.
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
      description: API calls that the person will be limited to, or V(null) for no limit.
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
      description: When the invitation was last updated, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, such as V(create), V(update) or V(delete).
      type: str
      sample: update
    kind:
      description: The kind of the object.
      type: str
      sample: user
    name:
      description: The name of the object.
      type: str
      sample: jo@example.com
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 5b6b1a0c-7f57-4b1d-9f1c-0d1b8a3d9e21
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "role", "before": "user", "after": "admin"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"update": 1, "unchanged": 0}
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Can not grant a user a higher role than that of the requesting user's
    method:
      description: The HTTP method of the request.
      type: str
      sample: PUT
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/user
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""

from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._invitation.api import list_invitations
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import (
    Invitation,
    invitations_of,
)
from ansible_collections.community.trieve.plugins.module_utils._user.api import list_members
from ansible_collections.community.trieve.plugins.module_utils._user.model import (
    Member,
    find_member,
)
from ansible_collections.community.trieve.plugins.module_utils._user.options import (
    MANAGED,
    MEMBERSHIP_OPTIONS,
    USER_OPTIONS,
    check_email,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._user.pending import check_not_invited, check_pending
from ansible_collections.community.trieve.plugins.module_utils._user.plan import change_user, remove_user
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Set the role and the scopes of the member."""
    desired = parse_options(task.params)
    members = list_members(task, client, must_exist=True)
    current = find_member(members, desired["email"])
    if current:
        return _plan(current, change_user(client, members, current, desired, task.params["force"]))
    invitations = _open_invitations(task, client, desired["email"], must_exist=True)
    if invitations:
        check_pending(task, client, desired, invitations[0], task.params["pending"])
        return _plan(None, invitation=invitations[0])
    return _plan(check_not_invited(task, client, desired, task.params["pending"]))


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Remove the member from the organization."""
    email = check_email(task.params["email"])
    members = list_members(task, client, must_exist=False)
    current = find_member(members, email)
    if current:
        return one_change("user", None, remove_user(client, members, current, task.params["force"]))
    for invitation in _open_invitations(task, client, email, must_exist=False):
        task.warn(
            f"{email} is not a member, but has the open invitation {invitation['id']} and can still become one. To delete it, use"
            " community.trieve.trieve_invitation with state: absent."
        )
    return one_change("user", None, None)


def _plan(current: Member | None, change: Change | None = None, invitation: Invitation | None = None) -> Plan:
    return Plan(
        [change] if change else [],
        lambda: {"user": change.value if change else current, "invitation": invitation},
        unchanged=0 if change else 1,
        one=True,
    )


def _open_invitations(task: Task, client: TrieveClient, email: str, must_exist: bool) -> list[Invitation]:
    invitations = invitations_of(list_invitations(task, client, must_exist=must_exist), email)
    return [invitation for invitation in invitations if not invitation["used"]]


DEFINITION = Definition(
    dict(
        **USER_OPTIONS,
        **MEMBERSHIP_OPTIONS,
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with=dict.fromkeys(MANAGED, ("present",)),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
