# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of a crawl in C(module_utils/_crawl/options.py), except for its URL."""

    DOCUMENTATION = r"""
options:
  interval:
    description:
      - How often Trieve is to crawl the site again. V(never) clears the interval.
      - This has no effect on most self-hosted servers. It requires Trieve's cron program, which the published deployments do not contain,
        and no worker reads what that program queues. Use O(recrawl=overdue) in a scheduled task instead.
    type: str
    choices: [daily, weekly, monthly, never]
  limit:
    description:
      - Maximum number of pages to crawl. Trieve defaults to 1000.
    type: int
  exclude_paths:
    description:
      - Patterns of paths to exclude. An empty list clears them, as with all other lists. The order does not matter.
    type: list
    elements: str
  include_paths:
    description:
      - Patterns of paths to crawl. All other paths are ignored. The order does not matter.
    type: list
    elements: str
  exclude_tags:
    description:
      - HTML tags, classes and IDs whose content is ignored. The order does not matter.
    type: list
    elements: str
  include_tags:
    description:
      - HTML tags, classes and IDs whose content is used. All other content is ignored. The order does not matter.
    type: list
    elements: str
  boost_titles:
    description:
      - Whether titles rank higher in searches. Trieve defaults to V(true).
    type: bool
  allow_external_links:
    description:
      - Whether to follow links to other sites. Requires O(include_paths) with at least one path other than V(*).
      - Trieve defaults to V(false).
    type: bool
  ignore_sitemap:
    description:
      - Whether to ignore the site's sitemap.
    type: bool
  heading_remove_strings:
    description:
      - Texts to remove from headings, in this order.
    type: list
    elements: str
  body_remove_strings:
    description:
      - Texts to remove from bodies, in this order.
    type: list
    elements: str
  tags:
    description:
      - Tags to add to each chunk of the crawl. The order does not matter.
    type: list
    elements: str
  webhook_urls:
    description:
      - URLs that receive each page. The URL that Trieve adds for itself is ignored in comparisons. The order does not matter.
      - Trieve sends its own webhook secret, which is the same for all tenants, to each URL.
    type: list
    elements: str
  add_chunks_to_dataset:
    description:
      - Whether to add the pages to the dataset as chunks. Trieve defaults to V(true).
    type: bool
  scrape_options:
    description:
      - Kind of the crawl, and the options of this kind. Without it, the crawl is an ordinary crawl of a web site.
      - Omitted suboptions keep their values.
    type: dict
    suboptions:
      type:
        description:
          - Kind of the crawl. A crawl is identified by its URL and kind. V(firecrawl) is an ordinary crawl of a web site.
        type: str
        choices: [firecrawl, openapi, shopify, youtube]
        default: firecrawl
      openapi_schema_url:
        description:
          - URL of the OpenAPI document. Required for a new crawl with O(scrape_options.type=openapi).
        type: str
      openapi_tag:
        description:
          - Tag of the operations to crawl. Required for a new crawl with O(scrape_options.type=openapi).
        type: str
      group_variants:
        description:
          - Whether the variants of a product form one group. Only with O(scrape_options.type=shopify).
        type: bool
      tag_regexes:
        description:
          - Patterns of the product tags to keep. Only with O(scrape_options.type=shopify).
        type: list
        elements: str
"""
