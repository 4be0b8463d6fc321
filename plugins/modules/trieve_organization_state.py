#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_organization_state
short_description: Manage a Trieve organization as one state
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Bring the datasets of an organization with their configuration, crawls and chunk groups, its API keys, members and invitations, and the
    organization itself to a state, in one task and with one plan.
  - Each object is compared and changed as by the module that manages it, such as M(community.trieve.trieve_dataset) or
    M(community.trieve.trieve_crawls).
  - The whole state is checked before anything is read or written, and all faults are reported at once. Anything that can be refused is
    refused before the first change.
  - Anything left out of the state is not managed. This applies to lists and to the options of an entry.
  - After a failure in the middle, the next run does the rest.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - Options that Trieve does not return are never compared, as in the modules that manage the objects.
      - A run with C(update_secrets=always), or with an API key whose C(max_age) has passed, makes a change.
options:
  state:
    description:
      - The state. Either this option or O(state_files) is required.
      - V(null) is the same as leaving an option out, but is refused for options with choices or a default.
      - C(datasets) is a list of datasets with C(tracking_id) (required), C(name), C(configuration) (configuration options of
        M(community.trieve.trieve_dataset)), C(chunk_groups) (entries of M(community.trieve.trieve_chunk_groups)) and C(crawls) (entries of
        M(community.trieve.trieve_crawls), whose C(chunks), C(expect), C(recrawl) and C(max_age) say when a site is crawled again and what
        happens to its old chunks). C(allow_shared_paths) of a dataset is that of M(community.trieve.trieve_crawls).
      - C(moved_from) of a dataset is its former tracking ID. If no dataset has the C(tracking_id) and one has the former one, it is renamed,
        with everything that is in it.
      - C(ignore) of a dataset, a chunk group or a crawl is a list of fields that are set when the object is created, and then left alone.
      - C(api_keys) is a list of keys with the options of M(community.trieve.trieve_api_key). The secrets of new keys are in RV(secrets).
      - C(users) is a list of members with the options of M(community.trieve.trieve_user). C(invitations) is a list of invitations with the
        options of M(community.trieve.trieve_invitation).
      - C(organization) has the options C(name) and C(partner_configuration) of M(community.trieve.trieve_organization).
      - C(prune) says what happens to undeclared objects. Its keys C(datasets), C(chunk_groups), C(crawls), C(api_keys), C(users) and
        C(invitations) are V(none), V(report) or V(delete), by default V(report). Objects of a list that is not declared are left alone.
        C(tracking_id_prefix) limits the datasets, chunk groups and API keys in scope to those whose tracking ID or name starts with it.
        C(keep) has a list of patterns for each kind, such as V(tmp-*), for tracking IDs, URLs of crawls, names of keys and e-mail addresses;
        objects that match are kept and reported. C(force=true) allows deleting datasets with chunks. C(allow_empty=true) allows an empty
        list together with V(delete). Chunk groups that crawls or uploaded files made are neither reported nor deleted, see RV(left_alone).
      - C(max_deletions) of C(prune) is the maximum number of objects of a kind to delete in the organization, or with V(%) the maximum
        percentage of each list.
    type: dict
  state_files:
    description:
      - Files with the state on the controller, and folders whose files with the extensions C(.yml) and C(.yaml) are read in the order of
        their names. Relative paths are relative to the current directory.
      - Dictionaries are merged, and lists of several files are joined.
      - Vaulted values, vaulted files, templates and C(!unsafe) work as in other variable files. Messages name file, line and column.
    type: list
    elements: path
  only:
    description:
      - Tracking IDs of the declared datasets to look at. The others are neither read nor changed.
      - Several tasks with different datasets can run at the same time, for example on the nodes of an automation controller.
    type: list
    elements: str
  parts:
    description:
      - Parts of the state to look at. V(datasets) are the declared datasets with what is in them, V(undeclared_datasets) what C(prune) does
        with others.
      - By default all of them, or with O(only), V(datasets). Run the other parts in one task of their own, after the datasets, with O(only=[]).
    type: list
    elements: str
    choices: [organization, users, invitations, datasets, api_keys, undeclared_datasets]
  purpose:
    description:
      - V(apply) brings the organization to the state.
      - V(drift) shows how the organization differs from the state, in check mode only. Undeclared objects are reported instead of deleted, and
        API keys are compared although they are not to be rotated.
    type: str
    choices: [apply, drift]
    default: apply
  approved:
    description:
      - The plan that was approved, which is a dictionary with RV(plan) and RV(fingerprint) of a run in check mode.
      - If the plan differs now, the task fails before the first change, and RV(approval) has the differences.
    type: dict
  approved_fingerprint:
    description:
      - RV(fingerprint) of the plan that was approved. Like O(approved), but without the differences.
    type: str
  digest_key:
    description:
      - Secret key for RV(fingerprint). With it, the fingerprint also covers secrets, without revealing anything about them.
      - Use the same key for a plan and for the run that it was approved for. The default is the value of E(TRIEVE_PLAN_KEY).
    type: str
  allow_new_keys:
    description:
      - Whether API keys may be created. Trieve returns a key only once, so set this to V(false) if nothing stores RV(secrets). The task then
        fails before the first change if a key would be created.
    type: bool
    default: true
  defer_key_deletions:
    description:
      - Whether to leave the deletion of undeclared API keys to the caller in a run that creates keys, so that they are deleted after the new
        keys are stored. RV(deferred_api_keys) has them.
    type: bool
    default: false
  return_objects:
    description:
      - Whether to return RV(objects), which has each object that was looked at. It is large for large organizations.
    type: bool
    default: false
  update_secrets:
    description:
      - When to write the secrets and stop tokens of datasets, as in M(community.trieve.trieve_dataset).
    type: str
    choices: [on_create, always]
    default: on_create
  duplicates:
    description:
      - What to do with several crawls of one site that have the same options, as in M(community.trieve.trieve_crawls).
    type: str
    choices: [warn, remove, keep]
    default: warn
  concurrency:
    description:
      - Number of connections for reading and for changes.
    type: int
    default: 8
