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
  - Brings the chunk groups of a dataset to what a list says, in one task, on several connections at a time.
  - Each entry of the list is compared and changed as M(community.trieve.trieve_chunk_group) does it.
  - Trieve lists ten groups at a time, so reading them takes a request for every ten.
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
      - V(present) makes sure that there are the groups of O(chunk_groups), and with O(prune=true) no others.
      - V(absent) deletes the groups of O(tracking_ids).
    type: str
    choices: [present, absent]
    default: present
  chunk_groups:
    description:
      - The groups that are to be there. Required with O(state=present).
      - Options that an entry does not name keep their values.
    type: list
    elements: dict
    suboptions:
      tracking_id:
        description:
          - The tracking id of the group within the dataset. Every entry needs one.
        type: str
      name:
        description:
          - The name of the group. A new group without one has an empty name.
        type: str
      description:
        description:
          - What the group is for.
        type: str
      metadata:
        description:
          - Whatever is to be kept with the group. It is compared and replaced as a whole; V({}) clears it.
        type: dict
      tag_set:
        description:
          - The tags of the group. The order does not matter; an empty list clears them.
        type: list
        elements: str
  prune:
    description:
      - Whether groups that O(chunk_groups) does not name are deleted.
      - Groups without a tracking id, such as an upload of a file may leave, are never pruned.
    type: bool
    default: false
  prune_tracking_ids:
    description:
      - Patterns of tracking ids with V(*), V(?) and V([...]), as a shell knows them. Only groups of such tracking ids are pruned.
      - Needs O(prune=true). Without it every group with a tracking id may be pruned.
    type: list
    elements: str
  allow_empty:
    description:
      - Whether O(chunk_groups) may be empty together with O(prune=true). Otherwise that is refused, since a variable that came out
        empty must not wipe a dataset.
    type: bool
    default: false
  max_deletions:
    description:
      - Most groups that may be deleted, as a number such as V(10), or as a percentage of the groups in scope such as V(25%).
        If there are more, the task fails before it writes anything.
      - In scope are the groups that may be pruned, and with O(state=absent) all groups of the dataset.
    type: str
  tracking_ids:
    description:
      - The tracking ids of groups to delete. Only with O(state=absent).
    type: list
    elements: str
  update_chunks:
    description:
      - Whether a change of a group's tags adds the new ones to its chunks, too. Tags that the group had before stay on them.
      - Only with O(state=present).
    type: bool
    default: false
  delete_chunks:
    description:
      - Whether the chunks of a deleted group are deleted, too. Otherwise they only leave the group.
      - Only with O(prune=true) or O(state=absent).
    type: bool
    default: false
  concurrency:
    description:
      - How many requests are under way at a time, each on a connection of its own. At most 32.
    type: int
    default: 8
notes:
  - If some of the changes cannot be made, the others are made and reported, and the next run does the rest. Where the server is gone
    or refuses the key, nothing more is tried after the first failure.
seealso:
  - module: community.trieve.trieve_chunk_group
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: A group for each product, and no others of the shop
  community.trieve.trieve_chunk_groups:
    dataset: shop
    chunk_groups:
      - tracking_id: product-4711
        name: Garden chair
        tag_set: [garden]
      - tracking_id: product-4712
        name: Garden table
        tag_set: [garden]
    prune: true
    prune_tracking_ids:
      - product-*
    max_deletions: 10
"""

RETURN = r"""
chunk_groups:
  description:
    - The groups of the dataset after the task, or in check mode as they would be - first those of the list, in its order.
    - After a failure, as far as they are known.
  returned: success
  type: list
  elements: dict
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
created:
  description: The groups that were created, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *group
updated:
  description: The groups that were changed, or in check mode would be.
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
  description: How many groups of the list were as asked; with O(state=absent) how many groups stay.
  returned: success, and failure after a change
  type: int
  sample: 998
failures:
  description: What could not be done.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    chunk_group:
      description: The tracking id of the group.
      type: str
      sample: product-4711
    msg:
      description: What happened.
      type: str
    error:
      description: What the server answered, as RV(error).
      type: dict
not_tried:
  description: The tracking ids of what was not begun.
  returned: failure of a change
  type: list
  elements: str
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
    Given,
    create_group,
    declared,
    delete_group,
    given_tracking_id,
    list_groups,
    predicted_group,
    update_group,
    view,
    wanted,
)
from ansible_collections.community.trieve.plugins.module_utils._client import TrieveClient
from ansible_collections.community.trieve.plugins.module_utils._dataset import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._list_work import Kind, ListStep, Outcome, work_off
from ansible_collections.community.trieve.plugins.module_utils._prune import (
    PRUNE_OPTIONS,
    check_deletions,
    check_list,
    in_scope,
)
from ansible_collections.community.trieve.plugins.module_utils._task import Definition, Task, located, run

