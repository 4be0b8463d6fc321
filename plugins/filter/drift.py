# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift
short_description: List the differences between a state file and Trieve
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Lists the differences that a preview of the role P(community.trieve.organization#role) has found, field by field.
positional: _input
options:
  _input:
    description:
      - Registered results of the role, with the keys C(datasets), C(chunk_groups), C(crawls) and C(api_keys). All keys are optional.
    type: dict
    required: true
  undeclared:
    description: Undeclared objects, from the role's variable C(organization_undeclared).
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

- name: Fail on drift
  ansible.builtin.assert:
    that: "{'datasets': organization_datasets_result} | community.trieve.drift(organization_undeclared) | length == 0"
"""

RETURN = r"""
_value:
  description: Differences of declared objects in the order of the state file, then undeclared objects.
  type: list
  elements: dict
  contains:
    object:
      description: Kind and name of the object.
      type: str
      sample: crawl https://docs.example.com (firecrawl) of dataset docs
    field:
      description: Name of the option, with dots between the keys of dictionaries, or V(null) if the object is missing or undeclared.
      type: str
      sample: public_dataset.extra_params.brandName
    before:
      description: Value in Trieve, or for an object V((missing\)) or V((there\)).
      type: raw
    after:
      description: Declared value, or for an object V((declared\)) or V((not declared\)).
      type: raw
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._drift import RESULTS, drift_rows
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native


def drift(results: t.Any, undeclared: t.Any = ()) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the results have other keys
    """
    found = native(results)
    if not isinstance(found, dict) or set(found) - set(RESULTS):
        raise AnsibleFilterError(f"drift: the input must be a dictionary with the keys {', '.join(RESULTS)}.")
    return wrap_var(drift_rows(found, native(undeclared)))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"drift": drift}
