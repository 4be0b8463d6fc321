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
  - Creates, clones, changes, renames, clears and deletes a dataset. An option that is not given is not managed.
  - A dataset is found in the list of its organization, by O(dataset_id), O(tracking_id) or O(name); the first of them that is given
    counts. A dataset that the list does not show is never touched. Trieve itself changes any tenant's dataset by its id.
  - Each change of a dataset takes away its stop tokens and every O(distance_metric) but V(cosine), because Trieve does not keep them.
    What the collection does about it is said at these two options.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.configuration
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details:
      - If something is to change, the preview fails if the API key certainly lacks the owner role, which all changes require. What a
        key with scopes may do cannot be read, so such a key is not checked.
  diff_mode:
    support: full
    details:
      - What cannot be read or is secret is not shown. The diff says under C(not_shown) which options of this kind are written.
  idempotent:
    support: partial
    details:
      - With O(update_secrets=always) a task that gives a secret or stop tokens writes them each time.
      - With O(state=cleared) and O(wait=false) a run that comes before Trieve has done the work asks for it again.
options:
  state:
    description:
      - V(present) makes sure that there is such a dataset.
      - V(cleared) makes sure that there is nothing in it, neither chunks nor chunk groups nor files. Its configuration, its crawls
        and its topics stay. There has to be such a dataset. Options of its configuration must not be given.
      - Chunks that Trieve has taken and not stored yet are not in the dataset yet, so V(cleared) does not see them. Its crawls go on
        and fill it again. Where O(qdrant_only) is set Trieve removes the chunks only, so only they are looked at.
      - V(absent) deletes it with everything in it, and reads the list again to see that it is gone. Other options than those that name
        the dataset and those that protect it are not looked at.
      - A dataset that is O(locked) is neither cleared nor deleted.
    type: str
    choices: [present, cleared, absent]
    default: present
  deletion_protection:
    description:
      - Whether the dataset is kept while there are chunks in it. With V(true) a task with O(state=absent) or O(state=cleared) fails
        then, and says how many there are.
      - This is a matter of the task and not stored in Trieve. Set it for all tasks in C(module_defaults); what Trieve keeps, whoever
        asks, is O(locked).
    type: bool
    default: false
  force:
    description:
      - Delete or clear the dataset in spite of O(deletion_protection), but not in spite of O(locked).
    type: bool
    default: false
  wait:
    description:
      - With O(state=cleared), whether to wait until the dataset is empty. Trieve takes the request at once, and a worker of its own
        carries it out.
      - What is added to the dataset meanwhile is not removed, so while something adds to it there may be no end.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at the most. If the dataset is not empty by then the task fails, and Trieve goes on.
    type: int
    default: 600
  dataset_id:
    description:
      - The id of the dataset, in any spelling of a UUID. With O(state=present) there has to be such a dataset, since ids are given
        by the server.
      - If O(tracking_id) is given too, it has to be the one that the dataset has.
      - In check mode an empty value is taken for the id of a dataset that an earlier task would have created. The task is then
        unchanged, with a warning.
    type: str
  tracking_id:
    description:
      - The tracking id of the dataset, which no other dataset of the organization has. A new dataset is created with it.
      - One that an HTTP header cannot carry (with characters outside ASCII, or in the form of a UUID) is refused, because no other
        call of Trieve's could name the dataset by it.
    type: str
  name:
    description:
      - The name of the dataset. If neither O(dataset_id) nor O(tracking_id) is given the dataset is found by it, and if several
        datasets have it the task fails and lists them. Otherwise, with O(state=present), it is the name that the dataset is given.
      - A new dataset without a name has its tracking id for one.
    type: str
  new_tracking_id:
    description:
      - The tracking id that the dataset is to have. Only with O(state=present).
      - A task with O(tracking_id) finds the dataset by the old or by the new one, so it can be run again. Where there is neither,
        the dataset is created with the new one.
      - An empty text takes the tracking id away. It cannot be given together with O(tracking_id) alone, which would not find the
        dataset again.
    type: str
  clone_from:
    description:
      - The id or the tracking id of a dataset of the same organization, which a new dataset is made from. A dataset that is there
        already is not cloned again, and then it does not matter whether the other one is still there.
      - The new dataset has the configuration of the other one, as it can be read. Secrets and stop tokens are not copied. Nor are
        crawls and files.
      - If secrets or stop tokens are given, the name of the clone ends with "(clone without its secrets)" until they have been written,
        so that the next run can tell whether they have.
      - Options of the configuration that are given, too, count in place of the other one's. They are written after the cloning, with
        what is said at O(distance_metric) and O(stop_tokens) about changes. A model or a size that the vectors of the cloned chunks
        do not fit is refused.
      - It cannot be given together with O(dataset_id), since ids are given by the server.
      - In check mode there may be no such dataset yet, if it is given by tracking id. Then the preview shows the options of the
        task only, with a warning.
    type: str
  clone_chunks:
    description:
      - With O(clone_from), whether the chunks and their groups are cloned, too. A worker of Trieve's copies them later; the task does
        not wait for them.
    type: bool
    default: true
