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
  - Creates, rotates and deletes an API key of an organization.
  - A key is found by its name, exactly as written; Trieve cannot rename one. Several keys of one name are the generations of a
    rotated key.
  - The key itself is returned once, as RV(key), by the task that created it. Use C(no_log=true) on that task, and store the key
    together with its ID RV(api_key.id) right away, as in the examples.
  - Trieve cannot tell which key a secret belongs to. Give the stored ID back as O(stored_id) in every run. With it, the task finds out
    whether a secret was lost, because a task or its connection broke off, and creates a new key then. Without it, the newest key
    counts, and a lost secret cannot be found.
  - A key that may be in use is never deleted. A rotation creates a new key and leaves the one that was in use alive. A later task
    whose O(stored_id) is the ID of the new key deletes it. Without O(stored_id), the rotation after the next one does.
  - If the answer to a creation is lost, nobody has the new secret. The task looks for the new key, deletes it and fails; run it again.
    If it cannot do so, or if several new keys match, the message names them.
  - Do not run two tasks for the same name at the same time. A task whose answer was lost cannot tell its own key from one that another
    client created with the same name, role and datasets in the same moment, and would delete it.
  - Trieve cannot change a key. Where O(role) or O(dataset_ids) differ the task fails, unless O(rotate) allows to create a new key and
    to delete the old one.
  - O(scopes), O(expires_at) and O(default_params) cannot be read. They are sent when a key is created, and never compared, so a
    change of them takes effect only when the key is rotated. A rotated key has those that its task names, and none of its
    predecessor's.
  - Nothing is deleted that the list of the organization does not show. Trieve itself reports success for a key that never existed,
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
      - With O(rotate=always) a task makes a new key each time.
options:
  state:
    description:
      - V(present) makes sure that there is such a key.
      - V(absent) deletes the key O(api_key_id), or every generation of O(name). No other option of a key may be given.
    type: str
    choices: [present, absent]
    default: present
  api_key_id:
    description:
      - The id of the key to delete, in any spelling of a UUID. Only with O(state=absent).
      - In check mode an empty value is taken for the id of a key that an earlier task would have created. The task is then
        unchanged, with a warning.
    type: str
  rotate:
    description:
      - When a new key takes the place of the one that is there. The one that is in use stays alive until O(stored_id) proves that the
        new one is stored, or until the rotation after the next one.
      - V(never) fails where O(role) or O(dataset_ids) differ. V(on_difference) rotates there. V(always) rotates each time, for a
        scheduled rotation.
    type: str
    choices: [never, on_difference, always]
    default: never
  keep_previous:
    description:
      - How many former generations of the key stay alive beside the one that is in use. With V(1) the previous key works until the next
        rotation, so that whoever uses it has that long to take the new one.
      - As long as it is not proven by O(stored_id) that the newest key is stored, one more stays alive.
    type: int
    default: 0
  stored_id:
    description:
      - ID of the key whose secret you have stored, which is RV(api_key.id) of the result that had the secret. An empty string if you
        have stored none.
      - If it is the newest key, superseded keys beyond O(keep_previous) are deleted.
      - If it is an older key, the secrets of the newer keys were lost. They are deleted, and where O(rotate) asks for it, a new key is
        created.
      - If it is empty, or if the organization does not have that key, but has others with this name, their secrets are taken for lost. A
        new key is created whatever O(rotate) says, with a warning. Since one of them may be in use after all, they are deleted only by
        a later task whose O(stored_id) is the ID of the new key.
      - If the option is omitted, nothing is known of the stored secret. The newest key counts, superseded keys are named in a warning, and
        a rotation deletes those that are older than the key before the new one, apart from O(keep_previous). If there are more than 2
        + O(keep_previous) keys with this name, a rotation fails and names them.
      - Store the ID in the same step as the key. If it names an older key by mistake, the key that is in use is deleted.
    type: str
notes:
  - Trieve does not tell with which key a task is called. A task with O(stored_id) may delete the very key that it is called with, if that
    is a superseded one. The requests that follow fail with 401, and so does a creation in the same task. Give such a key
    O(keep_previous=1), and switch to the new key before the next rotation.
seealso:
  - module: community.trieve.trieve_api_key_info
