# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: Format the status of an organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats the result of M(community.trieve.trieve_status_info) for people or for programs, and names what needs attention.
  - A crawl needs attention if it failed, has not finished after an hour, has left no chunks or stale ones, is older than its interval, or if
    less than 95 % of the pages can be found.
positional: format
options:
  _input:
    description: RV(community.trieve.trieve_status_info#module:status) of the module.
    type: dict
    required: true
  format:
    description: Format of the report.
    type: str
    choices:
      markdown: Tables.
      html: A web page in one file, with charts, without scripts and without anything to load.
      json: The input with ages, coverage, components, RV(ignore:problems) and RV(ignore:summary).
      prometheus: Metrics in Prometheus' text format, for the textfile collector of node_exporter.
      summary: One sentence.
    default: markdown
  coverage:
    description:
      - Results of M(community.trieve.trieve_crawl_coverage_info), also failed ones.
      - To show which site a failed result in a loop belongs to, its item must have the keys C(dataset) and C(site_url).
    type: list
    elements: dict
    default: []
  doctor:
    description: Result of M(community.trieve.trieve_doctor), also a failed one.
    type: dict
  title:
    description: Name of the organization or server in the title.
    type: str
    default: Trieve
seealso:
  - module: community.trieve.trieve_status_info
"""

EXAMPLES = r"""
- name: Read the status
  community.trieve.trieve_status_info:
  register: result

- name: Write it as a web page
  ansible.builtin.copy:
    content: "{{ result.status | community.trieve.status_report('html', title='Documentation search') }}"
    dest: status.html
    mode: "0644"

- name: Test the server, as far as that only reads
  community.trieve.trieve_doctor:
  check_mode: true
  register: doctor

- name: Compare a site with the pages that should be there
  community.trieve.trieve_crawl_coverage_info:
    dataset: docs
    site_url: https://docs.example.com
    urls: [https://docs.example.com/install]
  register: docs

- name: Show the status with both
  ansible.builtin.debug:
    msg: "{{ (result.status | community.trieve.status_report(coverage=[docs], doctor=doctor)).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
  sample: |
    # Status of `Trieve`

    1 dataset, 1 crawl, 0 chunks: no problems. Read at 2026-11-25T04:33:43Z.
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._status import status_document, summary_line
from ansible_collections.community.trieve.plugins.plugin_utils._status_html import as_html
from ansible_collections.community.trieve.plugins.plugin_utils._status_text import as_json, as_markdown, as_prometheus

FORMATS = {
    "markdown": as_markdown,
    "html": as_html,
    "json": as_json,
    "prometheus": as_prometheus,
    "summary": summary_line,
}


def status_report(
    status: t.Any, format: str = "markdown", coverage: t.Any = (), doctor: t.Any = None, title: str = "Trieve"
) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the format does not exist, or the input is not a status
    """
    if format not in FORMATS:
        raise AnsibleFilterError(f"status_report: format {format!r} not found. It must be one of {', '.join(FORMATS)}.")
    found = native(status)
    if not isinstance(found, dict) or not {"datasets", "read_at", "organization_id"} <= set(found):
        raise AnsibleFilterError(
            "status_report: the input must be the result status of community.trieve.trieve_status_info."
        )
    document = status_document(found, native(coverage) or (), native(doctor), str(title))
    return wrap_var(FORMATS[format](document))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"status_report": status_report}
