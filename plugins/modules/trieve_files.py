#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_files
short_description: Keep the files of a Trieve dataset in step with a folder or a list
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Upload, replace and delete files by the tracking ID of their group. Trieve extracts the text of a file with Tika, and makes chunks
    of it.
  - The SHA-256 of the content is stored in the metadata of the file, so that only new and changed files are uploaded.
  - A changed file is deleted with its chunks and uploaded again, because Trieve keeps the old content if a file is uploaded a second
    time. Until the new chunks are stored, searches do not find this file.
  - Trieve accepts a file before it has processed it. The task therefore waits until the group and a chunk of each file can be read.
  - Files of other origin, and groups and chunks that are not of a file of this module, are never touched, unless O(file_ids) or
    O(group_tracking_ids) names them.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.file
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The content of a file is shown as its SHA-256.
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) ensures the files of O(files) or O(folder) exist, and with O(prune=true) no others in O(scope).
      - V(absent) deletes the files of O(group_tracking_ids) and O(file_ids).
    type: str
    choices: [present, absent]
    default: present
  folder:
    description:
      - Directory with files, on the host that runs the task. Subdirectories are included.
      - The tracking ID of the group of a file is O(prefix) followed by the path of the file, relative to this directory, with slashes.
      - Files and directories whose name begins with a dot are left out. Symbolic links are refused.
      - Use either this option or O(files).
    type: path
  include:
    description:
      - Patterns of the files to upload, such as V(*.pdf). By default, all.
      - A pattern with a slash is compared with the path relative to O(folder), where C(*) also matches slashes. Any other pattern is
        compared with the name of the file.
    type: list
    elements: str
  exclude:
    description: Patterns of the files to leave out, as in O(include).
    type: list
    elements: str
  prefix:
    description: Text before the path of a file of O(folder) in the tracking ID of its group, such as V(handbook/).
    type: str
  base_url:
    description: URL of O(folder), or a path that begins with a slash. The link of each file is this URL followed by its relative path.
    type: str
  scope:
    description:
      - The files that this task owns, by exactly one of the suboptions. Every declared file must be in it.
      - Required for O(prune=true). Only files that this module has uploaded can be in it.
    type: dict
    suboptions:
      tag:
        description: A tag that all files of this task have.
        type: str
      prefix:
        description: A text with which the tracking IDs of the groups of all files of this task begin.
        type: str
  prune:
    description: Whether to delete files in O(scope) that are not declared.
    type: bool
    default: false
  allow_empty:
    description:
      - Whether there may be no declared files together with O(prune=true), and no matching file in O(folder). Otherwise the task fails,
        because a variable or directory that is empty by mistake must not delete all files in the scope.
    type: bool
    default: false
  max_deletions:
    description:
      - Maximum number of files to delete, as a number such as V(10), or as a percentage of the files in O(scope) such as V(25%).
        If more would be deleted, the task fails before it writes anything. Replaced files are not counted.
    type: str
  group_tracking_ids:
    description: Tracking IDs of the groups whose files are deleted. Only with O(state=absent).
    type: list
    elements: str
  file_ids:
    description: IDs of files to delete, such as those of files without a tracking ID. Only with O(state=absent).
    type: list
    elements: str
  delete_chunks:
    description:
      - Whether files are deleted together with their groups and chunks. With V(false), searches still find the content.
      - Applies to O(state=absent) and O(prune=true).
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until the uploaded files are processed, and fail if they are not.
      - With V(false), the result RV(verified) is V(false), which means that the files are queued. O(prune) requires V(true).
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for the uploaded files, and again for the deletion of files and of old chunks.
    type: int
    default: 300
  concurrency:
    description: Maximum number of concurrent requests, each on its own connection, between 1 and 32.
    type: int
    default: 8
