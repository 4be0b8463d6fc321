#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_extraction_info
short_description: Preview the chunks that a Trieve crawl would make of a web page
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Show the sections of a page that would become chunks, and the parts that would be lost, with the reason.
  - Trieve's own splitter cuts the page. Nothing is crawled or stored.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.website
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  page_url:
    description:
      - URL of the page.
      - Exactly one of O(page_url) and O(page_file) is required.
    type: str
  page_file:
    description: Path of a file with the HTML of the page, on the host that runs the module.
    type: path
  site_url:
    description:
      - URL of a crawl of O(dataset), as declared. Its C(heading_remove_strings) and C(body_remove_strings) are used.
      - If there are several crawls of the URL, the newest one is used.
      - Without it, O(dataset) is not used.
    type: str
  heading_remove_strings:
    description: Strings to remove from the headings. They replace those of the crawl. See O(community.trieve.trieve_crawl#module:heading_remove_strings).
    type: list
    elements: str
  body_remove_strings:
    description: Strings to remove from the sections. They replace those of the crawl. See O(community.trieve.trieve_crawl#module:body_remove_strings).
    type: list
    elements: str
notes:
  - The page is read as the web server sends it. A crawl runs its scripts first and then applies C(include_tags) and C(exclude_tags), so it
    may see another page. To preview such a page, save it with a browser, and use O(page_file).
  - Trieve takes pages of at most 262,143 bytes for this preview. A crawl has no such limit.
seealso:
  - module: community.trieve.trieve_crawl
  - module: community.trieve.trieve_crawl_coverage_info
"""

EXAMPLES = r"""
- name: Preview a page with the strings that a declared crawl removes
  community.trieve.trieve_extraction_info:
    dataset: docs
    site_url: https://docs.example.com
    page_url: https://docs.example.com/install
  register: page
  failed_when: page is failed or page.extraction.sections | length == 0

- name: Show what would be lost, and why
  ansible.builtin.debug:
    msg: "{{ item.explanation }} {{ item.text }}"
  loop: "{{ page.extraction.dropped }}"
  loop_control:
    label: "{{ item.reason }}"

- name: Try which strings to remove, before the crawl is declared
  community.trieve.trieve_extraction_info:
    page_url: https://docs.example.com/install
    heading_remove_strings: ["¶", "#"]
    body_remove_strings: [Edit this page]

- name: Preview a page that was saved with a browser
  community.trieve.trieve_extraction_info:
    page_file: saved/app.html

- name: Preview a page of an intranet, whose certificate is of a private authority
  community.trieve.trieve_extraction_info:
    page_url: https://intranet.example.com/handbook
    site_ca_path: /etc/ssl/certs/internal-ca.pem
    site_validate_certs: true
"""

RETURN = r"""
extraction:
  description: What would become of the page.
  returned: success
  type: dict
  contains:
    page:
      description: URL of the page after redirects, or the path of the file.
      type: str
      sample: https://docs.example.com/install
    link:
      description: Link that the chunks would have. V(null) for a file.
      type: str
      sample: https://docs.example.com/install
    size:
      description: Size of the HTML in bytes.
      type: int
      sample: 18231
    crawl_id:
      description: ID of the crawl whose strings were used, or V(null).
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    heading_remove_strings:
      description: Strings that were removed from the headings.
      type: list
      elements: str
      sample: ["#"]
    body_remove_strings:
      description: Strings that were removed from the sections.
      type: list
      elements: str
      sample: [Edit this page]
    sections:
      description: Sections that would become chunks, in the order of the page.
      type: list
      elements: dict
      contains:
        heading:
          description: Heading. A section of several headings has a line for each.
          type: str
          sample: Install
        words:
          description: Number of visible words.
          type: int
          sample: 120
        text:
          description: The first 200 characters of the visible text.
          type: str
          sample: Install Download the package
        html:
          description: HTML of the chunk.
          type: str
          sample: <h2>Install</h2><p>Download the package</p>
    dropped:
      description: Parts that would not become chunks.
      type: list
      elements: dict
      contains:
        reason:
          description: >-
            V(before_first_heading), V(no_heading), V(empty_heading), V(heading_removed), V(body_removed) or V(same_heading).
          type: str
          sample: same_heading
        explanation:
          description: The reason as a sentence.
          type: str
          sample: An earlier section of the page has the same heading, and only the first one becomes a chunk. Make the headings differ.
        heading:
          description: Heading before strings are removed, or an empty string.
          type: str
          sample: Example
        words:
          description: Number of visible words.
          type: int
          sample: 40
        text:
          description: The first 200 characters of the visible text.
          type: str
          sample: Example This is another one
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
      sample: https://docs.example.com/install
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 404
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import Crawl, newest_first
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._extraction.api import split
from ansible_collections.community.trieve.plugins.module_utils._extraction.model import cut, unique
from ansible_collections.community.trieve.plugins.module_utils._extraction.options import EXTRACTION_OPTIONS, read_page
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

_WITHOUT_PAGES = ("shopify", "youtube")
_BY_FIRECRAWL = ("include_tags", "exclude_tags")


def read_extraction(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """What would become of the page."""
    crawl = _declared_crawl(task, client)
    removed = {name: _strings(task, crawl, name) for name in ("heading_remove_strings", "body_remove_strings")}
    page = read_page(task)
    whole = split(client, page.html, [], [])
    sections, dropped, complete = cut(page.html, whole, **removed)
    if not complete:
        task.warn("Not all sections were found in the page, so dropped parts may be missing in the result.")
    if any(removed.values()):
        # The server's own answer counts. The difference between the two is what the strings have removed.
        answered = split(client, page.html, *removed.values())
        headings = [section.heading for section in sections]
        sections = unique(answered)
        if [section.heading for section in sections] != headings:
            task.warn(
                "The server has removed strings in another way than expected, so dropped parts may be missing in the result."
            )
    if not sections:
        task.warn(f"Page {page.place} would not bring any chunk.")
    return {
        "changed": False,
        "extraction": {
            "page": page.place,
            "link": page.link,
            "size": page.size,
            "crawl_id": crawl["id"] if crawl else None,
            **removed,
            "sections": [section.to_result() for section in sections],
            "dropped": [part.to_result() for part in dropped],
        },
    }


def _declared_crawl(task: Task, client: TrieveClient) -> Crawl | None:
    """The newest crawl of the option C(site_url); None without it.

    :raises TaskFailed: there is none, or it does not read pages
    """
    site_url = task.params["site_url"]
    if site_url is None:
        return None
    dataset = named_dataset(task, client)
    crawls = newest_first(list_crawls(task, client, dataset, must_exist=True))
    found = [crawl for crawl in crawls if crawl["site_url"] == site_url]
    if not found:
        near = [crawl["site_url"] for crawl in crawls if crawl["site_url"].rstrip("/") == site_url.rstrip("/")]
        hint = f" Did you mean {near[0]}?" if near else ""
        failure = f"Dataset {task.params['dataset']!r} has no crawl of {site_url}.{hint}"
        task.missing_prerequisite(f"{failure} Check site_url.", f"{failure} The preview removes no strings of it.")
        return None
    crawl = next((one for one in found if one["kind"] not in _WITHOUT_PAGES), None)
    if crawl is None:
        raise TaskFailed(f"The crawl of {site_url} is of kind {found[0]['kind']}, which does not read web pages.")
    used = [name for name in _BY_FIRECRAWL if crawl[name]]
    if used:
        task.warn(
            f"The crawl has {' and '.join(used)}, which Firecrawl applies before Trieve gets the page. They are not applied here."
        )
    return crawl


def _strings(task: Task, crawl: Crawl | None, name: str) -> list[str]:
    given = task.params[name]
    if given is None and crawl:
        given = crawl[name]
    return [text for text in given or [] if text]


DEFINITION = Definition(
    dict(**DATASET_OPTION, **EXTRACTION_OPTIONS),
    planner=read_extraction,
    mutually_exclusive=[("page_url", "page_file")],
    required_one_of=[("page_url", "page_file")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
