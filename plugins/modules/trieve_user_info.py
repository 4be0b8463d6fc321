#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_user_info
short_description: List the members of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List all members of an organization, or those that match the filters.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  email:
    description: Only list the member with this e-mail address, which is not case-sensitive.
    type: str
  role:
    description: Only list members with this role.
    type: str
    choices: [user, admin, owner]
seealso:
  - module: community.trieve.trieve_user
"""

EXAMPLES = r"""
- name: List the owners of the organization
  community.trieve.trieve_user_info:
    role: owner
  register: owners

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ owners.users | map(attribute='email') }}"

- name: Look up one member
  community.trieve.trieve_user_info:
    email: jo@example.com
  register: jo
"""

RETURN = r"""
users:
  description: The members. Empty if none matches.
  returned: success
  type: list
  elements: dict
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
      sample: https://trieve.example.com/api/organization/users/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._user.api import list_members
from ansible_collections.community.trieve.plugins.module_utils._user.model import same_address
from ansible_collections.community.trieve.plugins.module_utils._user.options import ROLES
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def read_users(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the members that match all given filters."""
    email, role = task.params["email"], task.params["role"]
    users = [
        member
        for member in list_members(task, client, must_exist=True)
        if (email is None or same_address(email, member["email"])) and role in (None, member["role"])
    ]
    return {"changed": False, "users": users}


DEFINITION = Definition(
    dict(
        email=dict(type="str"),
        role=dict(type="str", choices=list(ROLES)),
    ),
    planner=read_users,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
