# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
short_description: Format a list of differences as a report
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats the list of P(community.trieve.drift#filter) as a report for people or for programs.
positional: format
options:
  _input:
    description:
      - Differences from P(community.trieve.drift#filter).
      - V(null) if drift could not be determined.
    type: list
    elements: dict
    required: true
  format:
    description: Format of the report.
    type: str
    choices:
      markdown: A table. Long values are shortened to the part that differs.
      json: >-
        A dictionary with RV(ignore:status) (V(drifted), V(in_sync), or V(unknown) if drift could not be determined), RV(ignore:summary)
        and RV(ignore:differences), the unchanged list.
      summary: One sentence.
    default: markdown
seealso:
  - plugin: community.trieve.drift
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what has drifted
  ansible.builtin.debug:
    msg: "{{ (drifted | community.trieve.drift_report).splitlines() }}"

- name: Fail on drift
  ansible.builtin.fail:
    msg: "{{ drifted | community.trieve.drift_report('summary') }}"
  when: drifted | length > 0
"""

RETURN = r"""
_value:
  description: The report.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._drift import FORMATS
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native


def drift_report(rows: t.Any, format: str = "markdown") -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the format does not exist
    """
    if format not in FORMATS:
        raise AnsibleFilterError(f"drift_report: format {format!r} not found. It must be one of {', '.join(FORMATS)}.")
    return wrap_var(FORMATS[format](native(rows)))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"drift_report": drift_report}
