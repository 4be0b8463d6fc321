#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_doctor
short_description: Find out which components a Trieve server lacks
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Test the components of a Trieve server, name those that are missing, and say which program to start or which variable to set.
  - Trieve accepts work even if no worker performs it. Without a crawl worker, for example, a crawl stays C(Pending) forever. No request
    reports on the components, so the module creates datasets of its own, posts a chunk, a file, a crawl and other work for each worker, and waits
    until it is done.
  - The datasets are removed at the end, also after an error. If a run was killed, a later run finds its datasets by name, shows them in the
    diff, and deletes them if they are older than an hour. Their names begin with C(trieve-doctor-) and contain a random part.
  - On a server with all components, the task takes a few seconds. If something is missing, it takes up to twice O(wait_timeout), plus up to 15
    seconds for each component that does not answer.
  - Requires the API key of an owner that is not limited to datasets.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: partial
    details:
      - Only requests that read are sent, to the newest dataset of the organization. Components that take a write to be tested are V(unknown).
  diff_mode:
    support: partial
    details:
      - The diff shows the datasets that earlier runs left behind. The datasets of the run itself are not shown.
  idempotent:
    support: partial
    details:
      - Each run creates datasets and removes them. The task is changed only if it deletes what an earlier run left behind.
options:
  crawl_url:
    description:
      - URL of a page to crawl, which takes one page of Firecrawl. It must have a heading and some text, and Firecrawl must be able to fetch it.
      - With an empty string, crawls are not tested.
    type: str
    default: https://example.com
  wait_timeout:
    description:
      - Maximum number of seconds to wait for a worker, up to 900. A worker that is busy with a long crawl, for example, is reported as missing
        if it does not get to the test by then.
      - If O(require) is set, the task waits no longer than 10 seconds for the workers that O(require) does not need, and reports them as unknown.
    type: int
    default: 60
  require:
    description:
      - What the server must be able to do. The task fails if a component that it takes is missing, or could not be tested.
      - In check mode, the task fails only if such a component is missing.
      - V(crawls) stands for crawling web sites, V(content) for adding chunks, V(updates) for changing chunks and groups, V(deletion) for deleting
        chunks by filter and datasets, V(clones) for cloning datasets with their chunks, V(files) for uploading files, and V(analytics) for events
        and analytics.
    type: list
    elements: str
    choices: [crawls, content, search, updates, deletion, clones, files, analytics]
seealso:
  - module: community.trieve.trieve_crawl
"""

EXAMPLES = r"""
- name: Find out what the server lacks
  community.trieve.trieve_doctor:
  register: doctor

- name: Show the table
  ansible.builtin.debug:
    msg: "{{ doctor.report }}"

- name: Make sure that crawls work before any is created
  community.trieve.trieve_doctor:
    crawl_url: https://docs.example.com/start
    wait_timeout: 300
    require: [crawls, search]

- name: Test everything except crawls
  community.trieve.trieve_doctor:
    crawl_url: ""
"""

RETURN = r"""
components:
  description: The components of the server, in a fixed order.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description:
        - V(server), V(database), V(redis), V(vector_store), V(embedding_server), V(splade_server), V(clickhouse), V(object_storage),
          V(firecrawl), V(ingestion_worker), V(update_worker), V(group_update_worker), V(clone_worker), V(delete_worker), V(file_worker),
          V(tika), V(crawl_worker), or V(crawl_pages) for the content of crawled pages.
      type: str
      sample: crawl_worker
    status:
      description:
        - V(ok), V(missing), or V(unknown) if it could not be tested or if the test does not tell it from other components. A component that is
          there but does not work is V(missing), too.
      type: str
      sample: missing
    reason:
      description: What was observed, and what cannot be told apart. V(null) if the status is V(ok).
      type: str
      sample: >-
        The crawl of https://example.com was still Pending after 60 s: the crawl worker is not running or busy with other crawls, or Firecrawl has
        not finished or has cancelled the job.
    affects:
      description: What needs the component, as in O(require).
      type: list
      elements: str
      sample: [crawls]
    advice:
      description: Which program to start and which variables to check. V(null) unless the status is V(missing).
      type: str
      sample: >-
        Start the program crawl-worker (image trieve/crawl-worker), which Trieve's docker-compose.yml does not contain, with the FIRECRAWL_URL of the
        server.
ready:
  description:
    - For each choice of O(require), V(true) if all components that it needs work, V(false) if one is missing, otherwise V(null).
  returned: always
  type: dict
  sample: {"crawls": false, "content": true, "search": true, "updates": true, "deletion": true, "clones": true, "files": true, "analytics": null}
left_behind:
  description: Names of the datasets of this run that could not be removed. Usually empty.
  returned: always
  type: list
  elements: str
  sample: []
report:
  description: The diagnosis as lines of a table with explanations.
  returned: always
  type: list
  elements: str
  sample: ["Trieve at http://localhost:8090: 17 of 18 components work, 1 missing"]
plan:
  description: The datasets of earlier runs that were deleted, or in check mode would be.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, always V(delete).
      type: str
      sample: delete
    kind:
      description: The kind of the object, always V(dataset).
      type: str
      sample: dataset
    name:
      description: The name of the dataset.
      type: str
      sample: trieve-doctor-0b9e1c2d3e4f5a6b7c8d9e0f1a2b3c4d-main
    id:
      description: The ID of the dataset.
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    dataset:
      description: Always V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "created_at", "before": "2025-09-12T08:15:30.123456", "after": null}]
summary:
  description: Number of changes by action.
  returned: success
  type: dict
  sample: {"delete": 1, "unchanged": 0}
error:
  description: The server's error, for C(rescue) and C(failed_when).
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
      sample: POST
    url:
      description: URL of the request.
      type: str
      sample: https://trieve.example.com/api/dataset
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 403
"""

from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._doctor.options import DOCTOR_OPTIONS, parse_options
from ansible_collections.community.trieve.plugins.module_utils._doctor.plan import diagnose
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_doctor(task: Task, client: TrieveClient) -> Plan:
    """Test the components, and delete what earlier diagnoses left behind."""
    crawl_url, wait = parse_options(task.params)
    return diagnose(task, client, crawl_url, wait)


DEFINITION = Definition(DOCTOR_OPTIONS, planner=plan_doctor)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
