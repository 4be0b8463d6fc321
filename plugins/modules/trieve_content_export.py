#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_content_export
short_description: Export the chunks and groups of a Trieve dataset to files
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Write the chunks of a dataset, its groups, and which chunk is in which group, to files in JSON Lines. It only reads from the server.
  - C(chunks.jsonl) is a file that M(community.trieve.trieve_chunks) reads, and each line of C(groups.jsonl) is an entry for
    M(community.trieve.trieve_chunk_groups). C(manifest.json) has the counts and digests of both. The playbook
    C(community.trieve.content_import) imports them.
  - The lines are sorted, so datasets with the same content give the same files, also on different servers.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details: In check mode, the dataset is read and compared with the files, and no file is written.
  diff_mode:
    support: full
    details: Shows the digest and mode of each file and the manifest, never content.
  idempotent:
    support: full
options:
  path:
    description:
      - Directory for the three files, on the host that runs the task. It is created with the mode C(0700) if it does not exist.
      - Each file is replaced as a whole and has the mode C(0600), because content can be confidential. Symbolic links are not followed.
    type: path
    required: true
  allow_incomplete:
    description:
      - Whether to export a dataset of which Trieve counts more or fewer chunks than it returns. These are chunks that are queued, stored only
        in part, or being changed by another client. By default, the task fails and writes nothing.
    type: bool
    default: false
notes:
  - Chunks and groups without a tracking ID are exported with C(chunk-) or C(group-) and their ID as tracking ID, because an import finds them
    by tracking ID. RV(derived_tracking_ids) lists them.
  - Options of a chunk that Trieve does not return, such as O(community.trieve.trieve_chunks#module:chunks[].semantic_content), are not
    exported. Files from which chunks were made, and crawls, are not exported either.
  - The comparison with Trieve's own count needs an API key that can list the datasets of the organization. Without it, the task warns.
  - All chunks are buffered in a temporary file. The memory that the task needs grows by about 200 bytes for each chunk.
seealso:
  - module: community.trieve.trieve_chunks
  - module: community.trieve.trieve_chunk_groups
"""

EXAMPLES = r"""
- name: Back up the content of a dataset
  community.trieve.trieve_content_export:
    dataset: docs
    path: "{{ playbook_dir }}/backup/docs"
  register: backup

- name: Show the number of chunks, groups and memberships
  ansible.builtin.debug:
    var: backup.counts

- name: Export a dataset while chunks are still queued
  community.trieve.trieve_content_export:
    dataset: shop
    path: "{{ playbook_dir }}/backup/shop"
    allow_incomplete: true
"""

RETURN = r"""
counts:
  description: What the files contain. The manifest has the same counts.
  returned: success
  type: dict
  contains:
    chunks:
      description: Number of chunks.
      type: int
      sample: 1000
    groups:
      description: Number of groups.
      type: int
      sample: 12
    memberships:
      description: Number of pairs of a chunk and a group that it is in.
      type: int
      sample: 800
    chunks_without_tracking_id:
      description: Number of chunks whose tracking ID was derived from their ID.
      type: int
      sample: 0
    groups_without_tracking_id:
      description: Number of groups whose tracking ID was derived from their ID.
      type: int
      sample: 0
chunk_count:
  description: Number of chunks as Trieve counts them, or V(null) if the API key cannot read it.
  returned: success
  type: int
  sample: 1000
derived_tracking_ids:
  description: Tracking IDs that were derived from IDs, of chunks and groups.
  returned: success
  type: list
  elements: str
  sample: [chunk-3f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11]
sha256:
  description: Digests of the files with chunks and groups. They are equal if and only if the content is.
  returned: success
  type: dict
  sample: {"chunks.jsonl": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
written:
  description: Paths of the files that were written, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [/srv/backup/docs/chunks.jsonl]
failures:
  description: The files that could not be written.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    file:
      description: The path.
      type: str
      sample: /srv/backup/docs/chunks.jsonl
    msg:
      description: What happened.
      type: str
      sample: "/srv/backup/docs/chunks.jsonl cannot be written: Permission denied. The file is as it was."
    error:
      description: Not used by this module.
      type: dict
      sample: null
not_tried:
  description: Paths of the files that were not tried.
  returned: failure of a change
  type: list
  elements: str
  sample: [/srv/backup/docs/manifest.json]
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, V(create) or V(update).
      type: str
      sample: update
    kind:
      description: The kind of the object.
      type: str
      sample: file
    name:
      description: The path of the file.
      type: str
      sample: /srv/backup/docs/chunks.jsonl
    id:
      description: Always V(null).
      type: str
      sample: null
    dataset:
      description: Always V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "mode", "before": "0644", "after": "0600"}]
