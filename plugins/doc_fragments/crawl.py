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
      - How often the site is crawled again. V(never) clears the interval.
    type: str
    choices: [daily, weekly, monthly, never]
  limit:
    description:
      - Most pages to crawl. Trieve takes 1000 if a crawl has none.
    type: int
  exclude_paths:
    description:
      - Patterns of paths that are left out. An empty list clears them; so it is with the other lists. The order does not matter.
    type: list
    elements: str
  include_paths:
    description:
      - Patterns of paths; only these are crawled. The order does not matter.
    type: list
    elements: str
  exclude_tags:
    description:
      - HTML tags, classes and ids whose content is left out. The order does not matter.
    type: list
    elements: str
  include_tags:
    description:
      - HTML tags, classes and ids; only their content is taken. The order does not matter.
    type: list
    elements: str
  boost_titles:
    description:
      - Whether titles count more in a search. Trieve does so if a crawl does not say.
    type: bool
  allow_external_links:
    description:
      - Whether links to other sites are followed. Needs O(include_paths) with at least one path other than V(*) beside it.
      - Trieve does not follow them if a crawl does not say.
    type: bool
  ignore_sitemap:
    description:
      - Whether the site's map is left unread.
    type: bool
  heading_remove_strings:
    description:
      - Texts to remove from headings, one after the other.
    type: list
    elements: str
  body_remove_strings:
    description:
      - Texts to remove from bodies, one after the other.
    type: list
    elements: str
  tags:
    description:
      - Tags for each chunk of the crawl. The order does not matter.
    type: list
    elements: str
  webhook_urls:
    description:
      - Addresses that are sent each page. The one that Trieve adds for itself is no difference. The order does not matter.
      - Trieve sends its own webhook secret, the same for all tenants, to each of them.
    type: list
    elements: str
  add_chunks_to_dataset:
    description:
      - Whether the pages become chunks of the dataset. Trieve does so if a crawl does not say.
    type: bool
  scrape_options:
    description:
      - What is crawled, and how. Without it this is an ordinary crawl of a web site.
      - A suboption that is not given keeps its value.
    type: dict
    suboptions:
      type:
        description:
          - The kind of crawl. It is part of what a crawl is found by. V(firecrawl) is an ordinary crawl.
        type: str
        choices: [firecrawl, openapi, shopify, youtube]
        default: firecrawl
      openapi_schema_url:
        description:
          - The address of the OpenAPI document. A new crawl with O(scrape_options.type=openapi) needs it.
        type: str
      openapi_tag:
        description:
          - The tag whose operations are taken. A new crawl with O(scrape_options.type=openapi) needs it.
        type: str
      group_variants:
        description:
          - Whether the variants of a product are one group. Only with O(scrape_options.type=shopify).
        type: bool
      tag_regexes:
        description:
          - Patterns of the product tags to keep. Only with O(scrape_options.type=shopify).
        type: list
        elements: str
"""
