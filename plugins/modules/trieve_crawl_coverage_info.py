#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_crawl_coverage_info
short_description: Compare the pages of a web site with the chunks of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Find out which pages of a web site can be found in a dataset, which are missing, and which are in the dataset although
    they should not be.
  - The pages that should be there are those of a sitemap or of a list. The pages that are there are the links of the chunks that
    searches find.
  - Two URLs are the same page if they differ only in C(http) or C(https), a leading C(www.), a default port, final slashes, the
    fragment, or the notation of percent-encoded characters. A fragment that begins with C(/) or C(!) counts as a path. A query
    string makes another page unless O(ignore_query=true).
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.website
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  site_url:
    description:
      - URL of the site, as declared for its crawl. A final slash makes no difference.
      - Only pages of this host count. Other hosts that a sitemap lists are reported in RV(coverage.other_hosts).
    type: str
    required: true
  sitemap_url:
    description:
      - URL of a sitemap or of a sitemap index, also compressed with gzip.
      - Exactly one of O(sitemap_url), O(sitemap_file) and O(urls) is required.
    type: str
  sitemap_file:
    description:
      - Path of a file with a sitemap or a sitemap index, also compressed with gzip, on the host that runs the module.
      - The sitemaps of an index are read from the web.
    type: path
  urls:
    description: URLs of the pages that should be there.
    type: list
    elements: str
  scope:
    description:
      - The chunks that count.
      - V(site) means chunks whose last crawl was that of O(site_url). They have its URL as a tag. Pages that the crawl of another site has
        overwritten are missing.
      - V(dataset) means all chunks of the dataset whose link is on the host of O(site_url). Use it for Shopify crawls, whose chunks do not have
        the URL as a tag, and for pages that Firecrawl's webhook or an ingestion client has added.
    type: str
    choices: [site, dataset]
    default: site
  ignore_query:
    description: Whether URLs that differ only in the query string are the same page. The links of a Shopify crawl have one for each variant.
    type: bool
    default: false
  fail_below:
    description:
      - Fail if less than this percentage of the pages is found, for example V(95%). The failed result contains RV(coverage).
      - By default, the task does not fail because of missing pages.
    type: str
  max_listed:
    description: Maximum number of URLs in each list of the result. The counts are always complete.
    type: int
    default: 1000
notes:
  - A sitemap is not trusted. It may have 50 MB, uncompressed, and 50,000 entries, as the sitemap protocol says. An index may lead to
    500 sitemaps with 500,000 pages and 512 MB in total, and to another index at most twice. A document type declaration is refused,
    so no XML entity is ever expanded. If a sitemap breaks a rule, the task fails, and nothing of it is used.
  - Sitemaps of an index are read only if they are on the host of the index or of O(site_url).
  - Reading takes one request for each 500 chunks. Chunks are counted while they are read and not kept in memory.
seealso:
  - module: community.trieve.trieve_crawl
  - module: community.trieve.trieve_extraction_info
"""

EXAMPLES = r"""
- name: Compare a site with its sitemap
  community.trieve.trieve_crawl_coverage_info:
    dataset: docs
    site_url: https://docs.example.com
    sitemap_url: https://docs.example.com/sitemap.xml
    fail_below: 95%
  register: docs

- name: Show the pages that cannot be found
  ansible.builtin.debug:
    msg: "{{ docs.coverage.missing }}"

- name: Check that the most important pages can be found
  community.trieve.trieve_crawl_coverage_info:
    dataset: docs
    site_url: https://docs.example.com
    urls:
      - https://docs.example.com/install
      - https://docs.example.com/upgrade
    fail_below: 100%

- name: Compare a shop with its sitemap, whatever variants a product has
  community.trieve.trieve_crawl_coverage_info:
    dataset: shop
    site_url: https://shop.example.com
    sitemap_url: https://shop.example.com/sitemap.xml
    scope: dataset
    ignore_query: true

- name: Use the sitemap that was built with the site, before the site is public
  community.trieve.trieve_crawl_coverage_info:
    dataset: staging
    site_url: https://staging.internal.example.com
    sitemap_file: public/sitemap.xml.gz
    max_listed: 50

