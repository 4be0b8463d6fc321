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
  - Lists all API keys of an organization, newest first, or those that fit the filters. The keys' secrets, scopes, ends and default
    parameters cannot be read.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  name:
    description: Only keys with this name, exactly as written. Several are the generations of a rotated key.
    type: str
  role:
    description: Only keys with this role.
    type: str
    choices: [read, admin, owner]
seealso:
  - module: community.trieve.trieve_api_key
"""

EXAMPLES = r"""
- name: Which keys may change the organization?
  community.trieve.trieve_api_key_info:
    role: owner
  register: owners

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ owners.api_keys | map(attribute='name') }}"
"""

RETURN = r"""
api_keys:
  description: The keys, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The key's id. Each generation has its own.
      type: str
      sample: 2c9a5f0e-4b1d-4c3a-8b0a-6f1f3d2a7c44
    name:
      description: The name.
      type: str
      sample: website
    role:
      description: V(read), V(admin) or V(owner).
      type: str
      sample: read
    dataset_ids:
      description: The ids of the datasets that the key is for. Empty for all datasets of the organization.
      type: list
      elements: str
      sample: []
    organization_id:
      description: The id of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: When the key was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: The same time; a key is never changed.
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
      sample: https://api.trieve.ai/api/organization/api_key
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._api_key.model import ROLES, list_api_keys
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def api_key_info(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """The keys that fit all filters that were given."""
    name, role = task.params["name"], task.params["role"]
    keys = list_api_keys(task, client, must_exist=True)
    found = [key.result() for key in keys if name in (None, key.name) and role in (None, key.role)]
    return {"changed": False, "api_keys": found}


DEFINITION = Definition(
    api_key_info,
    dict(
        name=dict(type="str"),
        role=dict(type="str", choices=list(ROLES)),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
