#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_organization
short_description: Manage a Trieve organization
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, rename, configure or delete an organization.
  - An organization is found by O(organization_id) if it is known, also from E(TRIEVE_ORGANIZATION_ID), and otherwise by O(name) among
    the organizations of the user whose key it is. If both are known, O(find_by) decides.
  - Finding by name and creating require a user's key. With an organization's key, Trieve fails halfway and leaves an organization
    without members, so the module checks the key first and refuses.
  - Trieve replaces the whole partner configuration. The module merges the given values into the existing ones. Keys that Trieve's
    API does not return are lost in any change of an organization.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details:
      - If an existing organization would change, the preview fails if the API key certainly lacks the owner role, which the change
        requires. What a key with scopes may do cannot be read, so such a key is not checked.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) ensures that the organization exists. An organization that is named by its ID must exist already.
      - V(absent) deletes the organization with all of its datasets. O(name) is required as a confirmation, unless O(force=true).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name. With O(find_by=name), the organization is found by it. With O(find_by=id), the organization is renamed to it.
      - Trieve escapes C(& < >) when it changes a name, but not when it creates an organization. Both forms count as the same name.
      - A name that contains what Trieve takes for HTML, and would remove, is refused.
    type: str
  find_by:
    description:
      - V(id) finds the organization O(organization_id), and renames it if O(name) differs.
      - V(name) finds the organization O(name), or creates it. O(organization_id) is ignored.
      - If it is not set, it is V(id) if O(organization_id) is known, and V(name) otherwise. Renaming then causes a warning, since a new
        organization may have been intended.
    type: str
    choices: [id, name]
  partner_configuration:
    description:
      - How the company behind the organization presents itself in Trieve's demos. Suboptions that are not set keep their values.
    type: dict
    suboptions:
      company_name:
        description: Name of the company.
        type: str
      company_url:
        description: URL of its website.
        type: str
      favicon_url:
        description: URL of its icon.
        type: str
      demo_domain:
        description: Domain of its demos.
        type: str
      calendar_link:
        description: URL to make appointments at.
        type: str
      slack_link:
        description: URL of its Slack workspace.
        type: str
      linkedin_link:
        description: URL of its LinkedIn page.
        type: str
      email:
        description: E-mail address.
        type: str
      phone:
        description: Telephone number.
        type: str
  force:
    description:
      - With O(state=absent), delete an organization that still has datasets, and do not require O(name).
      - This does not delete a locked dataset. Trieve would stop at it, after it deleted the datasets before it, so the task fails and
        names the locked ones.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_organization_info
"""

EXAMPLES = r"""
- name: Configure the organization of TRIEVE_ORGANIZATION_ID
  community.trieve.trieve_organization:
    name: Example
    find_by: id
    partner_configuration:
      company_name: Example Ltd.
      company_url: https://www.example.com
      favicon_url: https://www.example.com/favicon.ico
      demo_domain: demos.example.com
      calendar_link: https://cal.com/example
      slack_link: https://example.slack.com
      linkedin_link: https://www.linkedin.com/company/example
      email: hello@example.com
      phone: "+1 555 0100"

- name: Create another organization for trials
  community.trieve.trieve_organization:
    name: Example staging
    find_by: name
  register: staging

- name: Create a dataset in it
  community.trieve.trieve_dataset:
    organization_id: "{{ staging.organization.id }}"
    tracking_id: docs

- name: Delete it with all of its datasets
  community.trieve.trieve_organization:
    name: Example staging
    find_by: name
    state: absent
    force: true
