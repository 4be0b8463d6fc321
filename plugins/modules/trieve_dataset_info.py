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
  - Lists all datasets of an organization, newest first, with the number of their chunks, or those that fit O(dataset_id),
    O(tracking_id) and O(name).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  dataset_id:
    description:
      - Only the dataset with this id, in any spelling of a UUID.
      - In check mode an empty value is taken for the id of a dataset that an earlier task would have created. The list is empty then,
        with a warning.
    type: str
  tracking_id:
    description: Only the dataset with this tracking id, exactly as written.
    type: str
  name:
    description: Only datasets with this name, exactly as written. There may be several.
    type: str
  configuration:
    description:
      - Whether the configuration of each dataset is read, which takes a request for each.
      - If it is not given, the configuration is read where O(dataset_id), O(tracking_id) or O(name) is given, and not for the whole list.
    type: bool
  crawls:
    description: Whether the crawls of each dataset are read, which takes a request for each dataset.
    type: bool
    default: false
  chunk_groups:
    description: Whether the chunk groups of each dataset are read, which takes a request for each ten groups of a dataset.
    type: bool
    default: false
notes:
  - What is read of each dataset is read on several connections at a time.
seealso:
  - module: community.trieve.trieve_dataset
  - module: community.trieve.trieve_crawl_info
  - module: community.trieve.trieve_chunk_group_info
"""

EXAMPLES = r"""
- name: All datasets of the organization
  community.trieve.trieve_dataset_info:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
  register: all

- name: How many chunks do they have?
  ansible.builtin.debug:
    msg: "{{ all.datasets | items2dict(key_name='tracking_id', value_name='chunk_count') }}"

- name: One dataset with its configuration
  community.trieve.trieve_dataset_info:
    tracking_id: docs
  register: docs

- name: Fail if it is not there
  ansible.builtin.assert:
    that: docs.datasets | length == 1

- name: Everything that the organization has
  community.trieve.trieve_dataset_info:
    configuration: true
    crawls: true
    chunk_groups: true
  register: everything