summary:
  description: Number of changes by action, and of unchanged files.
  returned: success
  type: dict
  sample: {"update": 2, "unchanged": 1}
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
      sample: POST
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/chunks/scroll
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import os
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk.api import first_chunk
from ansible_collections.community.trieve.plugins.module_utils._chunk.export import (
    CHUNKS,
    FORMAT,
    GROUPS,
    Content,
    check_folder,
    digest,
    write_file,
    write_manifest,
)
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.api import list_groups
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets, without_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError


def plan_export(task: Task, client: TrieveClient) -> Plan:
    """Read the content, and write the files that differ from it."""
    folder = os.path.abspath(task.params["path"])
    check_folder(folder)
    dataset = named_dataset(task, client)
    exists = first_chunk(client, dataset) is not None
    if not exists:
        without_dataset(task, client, dataset, must_exist=True)
    groups = list_groups(task, client, dataset, must_exist=True) if exists else []
    content = Content(task, client, dataset, groups)
    counts = content.counts()
    chunk_count = _chunk_count(task, client, dataset) if exists else 0
    _check_complete(task, dataset, counts["chunks"], chunk_count)
    digests = {CHUNKS: digest(content.chunk_lines), GROUPS: digest(content.group_lines)}
    manifest = {"format": FORMAT, "dataset_id": content.dataset_id, "counts": counts, "sha256": digests}
    found = [
        write_file(folder, CHUNKS, content.chunk_lines),
        write_file(folder, GROUPS, content.group_lines),
        write_manifest(folder, manifest),
    ]
    changes = [change for change in found if change]

    def result() -> dict[str, t.Any]:
        return {
            "counts": counts,
            "chunk_count": chunk_count,
            "derived_tracking_ids": [*content.chunks_without_tracking_id, *content.groups_without_tracking_id],
            "sha256": digests,
            "written": [change.name for change in changes if change.state == "done"],
        }

    return Plan(changes, result, unchanged=len(found) - len(changes))


def _chunk_count(task: Task, client: TrieveClient, dataset: str) -> int | None:
    """The number of chunks as the server counts them; None if that cannot be read."""
    why = "organization_id is not set"
    if client.organization_id:
        try:
            datasets = list_datasets(client)
        except TrieveError as error:
            if error.status not in (401, 403):
                raise
            why = "the API key cannot list the datasets of the organization"
        else:
            found = next((one for one in datasets if dataset in (one.id, one.tracking_id)), None)
            if found and found.chunk_count is not None:
                return found.chunk_count
            why = "Trieve does not count the chunks of this dataset"
    task.warn(f"Whether all chunks of dataset {dataset!r} were exported is not verified: {why}.")
    return None


def _check_complete(task: Task, dataset: str, read: int, counted_by_server: int | None) -> None:
    if counted_by_server in (None, read):
        return
    words = (
        f"{counted(read, 'chunk')} of dataset {dataset!r} can be read, but Trieve counts {counted_by_server}. Chunks are queued, stored"
        " only in part, or being changed by another client."
    )
    if not task.params["allow_incomplete"]:
        raise TaskFailed(
            f"{words} No file was written. Run the task again later, or set allow_incomplete: true to export what can be read."
        )
    task.warn(words)


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        path=dict(type="path", required=True),
        allow_incomplete=dict(type="bool", default=False),
    ),
    planner=plan_export,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
