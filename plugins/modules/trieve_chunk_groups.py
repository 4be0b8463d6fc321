#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_chunk_groups
short_description: Manage the chunk groups of a Trieve dataset as one list
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, update and delete the chunk groups of a dataset to match a list, in one task, on several connections.
  - Each entry of the list is compared and changed as by M(community.trieve.trieve_chunk_group).
  - Trieve lists ten groups at a time, so reading them takes one request for every ten groups.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
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
      - V(present) ensures that the groups of O(chunk_groups) exist and match, and with O(prune=true) that there are no others.
      - V(absent) deletes the groups of O(tracking_ids).
    type: str
    choices: [present, absent]
    default: present
  chunk_groups:
    description:
      - The groups. Required with O(state=present).
      - Options that are not set in an entry keep their values.
    type: list
    elements: dict
    suboptions:
      tracking_id:
        description:
          - Tracking ID of the group within the dataset. Required in every entry.
        type: str
      name:
        description:
          - Name of the group. A new group without one has an empty name.
        type: str
      description:
        description:
          - Description of the group.
        type: str
      metadata:
        description:
          - Any data to store with the group. It is compared and replaced as a whole. V({}) clears it.
        type: dict
      tag_set:
        description:
          - Tags of the group. The order does not matter. An empty list clears them.
        type: list
        elements: str
  prune:
    description:
      - Whether to delete groups that are not declared in O(chunk_groups).
      - Groups without a tracking ID, such as those that a file upload may leave, are never pruned.
      - Groups that crawls or uploaded files made are not pruned either, since the next crawl would create them again. RV(left_alone) counts
        them. A group is of a file if it has C(file_id). It is of a crawl if it has nothing but a name that equals its tracking ID, and chunks
        with the tracking IDs, links and metadata that only a crawl writes.
      - A group with nothing but such a name and without chunks may be waiting for the chunks of a crawl, so in a dataset with crawls, it is not
        pruned until it is a day old.
      - To recognize them, the task sends a few requests for every 500 undeclared groups that have nothing but a name. It sends one more for
        each group in which they find no page of a crawl, or two if the group has ten chunks or more, and one for the list of crawls if there
        is a new group without chunks. It sends at most three requests for each group, and none if there are no such groups.
    type: bool
    default: false
  prune_tracking_ids:
    description:
      - Shell patterns of tracking IDs, with V(*), V(?) and V([...]). Only groups whose tracking IDs match are pruned.
      - Requires O(prune=true). By default, every group with a tracking ID may be pruned.
    type: list
    elements: str
  allow_empty:
    description:
      - Whether O(chunk_groups) may be empty with O(prune=true). By default, this is refused, so that an accidentally empty variable does
        not delete all groups of a dataset.
    type: bool
    default: false
  max_deletions:
    description:
      - Maximum number of groups that may be deleted, such as V(10), or a percentage of the groups in scope, such as V(25%). If there
        are more, the task fails before it changes anything.
      - In scope are the groups that may be pruned, and with O(state=absent) all groups of the dataset.
    type: str
  tracking_ids:
    description:
      - Tracking IDs of the groups to delete. Required with O(state=absent).
    type: list
    elements: str
  update_chunks:
    description:
      - Whether a change of a group's tags also adds the new tags to its chunks. The chunks keep tags that the group had before.
      - Only with O(state=present).
    type: bool
    default: false
  delete_chunks:
    description:
      - Whether to also delete the chunks of a deleted group. By default, they only leave the group.
      - Only with O(prune=true) or O(state=absent).
    type: bool
    default: false
  concurrency:
    description:
      - Number of concurrent requests, each on a connection of its own. At most 32.
    type: int
    default: 8
notes:
  - If some of the changes fail, the others are made and reported, and the next run does the rest. If the server cannot be reached or
    refuses the key, nothing more is tried after the first failure.
seealso:
  - module: community.trieve.trieve_chunk_group
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: Declare a group for each product, and delete all other groups of products
  community.trieve.trieve_chunk_groups:
    dataset: shop
    chunk_groups:
      - tracking_id: product-4711
        name: Garden chair
        description: Pages about the garden chair
        metadata:
          color: green
        tag_set: [garden]
      - tracking_id: product-4712
        name: Garden table
        tag_set: [garden]
    prune: true
    prune_tracking_ids:
      - product-*
    max_deletions: 10
    update_chunks: true

- name: Declare groups from a variable that may be empty
  community.trieve.trieve_chunk_groups:
    dataset: shop
    chunk_groups: "{{ shop_groups }}"
    prune: true
    allow_empty: true
    concurrency: 16

- name: Delete two groups with their chunks
  community.trieve.trieve_chunk_groups:
    dataset: shop
    state: absent
    tracking_ids:
      - product-4711
      - product-4712
    delete_chunks: true
"""

RETURN = r"""
chunk_groups:
  description:
    - The groups of the dataset after the task, or in check mode as they would be. Those of the list come first, in its order.
    - After a failure, as far as they are known.
  returned: success
  type: list
  elements: dict
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
created:
  description: The groups that were created, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *group
