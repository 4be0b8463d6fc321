# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_report
short_description: Format the plan of a task as a report
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats what a module of this collection would change, or has changed, as a report for people or for programs.
  - No report contains secrets or passwords in URLs. Texts of the server are escaped, so they cannot format the report, mention a user or
    be a command of a CI system.
positional: format, fields
options:
  _input:
    description:
      - Result of any module of this collection that changes something, with the keys C(plan) and C(summary).
      - A failed result without a plan has no V(lines), and the V(markdown) contains its message.
    type: dict
    required: true
  format:
    description: Format of the report.
    type: str
    choices:
      summary: One sentence with the number of changes by action.
      lines: >-
        A list with the sentence, one line for each change and for each undeclared object, and one for each dataset with chunk groups that
        crawls or files made. If the plan was refused because it is not the approved one, the lines tell what differs between the two.
        If changes failed, they tell which failed after the first one and which were not tried.
      markdown: >-
        A table for each change, for the comment of a pull request. Changes that lose something come first. Long values are folded. The
        report has at most 60,000 characters; what does not fit is named or counted.
      json: >-
        The plan for programs. U(https://raw.githubusercontent.com/ansible-collections/community.trieve/main/docs/schemas/plan-1.schema.json)
        is its JSON Schema.
    default: markdown
  fields:
    description: Whether the format V(lines) contains the values of each change.
    type: bool
    default: false
seealso:
  - plugin: community.trieve.drift_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Preview the crawls
  community.trieve.trieve_crawls:
    dataset: docs
    crawls: "{{ crawls }}"
    prune: true
  check_mode: true
  register: preview

- name: Write the plan for a comment of the pull request
  ansible.builtin.copy:
    content: "{{ preview | community.trieve.plan_report }}"
    dest: plan.md
    mode: "0644"

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ preview | community.trieve.plan_report('lines', fields=ansible_diff_mode) }}"
"""

RETURN = r"""
_value:
  description: The report. With the format V(lines) a list of strings.
  type: raw
  sample: "Plan: 2 to create, 1 to replace, 1 to delete, 196 unchanged"
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._plan_documents import FORMATS, plan_lines


def plan_report(result: t.Any, format: str = "markdown", fields: bool = False) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the format does not exist, or the input has no plan
    """
    if format not in FORMATS:
        raise AnsibleFilterError(f"plan_report: format {format!r} not found. It must be one of {', '.join(FORMATS)}.")
    plain = native(result)
    failed = isinstance(plain, dict) and "msg" in plain and "plan" not in plain and format in ("lines", "markdown")
    if not failed and (not isinstance(plain, dict) or not isinstance(plain.get("plan"), list)):
        raise AnsibleFilterError(
            "plan_report: the input has no plan. It must be the result of a module that changes something."
        )
    return wrap_var(plan_lines(plain, bool(fields)) if format == "lines" else FORMATS[format](plain))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"plan_report": plan_report}
