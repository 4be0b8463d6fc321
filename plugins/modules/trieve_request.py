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
  - Sends a request that is not covered by another module, with the same authentication, retries, error handling and masking.
  - C(GET), and C(POST) with O(read=true), are sent in check mode too. Any other request is skipped in check mode and shown in the diff.
  - The module does not know the current state, so a request that writes is sent each time, and the task is reported as changed
    unless O(changed) says otherwise. C(changed_when) works as with any module.
  - If a dedicated module exists, use it. Trieve's PUT calls lose what is not sent; the module warns about these calls.
  - Refused in any case are requests that would crash the server, that would delete another organization than O(organization_id), that would
    leave an organization without members, and the creation of an API key, which could not be shown.
  - The server ignores unknown keys and query parameters, so a misspelt one has no effect and causes no error.
  - Trieve does not check which tenant an ID belongs to in some calls. The module does. Unless O(force=true), it sends these calls only if the
    ID is shown to belong to O(dataset) or O(organization_id), which takes another read in most cases.
  - Checked are C(DELETE crawl/{id}) in the list of crawls of O(dataset); C(DELETE invitation/{id}) in the invitations of O(organization_id);
    the dataset of C(PUT dataset) by RV(ignore:dataset_id), of C(POST dataset/clone), C(POST file/html_page), C(GET dataset/{id}),
    C(GET dataset/usage/{id}) and C(GET dataset/groups/{id}) in the datasets of O(organization_id), unless it is O(dataset); the organization of
    C(GET organization/{id}), C(GET organization/users/{id}), C(POST organization/usage/{id}) and C(GET invitations/{id}), which must
    be O(organization_id). C(PUT crawl) deletes before it checks anything, so it always needs O(force=true).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: partial
    details:
      - A request that writes is not sent, so whether anything would change is not known; see O(changed).
  diff_mode:
    support: partial
    details:
      - The diff of a request that writes is the request. What it changes at the server is not known.
  idempotent:
    support: N/A
    details:
      - That depends on the request.
options:
  method:
    description: HTTP method of the request.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - Path of the call, such as V(/api/chunks/scroll). C(/api/) may be left out.
      - Special characters in names must be escaped with the filter C(urlencode), and a slash with V(%2F).
    type: str
    required: true
  query:
    description:
      - Parameters of the query. One whose value is V(null) is left out, and a list gives the parameter several times.
    type: dict
  body:
    description:
      - A dictionary or a list, sent as JSON. A text is refused; make it one with the filter C(from_json).
      - What stands under a name such as C(LLM_API_KEY), C(api_key) or C(webhook_secret) is kept out of results.
    type: raw
  dataset:
    description:
      - The id or the tracking id of the dataset that the request is about. A tracking id needs O(organization_id).
      - If it is not given, E(TRIEVE_DATASET_ID) is used, or else E(TRIEVE_DATASET_TRACKING_ID). Without any of them the request names no
        dataset. An empty text makes it name none whatever the environment says.
      - In check mode a tracking id that the organization does not have yet is taken for a dataset that an earlier task would have
        created, with a warning, and nothing is returned.
    type: str
  read:
    description:
      - Whether this C(POST) only reads, as a search does. It is then sent in check mode too, retried if the connection was lost, and the task
        is not reported as changed.
    type: bool
    default: false
  force:
    description:
      - Whether to send a call by ID that Trieve does not limit to the caller's own objects, without checking that the object belongs to
        O(dataset) or O(organization_id). It may read, change or delete another tenant's object.
    type: bool
    default: false
  changed:
    description:
      - Whether the task is changed, in check mode too. V(auto) takes every request for a change but C(GET) and those with O(read=true).
    type: str
    choices: [auto, "true", "false"]
    default: auto
  status_code:
    description:
      - The statuses that are no failure. If they are not given, these are 200 to 299.
    type: list
    elements: int
seealso:
  - module: ansible.builtin.uri
"""

EXAMPLES = r"""
- name: How many chunks wait to be ingested?
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

- name: Tell the dataset's pages to a search without a server
  community.trieve.trieve_request:
    method: POST
    path: /api/dataset/pagefind
    dataset: docs

- name: Delete a crawl, if it is one of this dataset
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

- name: A topic may be there or not
  community.trieve.trieve_request:
    path: "/api/topic/owner/{{ owner | urlencode }}"
    dataset: docs
    status_code: [200, 404]