notes:
  - Files are read and sent in pieces, so the memory of the task does not grow with their size. The limit of the API is 99,900,000 bytes.
  - An upload may take longer than O(timeout), up to the 300 seconds that Trieve allows.
  - An upload is never repeated. If its response is lost, the task looks for the file. If the task is interrupted, the next run uploads
    what is missing, and nothing is stored twice.
  - The metadata of a file and its chunks contains the key C(community_trieve) with the tracking ID, the SHA-256 and the options for
    chunks. Everyone who can search the dataset can read it. Of options with prompts, it contains a digest only, so these options are
    lost when a file is replaced unless they are declared.
seealso:
  - module: community.trieve.trieve_file_info
  - module: community.trieve.trieve_chunks
  - module: community.trieve.trieve_doctor
"""

EXAMPLES = r"""
- name: Keep the manuals in step with a folder
  community.trieve.trieve_files:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
    folder: "{{ playbook_dir }}/manuals"
    include: ["*.pdf", "*.html", "*.txt"]
    exclude: ["drafts/*"]
    prefix: manuals/
    base_url: https://docs.example.com/manuals
    defaults:
      tag_set: [manual]
    scope:
      prefix: manuals/
    prune: true
    max_deletions: 25%
    wait_timeout: 900
    concurrency: 4

- name: Upload two files with options
  community.trieve.trieve_files:
    dataset: docs
    files:
      - path: "{{ playbook_dir }}/manuals/terms.txt"
        group_tracking_id: terms-of-sale
        file_name: Terms of sale.txt
        link: https://docs.example.com/terms
        tag_set: [legal]
        metadata: {team: sales}
        time_stamp: "2025-01-31T12:00:00Z"
        description: Terms of sale for all countries
        rebalance_chunks: true
        split_delimiters: [".", "?"]
        target_splits_per_chunk: 5
      - content: "<h1>Opening hours</h1><p>We are open from nine to five.</p>"
        file_name: hours.html
        group_tracking_id: opening-hours
        split_avg: true

- name: Store a file without chunks, and do not wait for the worker
  community.trieve.trieve_files:
    dataset: docs
    files:
      - path: "{{ playbook_dir }}/manuals/terms.txt"
        group_tracking_id: terms-original
        create_chunks: false
    wait: false

- name: Empty the list of a team
  community.trieve.trieve_files:
    dataset: docs
    files: []
    scope:
      tag: team-notes
    prune: true
    allow_empty: true

- name: Delete a file, and keep its chunks
  community.trieve.trieve_files:
    dataset: docs
    state: absent
    group_tracking_ids: [opening-hours]
    delete_chunks: false

- name: Delete a file by its ID
  community.trieve.trieve_files:
    dataset: docs
    state: absent
    file_ids: [5b1d3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11]
"""

RETURN = r"""
created:
  description: Group tracking IDs of the files that were uploaded, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [manuals/install.pdf]
replaced:
  description: Group tracking IDs of the files that were deleted and uploaded again, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [manuals/terms.txt]
updated:
  description: Group tracking IDs of the files whose group got another description, or in check mode would.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [opening-hours]
deleted:
  description: Group tracking IDs of the files that were deleted, or in check mode would be. The ID of a file without group tracking ID.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [manuals/old.pdf]
unchanged:
  description: Number of declared files that matched already.
  returned: success, and failure after a change
  type: int
  sample: 41
pending:
  description: Group tracking IDs of the files that match, but were still queued for a worker when the task began.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: []
verified:
  description: Whether the files can be found, and deleted ones cannot. V(false) in check mode, with O(wait=false), and after a failure.
  returned: success, and failure after a change
  type: bool
  sample: true
not_stored:
  description: Group tracking IDs of the files that were uploaded and are not stored. The message names the component that is probably missing.
  returned: failure to store files
  type: list
  elements: str
  sample: [manuals/install.pdf]
not_deleted:
  description: Names of the files whose deletion was requested and that still exist.
  returned: failure to delete files
  type: list
  elements: str
  sample: [manuals/old.pdf]
failures:
  description: The changes that failed.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    file:
      description: The group tracking ID of the file.
      type: str
      sample: manuals/install.pdf
    msg:
      description: What happened.
      type: str
      sample: "POST https://trieve.example.com/api/file: HTTP 400: Could not upload file to S3."
    error:
      description: Trieve's response, as RV(error).
      type: dict
      sample: {"message": "Could not upload file to S3", "method": "POST", "url": "https://trieve.example.com/api/file", "status": 400}
