#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_chunks
short_description: Keep the chunks of a Trieve dataset in step with a list or a file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, update and delete chunks by tracking ID so that they match a list or a file. The task reads what the dataset holds, sends only
    the differences, 120 chunks in a request, and reads them back, because Trieve accepts chunks before it has stored them.
  - New and changed chunks are written first, and chunks are deleted last and only if the others are stored. So searches find content at
    any time.
  - Tags and groups of a chunk are replaced, although an upsert of Trieve only adds them.
  - Chunks of other origin, for example of crawls, are never touched.
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
    details: A content of more than 200 characters is shown as its beginning, length and digest.
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) ensures the chunks of O(chunks) or O(file) exist, and with O(prune=true) no others in O(scope).
      - V(absent) deletes the chunks of O(tracking_ids).
    type: str
    choices: [present, absent]
    default: present
  chunks:
    description:
      - The chunks. One of O(chunks) and O(file) is required with O(state=present).
      - Options that an entry omits are not managed and keep their values.
    type: list
    elements: dict
    suboptions:
      tracking_id:
        description: Tracking ID of the chunk, by which it is found. Every entry needs one.
        type: str
      chunk_html:
        description: Content, as HTML or text, with at most 10 MiB. Every entry needs one.
        type: str
      link:
        description: URL of the page that the chunk comes from.
        type: str
      tag_set:
        description: Tags. The order does not matter. An empty list clears them.
        type: list
        elements: str
      group_tracking_ids:
        description:
          - Tracking IDs of the groups of the chunk. Groups that do not exist are created. An empty list removes the chunk from all groups.
        type: list
        elements: str
      metadata:
        description: Any data to store with the chunk. It is compared and replaced as a whole.
        type: dict
      num_value:
        description: Number to filter and sort by.
        type: float
      weight:
        description: Factor that raises the score of the chunk.
        type: float
      time_stamp:
        description: Time of the content, as an ISO 8601 date and time with a time zone, such as V(2030-01-31T12:00:00Z).
        type: str
      location:
        description: Place that the content is about.
        type: dict
        suboptions:
          lat:
            description: Latitude in degrees.
            type: float
            required: true
          lon:
            description: Longitude in degrees.
            type: float
            required: true
      image_urls:
        description: URLs of images, in this order.
        type: list
        elements: str
      semantic_content:
        description: Text to embed instead of the content. Sent whenever the chunk is written. Cannot be read, so it is never compared.
        type: str
      fulltext_content:
        description: Text for full text search instead of the content. Sent whenever the chunk is written. Cannot be read, so it is never compared.
        type: str
      convert_html_to_text:
        description: Whether searches see the content without HTML tags. Trieve defaults to V(true). Cannot be read, so it is never compared.
        type: bool
      split_avg:
        description: Whether to embed parts of a long content and use their average. Cannot be read, so it is never compared.
        type: bool
      fulltext_boost:
        description: Phrase that counts more in full text search. Cannot be read, so it is never compared.
        type: dict
        suboptions:
          phrase:
            description: The phrase.
            type: str
            required: true
          boost_factor:
            description: Factor for the frequency of the phrase.
            type: float
            required: true
      semantic_boost:
        description: Phrase that the embedding is moved towards. Cannot be read, so it is never compared.
        type: dict
        suboptions:
          phrase:
            description: The phrase.
            type: str
            required: true
          distance_factor:
            description: How far the embedding is moved.
            type: float
            required: true
  file:
    description:
      - Path of a file with chunks, on the host that runs the task. Each entry has the keys of O(chunks).
      - JSON Lines and CSV are read as a stream. If a line is wrong, the task fails with its number before it sends anything.
      - In CSV, the first line names the columns. Entries of a list are separated by semicolons. Keys of the metadata are columns such as
        V(metadata.author), and their values are strings. An empty cell is an option that is not set.
      - Use either this option or O(chunks).
    type: path
  format:
    description: Format of O(file). If it is omitted, the suffix of the file name decides (V(.jsonl), V(.csv), V(.yml)).
    type: str
    choices: [jsonl, csv, yaml]
  scope:
    description:
      - The chunks that this task owns, by exactly one of the suboptions. Every declared chunk must be in it.
      - Required for O(prune=true).
    type: dict
    suboptions:
      tag:
        description: A tag that all chunks of this task have.
        type: str
      group_tracking_id:
        description: Tracking ID of a group that all chunks of this task are in.
        type: str
  prune:
    description: Whether to delete chunks in O(scope) that are not declared.
    type: bool
    default: false
  allow_empty:
    description:
      - Whether there may be no declared chunks together with O(prune=true). Otherwise the task fails, because a variable or file that is
        empty by mistake must not delete all chunks in the scope.
    type: bool
    default: false
  max_deletions:
    description:
      - Maximum number of chunks to delete, as a number such as V(10), or as a percentage of the chunks in O(scope) such as V(25%).
        If more would be deleted, the task fails before it writes anything.
    type: str
  tracking_ids:
    description: Tracking IDs of the chunks to delete. Only with O(state=absent).
    type: list
    elements: str
  wait:
    description:
      - Whether to read back what was written until it is stored, and fail if it is not.
      - With V(false), the result RV(verified) is V(false), which means that the chunks are queued. O(prune) requires V(true).
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for what was written, and again for what was deleted.
    type: int
    default: 60
  concurrency:
    description: Maximum number of concurrent requests, each on its own connection, between 1 and 32.
    type: int
    default: 8