"""

EXAMPLES = r"""
- name: A key for the search on the web site
  community.trieve.trieve_api_key:
    name: website
    role: read
    dataset_ids:
      - docs
  register: website_key
  no_log: true

- name: Keep it encrypted with ansible-vault
  ansible.builtin.copy:
    content: "{{ website_key.key | ansible.builtin.vault(vault_password) }}"
    dest: "{{ playbook_dir }}/secrets/website_key"
    decrypt: false
    mode: "0600"
  delegate_to: localhost
  when: website_key.key is not none
  no_log: true

- name: Use it
  ansible.builtin.template:
    src: search.conf.j2 # says {{ lookup('ansible.builtin.unvault', 'secrets/website_key') }}
    dest: /etc/search.conf
    mode: "0640"
  no_log: true

# The key and its ID are stored in one file. A secret that was lost is replaced by the next run.
- name: A key that is rotated where its role or its datasets differ
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

- name: Delete the former key, now that the new one is stored
  community.trieve.trieve_api_key:
    name: importer
    stored_id: "{{ importer_key.api_key.id }}"
  when: importer_key.key is not none

- name: Every month a new key, which its users have a month to take
  community.trieve.trieve_api_key:
    name: reports
    role: read
    rotate: always
    keep_previous: 1
    stored_id: "{{ reports_stored_id }}"
  register: reports_key
  no_log: true

- name: A key for one search page, until the end of the year, which never sees drafts
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

- name: That page is gone
  community.trieve.trieve_api_key:
    name: campaign
    state: absent
"""

RETURN = r"""
key:
  description:
    - The key itself. This is the only time that it can be seen.
    - V(null) where no key was created, and in check mode.
  returned: success and O(state=present), and failure after a creation
  type: str
  sample: null
api_key:
  description:
    - The newest key of this name, without its secret; in check mode as it would be, and its C(id) is V(null) then if it does not exist
      yet.
  returned: success and O(state=present)
  type: dict
  contains: &api_key
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
previous_api_keys:
  description: The former generations that are still alive, newest first, or in check mode would be.
  returned: success and O(state=present)
  type: list
  elements: dict
  contains: *api_key
superseded_api_keys:
  description:
    - Those of RV(previous_api_keys) that a task deletes as soon as its O(stored_id) is the ID of the new key. Empty where no key was
      created.
  returned: success and O(state=present)
  type: list
  elements: dict
  contains: *api_key
deleted_api_keys:
  description: The generations that the task deleted, newest first, or in check mode would delete.
  returned: O(state=present), and success or a failure after a deletion
  type: list
  elements: dict
  contains: *api_key
