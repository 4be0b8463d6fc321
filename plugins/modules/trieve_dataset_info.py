#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_dataset_info
short_description: List the datasets of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List all datasets of an organization, newest first, with the number of their chunks, or those that match O(dataset_id),
    O(tracking_id) and O(name).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  dataset_id:
    description:
      - Return only the dataset with this ID, in any spelling of a UUID.
      - In check mode, an empty value is taken for the ID of a dataset that an earlier task would create. The list is empty then,
        with a warning.
    type: str
  tracking_id:
    description: Return only the dataset with exactly this tracking ID.
    type: str
  name:
    description: Return only datasets with exactly this name. Several datasets can have the same name.
    type: str
  configuration:
    description:
      - Whether to read the configuration of each dataset, which takes one request per dataset.
      - By default, the configuration is read if O(dataset_id), O(tracking_id) or O(name) is set, and not for the whole list.
    type: bool
  crawls:
    description: Whether to read the crawls of each dataset, which takes one request per dataset.
    type: bool
    default: false
  chunk_groups:
    description: Whether to read the chunk groups of each dataset, which takes one request for every ten groups of a dataset.
    type: bool
    default: false
  chunk_group_origins:
    description:
      - Whether to find out which chunk groups a crawl or an uploaded file made, and to return this as C(made_by) of each group. Requires
        O(chunk_groups=true).
      - See O(community.trieve.trieve_chunk_groups#module:prune) for how they are recognized, and for the requests that this takes.
    type: bool
    default: false
notes:
  - Several datasets are read at the same time, on several connections.
seealso:
  - module: community.trieve.trieve_dataset
  - module: community.trieve.trieve_crawl_info
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: List all datasets of the organization
  community.trieve.trieve_dataset_info:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
  register: all

- name: Show their numbers of chunks
  ansible.builtin.debug:
    msg: "{{ all.datasets | items2dict(key_name='tracking_id', value_name='chunk_count') }}"

- name: Read one dataset with its configuration
  community.trieve.trieve_dataset_info:
    tracking_id: docs
  register: docs

- name: Fail if it does not exist
  ansible.builtin.assert:
    that: docs.datasets | length == 1

- name: Find a dataset by its name
  community.trieve.trieve_dataset_info:
    name: Documentation

- name: Read a dataset by its ID, without its configuration
  community.trieve.trieve_dataset_info:
    dataset_id: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
    configuration: false

- name: Read all datasets of the organization with their contents
  community.trieve.trieve_dataset_info:
    configuration: true
    crawls: true
    chunk_groups: true
    chunk_group_origins: true
  register: everything
"""

RETURN = r"""
datasets:
  description:
    - The datasets, newest first. Empty if none matches.
    - They contain the options of the configuration, without secrets and stop tokens, if the configuration was read.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the dataset.
      type: str
      sample: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
    name:
      description: Name of the dataset. It need not be unique.
      type: str
      sample: Documentation
    tracking_id:
      description: Tracking ID of the dataset, or V(null).
      type: str
      sample: docs
    organization_id:
      description: ID of its organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: Time of its creation, in UTC without a time zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: Time of its last update, in UTC without a time zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    chunk_count:
      description: Number of its chunks.
      type: int
      sample: 1200
    llm_base_url:
      description: See the option O(community.trieve.trieve_dataset#module:llm_base_url).
      type: str
      sample: https://api.openai.com/v1
    llm_api_version:
      description: See the option O(community.trieve.trieve_dataset#module:llm_api_version). V(null) if it is not set.
      type: str
      sample: "2024-06-01"
    llm_default_model:
      description: See the option O(community.trieve.trieve_dataset#module:llm_default_model).
      type: str
      sample: gpt-4o
    system_prompt:
      description: See the option O(community.trieve.trieve_dataset#module:system_prompt).
      type: str
      sample: You are a helpful assistant
    rag_prompt:
      description: See the option O(community.trieve.trieve_dataset#module:rag_prompt).
      type: str
      sample: "Use the following retrieved documents to respond briefly and accurately:"
    message_to_query_prompt:
      description: See the option O(community.trieve.trieve_dataset#module:message_to_query_prompt).
      type: str
      sample: "Write a 1-2 sentence semantic search query along the lines of a hypothetical response to: \n\n"
    use_message_to_query_prompt:
      description: See the option O(community.trieve.trieve_dataset#module:use_message_to_query_prompt).
      type: bool
      sample: false
    n_retrievals_to_include:
      description: See the option O(community.trieve.trieve_dataset#module:n_retrievals_to_include).
      type: int
      sample: 8
    temperature:
      description: See the option O(community.trieve.trieve_dataset#module:temperature). V(null) if it is not set.
      type: float
      sample: 0.5
    frequency_penalty:
      description: See the option O(community.trieve.trieve_dataset#module:frequency_penalty). V(null) if it is not set.
      type: float
      sample: null
    presence_penalty:
      description: See the option O(community.trieve.trieve_dataset#module:presence_penalty). V(null) if it is not set.
      type: float
      sample: null
    max_tokens:
      description: See the option O(community.trieve.trieve_dataset#module:max_tokens). V(null) if it is not set.
      type: int
      sample: 500
    embedding_base_url:
      description: See the option O(community.trieve.trieve_dataset#module:embedding_base_url).
      type: str
      sample: https://embedding.trieve.ai
    embedding_model_name:
      description: See the option O(community.trieve.trieve_dataset#module:embedding_model_name).
      type: str
      sample: jina-base-en
    embedding_size:
      description: See the option O(community.trieve.trieve_dataset#module:embedding_size).
      type: int
      sample: 768
    embedding_query_prefix:
      description: See the option O(community.trieve.trieve_dataset#module:embedding_query_prefix).
      type: str
      sample: ""
    distance_metric:
      description: See the option O(community.trieve.trieve_dataset#module:distance_metric).
      type: str
      sample: cosine
    semantic_enabled:
      description: See the option O(community.trieve.trieve_dataset#module:semantic_enabled).
      type: bool
      sample: true
    fulltext_enabled:
      description: See the option O(community.trieve.trieve_dataset#module:fulltext_enabled).
      type: bool
      sample: true
    bm25_enabled:
      description: See the option O(community.trieve.trieve_dataset#module:bm25_enabled).
      type: bool
      sample: true
    bm25_b:
      description: See the option O(community.trieve.trieve_dataset#module:bm25_b). The shortest number with the same 32-bit representation.
      type: float
      sample: 0.75
    bm25_k:
      description: See the option O(community.trieve.trieve_dataset#module:bm25_k). The shortest number with the same 32-bit representation.
      type: float
      sample: 0.75
    bm25_avg_len:
      description: See the option O(community.trieve.trieve_dataset#module:bm25_avg_len). The shortest number with the same 32-bit representation.
      type: float
      sample: 256.0
    reranker_base_url:
      description: See the option O(community.trieve.trieve_dataset#module:reranker_base_url).
      type: str
      sample: https://rerank.example.com
    reranker_model_name:
      description: See the option O(community.trieve.trieve_dataset#module:reranker_model_name).
      type: str
      sample: bge-reranker-large
    aimon_reranker_task_definition:
      description: See the option O(community.trieve.trieve_dataset#module:aimon_reranker_task_definition).
      type: str
      sample: Your task is to grade the relevance of context document(s) against the specified user query.
    max_limit:
      description: See the option O(community.trieve.trieve_dataset#module:max_limit).
      type: int
      sample: 10000
    indexed_only:
      description: See the option O(community.trieve.trieve_dataset#module:indexed_only).
      type: bool
      sample: false
    qdrant_only:
      description: See the option O(community.trieve.trieve_dataset#module:qdrant_only).
      type: bool
      sample: false
    pagefind_enabled:
      description: See the option O(community.trieve.trieve_dataset#module:pagefind_enabled).
      type: bool
      sample: false
    disable_analytics:
      description: See the option O(community.trieve.trieve_dataset#module:disable_analytics).
      type: bool
      sample: false
    locked:
      description: See the option O(community.trieve.trieve_dataset#module:locked).
      type: bool
      sample: false
    public_dataset:
      description: Public page of the dataset, without its API key.
      type: dict
      contains:
        enabled:
          description: See the option O(community.trieve.trieve_dataset#module:public_dataset.enabled).
          type: bool
          sample: true
        extra_params:
          description:
            - See the option O(community.trieve.trieve_dataset#module:public_dataset.extra_params). Without C(apiKey), an empty C(heroPattern) and nulls.
          type: dict
          sample: {"brandName": "Example"}
    tool_configuration:
      description: Descriptions of the tools for the LLM.
      type: dict
      contains:
        query_tool_options:
          description: See the option O(community.trieve.trieve_dataset#module:tool_configuration.query_tool_options). V(null) if it is not set.
          type: dict
          sample:
            query_parameter_description: The search query to find relevant information
            price_filter_description: The price or page range filter to use for the search
    crawls:
      description: The crawls of the dataset, as returned by M(community.trieve.trieve_crawl_info). Requires O(crawls=true).
      type: list
      elements: dict
      sample:
        - id: 7c7e2a0c-2b0c-4a39-a2f3-0b1a4ac0a1c1
          site_url: https://docs.example.com
          kind: firecrawl
          interval: daily
          status: Completed
    chunk_groups:
      description:
        - The chunk groups of the dataset, as returned by M(community.trieve.trieve_chunk_group_info). Requires O(chunk_groups=true).
        - With O(chunk_group_origins=true), each also has C(made_by), which is V(crawl), V(file), V(unknown) if it cannot be told yet, or V(null).
      type: list
      elements: dict
      sample: [{"id": "5db3a48a-037a-4374-aacd-b74be73b1e4a", "tracking_id": "guide", "name": "Guide"}]
error:
  description: The server's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's error message.
      type: str
      sample: Unauthorized
    method:
      description: HTTP method of the request.
      type: str
      sample: GET
    url:
      description: URL of the request.
      type: str
      sample: https://api.trieve.ai/api/dataset/organization/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets
from ansible_collections.community.trieve.plugins.module_utils._dataset.contents import (
    PARTS,
    add_origins,
    read_contents,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.lookup import warn_of_lookalike
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import IDENTITY_OPTIONS, Identity
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def read_datasets(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the datasets that match all of the identity options."""
    dataset_id, tracking_id, name = (task.params[option] for option in IDENTITY_OPTIONS)
    known = as_uuid(dataset_id) if dataset_id else None
    if dataset_id == "":
        task.missing_prerequisite(
            "dataset_id is empty. Set it to an ID, or remove it to list all datasets.",
            "dataset_id is empty, because an earlier task would create the dataset. The list is empty.",
        )
    elif dataset_id is not None and not known:
        raise TaskFailed(f"dataset_id {dataset_id!r} is not a valid UUID. Use tracking_id for a tracking ID.")
    if task.params["chunk_group_origins"] and not task.params["chunk_groups"]:
        raise TaskFailed("chunk_group_origins needs chunk_groups: true, which reads the groups.")
    datasets = list_datasets(client)
    found = [
        dataset
        for dataset in datasets
        if (dataset_id is None or dataset.id == known)
        and tracking_id in (None, dataset.tracking_id)
        and name in (None, dataset.name)
    ]
    if not found:
        warn_of_lookalike(task, Identity(dataset_id, tracking_id, name, None), datasets, "so the list is empty")
    parts = {part for part in PARTS if task.params[part]}
    if task.params["configuration"] is None and (dataset_id, tracking_id, name) != (None, None, None):
        parts.add("configuration")
    contents = read_contents(task, client, found, parts)
    if task.params["chunk_group_origins"]:
        add_origins(task, client, contents)
    return {"changed": False, "datasets": [dataset.to_result() for dataset in contents]}


DEFINITION = Definition(
    dict(
        **IDENTITY_OPTIONS,
        configuration=dict(type="bool"),
        crawls=dict(type="bool", default=False),
        chunk_groups=dict(type="bool", default=False),
        chunk_group_origins=dict(type="bool", default=False),
    ),
    planner=read_datasets,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