"""

RETURN = r"""
organization:
  description:
    - The organization after the task, or in check mode as it would be. In check mode, C(id) is V(null) if it does not exist yet.
    - With O(state=absent), the organization that was deleted, or in check mode would be, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the organization.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    name:
      description: The name as Trieve stores it. A change stores C(& < >) as C(&amp; &lt; &gt;).
      type: str
      sample: Example
    partner_configuration:
      description: The partner configuration, completed with Trieve's defaults.
      type: dict
      contains:
        company_name:
          description: See O(partner_configuration.company_name).
          type: str
          sample: Trieve
        company_url:
          description: See O(partner_configuration.company_url).
          type: str
          sample: https://trieve.ai
        favicon_url:
          description: See O(partner_configuration.favicon_url).
          type: str
          sample: https://cdn.trieve.ai/favicon.ico
        demo_domain:
          description: See O(partner_configuration.demo_domain).
          type: str
          sample: demos.trieve.ai
        calendar_link:
          description: See O(partner_configuration.calendar_link).
          type: str
          sample: https://cal.com/example
        slack_link:
          description: See O(partner_configuration.slack_link).
          type: str
          sample: https://example.slack.com
        linkedin_link:
          description: See O(partner_configuration.linkedin_link).
          type: str
          sample: https://www.linkedin.com/company/example
        email:
          description: See O(partner_configuration.email).
          type: str
          sample: humans@trieve.ai
        phone:
          description: See O(partner_configuration.phone).
          type: str
          sample: "+16282224090"
    registerable:
      description: Whether people can register with the organization.
      type: bool
      sample: true
    created_at:
      description: When the organization was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When it was last updated, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, such as V(create), V(update) or V(delete).
      type: str
      sample: update
    kind:
      description: The kind of the object.
      type: str
      sample: organization
    name:
      description: The name of the object.
      type: str
      sample: Example
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: null
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "name", "before": "Example", "after": "Example Ltd."}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"update": 1, "unchanged": 0}
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Forbidden
    method:
      description: The HTTP method of the request.
      type: str
      sample: PUT
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/organization
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 403
"""

import functools

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan, one_change
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets, read_configuration
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._organization.api import find_by_id, find_by_name
from ansible_collections.community.trieve.plugins.module_utils._organization.model import Organization, same_name
from ansible_collections.community.trieve.plugins.module_utils._organization.options import (
    ORGANIZATION_OPTIONS,
    DesiredOrganization,
    finds_by_name,
    has_markup,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._organization.plan import (
    change_organization,
    remove_organization,
)
from ansible_collections.community.trieve.plugins.module_utils._organization.rights import check_owner
from ansible_collections.community.trieve.plugins.module_utils._user.api import list_members
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create or update the organization."""
    desired = parse_options(task.params)
    by_name = _finds_by_name(task, client, desired)
    if by_name is None:
        return one_change("organization", None, None)
    current = find_by_name(client, desired["name"]) if by_name else find_by_id(task, client, must_exist=True)
    change = change_organization(client, current, desired)
    if current and change:
        _warn_of_names(task, current, desired)
    return _plan(client, current, current, change)


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the organization with its datasets."""
    desired = parse_options(task.params)
    by_name = _finds_by_name(task, client, desired)
    if by_name is None:
        return one_change("organization", None, None)
    current = find_by_name(client, desired["name"]) if by_name else find_by_id(task, client, must_exist=False)
    if current is None:
        return one_change("organization", None, None)
    _check_name(current, desired.get("name"), task.params["force"])
    there = client.for_organization(current["id"])
    datasets = list_datasets(there)
    _check_deletion(task, there, current, datasets)
    return _plan(client, current, None, remove_organization(there, current, datasets))


def _plan(
    client: TrieveClient, current: Organization | None, unchanged: Organization | None, change: Change | None
) -> Plan:
    permitted = functools.partial(check_owner, client.for_organization(current["id"])) if current else None
    return one_change("organization", unchanged, change, permitted=permitted)


def _finds_by_name(task: Task, client: TrieveClient, desired: DesiredOrganization) -> bool | None:
    """Whether the organization is found by its name; None in check mode if neither its name nor its ID is known."""
    by_name = finds_by_name(task, client)
    if not by_name or "name" in desired:
        return by_name
    task.missing_prerequisite(
        "name and organization_id are missing or empty. Set one of them to the organization that is meant.",
        "name and organization_id are missing or empty, as the ID is if an earlier task would have created the organization."
        " The preview changes nothing.",
    )
    return None


def _warn_of_names(task: Task, current: Organization, desired: DesiredOrganization) -> None:
    renames = "name" in desired and not same_name(current["name"], desired["name"])
    if renames and task.params["find_by"] is None:
        task.warn(
            f"Organization {current['id']} is renamed from {current['name']!r} to {desired['name']!r}. If this is intended, set"
            " find_by: id. To find or create an organization with that name instead, set find_by: name."
        )
    if not renames and has_markup(current["name"]):
        task.warn(f"Trieve removes the HTML from the name {current['name']!r} with any change of the organization.")


def _check_name(current: Organization, name: str | None, force: bool) -> None:
    """Refuse a deletion that the name does not confirm."""
    if name is None and not force:
        raise TaskFailed(
            f"name is missing. The name of organization {current['id']} is {current['name']!r}: set name to it to confirm the"
            " deletion, or set force: true."
        )
    if name is not None and not same_name(name, current["name"]):
        raise TaskFailed(
            f"The name of organization {current['id']} is {current['name']!r}, not {name!r}, so it is not deleted. To delete the"
            " organization with that name, set find_by: name."
        )


def _check_deletion(task: Task, client: TrieveClient, current: Organization, datasets: list[Dataset]) -> None:
    """Refuse what the server would not do, or only in part."""
    if not list_members(task, client, must_exist=True):
        raise TaskFailed(
            f"Organization {current['id']} has no members, and Trieve does not delete such an organization. Invite a member first"
            " with community.trieve.trieve_invitation."
        )
    if datasets and not task.params["force"]:
        chunks = sum(dataset.chunk_count or 0 for dataset in datasets)
        raise TaskFailed(
            f"Organization {current['id']} has {counted(len(datasets), 'dataset')} with {counted(chunks, 'chunk')}, which would be"
            " deleted with it. If this is intended, set force: true."
        )
    locked = [dataset.label for dataset in datasets if read_configuration(client, dataset).get("LOCKED")]
    if locked:
        raise TaskFailed(
            f"Organization {current['id']} has locked datasets, at which Trieve would stop halfway: {', '.join(locked)}. Unlock them"
            " first with community.trieve.trieve_dataset and locked: false."
        )


DEFINITION = Definition(
    dict(
        **ORGANIZATION_OPTIONS,
        force=dict(type="bool", default=False),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={"partner_configuration": ("present",)},
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
