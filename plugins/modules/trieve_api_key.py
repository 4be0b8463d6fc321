#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_api_key
short_description: Manage an API key of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, rotate or delete an API key of an organization.
  - A key is identified by its name, exactly as written. Trieve cannot rename a key. Several keys with the same name are the generations
    of a rotated key.
  - The key itself is returned once, as RV(key), by the task that creates it. Use C(no_log=true) on that task, and store the key
    together with its ID RV(api_key.id) right away, as in the examples.
  - Trieve cannot tell which key a secret belongs to. Set O(stored_id) to the stored ID in every run. The task then detects that a
    secret was lost, for example because a connection was interrupted, and creates a new key. Without it, the newest key is the current
    one, and a lost secret cannot be detected.
  - A key that may be in use is never deleted. A rotation creates a new key and keeps the one in use. A later task
    whose O(stored_id) is the ID of the new key deletes it. Without O(stored_id), the rotation after the next one does.
  - If the answer to a creation is lost, nobody has the new secret. The task finds the new key, deletes it and fails; run it again.
    If it cannot do so, or if several new keys match, the message names them.
  - Do not run two tasks for the same name at the same time. A task whose answer was lost cannot tell its own key from one that another
    client created with the same name, role and datasets in the same moment, and would delete it.
  - Trieve cannot change a key. If O(role) or O(dataset_ids) differ, the task fails unless O(rotate) allows it to create a new key and
    delete the old one.
  - O(scopes), O(expires_at) and O(default_params) cannot be read. They are sent when a key is created and never compared, so
    changing them takes effect only when the key is rotated. A rotated key has those that its task sets, and none of its
    predecessor's.
  - Only keys in the organization's list are deleted. Trieve itself reports success for a key that never existed,
    or that belongs to another organization.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.api_key
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
      - With O(rotate=always), a task creates a new key each time.
options:
  state:
    description:
      - V(present) ensures the key exists.
      - V(absent) deletes the key O(api_key_id), or every generation of O(name).
    type: str
    choices: [present, absent]
    default: present
  api_key_id:
    description:
      - ID of the key to delete, in any spelling of a UUID. Only with O(state=absent).
      - In check mode, an empty value stands for the ID of a key that an earlier task would have created. The task is then
        unchanged, with a warning.
    type: str
  rotate:
    description:
      - When to replace the existing key by a new one. The key in use is kept until O(stored_id) proves that the
        new one is stored, or until the rotation after the next one. Only with O(state=present).
      - V(never) fails if O(role) or O(dataset_ids) differ. V(on_difference) rotates in that case. V(after) also rotates a key that is older
        than O(max_age). V(always) rotates each time, for a scheduled rotation.
    type: str
    choices: [never, on_difference, after, always]
    default: never
  max_age:
    description:
      - Age after which O(rotate=after) replaces the key, such as V(30d), V(12h) or V(90min), counted from the creation of the current key.
        Only with O(state=present).
    type: str
  keep_previous:
    description:
      - Number of former generations of the key to keep beside the one in use. With V(1), the previous key works until the next
        rotation, so its users have that long to switch to the new one. Only with O(state=present).
      - Until O(stored_id) proves that the newest key is stored, one more is kept.
    type: int
    default: 0
  stored_id:
    description:
      - ID of the key whose secret you have stored, which is RV(api_key.id) of the result that had the secret. An empty string if you
        have stored none. Only with O(state=present).
      - If it is the newest key, superseded keys beyond O(keep_previous) are deleted.
      - If it is an older key, the secrets of the newer keys were lost. These keys are deleted, and if O(rotate) requires it, a new key is
        created.
      - If it is empty, or if the organization has no such key but others with this name, their secrets are considered lost. A
        new key is created whatever O(rotate) is, with a warning. Since one of the existing keys may be in use after all, they are deleted
        only by a later task whose O(stored_id) is the ID of the new key.
      - If the option is omitted, it is unknown which secret is stored. The newest key is the current one, superseded keys are named in a
        warning, and a rotation deletes those that are older than the key before the new one, apart from O(keep_previous). If there are
        more than 2 + O(keep_previous) keys with this name, a rotation fails and names them.
      - Store the ID in the same step as the key. If it names an older key by mistake, the key that is in use is deleted.
    type: str