seealso:
  - module: community.trieve.trieve_dataset
  - module: community.trieve.trieve_crawls
  - module: community.trieve.trieve_chunk_groups
  - module: community.trieve.trieve_api_key
  - module: community.trieve.trieve_user
  - module: community.trieve.trieve_invitation
  - module: community.trieve.trieve_organization
"""

EXAMPLES = r"""
- name: Apply the state in a folder, and delete what it does not declare
  community.trieve.trieve_organization_state:
    state_files:
      - "{{ playbook_dir }}/organization"
    concurrency: 16
    duplicates: remove

- name: Apply a state
  community.trieve.trieve_organization_state:
    update_secrets: on_create
    state:
      datasets:
        - tracking_id: docs
          name: Documentation
          moved_from: documentation
          ignore:
            - system_prompt # edited in the dashboard
          configuration:
            system_prompt: Answer briefly.
            llm_api_key: "{{ vault_llm_api_key }}"
          crawls:
            - site_url: https://docs.example.com
              interval: daily
          chunk_groups:
            - tracking_id: guides
      api_keys:
        - name: website
          role: read
          dataset_ids: [docs]
          rotate: after
          max_age: 90d
      prune:
        crawls: delete
        datasets: delete
        tracking_id_prefix: docs
        max_deletions: 10%
        keep:
          datasets: ["docs-tmp-*"]
  register: applied
  no_log: true # it may return new keys

- name: Plan the changes
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    digest_key: "{{ vault_plan_key }}"
  check_mode: true
  register: planned

- name: Perform the approved plan or nothing
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    digest_key: "{{ vault_plan_key }}"
    approved: "{{ lookup('ansible.builtin.file', 'plan.json') | from_json }}"
    allow_new_keys: false

- name: Perform the plan with this fingerprint or nothing
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    digest_key: "{{ vault_plan_key }}"
    approved_fingerprint: "{{ planned.fingerprint }}"
    defer_key_deletions: true
  no_log: true

- name: Apply two of the datasets
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    only:
      - docs
      - blog

- name: Apply everything except the datasets
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    only: []
    parts: [organization, users, invitations, api_keys, undeclared_datasets]
  no_log: true

- name: Show how the organization differs from its state
  community.trieve.trieve_organization_state:
    state_files: [organization.yml]
    purpose: drift
    return_objects: true
  check_mode: true
"""

RETURN = r"""
plan:
  description:
    - The changes that the task made, or in check mode would make, in the order in which they are made. Empty if nothing changes.
  returned: success, and refusal of a plan
  type: list
  elements: dict
  contains: &change
    action:
      description: What is done, such as V(create), V(update), V(replace), V(rotate) or V(delete).
      type: str
      sample: replace
    kind:
      description:
        - The kind of the object, one of V(organization), V(user), V(invitation), V(dataset), V(chunk_group), V(crawl), V(chunk) and V(api_key).
      type: str
      sample: crawl
    name:
      description: The name of the object.
      type: str
      sample: https://docs.example.com (firecrawl)
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 7c7e2a0c-2b0c-4a39-a2f3-0b1a4ac0a1c1
    dataset:
      description: The tracking ID of the dataset that the object belongs to, or V(null).
      type: str
      sample: docs
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "interval", "before": "weekly", "after": "daily"}]
    fingerprint:
      description: The fingerprint of the change.
      type: str
      sample: 2f0c7ba1f4b2c9d7c1a0b7e3f5d6a8b9
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success, and refusal of a plan
  type: dict
  sample: {"create": 2, "replace": 1, "unchanged": 196}