not_tried:
  description: The group tracking IDs of the changes that were not begun.
  returned: failure of a change
  type: list
  elements: str
  sample: [manuals/terms.txt]
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, such as V(create), V(replace) or V(delete).
      type: str
      sample: replace
    kind:
      description: The kind of the object.
      type: str
      sample: file
    name:
      description: The name of the object.
      type: str
      sample: manuals/terms.txt
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 5b1d3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: docs
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "link", "before": "https://a.example.com", "after": "https://b.example.com"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"replace": 1, "unchanged": 41}
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Could not upload file to S3
    method:
      description: The HTTP method of the request.
      type: str
      sample: POST
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/file
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk.model import normalize
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import PRUNE_OPTIONS, check_deletions
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import LONGEST_WAIT, Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._core.values import fault_of_base_url
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import without_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._file.api import list_files
from ansible_collections.community.trieve.plugins.module_utils._file.found import named_files, own_name
from ansible_collections.community.trieve.plugins.module_utils._file.options import FILE_OPTIONS, UPLOAD_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._file.plan import Files
from ansible_collections.community.trieve.plugins.module_utils._file.source import DesiredFile, read_files
from ansible_collections.community.trieve.plugins.module_utils._session import MOST_CONNECTIONS
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid

_OF_FOLDER = ("include", "exclude", "prefix", "base_url")


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Upload and replace the declared files; with C(prune), delete the others in the scope."""
    params = task.params
    _check(params)
    scope = _scope(params)
    declared = read_files(task)  # all of it is checked before anything is read from the server
    for desired in declared:
        _check_scope(desired, *scope)
    if params["prune"] and not declared and not params["allow_empty"]:
        raise TaskFailed(
            "There are no declared files, so prune would delete everything in scope. If this is intended, set allow_empty: true."
        )
    dataset = named_dataset(task, client)
    files = _files(task, client, dataset, must_exist=True)
    files.compare(declared)
    if params["prune"]:
        names = {desired.group_tracking_id for desired in declared}
        in_scope = [row for row in files.rows if _in_scope(row, *scope)]
        found = named_files(in_scope, names)
        count = sum(len(one.files) for _name, one in found)
        check_deletions(params["max_deletions"], count, len(in_scope), "files")
        files.remove(found)
    return _plan(task, files)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the named files."""
    params = task.params
    _check(params)
    if params["group_tracking_ids"] is None and params["file_ids"] is None:
        raise TaskFailed("group_tracking_ids and file_ids are missing. With state: absent, at least one is required.")
    for option in ("group_tracking_ids", "file_ids"):
        for number, name in enumerate(params[option] or ()):
            if not name.strip():
                raise TaskFailed(f"{option}[{number}] is empty. Set it to the ID of a file, or remove it.")
            if option == "file_ids" and not as_uuid(name):
                raise TaskFailed(f"file_ids[{number}] {name!r} is not a valid UUID.")
    dataset = named_dataset(task, client)
    files = _files(task, client, dataset, must_exist=False)
    found = files.named(params["group_tracking_ids"] or (), [as_uuid(name) or "" for name in params["file_ids"] or ()])
    check_deletions(params["max_deletions"], len(found), len(found), "files")
    files.remove(found)
    return _plan(task, files)


def _check(params: t.Mapping[str, t.Any]) -> None:
    """Refuse what is wrong with the options before a file or the server is read."""
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    between(params, "wait_timeout", 1, LONGEST_WAIT)
    if params["state"] != "present":
        return
    if (params["files"] is None) == (params["folder"] is None):
        wrong = "are missing" if params["folder"] is None else "cannot be used together"
        raise TaskFailed(f"files and folder {wrong}. Set one of them.")
    for option in _OF_FOLDER:
        if params[option] is not None and params["folder"] is None:
            raise TaskFailed(f"{option} is set, but folder is not. Set folder, or remove {option}.")
    if params["base_url"] is not None and (params["defaults"] or {}).get("link") is not None:
        raise TaskFailed("base_url and defaults.link cannot be used together. Remove one of them.")
    fault = fault_of_base_url(params["base_url"] or "")
    if fault:
        raise TaskFailed(fault)
    if params["prune"] and params["scope"] is None:
        raise TaskFailed(
            "prune needs scope, because the dataset may hold files of other tasks. Set scope to the tag or prefix of the files that this"
            " task owns."
        )
    if params["prune"] and not params["wait"]:
        raise TaskFailed("prune needs wait: true, because nothing is deleted before the other files are stored.")


