#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_request
short_description: Send any request to Trieve's API
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Send a request that no other module covers, with the same authentication, retries, error handling and masking.
  - C(GET), and C(POST) with O(read=true), are sent in check mode too. Any other request is skipped in check mode and shown in the diff.
  - The module does not know the current state, so a request that writes is sent each time, and the task is reported as changed
    unless O(changed) overrides that. C(changed_when) works as with any module.
  - If a dedicated module exists, use it. Trieve's PUT calls lose what is not sent; the module warns about these calls.
  - The module always refuses requests that would crash the server, delete an organization other than O(organization_id), or
    leave an organization without members, and the creation of an API key, because it cannot return the key.
  - The server ignores unknown keys and query parameters, so a misspelt one has no effect and causes no error.
  - Trieve does not check which tenant an ID belongs to in some calls. The module does. Unless O(force=true), it sends these calls only if
    the ID belongs to O(dataset) or O(organization_id), which takes another read in most cases.
  - It looks up C(DELETE crawl/{id}) in the crawls of O(dataset), and C(DELETE invitation/{id}) in the invitations of O(organization_id).
    It looks up the dataset of C(PUT dataset) by RV(ignore:dataset_id), of C(POST dataset/clone), C(POST file/html_page),
    C(GET dataset/{id}), C(GET dataset/usage/{id}) and C(GET dataset/groups/{id}) in the datasets of O(organization_id), unless it is
    O(dataset). The organization of C(GET organization/{id}), C(GET organization/users/{id}), C(POST organization/usage/{id}) and
    C(GET invitations/{id}) must be O(organization_id). C(PUT crawl) deletes crawls before it checks anything, so it always needs
    O(force=true).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: partial
    details:
      - A request that writes is not sent, so whether it would change anything is unknown; see O(changed).
  diff_mode:
    support: partial
    details:
      - The diff of a request that writes shows the request. What it changes at the server is unknown.
  idempotent:
    support: N/A
    details:
      - Depends on the request.
options:
  method:
    description: HTTP method of the request.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - Path of the call, such as V(/api/chunks/scroll). C(/api/) can be omitted.
      - Special characters in names must be escaped with the filter C(urlencode), and a slash with V(%2F).
    type: str
    required: true
  query:
    description:
      - Parameters of the query. A parameter whose value is V(null) is left out. A list repeats the parameter.
    type: dict
  body:
    description:
      - Dictionary or list to send as JSON. Convert a string with the filter C(from_json).
      - Values of keys such as C(LLM_API_KEY), C(api_key) and C(webhook_secret) are left out of results.
    type: raw
  dataset:
    description:
      - ID or tracking ID of the dataset that the request is about. A tracking ID requires O(organization_id).
      - The default is E(TRIEVE_DATASET_ID), or else E(TRIEVE_DATASET_TRACKING_ID). If none of them is set, the request names no
        dataset. An empty string overrides the environment and names no dataset.
      - In check mode, a tracking ID that the organization does not have yet stands for a dataset that an earlier task would have
        created. The task then warns and returns no answer.
    type: str
  read:
    description:
      - Whether this C(POST) only reads, as a search does. It is then sent in check mode too, retried if the connection is lost, and not
        reported as changed.
    type: bool
    default: false
  force:
    description:
      - Whether to send a call by ID without checking that the object belongs to O(dataset) or O(organization_id), if Trieve does not check
        it either. The call may read, change or delete another tenant's object.
    type: bool
    default: false
  changed:
    description:
      - Whether the task is reported as changed, in check mode too. With V(auto), every request is a change except C(GET) and those with
        O(read=true).
      - Does not affect RV(plan), RV(summary) and the diff.
    type: str
    choices: [auto, "true", "false"]
    default: auto
  status_code:
    description:
      - Statuses that are not a failure. The default is 200 to 299.
    type: list
    elements: int
seealso:
  - module: ansible.builtin.uri
"""

EXAMPLES = r"""
- name: Wait until no chunks are waiting to be ingested
  community.trieve.trieve_request:
    path: /api/dataset/get_dataset_queue_lengths
    dataset: docs
  register: queue
  until: queue.json.chunk_queue_length == 0
  retries: 30
  delay: 10