notes:
  - Trieve does not tell which key a task uses. A task with O(stored_id) may delete the key that it is using, if that
    is a superseded one. The requests that follow fail with 401, including a creation in the same task. Set
    O(keep_previous=1) for such a key, and switch to the new key before the next rotation.
seealso:
  - module: community.trieve.trieve_api_key_info
"""

EXAMPLES = r"""
- name: Create a key for the search on the website
  community.trieve.trieve_api_key:
    name: website
    role: read
    dataset_ids:
      - docs
  register: website_key
  no_log: true

- name: Store the key, encrypted with ansible-vault
  ansible.builtin.copy:
    content: "{{ website_key.key | ansible.builtin.vault(vault_password) }}"
    dest: "{{ playbook_dir }}/secrets/website_key"
    decrypt: false
    mode: "0600"
  delegate_to: localhost
  when: website_key.key is not none
  no_log: true

- name: Use the key
  ansible.builtin.template:
    src: search.conf.j2 # contains {{ lookup('ansible.builtin.unvault', 'secrets/website_key') }}
    dest: /etc/search.conf
    mode: "0640"
  no_log: true

# The key and its ID are stored in one file. The next run replaces a key whose secret was lost.
- name: Rotate a key if its role or datasets differ
  community.trieve.trieve_api_key:
    name: importer
    role: admin
    rotate: on_difference
    stored_id: "{{ (lookup('ansible.builtin.unvault', importer_file) | from_json).id if importer_file is file else '' }}"
  register: importer_key
  no_log: true

- name: Store the key with its ID
  ansible.builtin.copy:
    content: "{{ {'id': importer_key.api_key.id, 'key': importer_key.key} | to_json | ansible.builtin.vault(vault_password) }}"
    dest: "{{ importer_file }}"
    decrypt: false
    mode: "0600"
  delegate_to: localhost
  when: importer_key.key is not none
  no_log: true

- name: Delete the former key after the new one is stored
  community.trieve.trieve_api_key:
    name: importer
    stored_id: "{{ importer_key.api_key.id }}"
  when: importer_key.key is not none

- name: Replace a key that is older than 90 days, in a task that runs every night
  community.trieve.trieve_api_key:
    name: backup
    role: read
    rotate: after
    max_age: 90d
    stored_id: "{{ backup_stored_id }}"
  register: backup_key
  no_log: true

- name: Create a new key every month, and keep the previous one for a month
  community.trieve.trieve_api_key:
    name: reports
    role: read
    rotate: always
    keep_previous: 1
    stored_id: "{{ reports_stored_id }}"
  register: reports_key
  no_log: true

- name: Create a key that expires and cannot search drafts
  community.trieve.trieve_api_key:
    name: campaign
    role: read
    dataset_ids:
      - docs
    expires_at: "2030-12-31T23:59:59+01:00"
    default_params:
      page_size: 5
      filters:
        must_not:
          - field: tag_set
            match_any:
              - draft
  register: campaign_key
  no_log: true

- name: Create a key that can only read crawls
  community.trieve.trieve_api_key:
    name: monitoring
    role: admin
    scopes:
      - GET /api/crawl
  register: monitoring_key
  no_log: true

- name: Delete all generations of a key
  community.trieve.trieve_api_key:
    name: campaign
    state: absent

- name: Delete one key by its ID
  community.trieve.trieve_api_key:
    api_key_id: 2c9a5f0e-4b1d-4c3a-8b0a-6f1f3d2a7c44
    state: absent
"""

RETURN = r"""
key:
  description:
    - The key itself. It cannot be read again.
    - V(null) if no key was created, and in check mode.
  returned: success and O(state=present), and failure after a creation
  type: str
  sample: null
api_key:
  description:
    - The current key of this name, without its secret. In check mode, the key as it would be; its C(id) is V(null) if it does not exist
      yet.
  returned: success and O(state=present)
  type: dict
  contains: &api_key
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
previous_api_keys:
  description: The former generations that still work, or in check mode would, newest first.
  returned: success and O(state=present)
  type: list
  elements: dict
  contains: *api_key
