#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_invitation_info
short_description: List the invitations to a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List all invitations to an organization, or those that match the filters.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  email:
    description: Only list invitations of this e-mail address, which is not case-sensitive.
    type: str
  used:
    description: Whether to list only accepted invitations, or only open ones. By default, both are listed.
    type: bool
seealso:
  - module: community.trieve.trieve_invitation
"""

EXAMPLES = r"""
- name: List the open invitations
  community.trieve.trieve_invitation_info:
    used: false
  register: open_invitations

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ open_invitations.invitations | map(attribute='email') }}"

- name: Look up the invitation of one person
  community.trieve.trieve_invitation_info:
    email: jo@example.com
  register: jo
"""

RETURN = r"""
invitations:
  description: The invitations. Empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
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
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Unauthorized
    method:
      description: The HTTP method of the request.
      type: str
      sample: GET
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/invitations/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._invitation.api import list_invitations
from ansible_collections.community.trieve.plugins.module_utils._user.model import same_address
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def read_invitations(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the invitations that match all given filters."""
    email, used = task.params["email"], task.params["used"]
    invitations = [
        invitation
        for invitation in list_invitations(task, client, must_exist=True)
        if (email is None or same_address(email, invitation["email"])) and used in (None, invitation["used"])
    ]
    return {"changed": False, "invitations": invitations}


DEFINITION = Definition(
    dict(
        email=dict(type="str"),
        used=dict(type="bool"),
    ),
    planner=read_invitations,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