- name: Search, also in check mode
  community.trieve.trieve_request:
    method: POST
    path: /api/chunk/search
    dataset: docs
    body:
      query: installation
      search_type: hybrid
    read: true
  register: found

- name: Build the search index of a dataset for use without a server
  community.trieve.trieve_request:
    method: POST
    path: /api/dataset/pagefind
    dataset: docs

- name: Delete a crawl of this dataset
  community.trieve.trieve_request:
    method: DELETE
    path: "/api/crawl/{{ crawl_id }}"
    dataset: docs

- name: Replace a crawl by its scrape ID, which Trieve looks up among the crawls of all tenants
  community.trieve.trieve_request:
    method: PUT
    path: /api/crawl
    dataset: docs
    body:
      crawl_id: "{{ scrape_id }}"
      crawl_options:
        site_url: https://docs.example.com
    force: true

- name: Read the topics of an owner, who may have none
  community.trieve.trieve_request:
    path: "/api/topic/owner/{{ owner | urlencode }}"
    dataset: docs
    status_code: [200, 404]

- name: List the newest datasets of an organization
  community.trieve.trieve_request:
    path: "/api/dataset/organization/{{ organization_id }}"
    query:
      limit: 10
      offset: 0
    dataset: ""

- name: Rename a topic, and never report a change
  community.trieve.trieve_request:
    method: PUT
    path: /api/topic
    dataset: docs
    body:
      topic_id: "{{ topic_id }}"
      name: Installation
    changed: false
"""

RETURN = r"""
status:
  description: HTTP status, or V(null) if the request was not sent because of check mode.
  returned: success
  type: int
  sample: 200
json:
  description:
    - Answer, without the secrets that Trieve leaks in it. V(null) if it is empty or not JSON, or if the request was not sent.
    - Values in it are not masked, except for a key of the form C(tr-) and 32 characters in an option of the task.
  returned: success
  type: raw
  sample:
    file_queue_length: 0
    chunk_queue_length: 0
text:
  description: Answer if it is not JSON or nested more than 100 levels deep, or V(null). Secrets of the task are masked in it.
  returned: success
  type: str
  sample: null
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, always V(send).
      type: str
      sample: send
    kind:
      description: The kind of the object.
      type: str
      sample: request
    name:
      description: The name of the object.
      type: str
      sample: POST /api/topic
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: null
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: docs
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "request", "before": null, "after": {"method": "POST", "path": "/api/topic"}}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"send": 1, "unchanged": 0}
error:
  description: The server's answer, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's message.
      type: str
      sample: "Not Found: Could not find dataset"
    method:
      description: Method of the request.
      type: str
      sample: GET
    url:
      description: URL of the request.
      type: str
      sample: https://api.trieve.ai/api/dataset/get_dataset_queue_lengths
    status:
      description: HTTP status, or V(null) if there was no answer.
      type: int
      sample: 404
"""

from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._request.api import send_request
from ansible_collections.community.trieve.plugins.module_utils._request.model import NO_ANSWER
from ansible_collections.community.trieve.plugins.module_utils._request.options import REQUEST_OPTIONS, parse_options
from ansible_collections.community.trieve.plugins.module_utils._request.plan import send_change
from ansible_collections.community.trieve.plugins.module_utils._request.safeguards import check_request
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_request(task: Task, client: TrieveClient) -> Plan:
    """Send the request. One that only reads is sent while planning, and is no change."""
    params = task.params
    request = parse_options(params)
    if (params["dataset"] or "").strip():
        request = request._replace(dataset=named_dataset(task, client))
    check_request(task, client, request, params["force"])
    changed = None if params["changed"] == "auto" else params["changed"] == "true"
    if request.reads:
        answer = send_request(task, client, request)
        return Plan([], lambda: answer, changed=changed)
    change = send_change(task, client, request)
    return Plan([change], lambda: change.value or NO_ANSWER, one=True, changed=changed)


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        **REQUEST_OPTIONS,
        force=dict(type="bool", default=False),
        changed=dict(type="str", choices=["auto", "true", "false"], default="auto"),
    ),
    planner=plan_request,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