- name: Compare an intranet, whose certificate is of a private authority
  community.trieve.trieve_crawl_coverage_info:
    dataset: intranet
    site_url: https://intranet.example.com
    sitemap_url: https://intranet.example.com/sitemap.xml
    site_ca_path: /etc/ssl/certs/internal-ca.pem
    site_validate_certs: true
"""

RETURN = r"""
coverage:
  description: The comparison.
  returned: success, and failure because of O(fail_below)
  type: dict
  contains:
    dataset:
      description: The option O(dataset).
      type: str
      sample: docs
    site_url:
      description: The option O(site_url).
      type: str
      sample: https://docs.example.com
    expected:
      description: Number of pages that should be there.
      type: int
      sample: 200
    found:
      description: Number of these pages that have chunks.
      type: int
      sample: 197
    percent:
      description: Share of the pages that have chunks, rounded down to two decimals.
      type: float
      sample: 98.5
    missing_count:
      description: Number of pages without chunks.
      type: int
      sample: 3
    missing:
      description: Pages without chunks.
      type: list
      elements: str
      sample: [https://docs.example.com/new]
    extra_count:
      description: Number of pages that have chunks although they should not be there.
      type: int
      sample: 1
    extra:
      description: Pages that have chunks although they should not be there, as the links of the chunks.
      type: list
      elements: str
      sample: [https://docs.example.com/old]
    empty_count:
      description: Number of pages that should be there and have chunks without any text apart from the heading.
      type: int
      sample: 1
    empty:
      description: Pages that should be there and have chunks without any text apart from the heading.
      type: list
      elements: str
      sample: [https://docs.example.com/app]
    chunks:
      description: Number of chunks of the pages that were found, including extra ones.
      type: int
      sample: 1405
    chunks_without_link:
      description: Number of chunks that have no valid URL as their link, and do not count.
      type: int
      sample: 0
    chunks_of_other_hosts:
      description: Number of chunks with links to other hosts, which do not count with O(scope=dataset).
      type: int
      sample: 0
    chunks_per_page:
      description: Number of chunks of a page, including extra ones.
      type: dict
      contains:
        minimum:
          description: Smallest number.
          type: int
          sample: 1
        median:
          description: Median.
          type: float
          sample: 6.0
        maximum:
          description: Largest number.
          type: int
          sample: 48
    pages:
      description: Pages that have chunks, including extra ones.
      type: list
      elements: dict
      contains:
        url:
          description: Link of the chunks.
          type: str
          sample: https://docs.example.com/install
        chunks:
          description: Number of chunks.
          type: int
          sample: 7
    other_hosts:
      description: Hosts of pages and sitemaps that are listed but do not count, without C(www.).
      type: list
      elements: dict
      contains:
        host:
          description: The host.
          type: str
          sample: blog.example.com
        urls:
          description: Number of URLs.
          type: int
          sample: 12
    invalid_urls:
      description: Number of listed entries that are not valid URLs, and do not count.
      type: int
      sample: 0
    sitemaps:
      description: Sitemaps that were read. Empty with O(urls).
      type: list
      elements: dict
      contains:
        url:
          description: URL or path.
          type: str
          sample: https://docs.example.com/sitemap.xml
        pages:
          description: Number of its pages.
          type: int
          sample: 200
error:
  description: The error of Trieve or of the web site, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: The error message.
      type: str
      sample: HTTP 404
    method:
      description: HTTP method of the request.
      type: str
      sample: GET
    url:
      description: URL of the request.
      type: str
      sample: https://docs.example.com/sitemap.xml
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 404
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._coverage.api import read_chunks
from ansible_collections.community.trieve.plugins.module_utils._coverage.model import (
    ExpectedPages,
    FoundPages,
    compare,
)
from ansible_collections.community.trieve.plugins.module_utils._coverage.options import (
    COVERAGE_OPTIONS,
    check_lists,
    lowest_percent,
    site_host,
    tags_of_site,
    website,
)
from ansible_collections.community.trieve.plugins.module_utils._coverage.sitemap import LARGEST, Sitemap, read_sitemap
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._web import host_of, read_file, split_url
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

SHOWN = 5
"""Missing pages that a message names."""


def read_coverage(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Compare the pages of the site with the chunks of the dataset.

    :raises TaskFailed: an option, a sitemap or the coverage is not as it should be
    """
    params = task.params
    dataset = named_dataset(task, client)
    host, lowest = site_host(task), lowest_percent(task)
    check_lists(task)
    listed = _listed(task, host)
    expected = ExpectedPages(listed.pages, host, params["ignore_query"])
    for parts in map(split_url, listed.foreign):
        name = host_of(parts) if parts else "(not a valid URL)"
        expected.other_hosts[name] = expected.other_hosts.get(name, 0) + 1
    _warn_of_ignored(task, expected)
    if not expected.pages:
        source = params["sitemap_url"] or params["sitemap_file"] or "urls"
        raise TaskFailed(f"{source} lists no page of {host}, so there is nothing to compare. Check site_url.")
    # With a tag, links to other hosts belong to the site's crawl; of a whole dataset they do not.
    found = FoundPages(params["ignore_query"], None if params["scope"] == "site" else host)
    exists = read_chunks(task, client, dataset, tags_of_site(task), found.add)
    coverage = {
        "dataset": params["dataset"],
        "site_url": params["site_url"],
        **compare(expected, found, params["max_listed"]),
        "sitemaps": listed.files,
    }
    result = {"changed": False, "coverage": coverage}
    if exists and not found.pages:
        task.warn(_nothing_found(params))
    if exists and lowest is not None and coverage["found"] * 100 < lowest * coverage["expected"]:
        raise TaskFailed(_too_low(coverage, params["fail_below"]), **result)
    return result


def _listed(task: Task, host: str) -> Sitemap:
    """The pages that should be there."""
    params = task.params
    if params["urls"] is not None:
        listed = Sitemap()
        listed.pages = [url for url in params["urls"] if url.strip()]
        return listed
    web = website(task)

    def load(url: str, largest: int) -> tuple[str, bytes]:
        page = web.fetch(url, largest, "Sitemap")
        return page.url, page.content

    path = params["sitemap_file"]
    if path is not None:
        return read_sitemap(load, path, read_file(path, LARGEST, "sitemap_file"), host)
    return read_sitemap(load, params["sitemap_url"], None, host)


def _warn_of_ignored(task: Task, expected: ExpectedPages) -> None:
    if expected.other_hosts:
        names = sorted(expected.other_hosts)
        shown = ", ".join(names[:SHOWN]) + (" and others" if len(names) > SHOWN else "")
        total = sum(expected.other_hosts.values())
        task.warn(f"{counted(total, 'URL')} of other hosts ({shown}) {'is' if total == 1 else 'are'} not counted.")
    if expected.invalid:
        count = len(expected.invalid)
        task.warn(f"{counted(count, 'listed text')} {'is' if count == 1 else 'are'} not a valid URL and not counted.")


def _nothing_found(params: t.Mapping[str, t.Any]) -> str:
    if params["scope"] == "site":
        return (
            f"Dataset {params['dataset']!r} has no chunks of the crawl of {params['site_url']}. If the crawl is completed, check site_url,"
            " or set scope: dataset for chunks that do not have the URL as a tag."
        )
    return f"Dataset {params['dataset']!r} has no chunks with links to the host of {params['site_url']}."


def _too_low(coverage: t.Mapping[str, t.Any], lowest: str) -> str:
    missing = coverage["missing"]
    shown = ", ".join(missing[:SHOWN]) + (" ..." if coverage["missing_count"] > SHOWN else "")
    return (
        f"Coverage of {coverage['site_url']} in dataset {coverage['dataset']!r} is {coverage['percent']:g} %, less than fail_below: {lowest}."
        f" {coverage['missing_count']} of {counted(coverage['expected'], 'page')} cannot be found{': ' if shown else '.'}{shown}"
    )


DEFINITION = Definition(
    dict(**DATASET_OPTION, **COVERAGE_OPTIONS),
    planner=read_coverage,
    mutually_exclusive=[("sitemap_url", "sitemap_file", "urls")],
    required_one_of=[("sitemap_url", "sitemap_file", "urls")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