notes:
  - An update sends the whole chunk, or, if a tag or group is removed, one request for this chunk. Options that Trieve does not return are
    lost in an update unless they are declared.
  - If the task is interrupted, the next run sends what is missing. Nothing is stored twice, since tracking IDs are unique in a dataset.
seealso:
  - module: community.trieve.trieve_chunk_info
  - module: community.trieve.trieve_search_test
"""

EXAMPLES = r"""
- name: Keep release notes in step with a file
  community.trieve.trieve_chunks:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
    file: "{{ playbook_dir }}/releases.jsonl"
    format: jsonl
    scope:
      tag: releases
    prune: true
    max_deletions: 10%
    wait_timeout: 120

- name: Manage chunks with every option
  community.trieve.trieve_chunks:
    dataset: docs
    concurrency: 4
    chunks:
      - tracking_id: install-linux
        chunk_html: <h2>Install on Linux</h2><p>Run the installer.</p>
        link: https://docs.example.com/install#linux
        tag_set: [guide, linux]
        group_tracking_ids: [install]
        metadata: {author: Jo}
        num_value: 3
        weight: 1.5
        time_stamp: "2025-01-31T12:00:00Z"
        location: {lat: 52.5, lon: 13.25}
        image_urls: [https://docs.example.com/install.png]
        semantic_content: Install on Linux
        fulltext_content: Install on Linux
        convert_html_to_text: true
        split_avg: false
        fulltext_boost: {phrase: installer, boost_factor: 1.5}
        semantic_boost: {phrase: setup, distance_factor: 0.2}

- name: Empty the list of a team
  community.trieve.trieve_chunks:
    dataset: docs
    chunks: []
    scope:
      group_tracking_id: team-notes
    prune: true
    allow_empty: true

- name: Queue chunks without waiting for them
  community.trieve.trieve_chunks:
    dataset: docs
    chunks: "{{ notes }}"
    wait: false

- name: Delete two chunks
  community.trieve.trieve_chunks:
    dataset: docs
    state: absent
    tracking_ids: [install-windows, install-macos]
"""

RETURN = r"""
created:
  description: Tracking IDs of the chunks that were created, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [install-linux]
updated:
  description: Tracking IDs of the chunks that were updated, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [upgrade]
deleted:
  description: Tracking IDs of the chunks that were deleted, or in check mode would be. The ID of a chunk without tracking ID.
  returned: success, and failure after a change
  type: list
  elements: str
  sample: [install-windows]
unchanged:
  description: Number of declared chunks that matched already.
  returned: success, and failure after a change
  type: int
  sample: 998
verified:
  description: Whether all changes were read back. V(false) in check mode, with O(wait=false), and after a failure.
  returned: success, and failure after a change
  type: bool
  sample: true
not_stored:
  description: Tracking IDs of the chunks that were sent and could not be read back.
  returned: failure to store chunks
  type: list
  elements: str
  sample: [install-linux]
not_deleted:
  description: Tracking IDs of the chunks whose deletion was requested and that still exist.
  returned: failure to delete chunks
  type: list
  elements: str
  sample: [install-windows]
failures:
  description: The changes that failed.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    chunk:
      description: The tracking ID of the chunk.
      type: str
      sample: install-linux
    msg:
      description: What happened.
      type: str
      sample: "POST https://trieve.example.com/api/chunk: HTTP 500: Internal Server Error."
    error:
      description: Trieve's response, as RV(error).
      type: dict
      sample: {"message": "Internal Server Error", "method": "POST", "url": "https://trieve.example.com/api/chunk", "status": 500}
not_tried:
  description: The tracking IDs of the changes that were not begun.
  returned: failure of a change
  type: list
  elements: str
  sample: [upgrade]
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
      sample: chunk
    name:
      description: The name of the object.
      type: str
      sample: install
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: docs
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "link", "before": "Install", "after": "Setup"}]
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
      sample: https://trieve.example.com/api/chunk
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk.api import READ, by_tracking_ids, first_chunk
from ansible_collections.community.trieve.plugins.module_utils._chunk.model import NIL, Chunk
from ansible_collections.community.trieve.plugins.module_utils._chunk.options import (
    CHUNK_OPTIONS,
    DesiredChunk,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._chunk.plan import Sync, chunks_in_scope
from ansible_collections.community.trieve.plugins.module_utils._chunk.source import FORMATS, read_chunks
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import PRUNE_OPTIONS, check_deletions
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    LONGEST_WAIT,
    Definition,
    Task,
    error_at,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import without_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._session import MOST_CONNECTIONS
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create and update the declared chunks; with C(prune), delete the others in the scope."""
    params = task.params
    _check(params)
    tag, group = _scope(params)
    count = 0
    for entry in _entries(params):  # all of it is checked before anything is read from the server
        _check_scope(entry, tag, group)
        count += 1
    if params["prune"] and not count and not params["allow_empty"]:
        raise TaskFailed(
            "There are no declared chunks, so prune would delete everything in scope. If this is intended, set allow_empty: true."
        )
    dataset = named_dataset(task, client)
    exists = _exists(task, client, dataset)
    sync = Sync(task, client, dataset)
    some: list[DesiredChunk] = []
    for entry in _entries(params):
        some.append(entry)
        if len(some) == READ:
            sync.compare(some, exists)
            some = []
    if some:
        sync.compare(some, exists)
    if params["prune"] and exists:
        in_scope = 0
        to_delete: list[Chunk] = []
        for chunk in chunks_in_scope(task, client, dataset, tag, group):
            in_scope += 1
            if chunk["tracking_id"] not in sync.declared:
                to_delete.append({name: chunk[name] for name in ("id", "tracking_id", "link", "chunk_html")})
        check_deletions(params["max_deletions"], len(to_delete), in_scope, "chunks")
        sync.remove(to_delete)
    return _plan(task, sync, exists)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the named chunks."""
    params = task.params
    _check(params)
    if params["tracking_ids"] is None:
        raise TaskFailed("tracking_ids is missing. It is required with state: absent.")
    for number, tracking_id in enumerate(params["tracking_ids"]):
        if not tracking_id.strip():
            raise TaskFailed(f"tracking_ids[{number}] is empty. Set it to the tracking ID of a chunk, or remove it.")
    dataset = named_dataset(task, client)
    exists = _exists(task, client, dataset, must_exist=False)
    sync = Sync(task, client, dataset)
    named = list(dict.fromkeys(params["tracking_ids"]))
    found = by_tracking_ids(client, dataset, named) if exists else {}
    check_deletions(params["max_deletions"], len(found), len(named), "chunks")
    sync.remove(found[name] for name in named if name in found)
    return _plan(task, sync, exists)


def _check(params: t.Mapping[str, t.Any]) -> None:
    """Refuse what is wrong with the options before a file or the server is read."""
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    between(params, "wait_timeout", 1, LONGEST_WAIT)
    if params["state"] != "present":
        return
    if (params["chunks"] is None) == (params["file"] is None):
        wrong = "are missing" if params["file"] is None else "cannot be used together"
        raise TaskFailed(f"chunks and file {wrong}. Set one of them.")
    if params["format"] is not None and params["file"] is None:
        raise TaskFailed("format is set, but file is not. Set file, or remove format.")
    if params["prune"] and params["scope"] is None:
        raise TaskFailed(
            "prune needs scope, because the dataset may hold chunks of other origin, such as crawls. Set scope to the tag or group of"
            " the chunks that this task owns."
        )
    if params["prune"] and not params["wait"]:
        raise TaskFailed("prune needs wait: true, because nothing is deleted before the other chunks are stored.")


def _scope(params: t.Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """The tag, or the tracking ID of the group, of the chunks that the task owns."""
    scope = params["scope"]
    if scope is None:
        return None, None
    named = [name for name, value in scope.items() if value]
    if len(named) != 1:
        raise TaskFailed("scope must have exactly one of tag and group_tracking_id, and it must not be empty.")
    return scope["tag"], scope["group_tracking_id"]


def _check_scope(entry: DesiredChunk, tag: str | None, group: str | None) -> None:
    for option, value in (("tag_set", tag), ("group_tracking_ids", group)):
        if value and value not in entry.get(option, ()):
            raise TaskFailed(
                f"Chunk {entry['tracking_id']!r} is not in scope: its {option} does not contain {value!r}. Add it, or change scope."
            )


def _entries(params: t.Mapping[str, t.Any]) -> t.Iterator[DesiredChunk]:
    """The declared chunks, each checked."""
    seen: dict[str, int] = {}
    if params["file"] is not None:
        for number, entry in enumerate(read_chunks(params["file"], params["format"])):
            _check_unique(entry, seen, number, params["file"])
            yield entry
        return
    for number, options in enumerate(params["chunks"]):
        with error_at(f"chunks[{number}]"):
            entry = parse_options(options)
            _check_unique(entry, seen, number, "chunks")
        yield entry


def _check_unique(entry: DesiredChunk, seen: dict[str, int], number: int, source: str) -> None:
    first = seen.setdefault(entry["tracking_id"], number)
    if first != number:
        raise TaskFailed(
            f"tracking_id {entry['tracking_id']!r} is declared twice: by entries {first + 1} and {number + 1} of {source}. Remove one."
        )


def _exists(task: Task, client: TrieveClient, dataset: str, must_exist: bool = True) -> bool:
    """Whether the dataset exists, and can be managed by tracking IDs."""
    chunks = first_chunk(client, dataset)
    if chunks is None:
        without_dataset(task, client, dataset, must_exist)
        return False
    if chunks and chunks[0]["id"] == NIL:
        raise TaskFailed(
            f"Dataset {dataset!r} keeps its chunks in the vector store only (option qdrant_only), so they cannot be found by tracking ID."
        )
    return True


def _plan(task: Task, sync: Sync, exists: bool) -> Plan:
    verified = False

    def result() -> dict[str, t.Any]:
        return {
            "created": sync.created(),
            "updated": sync.updated(),
            "deleted": sync.deleted(),
            "unchanged": sync.unchanged,
            "verified": verified,
        }

    def prove(outcome: dict[str, t.Any]) -> dict[str, t.Any]:
        nonlocal verified
        if not task.params["wait"]:
            return outcome
        try:
            sync.proof.prove()
            sync.prove_deletions()
        except TaskFailed as failure:
            raise TaskFailed(str(failure), **{**outcome, **failure.results}) from failure
        verified = True
        return {**outcome, **result()}

    return Plan(
        sync.changes(exists, task.params["concurrency"]),
        result,
        unchanged=sync.unchanged,
        concurrency=task.params["concurrency"],
        explain=sync.proof.explain,
        afterwards=prove,
    )


_SCOPE = dict(type="dict", options=dict(tag=dict(type="str"), group_tracking_id=dict(type="str")))

DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        chunks=dict(type="list", elements="dict", options=CHUNK_OPTIONS),
        file=dict(type="path"),
        format=dict(type="str", choices=list(FORMATS)),
        scope=_SCOPE,
        **PRUNE_OPTIONS,
        tracking_ids=dict(type="list", elements="str"),
        wait=dict(type="bool", default=True),
        wait_timeout=dict(type="int", default=60),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(("chunks", "file", "format", "scope", "prune", "allow_empty"), ("present",)),
        "tracking_ids": ("absent",),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
