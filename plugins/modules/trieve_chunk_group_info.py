#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_chunk_group_info
short_description: List the chunk groups of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Read one chunk group by its tracking ID, or list all groups of a dataset.
  - Trieve lists ten groups at a time, so a list takes one request for every ten groups.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  tracking_id:
    description: Only read the group with this tracking ID.
    type: str
seealso:
  - module: community.trieve.trieve_chunk_group
"""

EXAMPLES = r"""
- name: List all groups
  community.trieve.trieve_chunk_group_info:
    dataset: shop
  register: all_groups

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ all_groups.chunk_groups | map(attribute='name') }}"

- name: Read one group
  community.trieve.trieve_chunk_group_info:
    dataset: shop
    tracking_id: product-4711
  register: chair
"""

RETURN = r"""
chunk_groups:
  description:
    - The groups in the order of their tracking IDs. Those without one come last, the oldest first.
    - Empty if no group has the given tracking ID.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the group.
      type: str
      sample: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
    tracking_id:
      description: The tracking ID of the group, or V(null).
      type: str
      sample: product-4711
    name:
      description: The name of the group.
      type: str
      sample: Garden chair
    description:
      description: The description of the group.
      type: str
      sample: ""
    metadata:
      description: The metadata of the group.
      type: dict
      sample: {"color": "green"}
    tag_set:
      description: The tags of the group.
      type: list
      elements: str
      sample: [garden, furniture]
    file_id:
      description: The ID of the uploaded file that the group belongs to, or V(null).
      type: str
      sample: null
    dataset_id:
      description: The ID of its dataset.
      type: str
      sample: 2a1c3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    created_at:
      description: When the group was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When the group was last updated, in UTC without a zone.
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
      sample: https://trieve.example.com/api/chunk_group/tracking_id/product-4711
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk_group.api import find_group, list_groups
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.options import check_tracking_id
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def read_groups(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read all groups of the dataset, or the one with a tracking ID."""
    tracking_id = task.params["tracking_id"]
    dataset = named_dataset(task, client)
    if tracking_id is None:
        groups = list_groups(task, client, dataset, must_exist=True)
    else:
        found = find_group(task, client, dataset, check_tracking_id(tracking_id), must_exist=True)
        groups = [found] if found else []
    return {"changed": False, "chunk_groups": groups}


DEFINITION = Definition(dict(**DATASET_OPTION, tracking_id=dict(type="str")), planner=read_groups)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