seealso:
  - module: community.trieve.trieve_dataset_info
  - module: community.trieve.trieve_crawl
"""

EXAMPLES = r"""
- name: A dataset for the documentation
  community.trieve.trieve_dataset:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    tracking_id: docs
    name: Documentation
    system_prompt: You answer questions about our products, from the documents and from nothing else.
    n_retrievals_to_include: 6
    locked: true

- name: Its own LLM
  community.trieve.trieve_dataset:
    tracking_id: docs
    llm_base_url: https://llm.example.com/v1
    llm_default_model: example-large
    temperature: 0.2
    llm_api_key: "{{ vault_llm_api_key }}"

- name: The LLM has a new key
  community.trieve.trieve_dataset:
    tracking_id: docs
    llm_api_key: "{{ vault_llm_api_key }}"
    update_secrets: always

- name: A public page
  community.trieve.trieve_dataset:
    tracking_id: docs
    public_dataset:
      enabled: true
      extra_params:
        brandName: Example
        theme: dark
        suggestedQueries: true

- name: Another tracking id
  community.trieve.trieve_dataset:
    tracking_id: docs
    new_tracking_id: documentation

- name: Unlock the dataset
  community.trieve.trieve_dataset:
    tracking_id: documentation
    locked: false

- name: A copy of it to try another prompt on
  community.trieve.trieve_dataset:
    tracking_id: documentation-trial
    clone_from: documentation
    system_prompt: You answer in one sentence.

- name: Empty it, and wait until that is done
  community.trieve.trieve_dataset:
    tracking_id: documentation-trial
    state: cleared

- name: Delete it, but not if there are chunks in it
  community.trieve.trieve_dataset:
    tracking_id: documentation
    state: absent
    deletion_protection: true

- name: Delete it with all its chunks
  community.trieve.trieve_dataset:
    tracking_id: documentation
    state: absent
    deletion_protection: true
    force: true
