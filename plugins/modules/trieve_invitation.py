#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_invitation
short_description: Invite a person to a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Invite a person by e-mail, or delete an invitation.
  - An invitation is found by the e-mail address, which is not case-sensitive. A member is not invited. To manage the role and the scopes
    of a member, use M(community.trieve.trieve_user).
  - A person who has an account on the server becomes a member at once. A preview cannot know that, and shows an invitation.
  - Anybody else becomes a member by accepting the invitation. Until then, M(community.trieve.trieve_user) does not find the member. To
    declare both in one play, set O(community.trieve.trieve_user#module:pending=ok) there.
  - Trieve cannot change an invitation. If O(role) or O(scopes) differ, the old invitation is deleted and the person is invited again,
    with another mail.
  - If Trieve stores the invitation but cannot send the mail, the task is changed and warns. The next run finds the invitation and sends
    nothing, so delete the invitation first to have the mail sent again.
  - An accepted invitation counts as one. Trieve does not invite the person again until it is deleted with O(state=absent).
  - Trieve deletes any organization's invitation by its ID, so the module only deletes invitations that it found in the list of the
    organization.
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
      - V(present) ensures that the person is a member or is invited.
      - V(absent) deletes all invitations of the address, including accepted ones. A member stays a member. No other option can be set.
    type: str
    choices: [present, absent]
    default: present
  email:
    description:
      - E-mail address of the person.
      - Trieve accepts some addresses whose mail ends the server process. The module refuses them.
    type: str
    required: true
  role:
    description:
      - Role that the person gets. Required to invite somebody. V(user) can read, V(admin) can also manage the contents of datasets,
        crawls, API keys and members, and V(owner) can also manage datasets and the organization.
      - Trieve does not grant a role above the caller's.
    type: str
    choices: [user, admin, owner]
  scopes:
    description:
      - API calls that the person will be limited to, such as V(GET /api/chunk/{chunk_id}). The order does not matter.
      - Trieve treats each scope as a pattern that may match anywhere, and grants the rights of an owner in a call that matches. An empty
        list is refused, since it would forbid everything.
    type: list
    elements: str
  app_url:
    description:
      - URL of the application in which the person signs up, such as V(https://dashboard.example.com). Required to invite somebody.
      - It cannot be read, so it is never compared.
    type: str
  redirect_uri:
    description:
      - URL that the person is sent to after signing up. Required to invite somebody.
      - It cannot be read, so it is never compared.
    type: str
seealso:
  - module: community.trieve.trieve_invitation_info
  - module: community.trieve.trieve_user
"""

EXAMPLES = r"""
- name: Invite Jo to manage the crawls
  community.trieve.trieve_invitation:
    email: jo@example.com
    role: admin
    app_url: https://dashboard.example.com
    redirect_uri: https://dashboard.example.com

- name: Invite a person who can only search
  community.trieve.trieve_invitation:
    email: sam@example.com
    role: user
    scopes:
      - POST /api/chunk/search
    app_url: https://dashboard.example.com
    redirect_uri: https://dashboard.example.com

- name: Delete an invitation
  community.trieve.trieve_invitation:
    email: kim@example.com
    state: absent
"""

RETURN = r"""
invitation:
  description:
    - The invitation after the task, or in check mode as it would be. In check mode, C(id) is V(null) if it does not exist yet.
    - V(null) if the person is a member and there is no invitation.
  returned: success and O(state=present)
  type: dict
  contains: &invitation
    id:
      description: The ID of the invitation.
      type: str
      sample: 0f4a6a7e-5f0e-4c37-b8a5-3b2f6ad5c1d0
    email:
      description: The e-mail address.
      type: str
      sample: jo@example.com
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
      description: Whether the person has accepted.
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
user:
  description: The person as a member, or V(null) if not a member yet.
  returned: success and O(state=present)
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
invitations:
  description: The invitations that were deleted, or in check mode would be. Empty if there was none.
  returned: O(state=absent)
  type: list
  elements: dict
  contains: *invitation
failures:
  description: The invitations that could not be deleted, if there were several.
  returned: failure of a deletion
  type: list
  elements: dict
  contains:
    invitation:
      description: The e-mail address of the invitation.
      type: str
      sample: jo@example.com
    msg:
      description: What happened.
      type: str
      sample: Invitation 0f4a6a7e-5f0e-4c37-b8a5-3b2f6ad5c1d0 could not be deleted.
    error:
      description: Trieve's response, as RV(error).
      type: dict
      sample:
        message: Internal Server Error
        method: DELETE
        url: https://trieve.example.com/api/invitation/0f4a6a7e-5f0e-4c37-b8a5-3b2f6ad5c1d0
        status: 500
not_tried:
  description: The e-mail addresses of the invitations that were not tried, if there were several.
  returned: failure of a deletion
  type: list
  elements: str
  sample: []
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, such as V(create), V(update) or V(delete).
      type: str
      sample: invite
    kind:
      description: The kind of the object.
      type: str
      sample: invitation
    name:
      description: The name of the object.
      type: str
      sample: jo@example.com
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: null
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "role", "before": null, "after": "admin"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"invite": 1, "unchanged": 0}
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Can not invite user with higher role than yours
    method:
      description: The HTTP method of the request.
      type: str
      sample: POST
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/invitation
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._invitation.api import list_invitations
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import (
    invitations_of,
    matches,
)
from ansible_collections.community.trieve.plugins.module_utils._invitation.options import (
    INVITATION_OPTIONS,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._invitation.plan import (
    Invited,
    invite,
    remove_invitation,
    warn_of_former_member,
)
from ansible_collections.community.trieve.plugins.module_utils._user.api import list_members
from ansible_collections.community.trieve.plugins.module_utils._user.model import find_member
from ansible_collections.community.trieve.plugins.module_utils._user.options import check_email
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Invite the person, unless the person is a member or is invited already."""
    desired = parse_options(task.params)
    member = find_member(list_members(task, client, must_exist=True), desired["email"])
    existing = invitations_of(list_invitations(task, client, must_exist=True), desired["email"])
    if not member:
        warn_of_former_member(task, desired["email"], existing)
    matching = [invitation for invitation in existing if matches(invitation, desired)]
    current = Invited(next(iter(matching or existing), None), member)
    change = None if member else invite(task, client, existing, desired)
    return Plan(
        [change] if change else [],
        lambda: _result(change, current),
        unchanged=0 if change else 1,
        one=True,
    )


def _result(change: Change | None, current: Invited) -> dict[str, t.Any]:
    outcome = change.value if change and change.value else current
    return {"invitation": outcome.invitation, "user": outcome.member}


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete all invitations of the address."""
    email = check_email(task.params["email"])
    existing = invitations_of(list_invitations(task, client, must_exist=False), email)
    changes = [remove_invitation(client, invitation) for invitation in existing]
    return Plan(
        changes,
        lambda: {"invitations": [change.value for change in changes if change.state == "done"]},
        unchanged=0 if changes else 1,
        one=len(changes) == 1,
    )


DEFINITION = Definition(
    INVITATION_OPTIONS,
    states={"present": plan_present, "absent": plan_absent},
    only_with=dict.fromkeys((name for name in INVITATION_OPTIONS if name != "email"), ("present",)),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
