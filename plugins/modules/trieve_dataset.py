#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_dataset
short_description: Manage a Trieve dataset and its configuration
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, clone, update, rename, clear or delete a dataset. Options that are not set are not managed.
  - The dataset is looked up in the list of its organization, by O(dataset_id), O(tracking_id) or O(name); the first of them that is
    set is used. A dataset that is not in the list is never changed, although Trieve itself changes the dataset of any organization by its ID.
  - Each update of a dataset removes its stop tokens and resets any O(distance_metric) except V(cosine), because Trieve does not keep them.
    See these two options for what the module does about it.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.configuration
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details:
      - If something would change, the preview fails if the API key certainly lacks the owner role, which all changes require. The
        permissions of a key with scopes cannot be read, so such a key is not checked.
  diff_mode:
    support: full
    details:
      - Values that are secret or cannot be read are not shown. The diff lists the names of such options that are written under C(not_shown).
  idempotent:
    support: partial
    details:
      - With O(update_secrets=always), a task that sets a secret or stop tokens writes them in each run.
      - With O(state=cleared) and O(wait=false), a run that starts before Trieve has removed everything requests it again.
options:
  state:
    description:
      - V(present) ensures that the dataset exists as declared.
      - V(cleared) ensures that the dataset has no chunks, chunk groups and files. Its configuration, crawls and topics stay. The
        dataset must exist. The options of its configuration cannot be used.
      - V(cleared) does not see chunks that Trieve has accepted but not stored yet. The crawls of the dataset keep running and fill it
        again. If O(qdrant_only) is set in Trieve, Trieve removes the chunks only, so groups and files are ignored.
      - V(absent) deletes the dataset with everything in it, and reads the list again to check that it is gone. Options that neither
        identify nor protect the dataset are ignored.
      - A dataset that is O(locked) is neither cleared nor deleted.
    type: str
    choices: [present, cleared, absent]
    default: present
  deletion_protection:
    description:
      - Whether to fail instead of deleting or clearing a dataset that has chunks. The error message has their number.
      - This applies to the task only and is not stored in Trieve. Set it for all tasks with C(module_defaults). To protect a dataset
        against all clients, use O(locked).
    type: bool
    default: false
  force:
    description:
      - Whether to delete or clear the dataset even if O(deletion_protection) is V(true). It does not override O(locked).
    type: bool
    default: false
  wait:
    description:
      - With O(state=cleared), whether to wait until the dataset is empty. Trieve accepts the request immediately, and a worker
        removes the content later.
      - Content that is added meanwhile is not removed, so the task may time out if another client adds content.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. If the dataset is not empty by then, the task fails; Trieve continues.
    type: int
    default: 600
  dataset_id:
    description:
      - ID of the dataset, in any spelling of a UUID. With O(state=present) the dataset must exist, since Trieve chooses the IDs.
      - If O(tracking_id) is set, too, it must be the tracking ID of this dataset.
      - In check mode, an empty value is taken for the ID of a dataset that an earlier task would create. The task reports no change
        and a warning.
    type: str
  tracking_id:
    description:
      - Tracking ID of the dataset, which is unique in the organization. A new dataset is created with it.
      - A tracking ID that an HTTP header cannot contain (with characters outside ASCII, or in the form of a UUID) is refused, because
        other API calls could not use it.
    type: str
  name:
    description:
      - Name of the dataset. If neither O(dataset_id) nor O(tracking_id) is set, the dataset is looked up by name. If several datasets
        have the name, the task fails and lists them. Otherwise, with O(state=present), the dataset is renamed.
      - The default for a new dataset is its tracking ID.
    type: str
  new_tracking_id:
    description:
      - New tracking ID of the dataset. Requires O(state=present).
      - A task with O(tracking_id) finds the dataset by its old or new tracking ID, so it can be run again. If neither exists, the
        dataset is created with the new one.
      - An empty string removes the tracking ID. This requires O(dataset_id) or O(name), since O(tracking_id) would not find the
        dataset again.
    type: str
  clone_from:
    description:
      - ID or tracking ID of a dataset of the same organization. A new dataset is created as a clone of it. If the dataset exists
        already, it is not cloned again, and the source need not exist any more.
      - The clone has the configuration of its source, except for secrets and stop tokens, which Trieve does not return. Crawls and
        files are not cloned.
      - If secrets or stop tokens are set, the name of the clone ends with "(clone without its secrets)" until they are written, so that
        the next run can tell whether they were written.
      - Options of the configuration override those of the source. They are written in an update after the cloning, with the
        consequences described at O(distance_metric) and O(stop_tokens). A model or a size that does not fit the vectors of the
        cloned chunks is refused.
      - Mutually exclusive with O(dataset_id), since Trieve chooses the IDs.
      - In check mode, a tracking ID that does not exist yet is taken for a dataset that an earlier task would create. The preview then
        shows the options of this task only, with a warning.
    type: str
  clone_chunks:
    description:
      - With O(clone_from), whether to clone the chunks and their groups, too. A worker copies them later; the task does not wait.
    type: bool
    default: true