"""

RETURN = r"""
dataset:
  description:
    - The dataset as it is, or in check mode as it would be. Before its creation its C(id) is V(null) then, and so is every option
      that is not given.
    - With O(state=absent) the dataset that was deleted or would be; V(null) if there was none.
    - With O(state=cleared) the dataset as it is then; with O(wait=false) as it was when Trieve took the request.
    - Secrets and stop tokens are not in it.
  returned: success
  type: dict
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
      description: The number of its chunks. It is 0 for a new dataset, also for a clone, whose chunks are copied later.
      type: int
      sample: 1200
    llm_base_url:
      description: As the option O(llm_base_url).
      type: str
      sample: https://api.openai.com/v1
    llm_api_version:
      description: As the option O(llm_api_version); V(null) if it is not set.
      type: str
    llm_default_model:
      description: As the option O(llm_default_model).
      type: str
      sample: gpt-4o
    system_prompt:
      description: As the option O(system_prompt).
      type: str
      sample: You are a helpful assistant
    rag_prompt:
      description: As the option O(rag_prompt).
      type: str
    message_to_query_prompt:
      description: As the option O(message_to_query_prompt).
      type: str
    use_message_to_query_prompt:
      description: As the option O(use_message_to_query_prompt).
      type: bool
    n_retrievals_to_include:
      description: As the option O(n_retrievals_to_include).
      type: int
      sample: 8
    temperature:
      description: As the option O(temperature); V(null) if it is not set.
      type: float
      sample: 0.5
    frequency_penalty:
      description: As the option O(frequency_penalty); V(null) if it is not set.
      type: float
    presence_penalty:
      description: As the option O(presence_penalty); V(null) if it is not set.
      type: float
    max_tokens:
      description: As the option O(max_tokens); V(null) if it is not set.
      type: int
    embedding_base_url:
      description: As the option O(embedding_base_url).
      type: str
      sample: https://embedding.trieve.ai
    embedding_model_name:
      description: As the option O(embedding_model_name).
      type: str
      sample: jina-base-en
    embedding_size:
      description: As the option O(embedding_size).
      type: int
      sample: 768
    embedding_query_prefix:
      description: As the option O(embedding_query_prefix).
      type: str
    distance_metric:
      description: As the option O(distance_metric).
      type: str
      sample: cosine
    semantic_enabled:
      description: As the option O(semantic_enabled).
      type: bool
    fulltext_enabled:
      description: As the option O(fulltext_enabled).
      type: bool
    bm25_enabled:
      description: As the option O(bm25_enabled).
      type: bool
    bm25_b:
      description: As the option O(bm25_b), as the shortest number that stands for the server's.
      type: float
      sample: 0.75
    bm25_k:
      description: As the option O(bm25_k), as the shortest number that stands for the server's.
      type: float
      sample: 0.75
    bm25_avg_len:
      description: As the option O(bm25_avg_len), as the shortest number that stands for the server's.
      type: float
      sample: 256.0
    reranker_base_url:
      description: As the option O(reranker_base_url).
      type: str
    reranker_model_name:
      description: As the option O(reranker_model_name).
      type: str
      sample: bge-reranker-large
    aimon_reranker_task_definition:
      description: As the option O(aimon_reranker_task_definition).
      type: str
    max_limit:
      description: As the option O(max_limit).
      type: int
      sample: 10000
    indexed_only:
      description: As the option O(indexed_only).
      type: bool
    qdrant_only:
      description: As the option O(qdrant_only).
      type: bool
    pagefind_enabled:
      description: As the option O(pagefind_enabled).
      type: bool
    disable_analytics:
      description: As the option O(disable_analytics).
      type: bool
    locked:
      description: As the option O(locked).
      type: bool
    public_dataset:
      description: The public page of the dataset, without its key.
      type: dict
      contains:
        enabled:
          description: As the option O(public_dataset.enabled).
          type: bool
        extra_params:
          description:
            - As the option O(public_dataset.extra_params), without C(apiKey), an empty C(heroPattern) and nulls.
          type: dict
    tool_configuration:
      description: What the LLM is told about its tools.
      type: dict
      contains:
        query_tool_options:
          description: As the option O(tool_configuration.query_tool_options); V(null) if it is not set.
          type: dict
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
      sample: PUT
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/dataset
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.rights import check_owner
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
    Identity,
    parse_identity,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.plan import (
    change_dataset,
    check_protection,
    remove_dataset,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create, clone or update the dataset."""
    desired = parse_options(task)
    datasets = list_datasets(client)
    if not desired:
        return one_change("dataset", None, None)
    identity = desired.identity
    current = find_dataset(datasets, identity)
    if current:
        read_configuration(client, current)
        change = change_dataset(task, client, current, desired)
    elif identity.dataset_id:
        raise TaskFailed(
            f"Dataset {identity.dataset_id} not found in organization {client.organization_id}. A dataset cannot be created with"
            " an ID that you choose. Set tracking_id or name instead of dataset_id to create one."
        )
    else:
        warn_of_namesakes(task, identity, datasets)
        warn_of_lookalike(task, identity, datasets, "so the task creates it")
        if desired.clone_from is None:
            change = change_dataset(task, client, None, desired)
        else:
            source = find_source(task, client, datasets, desired.clone_from)
            change = copy_dataset(task, client, source, desired)
    return one_change(
        "dataset", current.to_result() if current else None, change, permitted=lambda: check_owner(client)
    )


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
