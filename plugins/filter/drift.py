# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift
short_description: What differs between a state file and Trieve, field by field
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Makes one list of what a preview of the role P(community.trieve.organization#role) has found.
positional: _input
options:
  _input:
    description:
      - The registered results of the role by what they are about, C(datasets), C(chunk_groups), C(crawls) and C(api_keys).
        Each may be left out.
    type: dict
    required: true
  undeclared:
    description: What is there and not declared, as the role's fact C(organization_undeclared).
    type: list
    elements: dict
    default: []
seealso:
  - plugin: community.trieve.drift_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Preview the state
  ansible.builtin.include_role:
    name: community.trieve.organization
    apply:
      check_mode: true

- name: Has anything drifted?
  ansible.builtin.assert:
    that: "{'datasets': organization_datasets_result} | community.trieve.drift(organization_undeclared) | length == 0"
"""

RETURN = r"""
_value:
  description: What differs, in the order in which it is declared, then what is not declared.
  type: list
  elements: dict
  contains:
    object:
      description: The object as a person would name it.
      type: str
      sample: crawl https://docs.example.com (firecrawl) of dataset docs
    field:
      description: The option, with dots between the keys of dictionaries; V(null) where the object is missing or not declared.
      type: str
      sample: public_dataset.extra_params.brandName
    before:
      description: What Trieve has; V((missing\)) or V((there\)) for an object.
      type: raw
    after:
      description: What is declared; V((declared\)) or V((not declared\)) for an object.
      type: raw
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._drift import RESULTS, drift_rows
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native


def drift(results: t.Any, undeclared: t.Any = ()) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the results are of something else
    """
    found = native(results)
    if not isinstance(found, dict) or set(found) - set(RESULTS):
        raise AnsibleFilterError(f"drift: takes a dictionary of results by {', '.join(RESULTS)}.")
    return wrap_var(drift_rows(found, native(undeclared)))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"drift": drift}
