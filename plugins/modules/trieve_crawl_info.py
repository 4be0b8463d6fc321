#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_crawl_info
short_description: List the crawls of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - List all crawls of a dataset, newest first, or those that match the filters.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  site_url:
    description: Only return crawls of this URL, which is compared exactly as written.
    type: str
  kind:
    description: Only return crawls of this kind. V(firecrawl) is an ordinary crawl.
    type: str
    choices: [firecrawl, openapi, shopify, youtube]
  status:
    description: Only return crawls with this status. V(Processed) matches C(Processed n pages) with any number of pages.
    type: str
    choices: [Pending, Processed, Completed, Failed]
seealso:
  - module: community.trieve.trieve_crawl
"""

EXAMPLES = r"""
- name: List the crawls that failed
  community.trieve.trieve_crawl_info:
    dataset: docs
    status: Failed
  register: failed

- name: Show their URLs
  ansible.builtin.debug:
    msg: "{{ failed.crawls | map(attribute='site_url') }}"

- name: List the crawls of one Shopify shop
  community.trieve.trieve_crawl_info:
    dataset: shop
    site_url: https://shop.example.com
    kind: shopify
"""

RETURN = r"""
crawls:
  description: The crawls, newest first.
  returned: success
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
    limit:
      description: Maximum number of pages to crawl. V(null) means 1000.
      type: int
      sample: 500
    exclude_paths:
      description: See the option O(community.trieve.trieve_crawl#module:exclude_paths).
      type: list
      elements: str
      sample: [/blog/*]
    include_paths:
      description: See the option O(community.trieve.trieve_crawl#module:include_paths).
      type: list
      elements: str
      sample: [/guide/*]
    exclude_tags:
      description: See the option O(community.trieve.trieve_crawl#module:exclude_tags).
      type: list
      elements: str
      sample: [nav, .cookie-banner]
    include_tags:
      description: See the option O(community.trieve.trieve_crawl#module:include_tags).
      type: list
      elements: str
      sample: [main]
    boost_titles:
      description: See the option O(community.trieve.trieve_crawl#module:boost_titles). V(null) means V(true).
      type: bool
      sample: true
    allow_external_links:
      description: See the option O(community.trieve.trieve_crawl#module:allow_external_links). V(null) means V(false).
      type: bool
      sample: false
    ignore_sitemap:
      description: See the option O(community.trieve.trieve_crawl#module:ignore_sitemap).
      type: bool
      sample: false
    heading_remove_strings:
      description: See the option O(community.trieve.trieve_crawl#module:heading_remove_strings).
      type: list
      elements: str
      sample: ["#"]
    body_remove_strings:
      description: See the option O(community.trieve.trieve_crawl#module:body_remove_strings).
      type: list
      elements: str
      sample: [Edit this page]
    tags:
      description: See the option O(community.trieve.trieve_crawl#module:tags).
      type: list
      elements: str
      sample: [docs]
    webhook_urls:
      description: See the option O(community.trieve.trieve_crawl#module:webhook_urls). Does not contain the URL that Trieve adds for itself.
      type: list
      elements: str
      sample: ["https://hooks.example.com/trieve"]
    add_chunks_to_dataset:
      description: See the option O(community.trieve.trieve_crawl#module:add_chunks_to_dataset). V(null) means V(true).
      type: bool
      sample: true
    scrape_options:
      description: Options of an OpenAPI or Shopify crawl. V(null) for other kinds.
      type: dict
      sample: {"type": "openapi", "openapi_schema_url": "https://docs.example.com/openapi.json", "openapi_tag": "api"}
    created_at:
      description: Creation time, in UTC without a time zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    next_crawl_at:
      description: Time of the next crawl, in UTC without a time zone. V(null) without an interval.
      type: str
      sample: "2025-09-13T08:15:30.123456"
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

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import STATUSES
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import KINDS
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def read_crawls(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the crawls of the dataset that match all filters."""
    site_url, kind, status = (task.params[name] for name in ("site_url", "kind", "status"))
    crawls = [
        crawl
        for crawl in list_crawls(task, client, named_dataset(task, client), must_exist=True)
        if site_url in (None, crawl["site_url"])
        and kind in (None, crawl["kind"])
        and (status is None or crawl["status"].partition(" ")[0] == status)
    ]
    return {"changed": False, "crawls": crawls}


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        site_url=dict(type="str"),
        kind=dict(type="str", choices=list(KINDS)),
        status=dict(type="str", choices=list(STATUSES)),
    ),
    planner=read_crawls,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