api_keys:
  description:
    - The keys that were deleted, or in check mode would be. Empty if there was none.
    - In a failure with O(state=present), the keys that its message is about.
  returned: O(state=absent), and failure where several keys or a lost one were found
  type: list
  elements: dict
  contains: *api_key
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
      sample: POST
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/organization/api_key
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import time
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._api_key.creation import issue_api_key
from ansible_collections.community.trieve.plugins.module_utils._api_key.generations import (
    Generations,
    GenerationsPlan,
    generations_of,
)
from ansible_collections.community.trieve.plugins.module_utils._api_key.model import (
    API_KEY_OPTIONS,
    UNREADABLE,
    ApiKey,
    Given,
    declared,
    delete_api_key,
    list_api_keys,
    new_body,
    predicted_api_key,
    resolved,
    wanted,
)
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    ensure,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def ensure_api_key(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that there is such a key, or that there is none."""
    if task.params["state"] == "absent":
        return _absent(task, client)
    return _present(task, client)


def _absent(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    params = task.params
    refused = [name for name in API_KEY_OPTIONS if name != "name" and params[name] is not None]
    refused += ["rotate"] * (params["rotate"] != "never") + ["keep_previous"] * (params["keep_previous"] != 0)
    refused += ["stored_id"] * (params["stored_id"] is not None)
    if refused:
        raise TaskFailed(
            f"With state absent, {' and '.join(refused)} must not be given: it says nothing about what to delete."
        )
    keys = list_api_keys(task, client, must_exist=False)
    if params["name"]:
        found = [key for key in keys if key.name == params["name"]]
    elif params["api_key_id"]:
        api_key_id = as_uuid(params["api_key_id"])
        if not api_key_id:
            raise TaskFailed(
                f"api_key_id {params['api_key_id']!r} is no UUID. Give the id as trieve_api_key_info shows it."
            )
        found = [key for key in keys if key.id == api_key_id]
    else:
        task.missing_prerequisite(
            "name and api_key_id are missing or empty. Give one of them to say what to delete.",
            "name and api_key_id are missing or empty, as the id is where an earlier task would have created the key: the preview"
            " deletes nothing.",
        )
        found = []

    def act() -> list[dict[str, t.Any]]:
        done: list[dict[str, t.Any]] = []
        for key in reversed(found):  # the oldest first: the task may be called with the newest one
            with error_context(f"Key {key.id} could not be deleted.", changed=bool(done), api_keys=done):
                delete_api_key(client, key)
            done.insert(0, key.result())
        return done

    return ensure(
        task,
        "api_keys",
        before={"api_keys": [{"id": key.id, "name": key.name, "role": key.role} for key in found]},
        after={"api_keys": []},
        current=[],
        predicted=[key.result() for key in found],
        act=act,
    )


def _present(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    params = task.params
    if params["api_key_id"] is not None:
        raise TaskFailed("api_key_id goes with state absent only: a rotated key has another id.")
    if params["keep_previous"] < 0:
        raise TaskFailed(f"keep_previous is {params['keep_previous']}; it has to be at least 0.")
    given = declared(params)
    keys = list_api_keys(task, client, must_exist=True)
    if "dataset_ids" in given:
        given["dataset_ids"] = resolved(task, client, given["dataset_ids"])
    generations = generations_of(keys, given["name"], params["keep_previous"], params["stored_id"])
    current = generations.current
    creates = generations.is_lost or _is_due(task, given, current)
    plan = generations.plan(creates)
    _check_expiry(task, given, creates)
    body = new_body(given, current)
    _warn_of_secrets(task, generations)
    if creates:
        _warn_of_rights(task, given, body)
    before, after = _compared(given, generations, plan)
    result = ensure(
        task,
        "api_key",
        before=before,
        after=after,
        current=current.result() if current else predicted_api_key(client, body),
        predicted=current.result() if current and not creates else predicted_api_key(client, body),
        act=lambda: _carry_out(task, client, body, keys, plan, current),
        again=plan.changes,
        headers=_headers(given["name"], current, plan),
    )
    result["key"] = None  # where one was created, `execute` puts it here
    result["previous_api_keys"] = [key.result() for key in plan.previous]
    result["superseded_api_keys"] = [key.result() for key in plan.superseded]
    result["deleted_api_keys"] = [key.result() for key in plan.to_delete]
    return result


def _compared(
    given: Given, generations: Generations, plan: GenerationsPlan
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Both sides of the diff."""
    current = generations.current
    if not current:
        return {}, given if plan.creates else {}
    before, after = current.view(given), wanted(given)
    if plan.creates:
        after.update({name: given[name] for name in UNREADABLE if name in given})
    if plan.changes:
        before["api_key_ids"], after["api_key_ids"] = plan.ids_before, plan.ids_after
    if plan.superseded:
        after["superseded_api_key_ids"] = [key.id for key in plan.superseded]
    return before, after


def _carry_out(
    task: Task,
    client: TrieveClient,
    body: dict[str, t.Any],
    keys: list[ApiKey],
    plan: GenerationsPlan,
    current: ApiKey | None,
) -> dict[str, t.Any]:
    """Do what the plan says. The result is the newest key as it then is."""
    deleted: list[dict[str, t.Any]] = []
    task.partial = lambda: {
        "changed": bool(deleted),
        "deleted_api_keys": deleted,
        "msg": "Some superseded keys may not have been deleted. Run the task again.",
    }
    if plan.deletes_first:
        _delete(client, plan.to_delete, deleted, "Nothing was created. Run the task again.")
    if not plan.creates:
        return current.result() if current else {}
    progress = {"changed": bool(deleted), "deleted_api_keys": deleted}
    new = issue_api_key(task, client, body, {key.id for key in keys}, progress).result()
    if not plan.deletes_first:
        words = f"The new key {new['id']} was created. Store it, and run the task again with stored_id: {new['id']}."
        _delete(client, plan.to_delete, deleted, words, api_key=new)
    return new


def _delete(
    client: TrieveClient, keys: list[ApiKey], deleted: list[dict[str, t.Any]], words: str, **results: t.Any
) -> None:
    """Delete superseded keys, the oldest first: the task may be called with the newest one."""
    for key in reversed(keys):
        changed = bool(deleted or results)
        with error_context(
            f"Key {key.id} is superseded but could not be deleted. {words}",
            changed=changed,
            deleted_api_keys=deleted,
            **results,
        ):
            delete_api_key(client, key)
        deleted.insert(0, key.result())


def _is_due(task: Task, given: Given, current: ApiKey | None) -> bool:
    """Whether the options ask for a new key."""
    rotate = task.params["rotate"]
    if not current and "role" not in given:
        missing = f"role is missing. There is no key {given['name']!r} yet"
        task.missing_prerequisite(
            f"{missing}, and a new one needs a role.",
            f"{missing}. The preview goes on as if an earlier task had created it as it is asked for.",
        )
        return rotate == "always"
    if not current or rotate == "always":
        return True
    before, after = current.view(given), wanted(given)
    differing = [f"{name} is {before[name]}, not {after[name]}" for name in after if before[name] != after[name]]
    if differing and rotate == "never":
        raise TaskFailed(
            f"Key {current.id} with the name {given['name']!r} is not as declared: {', and '.join(differing)}. Trieve cannot change"
            " a key. Set rotate: on_difference to create a new one in its place, which has another secret.",
            api_key=current.result(),
        )
    return bool(differing)


def _warn_of_secrets(task: Task, generations: Generations) -> None:
    """What is known of the secrets of the keys that are there, where it is not what the user may expect."""
    leftover = generations.leftover()
    if leftover:
        task.warn(leftover)
    if not generations.unstored:
        return
    stored_id = task.params["stored_id"].strip()
    there = f"The organization has no key with the ID {stored_id} (stored_id). " if stored_id else ""
    if generations.is_lost:
        known = ", ".join(key.id for key in generations.found)
        there += (
            f"The secret of the key {generations.name!r} ({known}) is not stored, so the task creates a new key. What is there"
            " now is deleted by a later task whose stored_id is the ID of the new key."
        )
    if there:
        task.warn(there.strip())


def _check_expiry(task: Task, given: Given, creates: bool) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if given.get("expires_at", now) >= now:  # of one form, so the texts sort as the times do
        return
    if creates:
        raise TaskFailed(f"expires_at is {given['expires_at']}, which is in the past: the new key would never work.")
    task.warn(
        f"expires_at is {given['expires_at']}, which is in the past. If the key {given['name']!r} was created with it, it no longer"
        " works. Set a new date and rotate the key."
    )


def _warn_of_rights(task: Task, given: Given, body: t.Mapping[str, t.Any]) -> None:
    """What a new key will be able to do beyond what its options seem to say (docs/server.md 2.4)."""
    if "scopes" in body and body.get("role") != 2:
        task.warn(
            "scopes: Trieve takes a key for an owner's in each call that one of its scopes matches, whatever its role."
        )
    if body.get("dataset_ids") and body.get("role") != 0:
        task.warn(
            "dataset_ids do not count in calls that name the organization and no dataset: there an admin's or owner's key reads and"
            " changes every dataset of the organization."
        )
    if given.get("dataset_ids") == []:
        task.warn("dataset_ids is empty, so the key is for every dataset of the organization, those to come included.")


def _headers(name: str, current: ApiKey | None, plan: GenerationsPlan) -> tuple[str, str]:
    there = f"key {name}, id {current.id}" if current else f"key {name}"
    if plan.creates:
        return there, f"new key {name} in its place, with another secret" if current else f"new {there}"
    return there, f"{there}, without the keys that nobody uses" if plan.to_delete else there


DEFINITION = Definition(
    ensure_api_key,
    dict(
        **API_KEY_OPTIONS,
        state=dict(type="str", choices=["present", "absent"], default="present"),
        api_key_id=dict(type="str", no_log=False),
        rotate=dict(type="str", choices=["never", "on_difference", "always"], default="never"),
        keep_previous=dict(type="int", default=0),
        stored_id=dict(type="str"),
    ),
    mutually_exclusive=[("api_key_id", "name")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