"""

RETURN = r"""
datasets:
  description:
    - The datasets, newest first; an empty list if none fits.
    - The options of the configuration are there if O(configuration) says so, without secrets and stop tokens.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The dataset's id.
      type: str
      sample: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
    name:
      description: The name. Other datasets may have it, too.
      type: str
      sample: Documentation
    tracking_id:
      description: The tracking id; V(null) if it has none.
      type: str
      sample: docs
    organization_id:
      description: The id of the organization that it belongs to.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    created_at:
      description: When it was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When it was changed last, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    chunk_count:
      description: The number of its chunks.
      type: int
      sample: 1200
    llm_base_url:
      description: As the option O(community.trieve.trieve_dataset#module:llm_base_url).
      type: str
      sample: https://api.openai.com/v1
    llm_api_version:
      description: As the option O(community.trieve.trieve_dataset#module:llm_api_version); V(null) if it is not set.
      type: str
    llm_default_model:
      description: As the option O(community.trieve.trieve_dataset#module:llm_default_model).
      type: str
      sample: gpt-4o
    system_prompt:
      description: As the option O(community.trieve.trieve_dataset#module:system_prompt).
      type: str
      sample: You are a helpful assistant
    rag_prompt:
      description: As the option O(community.trieve.trieve_dataset#module:rag_prompt).
      type: str
    message_to_query_prompt:
      description: As the option O(community.trieve.trieve_dataset#module:message_to_query_prompt).
      type: str
    use_message_to_query_prompt:
      description: As the option O(community.trieve.trieve_dataset#module:use_message_to_query_prompt).
      type: bool
    n_retrievals_to_include:
      description: As the option O(community.trieve.trieve_dataset#module:n_retrievals_to_include).
      type: int
      sample: 8
    temperature:
      description: As the option O(community.trieve.trieve_dataset#module:temperature); V(null) if it is not set.
      type: float
      sample: 0.5
    frequency_penalty:
      description: As the option O(community.trieve.trieve_dataset#module:frequency_penalty); V(null) if it is not set.
      type: float
    presence_penalty:
      description: As the option O(community.trieve.trieve_dataset#module:presence_penalty); V(null) if it is not set.
      type: float
    max_tokens:
      description: As the option O(community.trieve.trieve_dataset#module:max_tokens); V(null) if it is not set.
      type: int
    embedding_base_url:
      description: As the option O(community.trieve.trieve_dataset#module:embedding_base_url).
      type: str
      sample: https://embedding.trieve.ai
    embedding_model_name:
      description: As the option O(community.trieve.trieve_dataset#module:embedding_model_name).
      type: str
      sample: jina-base-en
    embedding_size:
      description: As the option O(community.trieve.trieve_dataset#module:embedding_size).
      type: int
      sample: 768
    embedding_query_prefix:
      description: As the option O(community.trieve.trieve_dataset#module:embedding_query_prefix).
      type: str
    distance_metric:
      description: As the option O(community.trieve.trieve_dataset#module:distance_metric).
      type: str
      sample: cosine
    semantic_enabled:
      description: As the option O(community.trieve.trieve_dataset#module:semantic_enabled).
      type: bool
    fulltext_enabled:
      description: As the option O(community.trieve.trieve_dataset#module:fulltext_enabled).
      type: bool
    bm25_enabled:
      description: As the option O(community.trieve.trieve_dataset#module:bm25_enabled).
      type: bool
    bm25_b:
      description: As the option O(community.trieve.trieve_dataset#module:bm25_b), as the shortest number that stands for the server's.
      type: float
      sample: 0.75
    bm25_k:
      description: As the option O(community.trieve.trieve_dataset#module:bm25_k), as the shortest number that stands for the server's.
      type: float
      sample: 0.75
    bm25_avg_len:
      description: As the option O(community.trieve.trieve_dataset#module:bm25_avg_len), as the shortest number that stands for the server's.
      type: float
      sample: 256.0
    reranker_base_url:
      description: As the option O(community.trieve.trieve_dataset#module:reranker_base_url).
      type: str
    reranker_model_name:
      description: As the option O(community.trieve.trieve_dataset#module:reranker_model_name).
      type: str
      sample: bge-reranker-large
    aimon_reranker_task_definition:
      description: As the option O(community.trieve.trieve_dataset#module:aimon_reranker_task_definition).
      type: str
    max_limit:
      description: As the option O(community.trieve.trieve_dataset#module:max_limit).
      type: int
      sample: 10000
    indexed_only:
      description: As the option O(community.trieve.trieve_dataset#module:indexed_only).
      type: bool
    qdrant_only:
      description: As the option O(community.trieve.trieve_dataset#module:qdrant_only).
      type: bool
    pagefind_enabled:
      description: As the option O(community.trieve.trieve_dataset#module:pagefind_enabled).
      type: bool
    disable_analytics:
      description: As the option O(community.trieve.trieve_dataset#module:disable_analytics).
      type: bool
    locked:
      description: As the option O(community.trieve.trieve_dataset#module:locked).
      type: bool
    public_dataset:
      description: The public page of the dataset, without its key.
      type: dict
      contains:
        enabled:
          description: As the option O(community.trieve.trieve_dataset#module:public_dataset.enabled).
          type: bool
        extra_params:
          description:
            - As the option O(community.trieve.trieve_dataset#module:public_dataset.extra_params), without C(apiKey), an empty C(heroPattern) and nulls.
          type: dict
    tool_configuration:
      description: What the LLM is told about its tools.
      type: dict
      contains:
        query_tool_options:
          description: As the option O(community.trieve.trieve_dataset#module:tool_configuration.query_tool_options); V(null) if it is not set.
          type: dict
    crawls:
      description: The crawls of the dataset, as M(community.trieve.trieve_crawl_info) returns them, if O(crawls) says so.
      type: list
      elements: dict
    chunk_groups:
      description: The chunk groups of the dataset, as M(community.trieve.trieve_chunk_group_info) returns them, if O(chunk_groups) says so.
      type: list
      elements: dict
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
      sample: GET
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/dataset/organization/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets
from ansible_collections.community.trieve.plugins.module_utils._dataset.contents import PARTS, read_contents
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
    return {"changed": False, "datasets": [dataset.to_result() for dataset in contents]}


DEFINITION = Definition(
    dict(
        **IDENTITY_OPTIONS,
        configuration=dict(type="bool"),
        crawls=dict(type="bool", default=False),
        chunk_groups=dict(type="bool", default=False),
    ),
    planner=read_datasets,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
