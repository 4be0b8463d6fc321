# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
short_description: Format what has drifted as a report
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats what a preview would change as drift from the declared state, field by field, for people or for programs.
positional: format
options:
  _input:
    description:
      - Result of a preview of any module of this collection that changes something, with the keys C(plan) and C(summary).
      - V(null) if drift could not be determined.
    type: dict
    required: true
  format:
    description: Format of the report.
    type: str
    choices:
      markdown: A table. Long values are shortened to the part that differs.
      json: >-
        A dictionary with RV(ignore:status) (V(drifted), V(in_sync), or V(unknown) if drift could not be determined), RV(ignore:summary),
        RV(ignore:left_alone) (numbers of chunk groups that crawls or files made) and RV(ignore:differences), a list of dictionaries with
        C(object) (a description), C(kind), C(dataset), C(key) (the name of the object), C(id), C(action) (what a run would do), C(field)
        (V(null) if the object is missing or undeclared), C(before) (the value in Trieve) and C(after) (the declared value).
      junit: JUnit XML with a test case for each object, which fails if the object has drifted.
      summary: One sentence.
    default: markdown
seealso:
  - plugin: community.trieve.plan_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Preview the crawls
  community.trieve.trieve_crawls:
    dataset: docs
    crawls: "{{ crawls }}"
  check_mode: true
  register: preview

- name: Show what has drifted
  ansible.builtin.debug:
    msg: "{{ (preview | community.trieve.drift_report).splitlines() }}"

- name: Write a report for the CI system
  ansible.builtin.copy:
    content: "{{ preview | community.trieve.drift_report('junit') }}"
    dest: drift.xml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
  sample: |
    # Drift

    Drift found: 1 difference between Trieve and the state file.

    | object                                                     | field      | Trieve has | declared |
    |------------------------------------------------------------|------------|------------|----------|
    | crawl https://docs.example.com (firecrawl) of dataset docs | `interval` | `daily`    | `weekly` |
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._drift import FORMATS
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native


def drift_report(result: t.Any, format: str = "markdown") -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the format does not exist, or the input has no plan
    """
    if format not in FORMATS:
        raise AnsibleFilterError(f"drift_report: format {format!r} not found. It must be one of {', '.join(FORMATS)}.")
    plain = native(result)
    if plain is not None and (not isinstance(plain, dict) or not isinstance(plain.get("plan"), list)):
        raise AnsibleFilterError("drift_report: the input has no plan. It must be the result of a preview, or null.")
    return wrap_var(FORMATS[format](plain))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"drift_report": drift_report}