fingerprint:
  description:
    - The fingerprint of the plan, which is the same for the same changes. Times, numbers of chunks and IDs of what will be created do not count.
    - Secrets count only with O(digest_key).
  returned: success, and refusal of a plan
  type: str
  sample: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
uncovered_secrets:
  description: Secrets that would be written and that RV(fingerprint) does not cover. Empty with O(digest_key).
  returned: success, and refusal of a plan
  type: list
  elements: str
  sample: ["dataset docs: llm_api_key"]
undeclared:
  description: Undeclared objects that stay.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: &object
    kind:
      description: The kind of the object, as in RV(plan[].kind).
      type: str
      sample: dataset
    dataset:
      description: The tracking ID of the dataset, or of the dataset that the object belongs to, or V(null).
      type: str
      sample: docs-tmp-1
    name:
      description: The name of the object.
      type: str
      sample: docs-tmp-1
    id:
      description: The ID of the object.
      type: str
      sample: 2a1c3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    kept:
      description: Whether a pattern of C(keep) matches the object.
      type: bool
      sample: true
left_alone:
  description:
    - Numbers of undeclared chunk groups that are neither reported nor pruned because of their origin, by dataset. Empty if there are none.
    - See O(community.trieve.trieve_chunk_groups#module:prune) for how they are recognized.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the objects, V(chunk_group).
      type: str
      sample: chunk_group
    dataset:
      description: The tracking ID of the dataset.
      type: str
      sample: docs
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
new_api_keys:
  description: API keys that were created, or in check mode would be, without their secrets.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains:
    name:
      description: The name of the key.
      type: str
      sample: website
    api_key:
      description: The key, as M(community.trieve.trieve_api_key) returns it. Its C(id) is V(null) if it is not known.
      type: dict
      sample:
        id: 3a29d360-7772-43b4-9d3f-4f1b66fff16c
        name: website
        role: read
        dataset_ids:
          - 8c1efa24-6f34-4b27-b380-76cb3a2d897b
    previous_api_keys:
      description: Former generations of the key that still work.
      type: list
      elements: dict
      sample: [{"id": "6a558467-dabf-4067-ade0-f8136c937abc", "name": "website", "role": "read"}]
    superseded_api_keys:
      description: Those of the former generations to delete as soon as the new key is stored.
      type: list
      elements: dict
      sample: [{"id": "6a558467-dabf-4067-ade0-f8136c937abc", "name": "website", "role": "read"}]
secrets:
  description:
    - The secrets of the keys that were created, by their names. Trieve shows them only once. Also returned by a failed task.
    - This is the only result with secrets. Use C(no_log=true) on a task that may create keys.
  returned: success, and failure after a change
  type: dict
  sample: {}
deferred_api_keys:
  description: Undeclared API keys that O(defer_key_deletions) leaves to the caller to delete, each with C(id) and C(name).
  returned: success, and failure after a change
  type: list
  elements: dict
  sample: [{"id": "6a558467-dabf-4067-ade0-f8136c937abc", "name": "website-old"}]
objects:
  description:
    - Each object that was looked at, with C(kind), C(name), C(dataset), C(id), and as C(state) the action of its change, V(unchanged),
      V(undeclared) or V(kept).
  returned: success, with O(return_objects=true)
  type: list
  elements: dict
  sample:
    - kind: crawl
      name: https://docs.example.com (firecrawl)
      dataset: docs
      id: c6cecc8b-9223-4a66-b8ea-f033efd2f6b4
      state: replace
approval:
  description: What differs between the approved plan and the current one.
  returned: failure, if the plan is not the one of O(approved)
  type: dict
  contains:
    new:
      description: Changes that were not approved.
      type: list
      elements: dict
      sample:
        - action: create
          kind: crawl
          name: https://blog.example.com (firecrawl)
          id: null
          dataset: docs
          fields:
            - name: site_url
              before: null
              after: https://blog.example.com
            - name: kind
              before: null
              after: firecrawl
          fingerprint: a3484d700316da9ea4f367e20c6c844f
    gone:
      description: Approved changes that the plan no longer has.
      type: list
      elements: dict
      sample:
        - action: delete
          kind: api_key
          name: website-old
          id: 6a558467-dabf-4067-ade0-f8136c937abc
          dataset: null
          fields:
            - name: name
              before: website-old
              after: null
            - name: role
              before: read
              after: null
          fingerprint: b24ab04684467c49b185ed43406a1561
    different:
      description: Changes with other values than approved, each with C(approved) and C(now).
      type: list
      elements: dict
      sample:
        - approved:
            action: replace
            kind: crawl
            name: https://docs.example.com (firecrawl)
            id: c6cecc8b-9223-4a66-b8ea-f033efd2f6b4
            dataset: docs
            fields:
              - name: limit
                before: 5
                after: 7
            fingerprint: 704829b5d81eb69269c30dc1b152cb38
          now:
            action: replace
            kind: crawl
            name: https://docs.example.com (firecrawl)
            id: c6cecc8b-9223-4a66-b8ea-f033efd2f6b4
            dataset: docs
            fields:
              - name: limit
                before: 5
                after: 9
            fingerprint: ea414b82d478160c159c6564d59b59bd
    secrets_differ:
      description: Whether a change differs in a secret only.
      type: bool
      sample: false
faults:
  description: What is wrong with the state, with the places.
  returned: failure, if the state has faults
  type: list
  elements: str
  sample: ["/srv/trieve/organization.yml:3:5: datasets[0] (docs): key nmae not found. Did you mean name?"]
refusals:
  description: Why the plan is refused.
  returned: failure, if the plan is refused
  type: list
  elements: str
  sample: ["2 of the 2 crawls in scope would be deleted, but max_deletions is 1. Check the list, or raise max_deletions."]
failures:
  description:
    - The changes that failed. Each has its kind with the name of the object, for example C(crawl), and C(dataset), C(msg) and C(error).
  returned: failure of a change
  type: list
  elements: dict
  sample:
    - crawl: https://docs.example.com (firecrawl)
      dataset: docs
      msg: "POST https://trieve.example.com/api/crawl: HTTP 400: Could not crawl site: Internal Server Error: Error sending request to firecrawl."
      error:
        message: "Could not crawl site: Internal Server Error: Error sending request to firecrawl"
        method: POST
        url: https://trieve.example.com/api/crawl
        status: 400
not_tried:
  description: The objects whose changes were not begun.
  returned: failure of a change
  type: list
  elements: str
  sample: ["crawl https://docs.example.com (firecrawl) of dataset docs"]
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
      sample: https://trieve.example.com/api/crawl
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask
from ansible_collections.community.trieve.plugins.module_utils._core.near import did_you_mean
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._organization.options import named_organization
from ansible_collections.community.trieve.plugins.module_utils._organization_state.approval import check_approval
from ansible_collections.community.trieve.plugins.module_utils._organization_state.model import DeclaredState
from ansible_collections.community.trieve.plugins.module_utils._organization_state.options import PARTS, STATE_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._organization_state.parse import parse_state
from ansible_collections.community.trieve.plugins.module_utils._organization_state.plan import Planner, to_prune
from ansible_collections.community.trieve.plugins.module_utils._organization_state.read import Found
from ansible_collections.community.trieve.plugins.module_utils._session import MOST_CONNECTIONS
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_state(task: Task, client: TrieveClient) -> Plan:
    """Bring the organization to the state."""
    params = task.params
    task.knows_all = True
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    if params["purpose"] == "drift":
        task.only_previews("purpose: drift")
    state = parse_state(task)
    parts = _parts(params, state)
    named_organization(task, client)
    found = Found(task, client, parts)
    if _needs_datasets(state, parts):
        found.read_datasets(state, params["only"] if "datasets" in parts else ())
    drift = params["purpose"] == "drift"
    found.read_more(state, to_prune(state, found, drift) if "undeclared_datasets" in parts else ())
    plan = Planner(task, client, state, found, parts).plan()
    check_approval(params, plan, Mask(task.secrets))
    return plan


def _parts(params: t.Mapping[str, t.Any], state: DeclaredState) -> tuple[str, ...]:
    """The parts of the state that the task looks at.

    :raises TaskFailed: C(only) names a dataset that is not declared
    """
    only = params["only"]
    names = [dataset.tracking_id for dataset in state.datasets or ()]
    unknown = [name for name in only or () if name not in names]
    if unknown:
        raise TaskFailed(
            f"only: dataset {unknown[0]!r} is not declared in the state.{did_you_mean(unknown[0], names)} Set it to the tracking_id of a"
            " declared dataset."
        )
    if params["parts"] is not None:
        return tuple(params["parts"])
    return PARTS if only is None else ("datasets",)


def _needs_datasets(state: DeclaredState, parts: t.Container[str]) -> bool:
    """Whether the list of datasets has to be read."""
    if state.datasets is not None and ("datasets" in parts or "undeclared_datasets" in parts):
        return True
    return "api_keys" in parts and any(key.desired.get("dataset_ids") for key in state.api_keys or ())


DEFINITION = Definition(
    STATE_OPTIONS,
    planner=plan_state,
    several_secrets=True,
    bulk="state",
    files="state_files",
    check=parse_state,
    mutually_exclusive=[("state", "state_files"), ("approved", "approved_fingerprint")],
    required_one_of=[("state", "state_files")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
