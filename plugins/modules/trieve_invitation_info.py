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
  - Lists all invitations to an organization, or those that fit the filters.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  email:
    description: Only invitations of this e-mail address, whose case does not matter.
    type: str
  used:
    description: Only invitations that were accepted, or only those that were not.
    type: bool
seealso:
  - module: community.trieve.trieve_invitation
"""

EXAMPLES = r"""
- name: Who has not answered yet?
  community.trieve.trieve_invitation_info:
    used: false
  register: open_invitations

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ open_invitations.invitations | map(attribute='email') }}"
"""

RETURN = r"""
invitations:
  description: The invitations.
  returned: success
  type: list
  elements: dict
  contains:
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
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Unauthorized
    method:
      description: The request's verb.
      type: str
      sample: GET
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/invitations/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import list_invitations
from ansible_collections.community.trieve.plugins.module_utils._user.model import same_address
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def invitation_info(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """The invitations that fit all filters that were given."""
    email, used = task.params["email"], task.params["used"]
    found = [
        invitation.result()
        for invitation in list_invitations(task, client, must_exist=True)
        if (email is None or same_address(email, invitation.email)) and used in (None, invitation.used)
    ]
    return {"changed": False, "invitations": found}


DEFINITION = Definition(
    invitation_info,
    dict(
        email=dict(type="str"),
        used=dict(type="bool"),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