superseded_api_keys:
  description:
    - Those of RV(previous_api_keys) that a later task deletes if its O(stored_id) is the ID of the new key. Empty if no key was
      created.
  returned: success and O(state=present)
  type: list
  elements: dict
  contains: *api_key
deleted_api_keys:
  description: The generations that the task deleted, or in check mode would delete, newest first.
  returned: O(state=present), and success or failure after a deletion
  type: list
  elements: dict
  contains: *api_key
api_keys:
  description:
    - The keys that the task deleted, or in check mode would delete, newest first.
    - If a task with O(state=present) fails, the keys that its message is about.
  returned: O(state=absent), and failure if several keys or a lost one were found
  type: list
  elements: dict
  contains: *api_key
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, V(create), V(rotate) or V(delete).
      type: str
      sample: rotate
    kind:
      description: The kind of the object.
      type: str
      sample: api_key
    name:
      description: The name of the object.
      type: str
      sample: website
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 2c9a5f0e-4b1d-4c3a-8b0a-6f1f3d2a7c44
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "role", "before": "read", "after": "admin"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"rotate": 1, "unchanged": 0}
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
      sample: POST
    url:
      description: URL of the request.
      type: str
      sample: https://api.trieve.ai/api/organization/api_key
    status:
      description: HTTP status, or V(null) if there was no answer.
      type: int
      sample: 401
"""

from ansible_collections.community.trieve.plugins.module_utils._api_key.api import list_api_keys
from ansible_collections.community.trieve.plugins.module_utils._api_key.datasets import resolve_dataset_ids
from ansible_collections.community.trieve.plugins.module_utils._api_key.model import ApiKey
from ansible_collections.community.trieve.plugins.module_utils._api_key.options import (
    API_KEY_OPTIONS,
    MANAGED,
    ROTATION_OPTIONS,
    WRITE_ONLY,
    parse_options,
    parse_rotation,
)
from ansible_collections.community.trieve.plugins.module_utils._api_key.plan import (
    change_api_key,
    deleted_keys,
    remove_api_keys,
    warn_of_lookalike,
)
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create or rotate the key, and delete the generations that nobody depends on."""
    rotation = parse_rotation(task.params)
    desired = parse_options(task.params)
    keys = list_api_keys(task, client, must_exist=True)
    if "dataset_ids" in desired:
        desired["dataset_ids"] = resolve_dataset_ids(task, client, desired["dataset_ids"])
    plan = change_api_key(task, client, keys, desired, **rotation)
    return Plan(plan.changes, plan.result, unchanged=0 if plan.changes else 1, one=True)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete one key, or all generations of a name."""
    keys = list_api_keys(task, client, must_exist=False)
    deletions = remove_api_keys(client, _selected(task, keys))
    changes = [change for _key, change in deletions]
    return Plan(changes, lambda: {"api_keys": deleted_keys(deletions)}, unchanged=0 if changes else 1, one=True)


def _selected(task: Task, keys: list[ApiKey]) -> list[ApiKey]:
    """Those of the keys that the task names."""
    name, given = task.params["name"], task.params["api_key_id"]
    if name:
        warn_of_lookalike(task, keys, name, "so the task deletes nothing")
        return [key for key in keys if key["name"] == name]
    if given:
        api_key_id = as_uuid(given)
        if not api_key_id:
            raise TaskFailed(
                f"api_key_id {given!r} is not a valid UUID. Set it to the ID that trieve_api_key_info returns for the key."
            )
        return [key for key in keys if key["id"] == api_key_id]
    task.missing_prerequisite(
        "name and api_key_id are missing or empty. Set one of them to the key to delete.",
        "name and api_key_id are missing or empty. The preview assumes that an earlier task would have created the key, and deletes"
        " nothing.",
    )
    return []


DEFINITION = Definition(
    dict(
        **API_KEY_OPTIONS,
        api_key_id=dict(type="str", no_log=False),
        **ROTATION_OPTIONS,
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys((*MANAGED, *WRITE_ONLY, *ROTATION_OPTIONS), ("present",)),
        "api_key_id": ("absent",),
    },
    mutually_exclusive=[("api_key_id", "name")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
