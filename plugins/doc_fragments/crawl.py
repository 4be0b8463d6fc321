# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that declare a crawl, except its URL."""

    DOCUMENTATION = r"""
options:
  interval:
    description:
      - How often to crawl the site again. V(never) clears the interval.
    type: str
    choices: [daily, weekly, monthly, never]
  limit:
    description:
      - Maximum number of pages to crawl. The default of a new crawl is 1000.
    type: int
  exclude_paths:
    description:
      - Patterns of paths to exclude. The order does not matter. An empty list clears them.
    type: list
    elements: str
  include_paths:
    description:
      - Patterns of paths to crawl. All other paths are excluded. The order does not matter. An empty list clears them.
    type: list
    elements: str
  exclude_tags:
    description:
      - HTML tags, classes and IDs whose content is excluded. The order does not matter. An empty list clears them.
    type: list
    elements: str
  include_tags:
    description:
      - HTML tags, classes and IDs whose content is included. All other content is excluded. The order does not matter. An empty list clears them.
    type: list
    elements: str
  boost_titles:
    description:
      - Whether titles have a higher weight in searches. The default of a new crawl is V(true).
    type: bool
  allow_external_links:
    description:
      - Whether to follow links to other sites. Requires at least one path other than V(*) in O(include_paths).
      - The default of a new crawl is V(false).
    type: bool
  ignore_sitemap:
    description:
      - Whether to ignore the site's sitemap.
    type: bool
  heading_remove_strings:
    description:
      - Strings to remove from headings, in this order. An empty list clears them.
    type: list
    elements: str
  body_remove_strings:
    description:
      - Strings to remove from bodies, in this order. An empty list clears them.
    type: list
    elements: str
  tags:
    description:
      - Tags of each chunk of the crawl. The order does not matter. An empty list clears them.
    type: list
    elements: str
  webhook_urls:
    description:
      - URLs that receive each page. The URL that Trieve itself adds is ignored. The order does not matter. An empty list clears them.
      - Trieve sends its webhook secret, which is the same for all tenants, to each of them.
    type: list
    elements: str
  add_chunks_to_dataset:
    description:
      - Whether to add the pages to the dataset as chunks. The default of a new crawl is V(true).
    type: bool
  scrape_options:
    description:
      - Kind of the crawl, and options of this kind. By default, the crawl is an ordinary crawl of a website.
      - A suboption that is not set keeps its value.
    type: dict
    suboptions:
      type:
        description:
          - Kind of the crawl. A crawl is identified by its URL and its kind. V(firecrawl) is an ordinary crawl.
        type: str
        choices: [firecrawl, openapi, shopify, youtube]
        default: firecrawl
      openapi_schema_url:
        description:
          - URL of the OpenAPI document. Required for a new crawl with O(scrape_options.type=openapi).
        type: str
      openapi_tag:
        description:
          - Tag whose operations are crawled. Required for a new crawl with O(scrape_options.type=openapi).
        type: str
      group_variants:
        description:
          - Whether to put the variants of a product into one group. Only with O(scrape_options.type=shopify).
        type: bool
      tag_regexes:
        description:
          - Patterns of product tags to keep. Only with O(scrape_options.type=shopify).
        type: list
        elements: str
"""
