# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_file
short_description: Format the state of a Trieve organization as a state file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Formats the result of P(community.trieve.trieve_dataset_info#module) as the YAML that declares the same state, for the role
    P(community.trieve.organization#role).
  - The same state always results in the same text. It does not contain IDs, times, counts or secrets.
  - For objects and options that cannot be declared, the text contains a comment with the reason and what to do about it.
  - Strings that look like templates are tagged C(!unsafe), so Ansible does not evaluate them.
positional: api_keys, kinds, defaults
options:
  _input:
    description:
      - Datasets as returned by P(community.trieve.trieve_dataset_info#module), with C(configuration), C(chunk_groups) and C(crawls) if they are
        in O(kinds).
      - Chunk groups whose C(made_by) is V(crawl) or V(file) are left out, with a comment that counts them.
    type: list
    elements: dict
    required: true
  api_keys:
    description: API keys as returned by P(community.trieve.trieve_api_key_info#module). They are written as comments.
    type: list
    elements: dict
    default: []
  kinds:
    description: Kinds of objects to write. Kinds that are not in the file are not managed.
    type: list
    elements: str
    choices: [datasets, chunk_groups, crawls, api_keys, users, invitations, organization]
    default: [datasets, chunk_groups, crawls, api_keys]
  defaults:
    description:
      - Whether to write options that have their default value. If they are written, later changes of them are reported as differences.
    type: bool
    default: true
  users:
    description: Members as returned by P(community.trieve.trieve_user_info#module).
    type: list
    elements: dict
    default: []
  invitations:
    description: Invitations as returned by P(community.trieve.trieve_invitation_info#module). They are written as comments.
    type: list
    elements: dict
    default: []
  organization:
    description: The organization as returned by P(community.trieve.trieve_organization_info#module).
    type: dict
  prune:
    description: The key C(prune) of the state file. Without it the file has none.
    type: dict
  backup_of:
    description:
      - The result C(plan) of a preview. If set, only objects that this plan changes or deletes are written, so that the file restores
        them and manages nothing else. O(kinds), O(defaults) and O(prune) are ignored.
    type: list
    elements: dict
seealso:
  - plugin: community.trieve.trieve_dataset_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: Read the datasets
  community.trieve.trieve_dataset_info:
    configuration: true
    crawls: true
    chunk_groups: true
    chunk_group_origins: true
  register: everything

- name: Write the state file
  ansible.builtin.copy:
    content: "{{ everything.datasets | community.trieve.state_file }}"
    dest: organization.yml
    mode: "0600"
"""

RETURN = r"""
_value:
  description: Content of the file.
  type: str
  sample: |
    datasets:
      - tracking_id: docs
        name: docs
        crawls:
          - site_url: https://docs.example.com
            interval: daily
            limit: 5
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.module_utils._core.mask import masked_value
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._state import KINDS, Holdings, backup_text, state_text

_DEFAULT_KINDS = ("datasets", "chunk_groups", "crawls", "api_keys")


def state_file(
    datasets: t.Any,
    api_keys: t.Any = (),
    kinds: t.Any = _DEFAULT_KINDS,
    defaults: bool = True,
    users: t.Any = (),
    invitations: t.Any = (),
    organization: t.Any = None,
    prune: t.Any = None,
    backup_of: t.Any = None,
) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: a kind is unknown, its data is missing, or the data contains a masked secret
    """
    kinds = native(kinds)
    if not isinstance(kinds, list) or not kinds or set(kinds) - set(KINDS):
        raise AnsibleFilterError(f"state_file: kinds is {kinds!r}. It must be a list of {', '.join(KINDS)}.")
    found = Holdings(*map(native, (datasets, api_keys, users, invitations, organization)))
    needed = {"datasets": "configuration", "chunk_groups": "chunk_groups", "crawls": "crawls"}
    for kind, option in needed.items():
        sign = "system_prompt" if kind == "datasets" else kind
        if kind in kinds and any(sign not in dataset for dataset in found.datasets):
            raise AnsibleFilterError(
                f"state_file: the datasets do not contain {option}. Set {option}: true in the task that reads them."
            )
    hidden = masked_value(found._asdict())
    if hidden:
        raise AnsibleFilterError(
            f"state_file: {hidden}. Nothing was exported, since applying the file would write the mask."
        )
    # Marked as unsafe, since ansible-core before 2.19 would evaluate strings that look like templates.
    if backup_of is not None:
        return wrap_var(backup_text(found, native(backup_of)))
    return wrap_var(state_text(found, kinds, bool(defaults), native(prune)))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"state_file": state_file}
