#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_api_key_info
short_description: List the API keys of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List the API keys of an organization, newest first, optionally by name or role. The secrets, scopes, expiry times and default
    parameters of keys cannot be read.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  name:
    description: Return only keys with this name, exactly as written. Several keys with the same name are the generations of a rotated key.
    type: str
  role:
    description: Return only keys with this role.
    type: str
    choices: [read, admin, owner]
seealso:
  - module: community.trieve.trieve_api_key
"""

EXAMPLES = r"""
- name: List the keys that can change the organization
  community.trieve.trieve_api_key_info:
    role: owner
  register: owners

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ owners.api_keys | map(attribute='name') }}"

- name: List the generations of a key
  community.trieve.trieve_api_key_info:
    name: importer
"""

RETURN = r"""
api_keys:
  description: The keys, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the key. Each generation has its own.
      type: str
      sample: 2c9a5f0e-4b1d-4c3a-8b0a-6f1f3d2a7c44
    name:
      description: Name of the key.
      type: str
      sample: website
    role:
      description: Role of the key, V(read), V(admin) or V(owner).
      type: str
      sample: read
    dataset_ids:
      description: IDs of the datasets that the key is limited to. Empty for all datasets of the organization.
      type: list
      elements: str
      sample: []
    organization_id:
      description: ID of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: Creation time, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: The same time, since a key never changes.
      type: str
      sample: "2025-09-12T08:15:30.123456"
error:
  description: The server's answer, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's message.
      type: str
      sample: Unauthorized
    method:
      description: Method of the request.
      type: str
      sample: GET
    url:
      description: URL of the request.
      type: str
      sample: https://api.trieve.ai/api/organization/api_key
    status:
      description: HTTP status, or V(null) if there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._api_key.api import list_api_keys
from ansible_collections.community.trieve.plugins.module_utils._api_key.options import ROLES
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def read_api_keys(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the keys that match all filters that are set."""
    name, role = task.params["name"], task.params["role"]
    keys = list_api_keys(task, client, must_exist=True)
    found = [key for key in keys if name in (None, key["name"]) and role in (None, key["role"])]
    return {"changed": False, "api_keys": found}


DEFINITION = Definition(
    dict(
        name=dict(type="str"),
        role=dict(type="str", choices=list(ROLES)),
    ),
    planner=read_api_keys,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
