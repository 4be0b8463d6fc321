# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: search_test_report
short_description: Format the report of a search test
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats the result of M(community.trieve.trieve_search_test) for people or for programs.
positional: format
options:
  _input:
    description:
      - RV(community.trieve.trieve_search_test#module:report) of the module.
      - V(null) if the tests could not be run.
    type: dict
    required: true
  format:
    description: Format of the report.
    type: str
    choices:
      markdown: Tables.
      html: A web page in one file, with charts, without scripts and without anything to load.
      json: The unchanged input, which O(community.trieve.trieve_search_test#module:baseline) takes from a file.
      junit: JUnit XML with a test case for each test.
      summary: One sentence.
    default: markdown
seealso:
  - module: community.trieve.trieve_search_test
"""

EXAMPLES = r"""
- name: Show the result
  ansible.builtin.debug:
    msg: "{{ (tested.report | community.trieve.search_test_report).splitlines() }}"

- name: Write the result for the CI
  ansible.builtin.copy:
    content: "{{ tested.report | default(none) | community.trieve.search_test_report('junit') }}"
    dest: search.xml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
  sample: |
    # Search test

    1 of 1 search test failed. Recall@10 0.000, Precision@10 0.000, MRR 0.000, nDCG@10 0.000.
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._search_report import FORMATS


def search_test_report(report: t.Any, format: str = "markdown") -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the format does not exist, or the input is not a report
    """
    if format not in FORMATS:
        raise AnsibleFilterError(
            f"search_test_report: format {format!r} not found. It must be one of {', '.join(FORMATS)}."
        )
    found = native(report)
    if found is not None and not (isinstance(found, dict) and {"k", "metrics", "tests"} <= set(found)):
        raise AnsibleFilterError(
            "search_test_report: the input must be the result report of community.trieve.trieve_search_test."
        )
    return wrap_var(FORMATS[format](found))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"search_test_report": search_test_report}
