#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_search_info
short_description: Search a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Search a dataset for chunks or groups, complete the beginning of a query, or count matches, as an application would do it.
  - To test that searches find what they should, use M(community.trieve.trieve_search_test).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.search
  - community.trieve.search.query
  - community.trieve.filters
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  query:
    description: Text to search for.
    type: str
    required: true
  search_type:
    description:
      - If it is omitted, V(hybrid) is used, or V(fulltext) with O(mode=autocomplete) and O(mode=count), which do not support V(hybrid).
notes:
  - Any API key that can read the dataset is sufficient.
seealso:
  - module: community.trieve.trieve_search_test
  - plugin: community.trieve.trieve_search
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Search the documentation
  community.trieve.trieve_search_info:
    dataset: docs
    query: How do I install it?
    page_size: 3
  register: found

- name: Show the links of the best results
  ansible.builtin.debug:
    msg: "{{ found.chunks | map(attribute='link') }}"

- name: Search recent chunks with a tag
  community.trieve.trieve_search_info:
    dataset: docs
    query: '"security update" -beta'
    search_type: fulltext
    use_quote_negated_terms: true
    remove_stop_words: true
    filters:
      must:
        - field: tag_set
          match_any: [release, advisory]
        - field: time_stamp
          date_range:
            gte: "2025-01-01"
    score_threshold: 0.2
    sort_options:
      recency_bias: 0.5
      use_weights: true
      tag_weights: {advisory: 2}
    typo_options:
      correct_typos: true
    highlight_options:
      highlight_max_num: 2
    page: 1
    get_total_pages: true
  register: updates

- name: Search in one group
  community.trieve.trieve_search_info:
    dataset: docs
    query: warranty
    search_type: fulltext
    group_tracking_id: terms
  register: terms

- name: Search in the group that an earlier task has found
  community.trieve.trieve_search_info:
    dataset: docs
    query: warranty
    search_type: fulltext
    group_id: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
  register: terms_by_id

- name: Find groups, with the best chunk of each
  community.trieve.trieve_search_info:
    dataset: docs
    query: install
    search_type: fulltext
    mode: groups
    group_size: 1
    slim_chunks: true
  register: found_groups

- name: Complete the beginning of a query
  community.trieve.trieve_search_info:
    dataset: docs
    query: insta
    search_type: semantic
    mode: autocomplete
    extend_results: true
  register: suggestions

- name: Count matches
  community.trieve.trieve_search_info:
    dataset: docs
    query: install
    mode: count
  register: matches
"""

RETURN = r"""
chunks:
  description: The chunks that were found, the best first.
  returned: success, with O(mode=search) and O(mode=autocomplete)
  type: list
  elements: dict
  contains: &chunk
    rank:
      description: Position in the results, starting with 1.
      type: int
      sample: 1
    score:
      description: Score of the chunk. Only comparable within the results of one query.
      type: float
      sample: 0.87
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
      description: Content. Absent with O(slim_chunks=true).
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
    highlights:
      description: Parts of the content that match the query, or V(null) without O(highlight_options).
      type: list
      elements: str
      sample: [the, program]
groups:
  description: The groups that were found, the best first.
  returned: success, with O(mode=groups)
  type: list
  elements: dict
  contains:
    rank:
      description: Position in the results, starting with 1.
      type: int
      sample: 1
    id:
      description: ID of the group.
      type: str
      sample: 4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10
    tracking_id:
      description: Tracking ID of the group, or V(null).
      type: str
      sample: terms
    name:
      description: Name of the group.
      type: str
      sample: Terms
    description:
      description: Description of the group.
      type: str
      sample: ""
    tag_set:
      description: Tags of the group.
      type: list
      elements: str
      sample: []
    metadata:
      description: Metadata of the group.
      type: dict
      sample: {}
    file_id:
      description: ID of the file that the group was created from, or V(null).
      type: str
      sample: null
    chunks:
      description: The best chunks of the group.
      type: list
      elements: dict
      contains: *chunk
count:
  description: Number of matching chunks.
  returned: success, with O(mode=count)
  type: int
  sample: 12
corrected_query:
  description: The query after the correction of typos, or V(null).
  returned: success, except with O(mode=count)
  type: str
  sample: null
total_pages:
  description: Number of pages, or V(null) without O(get_total_pages=true).
  returned: success, except with O(mode=count)
  type: int
  sample: 3
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Full text search is not enabled for this dataset
    method:
      description: The HTTP method of the request.
      type: str
      sample: POST
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/chunk/search
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._search.api import find
from ansible_collections.community.trieve.plugins.module_utils._search.options import SEARCH_OPTIONS, parse_search
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def search(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Search the dataset."""
    declared = parse_search(task.params)
    dataset = named_dataset(task, client)
    return {"changed": False, **find(task, client, dataset, declared, task.params["mode"])}


DEFINITION = Definition(dict(**DATASET_OPTION, **SEARCH_OPTIONS), planner=search)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