def _scope(params: t.Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """The tag, or the prefix, of the files that the task owns."""
    scope = params["scope"]
    if scope is None:
        return None, None
    if len([name for name, value in scope.items() if value]) != 1:
        raise TaskFailed("scope must have exactly one of tag and prefix, and it must not be empty.")
    return scope["tag"], scope["prefix"]


def _check_scope(desired: DesiredFile, tag: str | None, prefix: str | None) -> None:
    if tag and tag not in desired.values.get("tag_set", ()):
        raise TaskFailed(
            f"File {desired.group_tracking_id!r} is not in scope: its tag_set does not contain {tag!r}. Add it, or change scope."
        )
    if prefix and not desired.group_tracking_id.startswith(prefix):
        raise TaskFailed(
            f"File {desired.group_tracking_id!r} is not in scope: its group_tracking_id does not begin with {prefix!r}. Change it or scope."
        )


def _in_scope(row: dict[str, t.Any], tag: str | None, prefix: str | None) -> bool:
    """Whether a file was uploaded by this module, and belongs to the task."""
    name = own_name(row)
    if name is None:
        return False
    if tag:
        return set(normalize("tag_set", [tag])) <= set(
            normalize("tag_set", [one for one in row["tag_set"] or () if one])
        )
    return bool(prefix and name.startswith(prefix))


def _files(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> Files:
    rows = list_files(client, dataset)
    if rows is None:
        without_dataset(task, client, dataset, must_exist)
    return Files(task, client, dataset, rows)


def _plan(task: Task, files: Files) -> Plan:
    verified = False

    def result() -> dict[str, t.Any]:
        return {
            "created": files.of_action("create"),
            "replaced": files.of_action("replace"),
            "updated": files.of_action("update"),
            "deleted": files.of_action("delete"),
            "unchanged": files.unchanged,
            "pending": files.pending,
            "verified": verified,
        }

    def prove(outcome: dict[str, t.Any]) -> dict[str, t.Any]:
        nonlocal verified
        if not task.params["wait"]:
            return outcome
        try:
            files.proof.prove()
            files.proof.prove_deletions()
        except TaskFailed as failure:
            raise TaskFailed(str(failure), **{**outcome, **failure.results}) from failure
        verified = True
        return {**outcome, **result()}

    return Plan(
        files.changes(),
        result,
        unchanged=files.unchanged,
        concurrency=task.params["concurrency"],
        explain=files.proof.explain,
        afterwards=prove,
    )


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        files=dict(type="list", elements="dict", options=FILE_OPTIONS),
        defaults=dict(type="dict", options=UPLOAD_OPTIONS),
        folder=dict(type="path"),
        include=dict(type="list", elements="str"),
        exclude=dict(type="list", elements="str"),
        prefix=dict(type="str"),
        base_url=dict(type="str"),
        scope=dict(type="dict", options=dict(tag=dict(type="str"), prefix=dict(type="str"))),
        **PRUNE_OPTIONS,
        group_tracking_ids=dict(type="list", elements="str"),
        file_ids=dict(type="list", elements="str"),
        delete_chunks=dict(type="bool", default=True),
        wait=dict(type="bool", default=True),
        wait_timeout=dict(type="int", default=300),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(("files", "defaults", "folder", *_OF_FOLDER, "scope", "prune", "allow_empty"), ("present",)),
        **dict.fromkeys(("group_tracking_ids", "file_ids"), ("absent",)),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
