#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_chunk_info
short_description: List chunks of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List the chunks of a dataset, or those with given IDs, tracking IDs or properties, from all pages of the server.
  - Chunks that are queued, and chunks that are stored only in part, are not listed. Searches do not find them either.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.filters
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  ids:
    description: Only list chunks with one of these IDs.
    type: list
    elements: str
  tracking_ids:
    description: Only list chunks with one of these tracking IDs.
    type: list
    elements: str
  groups:
    description: Whether to read the groups of each chunk.
    type: bool
    default: false
  sort_by:
    description: Order of the list. If it is omitted, the chunks are sorted by tracking ID.
    type: dict
    suboptions:
      field:
        description: Field to sort by.
        type: str
        required: true
        choices: [num_value, time_stamp]
      direction:
        description: Direction of the order.
        type: str
        choices: [asc, desc]
        default: desc
  limit:
    description: Maximum number of chunks to list. The result RV(is_complete) tells whether there are more.
    type: int
    default: 10000
notes:
  - Any API key that can read the dataset is sufficient.
seealso:
  - module: community.trieve.trieve_chunks
  - module: community.trieve.trieve_search_info
"""

EXAMPLES = r"""
- name: List recent release notes, the newest first
  community.trieve.trieve_chunk_info:
    dataset: docs
    filters:
      must:
        - field: tag_set
          match_any: [releases]
        - field: time_stamp
          date_range:
            gte: "2025-01-01"
    sort_by:
      field: time_stamp
      direction: desc
    limit: 20
  register: releases

- name: Look up two chunks and their groups
  community.trieve.trieve_chunk_info:
    dataset: docs
    tracking_ids: [install-linux, install-macos]
    groups: true
  register: install

- name: Look up a chunk by its ID
  community.trieve.trieve_chunk_info:
    dataset: docs
    ids: ["{{ install.chunks[0].id }}"]
"""

RETURN = r"""
chunks:
  description: The chunks. Empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the chunk.
      type: str
      sample: 3f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    tracking_id:
      description: Tracking ID of the chunk, or V(null).
      type: str
      sample: install-linux
    link:
      description: URL of the page, or V(null).
      type: str
      sample: https://docs.example.com/install
    chunk_html:
      description: Content.
      type: str
      sample: <h2>Install</h2><p>Run the installer.</p>
    tag_set:
      description: Tags.
      type: list
      elements: str
      sample: [install]
    metadata:
      description: Metadata.
      type: dict
      sample: {"title": "Install"}
    num_value:
      description: Number of the chunk, or V(null).
      type: float
      sample: 1.5
    weight:
      description: Weight of the chunk.
      type: float
      sample: 0.0
    time_stamp:
      description: Time of the chunk, in UTC without a zone, or V(null).
      type: str
      sample: "2025-09-12T08:15:30"
    location:
      description: Latitude and longitude, or V(null).
      type: dict
      sample: {"lat": 48.2, "lon": 16.37}
    image_urls:
      description: URLs of images, or V(null).
      type: list
      elements: str
      sample: ["https://docs.example.com/img/install.png"]
    dataset_id:
      description: ID of the dataset.
      type: str
      sample: 2a1c3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    created_at:
      description: Creation time, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: Time of the last change, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    groups:
      description: The groups of the chunk, each with C(id) and C(tracking_id). Only with O(groups=true).
      type: list
      elements: dict
      sample: [{"id": "4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10", "tracking_id": "install"}]
is_complete:
  description: Whether all matching chunks are listed. V(false) if there are more than O(limit).
  returned: success
  type: bool
  sample: true
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

import itertools
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk.api import first_chunk, groups_of, scroll
from ansible_collections.community.trieve.plugins.module_utils._chunk.filters import FILTERS, Filters, parse_filters
from ansible_collections.community.trieve.plugins.module_utils._chunk.model import SHOWN_SHAPE
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import without_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

MOST_CHUNKS = 1_000_000
"""Every one of them is held in memory."""


def read_chunks(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the chunks that match all given conditions."""
    limit = between(task.params, "limit", 1, MOST_CHUNKS)
    filters = _filters(task.params)
    dataset = named_dataset(task, client)
    if first_chunk(client, dataset) is None:
        without_dataset(task, client, dataset, must_exist=True)
        return {"changed": False, "chunks": [], "is_complete": True}
    found = scroll(client, dataset, filters, sort_by=task.params["sort_by"], shape=SHOWN_SHAPE)
    chunks = list(itertools.islice(found, limit))
    is_complete = next(found, None) is None
    if not task.params["sort_by"]:  # the server's own order is that of random IDs
        chunks.sort(key=lambda chunk: (not chunk["tracking_id"], chunk["tracking_id"] or "", chunk["id"]))
    if task.params["groups"] and chunks:
        groups = groups_of(client, dataset, [chunk["id"] for chunk in chunks])
        for chunk in chunks:
            chunk["groups"] = groups.get(chunk["id"], [])
    return {"changed": False, "chunks": chunks, "is_complete": is_complete}


def _filters(params: t.Mapping[str, t.Any]) -> Filters | None:
    """One filter from the IDs, the tracking IDs and the filter of the task; None for all chunks."""
    filters: Filters = dict(parse_filters(params["filters"]) or {})
    for option in ("ids", "tracking_ids"):
        if params[option] is None:
            continue
        if not params[option]:
            raise TaskFailed(
                f"{option} is empty, so no chunk would match. Trieve would list every chunk. Add an entry, or remove {option}."
            )
        by_id = parse_filters({"must": [{option: params[option]}]}, "options")
        filters["must"] = [*filters.get("must", ()), *(by_id or {})["must"]]
    return filters or None


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        ids=dict(type="list", elements="str"),
        tracking_ids=dict(type="list", elements="str"),
        filters=FILTERS,
        groups=dict(type="bool", default=False),
        sort_by=dict(
            type="dict",
            options=dict(
                field=dict(type="str", required=True, choices=["num_value", "time_stamp"]),
                direction=dict(type="str", choices=["asc", "desc"], default="desc"),
            ),
        ),
        limit=dict(type="int", default=10_000),
    ),
    planner=read_chunks,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