seealso:
  - module: community.trieve.trieve_dataset_info
  - module: community.trieve.trieve_crawl
"""

EXAMPLES = r"""
- name: Create a dataset for the documentation
  community.trieve.trieve_dataset:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    tracking_id: docs
    name: Documentation
    system_prompt: You answer questions about our products, based on the documents only.
    n_retrievals_to_include: 6
    locked: true

- name: Use another LLM
  community.trieve.trieve_dataset:
    tracking_id: docs
    llm_base_url: https://llm.example.com/v1
    llm_api_version: "2025-01-01"
    llm_default_model: example-large
    llm_api_key: "{{ vault_llm_api_key }}"
    temperature: 0.2
    frequency_penalty: 0.1
    presence_penalty: 0.1
    max_tokens: 2000
    stop_tokens: ["END"]

- name: Replace the API key of the LLM
  community.trieve.trieve_dataset:
    tracking_id: docs
    llm_api_key: "{{ vault_llm_api_key }}"
    stop_tokens: ["END"]
    update_secrets: always

- name: Set all prompts
  community.trieve.trieve_dataset:
    tracking_id: docs
    rag_prompt: "Answer with these documents only:"
    use_message_to_query_prompt: true
    message_to_query_prompt: "Write a short search query for:"
    tool_configuration:
      query_tool_options:
        tool_description: Search the documentation
        query_parameter_description: The question of the user
        price_filter_description: Limit the results by price
        max_price_option_description: The maximum price
        min_price_option_description: The minimum price

- name: Create a dataset with its own embedding model and reranker
  community.trieve.trieve_dataset:
    tracking_id: manuals
    embedding_base_url: https://embedding.example.com
    embedding_model_name: example-embedding
    embedding_size: 1024
    embedding_query_prefix: "query: "
    distance_metric: cosine
    reranker_base_url: https://reranker.example.com
    reranker_model_name: example-reranker
    reranker_api_key: "{{ vault_reranker_api_key }}"
    aimon_reranker_task_definition: Grade the relevance of the documents for the query.

- name: Tune the search
  community.trieve.trieve_dataset:
    tracking_id: docs
    semantic_enabled: true
    fulltext_enabled: true
    bm25_enabled: true
    bm25_b: 0.7
    bm25_k: 1.2
    bm25_avg_len: 200
    max_limit: 5000
    indexed_only: true
    qdrant_only: false
    pagefind_enabled: false
    disable_analytics: true

- name: Publish a page
  community.trieve.trieve_dataset:
    tracking_id: docs
    public_dataset:
      enabled: true
      api_key: "{{ vault_page_api_key }}"
      extra_params:
        brandName: Example
        theme: dark
        suggestedQueries: true

- name: Change the tracking ID
  community.trieve.trieve_dataset:
    tracking_id: docs
    new_tracking_id: documentation

- name: Unlock a dataset by its ID
  community.trieve.trieve_dataset:
    dataset_id: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
    locked: false

- name: Clone a dataset without its chunks to try another prompt
  community.trieve.trieve_dataset:
    tracking_id: documentation-trial
    clone_from: documentation
    clone_chunks: false
    system_prompt: You answer in one sentence.

- name: Clear a dataset and wait until it is empty
  community.trieve.trieve_dataset:
    tracking_id: documentation-trial
    state: cleared
    wait: true
    wait_timeout: 1200

- name: Delete a dataset unless it has chunks
  community.trieve.trieve_dataset:
    tracking_id: documentation
    state: absent
    deletion_protection: true

- name: Delete a dataset with all its chunks
  community.trieve.trieve_dataset:
    tracking_id: documentation
    state: absent
    deletion_protection: true
    force: true