"""

RETURN = r"""
status:
  description: The HTTP status, or V(null) if the request was not sent because of check mode.
  returned: success
  type: int
  sample: 200
json:
  description:
    - The answer, without the secrets that Trieve leaks in it. V(null) if it is empty or no JSON, and if the request was not sent.
    - It is data, so values in it are not masked, except for a key of the form C(tr-) and 32 characters that the task was given.
  returned: success
  type: raw
  sample:
    file_queue_length: 0
    chunk_queue_length: 0
text:
  description: The answer if it is no JSON, or V(null). Secrets of the task are masked in it.
  returned: success
  type: str
  sample: null
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: "Not Found: Could not find dataset"
    method:
      description: The request's verb.
      type: str
      sample: GET
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/dataset/get_dataset_queue_lengths
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 404
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, attempt, ensure, run
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import (
    DATASET_OPTION,
    UNKNOWN_DATASET,
    named_dataset,
    without_dataset,
)
from ansible_collections.community.trieve.plugins.module_utils._request.call import METHODS, api_path, check_call
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

_NOTHING: dict[str, t.Any] = {"status": None, "json": None, "text": None}
"""The answer to a request that was not sent."""


def send_request(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Send the request that the options word, or show it."""
    params = task.params
    method, body = params["method"], params["body"]
    path = api_path(params["path"])
    _check_options(params)
    dataset = named_dataset(task, client) if (params["dataset"] or "").strip() else None
    query = {name: _worded(value) for name, value in (params["query"] or {}).items() if value is not None}
    check_call(task, client, method, path, body, dataset, params["force"])

    def act() -> dict[str, t.Any]:
        return _answer(task, client, method, path, query, dataset)

    if method == "GET" or params["read"]:
        result = {"changed": False, **act()}
    else:
        request = {"method": method, "path": path, "query": query or None, "body": body, "dataset": dataset}
        shown = {"request": {name: value for name, value in request.items() if value is not None}}
        result = ensure(task, "answer", before={}, after=shown, current=_NOTHING, predicted=_NOTHING, act=act)
        result.update(result.pop("answer"))
    if params["changed"] != "auto":
        result["changed"] = params["changed"] == "true"
    return result


def _answer(
    task: Task, client: TrieveClient, method: str, path: str, query: dict[str, t.Any], dataset: str | None
) -> dict[str, t.Any]:
    params = task.params
    answer, error = attempt(
        lambda: client.request_any(
            method,
            path,
            statuses=params["status_code"] or range(200, 300),
            body=params["body"],
            dataset=dataset,
            params=query,
            safe=method in ("GET", "DELETE") or params["read"],
        )
    )
    if error:
        if dataset and _is_unknown_dataset(error):
            without_dataset(task, client, dataset, must_exist=True)
            return _NOTHING
        raise error
    status, value, text = answer
    return {"status": status, "json": value, "text": text}


def _is_unknown_dataset(error: TrieveError | TaskFailed) -> bool:
    return any(error.status == status and words in str(error) for status, words in UNKNOWN_DATASET)


def _check_options(params: t.Mapping[str, t.Any]) -> None:
    body, method = params["body"], params["method"]
    if body is not None and not isinstance(body, (dict, list)):
        raise TaskFailed("body is neither a dictionary nor a list. Make a text one with the filter from_json.")
    if body is not None and method == "GET":
        raise TaskFailed("body is given with method GET, which has none. Give parameters in query.")
    if params["read"] and method not in ("GET", "POST"):
        raise TaskFailed(f"read is for a POST that only reads; {method} writes.")
    for name, value in (params["query"] or {}).items():
        if isinstance(value, dict):
            raise TaskFailed(f"query.{name} is a dictionary, which a query cannot carry.")
    for status in params["status_code"] or ():
        if not 100 <= status <= 599:
            raise TaskFailed(f"status_code has {status} in it, which is no HTTP status.")


def _worded(value: t.Any) -> t.Any:
    """A value as the server reads it in a query."""
    if isinstance(value, list):
        return [_worded(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else value


DEFINITION = Definition(
    send_request,
    dict(
        **DATASET_OPTION,
        method=dict(type="str", choices=list(METHODS), default="GET"),
        path=dict(type="str", required=True),
        query=dict(type="dict"),
        body=dict(type="raw"),
        read=dict(type="bool", default=False),
        force=dict(type="bool", default=False),
        changed=dict(type="str", choices=["auto", "true", "false"], default="auto"),
        status_code=dict(type="list", elements="int"),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
