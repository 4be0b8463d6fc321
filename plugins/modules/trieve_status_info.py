#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_status_info
short_description: Read the status of all datasets and crawls of a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Read the datasets of an organization, their crawls, and the numbers of their chunks in one task.
  - P(community.trieve.status_report#filter) formats the result as a web page, Markdown, JSON, or metrics for Prometheus. The playbook
    C(community.trieve.status) does both.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  datasets:
    description: IDs or tracking IDs of the datasets to read. By default, all datasets of the organization are read.
    type: list
    elements: str
  concurrency:
    description: Maximum number of concurrent requests, each on its own connection, between 1 and 32.
    type: int
    default: 8
notes:
  - Reading takes one request for the organization, one for the crawls of each dataset, and one for the chunks of each dataset that has crawls.
  - The numbers of chunks of a crawl are those of Trieve's database. A chunk that the crawl of another site has overwritten counts for both sites.
seealso:
  - module: community.trieve.trieve_crawl_coverage_info
  - module: community.trieve.trieve_doctor
  - plugin: community.trieve.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the status of an organization
  community.trieve.trieve_status_info:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
  register: result

- name: Show it as a table
  ansible.builtin.debug:
    msg: "{{ (result.status | community.trieve.status_report).splitlines() }}"

- name: Read two datasets, one request after the other
  community.trieve.trieve_status_info:
    datasets: [docs, shop]
    concurrency: 1
"""

RETURN = r"""
status:
  description: The status.
  returned: success
  type: dict
  contains:
    organization_id:
      description: ID of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    read_at:
      description: Time at which the status was read, by the clock of the host that runs the module, in UTC without a time zone.
      type: str
      sample: "2025-09-13T08:00:00"
    datasets:
      description: The datasets, sorted by tracking ID.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the dataset.
          type: str
          sample: 0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52
        tracking_id:
          description: Tracking ID of the dataset, or V(null).
          type: str
          sample: docs
        name:
          description: Name of the dataset.
          type: str
          sample: Documentation
        chunks:
          description: Number of its chunks.
          type: int
          sample: 1200
        crawls:
          description: Its crawls, newest first.
          type: list
          elements: dict
          contains:
            id:
              description: ID of the crawl. A replaced crawl has a new ID.
              type: str
              sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
            site_url:
              description: URL of the site.
              type: str
              sample: https://docs.example.com
            kind:
              description: V(firecrawl) for an ordinary crawl, otherwise V(openapi), V(shopify) or V(youtube).
              type: str
              sample: firecrawl
            status:
              description: V(Pending), C(Processed n pages), V(Completed) or V(Failed).
              type: str
              sample: Completed
            interval:
              description: V(daily), V(weekly), V(monthly), or V(null) for a crawl that runs once.
              type: str
              sample: daily
            interval_seconds:
              description: Interval in seconds, or V(null).
              type: int
              sample: 86400
            created_at:
              description: Time at which the crawl was started, in UTC without a time zone.
              type: str
              sample: "2025-09-12T08:15:30.123456"
            next_crawl_at:
              description: Time of the next crawl, in UTC without a time zone. V(null) without an interval.
              type: str
              sample: "2025-09-13T08:15:30.123456"
            newest:
              description: Whether no crawl of this URL and kind in the dataset is newer.
              type: bool
              sample: true
            duplicate:
              description: Whether a newer crawl of this URL and kind has the same options.
              type: bool
              sample: false
            last_completed_at:
              description: >-
                Time at which the last crawl of the site that has completed was started, as far as it is known, in UTC without a time zone.
              type: str
              sample: "2025-09-12T08:15:30.123456"
            chunks:
              description: Numbers of chunks. All are V(null) for Shopify and YouTube crawls, whose chunks do not have the URL as a tag.
              type: dict
              contains:
                of_site:
                  description: Chunks that have the URL of the crawl as a tag.
                  type: int
                  sample: 1100
                of_crawl:
                  description: >-
                    Chunks that this crawl has written. V(null) if the crawl was not created by this collection, so that its chunks cannot
                    be told from those of other crawls.
                  type: int
                  sample: 1090
                stale:
                  description: >-
                    Chunks of the site that no crawl of the URL that still exists has written, most of them of pages that are gone. V(null)
                    for all crawls of the URL except the newest one, and if one of them has not completed or was not created by this
                    collection.
                  type: int
                  sample: 10
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
      sample: GET
    url:
      description: URL of the request.
      type: str
      sample: https://trieve.example.com/api/crawl
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import time
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.parallel import run_parallel
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks.api import count_by_tag
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._session import MOST_CONNECTIONS
from ansible_collections.community.trieve.plugins.module_utils._status.model import (
    formatted_time,
    tags_to_count,
    to_result,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def read_status(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the datasets, and then the crawls and numbers of chunks of each."""
    concurrency = between(task.params, "concurrency", 1, MOST_CONNECTIONS)
    datasets = _chosen(task, list_datasets(client))
    found: dict[str, dict[str, t.Any]] = {}

    def read(dataset: Dataset) -> bool:
        crawls = list_crawls(task, client, dataset.id, must_exist=True)
        found[dataset.id] = to_result(dataset, crawls, count_by_tag(client, dataset.id, tags_to_count(crawls)))
        return True

    run_parallel(task, datasets, read, concurrency, "Reading")
    shown = [found[dataset.id] for dataset in datasets if dataset.id in found]
    return {
        "changed": False,
        "status": {
            "organization_id": client.organization_id,
            "read_at": formatted_time(time.time()),
            "datasets": sorted(shown, key=lambda one: (one["tracking_id"] or "", one["name"], one["id"])),
        },
    }


def _chosen(task: Task, datasets: list[Dataset]) -> list[Dataset]:
    """The datasets that the option C(datasets) names.

    :raises TaskFailed: one of them does not exist
    """
    names = task.params["datasets"]
    if names is None:
        return datasets
    found: dict[str, Dataset] = {}
    for name in names:
        dataset = next((one for one in datasets if name == one.tracking_id or as_uuid(name) == one.id), None)
        if dataset:
            found[dataset.id] = dataset
            continue
        unknown = f"Dataset {name!r} not found in organization {task.params['organization_id']}"
        if as_uuid(name) or not name.strip():
            raise TaskFailed(f"{unknown}. Check the option datasets.")
        task.missing_prerequisite(
            f"{unknown}. Check the option datasets.", f"{unknown} yet. The preview leaves it out."
        )
    return list(found.values())


DEFINITION = Definition(
    dict(
        datasets=dict(type="list", elements="str"),
        concurrency=dict(type="int", default=8),
    ),
    planner=read_status,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