"""

RETURN = r"""
dataset:
  description:
    - The dataset as it is, or in check mode as it would be. Before its creation its C(id) is V(null), and so is every option that is
      not set.
    - With O(state=absent) the dataset that was or would be deleted, or V(null) if it did not exist.
    - With O(state=cleared) the dataset after the clearing; with O(wait=false) as it was before the request.
    - It does not contain secrets and stop tokens.
  returned: success
  type: dict
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
      description: Number of its chunks. It is 0 for a new dataset and also for a clone, whose chunks are copied later.
      type: int
      sample: 1200
    llm_base_url:
      description: See the option O(llm_base_url).
      type: str
      sample: https://api.openai.com/v1
    llm_api_version:
      description: See the option O(llm_api_version). V(null) if it is not set.
      type: str
      sample: "2024-06-01"
    llm_default_model:
      description: See the option O(llm_default_model).
      type: str
      sample: gpt-4o
    system_prompt:
      description: See the option O(system_prompt).
      type: str
      sample: You are a helpful assistant
    rag_prompt:
      description: See the option O(rag_prompt).
      type: str
      sample: "Use the following retrieved documents to respond briefly and accurately:"
    message_to_query_prompt:
      description: See the option O(message_to_query_prompt).
      type: str
      sample: "Write a 1-2 sentence semantic search query along the lines of a hypothetical response to: \n\n"
    use_message_to_query_prompt:
      description: See the option O(use_message_to_query_prompt).
      type: bool
      sample: false
    n_retrievals_to_include:
      description: See the option O(n_retrievals_to_include).
      type: int
      sample: 8
    temperature:
      description: See the option O(temperature). V(null) if it is not set.
      type: float
      sample: 0.5
    frequency_penalty:
      description: See the option O(frequency_penalty). V(null) if it is not set.
      type: float
      sample: null
    presence_penalty:
      description: See the option O(presence_penalty). V(null) if it is not set.
      type: float
      sample: null
    max_tokens:
      description: See the option O(max_tokens). V(null) if it is not set.
      type: int
      sample: 500
    embedding_base_url:
      description: See the option O(embedding_base_url).
      type: str
      sample: https://embedding.trieve.ai
    embedding_model_name:
      description: See the option O(embedding_model_name).
      type: str
      sample: jina-base-en
    embedding_size:
      description: See the option O(embedding_size).
      type: int
      sample: 768
    embedding_query_prefix:
      description: See the option O(embedding_query_prefix).
      type: str
      sample: ""
    distance_metric:
      description: See the option O(distance_metric).
      type: str
      sample: cosine
    semantic_enabled:
      description: See the option O(semantic_enabled).
      type: bool
      sample: true
    fulltext_enabled:
      description: See the option O(fulltext_enabled).
      type: bool
      sample: true
    bm25_enabled:
      description: See the option O(bm25_enabled).
      type: bool
      sample: true
    bm25_b:
      description: See the option O(bm25_b). The shortest number with the same 32-bit representation.
      type: float
      sample: 0.75
    bm25_k:
      description: See the option O(bm25_k). The shortest number with the same 32-bit representation.
      type: float
      sample: 0.75
    bm25_avg_len:
      description: See the option O(bm25_avg_len). The shortest number with the same 32-bit representation.
      type: float
      sample: 256.0
    reranker_base_url:
      description: See the option O(reranker_base_url).
      type: str
      sample: https://rerank.example.com
    reranker_model_name:
      description: See the option O(reranker_model_name).
      type: str
      sample: bge-reranker-large
    aimon_reranker_task_definition:
      description: See the option O(aimon_reranker_task_definition).
      type: str
      sample: Your task is to grade the relevance of context document(s) against the specified user query.
    max_limit:
      description: See the option O(max_limit).
      type: int
      sample: 10000
    indexed_only:
      description: See the option O(indexed_only).
      type: bool
      sample: false
    qdrant_only:
      description: See the option O(qdrant_only).
      type: bool
      sample: false
    pagefind_enabled:
      description: See the option O(pagefind_enabled).
      type: bool
      sample: false
    disable_analytics:
      description: See the option O(disable_analytics).
      type: bool
      sample: false
    locked:
      description: See the option O(locked).
      type: bool
      sample: false
    public_dataset:
      description: Public page of the dataset, without its API key.
      type: dict
      contains:
        enabled:
          description: See the option O(public_dataset.enabled).
          type: bool
          sample: true
        extra_params:
          description:
            - See the option O(public_dataset.extra_params). Without C(apiKey), an empty C(heroPattern) and nulls.
          type: dict
          sample: {"brandName": "Example"}
    tool_configuration:
      description: Descriptions of the tools for the LLM.
      type: dict
      contains:
        query_tool_options:
          description: See the option O(tool_configuration.query_tool_options). V(null) if it is not set.
          type: dict
          sample:
            query_parameter_description: The search query to find relevant information
            price_filter_description: The price or page range filter to use for the search
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
      sample: dataset
    name:
      description: The name of the object.
      type: str
      sample: docs
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "name", "before": "Docs", "after": "Documentation"}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"update": 1, "unchanged": 0}
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
      sample: PUT
    url:
      description: URL of the request.
      type: str
      sample: https://api.trieve.ai/api/dataset
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    LONGEST_WAIT,
    Definition,
    Task,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets, read_configuration