updated:
  description: The groups that were updated, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *group
deleted:
  description: The groups that were deleted, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *group
unchanged:
  description: Number of groups of the list that matched already. With O(state=absent), number of groups that are not deleted.
  returned: success, and failure after a change
  type: int
  sample: 998
left_alone:
  description: Numbers of undeclared groups that O(prune=true) does not delete because of their origin. Empty if there are none.
  returned: success, with O(state=present)
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the objects, V(chunk_group).
      type: str
      sample: chunk_group
    dataset:
      description: The dataset, as the task names it.
      type: str
      sample: shop
    crawls:
      description: Number of groups that crawls made.
      type: int
      sample: 12
    files:
      description: Number of groups that uploaded files made.
      type: int
      sample: 3
    unknown:
      description:
        - Number of groups whose origin cannot be told yet, since they have no chunks and are less than a day old in a dataset with crawls, or
          since the API key cannot read chunks.
      type: int
      sample: 0
failures:
  description: The changes that failed.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    chunk_group:
      description: The tracking ID of the group.
      type: str
      sample: product-4711
    msg:
      description: What happened.
      type: str
      sample: "POST https://trieve.example.com/api/chunk_group: HTTP 500: Internal Server Error."
    error:
      description: Trieve's response, as RV(error).
      type: dict
      sample: {"message": "Internal Server Error", "method": "POST", "url": "https://trieve.example.com/api/chunk_group", "status": 500}
not_tried:
  description: The tracking IDs of the changes that were not begun.
  returned: failure of a change
  type: list
  elements: str
  sample: [product-4712, product-4713]
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
  sample: {"update": 1, "unchanged": 998}
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


from ansible_collections.community.trieve.plugins.module_utils._chunk_group.api import list_groups
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.options import (
    GROUP_OPTIONS,
    required_tracking_id,
)
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.origin import left_alone, origins
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.plan import (
    compare_list,
    parse_list,
    remove_group,
    warn_of_lookalikes,
)
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import (
    PRUNE_OPTIONS,
    check_deletions,
    check_list,
    in_scope,
    list_plan,
)
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, error_at, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create and update the declared groups; with C(prune), delete the others."""
    params = task.params
    check_list(params, "chunk_groups", "prune_tracking_ids")
    if params["delete_chunks"] and not params["prune"]:
        raise TaskFailed("delete_chunks needs prune: true or state: absent. Nothing else deletes a group.")
    entries = parse_list(params["chunk_groups"])
    dataset = named_dataset(task, client)
    groups = list_groups(task, client, dataset, must_exist=True)
    scope = [
        group
        for group in groups
        if group["tracking_id"] and in_scope(group["tracking_id"], params["prune_tracking_ids"])
    ]
    others = [group for group in scope if params["prune"] and group["tracking_id"] not in entries]
    made = origins(task, client, {dataset: others}, params["concurrency"])
    scope = [group for group in scope if group["id"] not in made]
    ids = {group["id"] for group in scope if params["prune"]}
    compared = compare_list(
        task, client, dataset, groups, entries, lambda group: group["id"] in ids, params["update_chunks"]
    )
    check_deletions(params["max_deletions"], len(compared.to_delete), len(scope), "groups")
    deleted = [(group, remove_group(client, dataset, group, params["delete_chunks"])) for group in compared.to_delete]
    more = {"left_alone": left_alone(dataset, others, made)}
    return list_plan("chunk_groups", [*compared.declared, *deleted], compared.to_keep, params["concurrency"], more=more)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the named groups."""
    params = task.params
    check_list(params, "tracking_ids")
    named = set()
    for number, tracking_id in enumerate(params["tracking_ids"]):
        with error_at(f"tracking_ids[{number}]"):
            named.add(required_tracking_id(tracking_id))
    dataset = named_dataset(task, client)
    groups = list_groups(task, client, dataset, must_exist=False)
    to_delete = [group for group in groups if group["tracking_id"] in named]
    to_keep = [group for group in groups if group["tracking_id"] not in named]
    missing = named - {group["tracking_id"] for group in to_delete}
    warn_of_lookalikes(task, sorted(missing), to_keep, "so the task does not delete it")
    check_deletions(params["max_deletions"], len(to_delete), len(groups), "groups")
    deleted = [(group, remove_group(client, dataset, group, params["delete_chunks"])) for group in to_delete]
    return list_plan("chunk_groups", deleted, to_keep, params["concurrency"], unchanged=len(to_keep))


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        chunk_groups=dict(type="list", elements="dict", options=GROUP_OPTIONS),
        **PRUNE_OPTIONS,
        prune_tracking_ids=dict(type="list", elements="str"),
        tracking_ids=dict(type="list", elements="str"),
        update_chunks=dict(type="bool", default=False),
        delete_chunks=dict(type="bool", default=False),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(("chunk_groups", "prune", "prune_tracking_ids", "allow_empty", "update_chunks"), ("present",)),
        "tracking_ids": ("absent",),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
