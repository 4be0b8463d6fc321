#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_file_info
short_description: List the files of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List all files of a dataset, or those with given IDs or group tracking IDs, with their groups.
  - The list also contains files that no worker has processed yet, which have no group.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  ids:
    description: Only list files with one of these IDs.
    type: list
    elements: str
  group_tracking_ids:
    description: Only list files of groups with one of these tracking IDs. Together with O(ids), files of either are listed.
    type: list
    elements: str
  signed_urls:
    description:
      - Whether to return a URL for each file, from which anyone can download it without an API key.
      - The URLs are returned as RV(secrets), and nowhere else. Set C(no_log=true) on the task.
    type: bool
    default: false
  signed_url_ttl:
    description: Seconds that the URLs are valid, between 1 and 604800. Only with O(signed_urls=true).
    type: int
    default: 600
notes:
  - Any API key that can read the dataset is sufficient.
seealso:
  - module: community.trieve.trieve_files
  - module: community.trieve.trieve_chunk_info
"""

EXAMPLES = r"""
- name: List all files
  community.trieve.trieve_file_info:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
  register: all_files

- name: Look up a file by the tracking ID of its group
  community.trieve.trieve_file_info:
    dataset: docs
    group_tracking_ids: [opening-hours]
  register: hours

- name: Get a URL to download a file
  community.trieve.trieve_file_info:
    dataset: docs
    ids: ["{{ hours.files[0].id }}"]
    signed_urls: true
    signed_url_ttl: 300
  register: download
  no_log: true
"""

RETURN = r"""
files:
  description: The files, the oldest first. Empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the file.
      type: str
      sample: 5b1d3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    group_tracking_id:
      description: Tracking ID of the group of the file, or V(null).
      type: str
      sample: manuals/install.pdf
    groups:
      description: The groups of the file, each with C(id), C(tracking_id) and C(name). Empty if no worker has processed the file.
      type: list
      elements: dict
      sample: [{"id": "4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10", "tracking_id": "manuals/install.pdf", "name": "install.pdf"}]
    file_name:
      description: Name of the file.
      type: str
      sample: install.pdf
    size:
      description: Size in KiB, rounded up.
      type: int
      sample: 182
    sha256:
      description: SHA-256 of the content, or V(null) if the file was not uploaded by M(community.trieve.trieve_files).
      type: str
      sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    link:
      description: URL of the file for readers, or V(null).
      type: str
      sample: https://docs.example.com/manuals/install.pdf
    tag_set:
      description: Tags.
      type: list
      elements: str
      sample: [manual]
    metadata:
      description: Metadata, including the key C(community_trieve) of files that were uploaded by M(community.trieve.trieve_files).
      type: dict
      sample: {"team": "sales"}
    time_stamp:
      description: Time of the content, in UTC without a zone, or V(null).
      type: str
      sample: "2025-09-12T08:15:30"
    dataset_id:
      description: ID of the dataset.
      type: str
      sample: 2a1c3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    created_at:
      description: Time of the upload, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: Time of the last change, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
secrets:
  description: A signed URL of each file, by the ID of the file.
  returned: success with O(signed_urls=true), if there are files
  type: dict
  sample: {"5b1d3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11": "https://storage.example.com/trieve/5b1d3c5e?X-Amz-Signature=..."}
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
      sample: https://trieve.example.com/api/dataset/scroll_files
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import without_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._file.api import LONGEST_TTL, list_files, signed_url
from ansible_collections.community.trieve.plugins.module_utils._file.model import File, to_result
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def read_files(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the files that have one of the given names, or all."""
    ttl = between(task.params, "signed_url_ttl", 1, LONGEST_TTL)
    ids, names = _ids(task.params["ids"]), task.params["group_tracking_ids"]
    dataset = named_dataset(task, client)
    rows = list_files(client, dataset)
    if rows is None:
        without_dataset(task, client, dataset, must_exist=True)
    files = [file for file in map(to_result, rows or ()) if _matches(file, ids, names)]
    if task.params["signed_urls"]:
        _read_urls(task, client, dataset, files, ttl)
    return {"changed": False, "files": files}


def _ids(given: t.Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    for number, text in enumerate(given):
        if not as_uuid(text):
            raise TaskFailed(
                f"ids[{number}] {text!r} is not a valid UUID. Set group_tracking_ids to look up files by tracking ID."
            )
    return [as_uuid(text) or "" for text in given]


def _matches(file: File, ids: t.Sequence[str] | None, names: t.Sequence[str] | None) -> bool:
    if ids is None and names is None:
        return True
    own = {file["group_tracking_id"], *(group["tracking_id"] for group in file["groups"])}
    return file["id"] in (ids or ()) or bool(own.intersection(names or ()))


def _read_urls(task: Task, client: TrieveClient, dataset: str, files: t.Sequence[File], ttl: int) -> None:
    """Pass on a signed URL of each file as a secret, since anyone who has it can download the file."""
    task.new_secret_words = ("URLs from which anyone can download files", "keep the output secret until they expire")
    for file in files:
        url = signed_url(client, dataset, file["id"], ttl)
        if url:
            task.new_secrets[file["id"]] = url


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        ids=dict(type="list", elements="str"),
        group_tracking_ids=dict(type="list", elements="str"),
        signed_urls=dict(type="bool", default=False),
        signed_url_ttl=dict(type="int", default=600),
    ),
    planner=read_files,
    several_secrets=True,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