from ansible_collections.community.trieve.plugins.module_utils._dataset.clear import (
    empty_dataset,
    is_empty,
    read_content,
    wait_until_empty,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.clone import copy_dataset, find_source
from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration import CONFIGURATION_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._dataset.lookup import (
    find_dataset,
    identity_hint,
    warn_of_lookalike,
    warn_of_namesakes,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import (
    CLONE_OPTIONS,
    DATASET_OPTIONS,
    PROTECTION_OPTIONS,
    WAIT_OPTIONS,
    DesiredDataset,
    Identity,
    parse_identity,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.plan import (
    change_dataset,
    check_protection,
    remove_dataset,
)
from ansible_collections.community.trieve.plugins.module_utils._organization.rights import check_owner
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create, clone or update the dataset."""
    desired = parse_options(task)
    datasets = list_datasets(client)
    if not desired:
        return one_change("dataset", None, None)
    current = find_dataset(datasets, desired.identity)
    if not current:
        change = _creation(task, client, datasets, desired)
        return one_change("dataset", None, change, permitted=lambda: check_owner(client))
    read_configuration(client, current)
    update = change_dataset(task, client, current, desired)
    unchanged = None if update else current.to_result()
    return one_change("dataset", unchanged, update, permitted=lambda: check_owner(client))


def _creation(task: Task, client: TrieveClient, datasets: list[Dataset], desired: DesiredDataset) -> Change | None:
    identity = desired.identity
    if identity.dataset_id:
        raise TaskFailed(
            f"Dataset {identity.dataset_id} not found in organization {client.organization_id}. A dataset cannot be created with"
            " an ID that you choose. Set tracking_id or name instead of dataset_id to create one."
        )
    warn_of_namesakes(task, identity, datasets)
    warn_of_lookalike(task, identity, datasets, "so the task creates it")
    if desired.clone_from is None:
        return change_dataset(task, client, None, desired)
    return copy_dataset(task, client, find_source(task, client, datasets, desired.clone_from), desired)


def plan_cleared(task: Task, client: TrieveClient) -> Plan:
    """Remove everything that is in the dataset, which must exist."""
    between(task.params, "wait_timeout", 1, LONGEST_WAIT)
    identity = parse_identity(task)
    datasets = list_datasets(client)
    current = find_dataset(datasets, identity) if identity else None
    if not current:
        if identity:
            _nothing_to_clear(task, client, identity, datasets)
        return one_change("dataset", None, None)
    dataset = current
    read_configuration(client, dataset)
    content = read_content(client, dataset)
    if not is_empty(content):
        check_protection(dataset, task.params["deletion_protection"], task.params["force"], "cleared")
    change = empty_dataset(client, dataset, content)

    def wait(result: dict[str, t.Any]) -> dict[str, t.Any]:
        if not change or not task.params["wait"]:
            return result
        return {**result, "dataset": wait_until_empty(task, client, dataset, task.params["wait_timeout"]).to_result()}

    return one_change("dataset", dataset.to_result(), change, afterwards=wait, permitted=lambda: check_owner(client))


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the dataset."""
    identity = parse_identity(task)
    datasets = list_datasets(client)
    current = find_dataset(datasets, identity) if identity else None
    if identity and not current:
        warn_of_lookalike(task, identity, datasets, "so the task deletes nothing")
    change = None
    if current:
        read_configuration(client, current)
        check_protection(current, task.params["deletion_protection"], task.params["force"], "deleted")
        change = remove_dataset(client, current)
    return one_change("dataset", None, change, permitted=lambda: check_owner(client))


def _nothing_to_clear(task: Task, client: TrieveClient, identity: Identity, datasets: list[Dataset]) -> None:
    option = next(name for name in ("dataset_id", "tracking_id", "name") if getattr(identity, name))
    unknown = (
        f"Dataset with the {option} {getattr(identity, option)!r} not found in organization {client.organization_id}"
    )
    similar = identity_hint(identity, datasets)
    failure = f"{unknown}, so there is nothing to clear.{similar} Check {option}, or create the dataset first with state: present."
    if option == "dataset_id":  # the server chooses IDs, so no earlier task can create it
        raise TaskFailed(failure)
    task.missing_prerequisite(
        failure, f"{unknown} yet.{similar} The preview continues as if an earlier task had created it empty."
    )


DEFINITION = Definition(
    dict(**DATASET_OPTIONS, **PROTECTION_OPTIONS, **WAIT_OPTIONS),
    states={"present": plan_present, "cleared": plan_cleared, "absent": plan_absent},
    only_with={
        "new_tracking_id": ("present",),
        **dict.fromkeys((*CONFIGURATION_OPTIONS, *CLONE_OPTIONS), ("present", "absent")),
    },
    mutually_exclusive=[("dataset_id", "clone_from")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
