#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_chunk_group
short_description: Manage one chunk group of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, update or delete a chunk group, which is found by its tracking ID.
  - Options that are not set keep their values. Trieve itself would clear metadata that an update leaves out.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.chunk_group
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
      - V(present) ensures that the group exists and matches.
      - V(absent) deletes the group.
    type: str
    choices: [present, absent]
    default: present
  tracking_id:
    description:
      - Tracking ID of the group within the dataset.
    type: str
    required: true
  update_chunks:
    description:
      - Whether a change of O(tag_set) also adds the new tags to the chunks of the group. The chunks keep tags that the group had before.
    type: bool
    default: false
  delete_chunks:
    description:
      - Whether O(state=absent) also deletes the chunks of the group. By default, they only leave the group.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_chunk_groups
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: Create a group for a product
  community.trieve.trieve_chunk_group:
    dataset: shop
    tracking_id: product-4711
    name: Garden chair
    description: Pages about the garden chair
    metadata:
      color: green
    tag_set: [garden, furniture]

- name: Change the tags of the group and add the new ones to its chunks
  community.trieve.trieve_chunk_group:
    dataset: shop
    tracking_id: product-4711
    tag_set: [garden, furniture, sale]
    update_chunks: true

- name: Delete the group with its chunks
  community.trieve.trieve_chunk_group:
    dataset: shop
    tracking_id: product-4711
    state: absent
    delete_chunks: true
"""

RETURN = r"""
chunk_group:
  description:
    - The group after the task, or in check mode as it would be. In check mode, C(id) is V(null) if it does not exist yet.
    - V(null) with O(state=absent).
  returned: success
  type: dict
  contains: &group
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
      sample: chunk_group
    name:
      description: The name of the object.
      type: str
      sample: product-4711
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: shop
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "name", "before": "Chair", "after": "Garden chair"}]
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

from ansible_collections.community.trieve.plugins.module_utils._chunk_group.api import find_group, find_recomposed
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.options import (
    GROUP_OPTIONS,
    MANAGED,
    check_tracking_id,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.plan import (
    change_group,
    remove_group,
    warn_of_lookalikes,
)
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create or update the group."""
    desired = parse_options(task.params)
    dataset = named_dataset(task, client)
    current = find_group(task, client, dataset, desired["tracking_id"], must_exist=True)
    if not current:
        _warn_of_lookalike(task, client, dataset, desired["tracking_id"], "so the task creates it")
    change = change_group(client, dataset, current, desired, task.params["update_chunks"])

    def read_again(result: dict[str, t.Any]) -> dict[str, t.Any]:
        if not change or change.action != "update":  # a creation is answered with the group
            return result
        with error_context("The group was updated, but could not be read afterwards.", **result):
            updated = find_group(task, client, dataset, desired["tracking_id"], must_exist=True)
        return {**result, "chunk_group": updated or result["chunk_group"]}

    return one_change("chunk_group", current, change, afterwards=read_again)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the group."""
    tracking_id = check_tracking_id(task.params["tracking_id"])
    dataset = named_dataset(task, client)
    current = find_group(task, client, dataset, tracking_id, must_exist=False)
    if not current:
        _warn_of_lookalike(task, client, dataset, tracking_id, "so the task deletes nothing")
    change = remove_group(client, dataset, current, task.params["delete_chunks"]) if current else None
    return one_change("chunk_group", None, change)


def _warn_of_lookalike(task: Task, client: TrieveClient, dataset: str, tracking_id: str, outcome: str) -> None:
    warn_of_lookalikes(task, [tracking_id], [find_recomposed(client, dataset, tracking_id)], outcome)


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        **{**GROUP_OPTIONS, "tracking_id": dict(type="str", required=True)},
        update_chunks=dict(type="bool", default=False),
        delete_chunks=dict(type="bool", default=False),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys((*MANAGED, "update_chunks"), ("present",)),
        "delete_chunks": ("absent",),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