Group = dict[str, t.Any]


class Step(ListStep):
    """One group and what it is to become.

    :param given: the entry that declares it, None for a group that is to go
    :param current: the group that is there, None for one that is to come
    """

    def __init__(self, given: Given | None, current: Group | None) -> None:
        self.given: Given = given or {}
        shown = {name: current[name] for name in ("id", "name")} if current else {}
        super().__init__(
            name=self.given.get("tracking_id") or (current or {})["tracking_id"],
            held=current,
            declared=given is not None,
            before=(view(current, given) if given else shown) if current else {},
            after=wanted(self.given),
        )


def ensure_chunk_groups(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that the dataset has the groups that are declared, or has not those that are to go."""
    params = task.params
    check_list(params, "chunk_groups", "prune_tracking_ids", ("tracking_ids",))
    if params["state"] == "absent":
        return _absent(task, client)
    return _present(task, client)


def _present(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    params = task.params
    if params["delete_chunks"] and not params["prune"]:
        raise TaskFailed("delete_chunks goes with state absent or prune: true only; nothing else deletes a group.")
    entries = _entries(params["chunk_groups"])
    dataset = named_dataset(task, client)
    groups = list_groups(task, client, dataset, creates=True)
    known = {group["tracking_id"]: group for group in groups if group["tracking_id"]}
    scope = [group for name, group in known.items() if in_scope(name, params["prune_tracking_ids"])]
    going = [group for group in scope if params["prune"] and group["tracking_id"] not in entries]
    check_deletions(params["max_deletions"], len(going), len(scope), "groups")
    steps = [Step(given, known.get(tracking_id)) for tracking_id, given in entries.items()]
    staying = [group for group in groups if group["tracking_id"] not in entries and group not in going]
    return _carry_out(task, client, dataset, [*steps, *(Step(None, group) for group in going)], staying)


def _entries(groups: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, Given]:
    """The entries of the list by their tracking ids, each checked."""
    entries: dict[str, Given] = {}
    for number, options in enumerate(groups):
        with located(f"chunk_groups[{number}]"):
            given = declared(options)
            if given["tracking_id"] in entries:
                raise TaskFailed(f"tracking_id {given['tracking_id']!r} is declared twice.")
        entries[given["tracking_id"]] = given
    return entries


def _absent(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    if task.params["update_chunks"]:
        raise TaskFailed("With state absent, update_chunks must not be given.")
    wanted_gone = set()
    for number, tracking_id in enumerate(task.params["tracking_ids"]):
        with located(f"tracking_ids[{number}]"):
            wanted_gone.add(given_tracking_id(tracking_id))
    dataset = named_dataset(task, client)
    groups = list_groups(task, client, dataset, creates=False)
    going = [group for group in groups if group["tracking_id"] in wanted_gone]
    check_deletions(task.params["max_deletions"], len(going), len(groups), "groups")
    staying = [group for group in groups if group["tracking_id"] not in wanted_gone]
    return _carry_out(task, client, dataset, [Step(None, group) for group in going], staying, len(staying))


def _carry_out(
    task: Task,
    client: TrieveClient,
    dataset: str,
    steps: list[Step],
    staying: list[Group],
    unchanged: int | None = None,
) -> dict[str, t.Any]:
    params = task.params

    def make(step: Step, outcome: Outcome[Step]) -> None:
        if step.held:
            group = update_group(client, dataset, step.held, step.given, params["update_chunks"])
        else:
            group = create_group(client, dataset, step.given)
        outcome.note(step, group)

    def remove(step: Step) -> None:
        delete_group(client, dataset, (step.held or {})["id"], params["delete_chunks"])

    kind = Kind("chunk_group", "chunk groups", lambda step: predicted_group(step.given, step.held), make, remove)
    return work_off(task, kind, steps, staying, unchanged)


DEFINITION = Definition(
    ensure_chunk_groups,
    dict(
        **DATASET_OPTION,
        state=dict(type="str", choices=["present", "absent"], default="present"),
        chunk_groups=dict(type="list", elements="dict", options=GROUP_OPTIONS),
        **PRUNE_OPTIONS,
        prune_tracking_ids=dict(type="list", elements="str"),
        tracking_ids=dict(type="list", elements="str"),
        update_chunks=dict(type="bool", default=False),
        delete_chunks=dict(type="bool", default=False),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
