#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_dataset_swap
short_description: Give the tracking ID of a Trieve dataset to another dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Let another dataset take the place of the one that clients use, by swapping tracking IDs. Clients that use the tracking ID find
    the new dataset without any change, and the old dataset is kept under another tracking ID, so the swap can be undone in the same way.
  - This takes two updates, because a tracking ID is unique in its organization. Between them, which is usually a few milliseconds, no
    dataset has the tracking ID, and Trieve answers requests with it with 404 C(Could not find dataset). RV(gap) is the time that it took.
  - Anything that can be refused is refused before the first update. If the second update fails, the old dataset gets its tracking ID back.
  - If a run was killed between the updates, run the task again. It finds that no dataset has the tracking ID, and sends the second update.
  - The playbooks C(community.trieve.rollout) and C(community.trieve.rollback) use the module after they have filled and verified the new
    dataset.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details:
      - If something would change, the preview fails if the API key certainly lacks the owner role, which all changes require.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  tracking_id:
    description: Tracking ID that clients use, such as V(docs).
    type: str
    required: true
  replacement:
    description:
      - Tracking ID or ID of the dataset that gets O(tracking_id). It must be a dataset of the organization.
      - If it does not exist, the swap counts as made if a dataset has O(previous_tracking_id), or if the dataset with O(tracking_id) has the
        name O(replacement_name). Otherwise the task fails. In check mode, a tracking ID is taken for a dataset that an earlier task would
        create and fill.
    type: str
    required: true
  replacement_name:
    description:
      - Name of the replacement. If it has another name, the task fails.
      - With a name that only this replacement has, the task still knows that the swap was made after the previous dataset has been deleted.
    type: str
  previous_tracking_id:
    description:
      - Tracking ID that the dataset with O(tracking_id) gets. No other dataset must have it.
      - Choose another one for each swap, for example with a version, since a dataset that has it shows that the swap was begun.
    type: str
    required: true
  min_chunks:
    description:
      - Number of chunks that the replacement must have. Otherwise the task fails. By default, an empty dataset is refused.
    type: int
    default: 1
  scoped_keys:
    description:
      - What to do if API keys are limited to one of the two datasets. Trieve limits a key by the ID of a dataset, so it does not follow the
        tracking ID. RV(scoped_keys) lists such keys.
      - V(warn) names them in a warning, V(fail) fails before the first update if any key would lose access, and V(ignore) does not read the keys.
    type: str
    choices: [warn, fail, ignore]
    default: warn
  stop_tokens:
    description:
      - Stop tokens to write to both datasets. Trieve does not return them and loses them in every update, so each dataset whose tracking ID
        changes loses them without this option. The task warns of that.
    type: list
    elements: str
notes:
  - Only the tracking IDs change. Each dataset keeps its ID, name, configuration, crawls and chunks. Clients that use an ID keep using the same dataset.
  - A dataset whose O(community.trieve.trieve_dataset#module:distance_metric) is not V(cosine) is refused, because Trieve loses the metric in
    every update.
  - The crawls of the previous dataset stay with it. Those with an interval keep running until they or the dataset are deleted.
seealso:
  - module: community.trieve.trieve_dataset
  - module: community.trieve.trieve_search_test
"""

EXAMPLES = r"""
- name: Let the new documentation take the place of the old one
  community.trieve.trieve_dataset_swap:
    tracking_id: docs
    replacement: docs-2026-11
    replacement_name: Documentation 2026-11
    previous_tracking_id: docs-before-2026-11
    min_chunks: 1
    scoped_keys: fail
  register: swapped

- name: Show how long no dataset had the tracking ID
  ansible.builtin.debug:
    msg: "{{ swapped.gap }} s"

- name: Undo it
  community.trieve.trieve_dataset_swap:
    tracking_id: docs
    replacement: docs-before-2026-11
    previous_tracking_id: docs-2026-11
    stop_tokens: ["###"]
"""

RETURN = r"""
stage:
  description:
    - How far the swap was before the task. V(not_started), V(interrupted) if no dataset had the tracking ID, or V(finished).
  returned: success
  type: str
  sample: not_started
dataset:
  description:
    - Dataset that has O(tracking_id) after the task. V(null) in check mode if no dataset has it yet, and after a failure if none has it.
    - In check mode, its C(id) is V(null) if it does not exist yet.
  returned: success, and failure between the updates
  type: dict
  contains: &dataset
    id:
      description: ID of the dataset.
      type: str
      sample: 2b4f6c1a-7d3e-4a58-8f90-1c2d3e4f5a6b
    name:
      description: Name of the dataset.
      type: str
      sample: Documentation 2026-11
    tracking_id:
      description: Tracking ID of the dataset.
      type: str
      sample: docs
    organization_id:
      description: ID of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: When the dataset was created.
      type: str
      sample: "2026-11-02T09:30:00.123456"
    updated_at:
      description: When the dataset was last updated.
      type: str
      sample: "2026-11-02T10:15:00.123456"
    chunk_count:
      description: Number of chunks.
      type: int
      sample: 1405
previous:
  description: Dataset that has O(previous_tracking_id) after the task. V(null) if there is none.
  returned: success, and failure between the updates
  type: dict
  contains: *dataset
scoped_keys:
  description: API keys that are limited to one of the two datasets. Empty if the swap was made before, or with O(scoped_keys=ignore).
  returned: success, and failure because of O(scoped_keys=fail)
  type: list
  elements: dict
  contains:
    id:
      description: ID of the key.
      type: str
      sample: 5d3c9e0f-1b7a-4c2e-9f64-8a7b6c5d4e3f
    name:
      description: Name of the key.
      type: str
      sample: website
    role:
      description: Role of the key.
      type: str
      sample: read
    dataset_ids:
      description: IDs of the datasets that the key is limited to.
      type: list
      elements: str
      sample: [0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52]
    effect:
      description: What the swap means to the key, V(loses_access) or V(gains_access).
      type: str
      sample: loses_access
gap:
  description:
    - Seconds from the first update to the response to the second one. In this time, no dataset had the tracking ID.
    - V(null) in check mode, if nothing changed, and if an earlier run sent the first update.
  returned: success
  type: float
  sample: 0.021
plan:
  description: The changes that the task made, or in check mode would make, in their order. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, V(update).
      type: str
      sample: update
    kind:
      description: The kind of the object, V(dataset).
      type: str
      sample: dataset
    name:
      description: The tracking ID of the dataset before the change.
      type: str
      sample: docs-2026-11
    id:
      description: The ID of the dataset, or V(null) if it does not exist yet.
      type: str
      sample: 2b4f6c1a-7d3e-4a58-8f90-1c2d3e4f5a6b
    dataset:
      description: V(null), since the object is a dataset itself.
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "tracking_id", "before": "docs-2026-11", "after": "docs"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"update": 2, "unchanged": 0}
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Failed to update dataset
    method:
      description: The HTTP method of the request.
      type: str
      sample: PUT
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/dataset
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.swap import SWAP_OPTIONS, plan_swap

DEFINITION = Definition(SWAP_OPTIONS, planner=plan_swap)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
