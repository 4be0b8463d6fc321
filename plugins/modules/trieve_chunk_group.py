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
  - Creates, changes and deletes a chunk group, which is found by its tracking id.
  - What a task does not name stays as it is. Trieve itself clears metadata that a change leaves out.
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
      - Whether the group is to be there.
    type: str
    choices: [present, absent]
    default: present
  tracking_id:
    description:
      - The tracking id of the group within the dataset.
    type: str
    required: true
  update_chunks:
    description:
      - Whether a change of O(tag_set) adds the new tags to the chunks of the group, too. Tags that the group had before stay on them.
    type: bool
    default: false
  delete_chunks:
    description:
      - Whether O(state=absent) deletes the chunks of the group, too. Otherwise they only leave the group.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_chunk_groups
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: A group for each product
  community.trieve.trieve_chunk_group:
    dataset: shop
    tracking_id: product-4711
    name: Garden chair
    metadata:
      color: green
    tag_set: [garden, furniture]

- name: The product is sold out, and its chunks go with it
  community.trieve.trieve_chunk_group:
    dataset: shop
    tracking_id: product-4711
    state: absent
    delete_chunks: true
"""

RETURN = r"""
chunk_group:
  description:
    - The group as it is, or in check mode as it would be; its C(id) is V(null) then if it does not exist yet.
    - With O(state=absent) V(null).
  returned: success
  type: dict
  contains: &group
    id:
      description: The group's id.
      type: str
      sample: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
    tracking_id:
      description: The group's tracking id, or V(null).
      type: str
      sample: product-4711
    name:
      description: The group's name.
      type: str
      sample: Garden chair
    description:
      description: What the group is for.
      type: str
      sample: ""
    metadata:
      description: What is kept with the group.
      type: dict
      sample: {"color": "green"}
    tag_set:
      description: The group's tags.
      type: list
      elements: str
      sample: [garden, furniture]
    dataset_id:
      description: The id of its dataset.
      type: str
      sample: 2a1c3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    created_at:
      description: When the group was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When the group was changed last, in UTC without a zone.
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
      sample: https://api.trieve.ai/api/chunk_group/tracking_id/product-4711
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk_group import (
    GROUP_OPTIONS,
    MANAGED,
    create_group,
    declared,
    delete_group,
    find_group,
    predicted_group,
    update_group,
    view,
    wanted,
)
from ansible_collections.community.trieve.plugins.module_utils._client import TrieveClient
from ansible_collections.community.trieve.plugins.module_utils._dataset import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._task import Definition, Task, ensure, explained, run


def ensure_chunk_group(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that the group is there as declared, or that it is not there."""
    if task.params["state"] == "absent":
        return _absent(task, client)
    return _present(task, client)


def _present(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    if task.params["delete_chunks"]:
        raise TaskFailed("delete_chunks goes with state absent only.")
    given = declared(task.params)
    dataset = named_dataset(task, client)
    current = find_group(task, client, dataset, given["tracking_id"], creates=True)

    def act() -> dict[str, t.Any]:
        if not current:
            return create_group(client, dataset, given)
        changed = update_group(client, dataset, current, given, task.params["update_chunks"])
        with explained("The group was changed, but could not be read after it.", changed=True, chunk_group=changed):
            return find_group(task, client, dataset, given["tracking_id"], creates=True) or changed

    return ensure(
        task,
        "chunk_group",
        before=view(current, given) if current else {},
        after=wanted(given) if current else {"tracking_id": given["tracking_id"], **wanted(given)},
        current=current,
        predicted=predicted_group(given, current),
        act=act,
    )


def _absent(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    refused = [name for name in MANAGED if task.params[name] is not None] + ["update_chunks"] * task.params[
        "update_chunks"
    ]
    if refused:
        raise TaskFailed(f"With state absent, {' and '.join(refused)} must not be given.")
    given = declared(task.params)
    dataset = named_dataset(task, client)
    current = find_group(task, client, dataset, given["tracking_id"], creates=False)

    def act() -> None:
        if current:
            delete_group(client, dataset, current["id"], task.params["delete_chunks"])

    return ensure(
        task,
        "chunk_group",
        before={name: current[name] for name in ("id", "tracking_id", "name")} if current else {},
        after={},
        current=None,
        predicted=None,
        act=act,
    )


DEFINITION = Definition(
    ensure_chunk_group,
    dict(
        **DATASET_OPTION,
        **{**GROUP_OPTIONS, "tracking_id": dict(type="str", required=True)},
        state=dict(type="str", choices=["present", "absent"], default="present"),
        update_chunks=dict(type="bool", default=False),
        delete_chunks=dict(type="bool", default=False),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
