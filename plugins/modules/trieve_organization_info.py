#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_organization_info
short_description: Show Trieve organizations with plan, usage and members
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Show an organization with its plan, its usage and its members, or all organizations of the user whose key it is.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  name:
    description: Only show organizations with this name. C(& < >) may be escaped in it.
    type: str
  find_by:
    description:
      - V(id) only shows the organization O(organization_id).
      - V(name) shows all organizations of the user whose key it is. This requires a user's key.
      - If it is not set, it is V(id) if O(organization_id) is known, and V(name) otherwise.
    type: str
    choices: [id, name]
  v1_usage:
    description:
      - Whether to show only what Trieve's PostgreSQL counts. The other counters of the usage are 0 then.
      - With V(false), Trieve also asks ClickHouse, and the task fails if the server has none.
    type: bool
    default: true
  date_range:
    description: Period to count the usage in. Requires O(v1_usage=false).
    type: dict
    suboptions:
      gt:
        description: After this time, such as V(2025-01-31 00:00:00).
        type: str
      gte:
        description: At this time or after it.
        type: str
      lt:
        description: Before this time.
        type: str
      lte:
        description: At this time or before it.
        type: str
seealso:
  - module: community.trieve.trieve_organization
"""

EXAMPLES = r"""
- name: Read the organization
  community.trieve.trieve_organization_info:
  register: info

- name: Check that another dataset can be created
  ansible.builtin.assert:
    that: info.organizations[0].usage.dataset_count < info.organizations[0].plan.dataset_count

- name: List the organizations of the user
  community.trieve.trieve_organization_info:
    find_by: name
  register: mine

- name: Read the usage of one of them in January
  community.trieve.trieve_organization_info:
    find_by: name
    name: Example
    v1_usage: false
    date_range:
      gte: "2025-01-01 00:00:00"
      lt: "2025-02-01 00:00:00"
  register: january

- name: Read the usage of a year
  community.trieve.trieve_organization_info:
    v1_usage: false
    date_range:
      gt: "2025-01-01 00:00:00"
      lte: "2025-12-31 23:59:59"
  register: year
"""

RETURN = r"""
organizations:
  description: The organizations. Empty if none matches.
  returned: success
  type: list
  elements: dict
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
          description: See O(community.trieve.trieve_organization#module:partner_configuration.company_name).
          type: str
          sample: Trieve
        company_url:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.company_url).
          type: str
          sample: https://trieve.ai
        favicon_url:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.favicon_url).
          type: str
          sample: https://cdn.trieve.ai/favicon.ico
        demo_domain:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.demo_domain).
          type: str
          sample: demos.trieve.ai
        calendar_link:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.calendar_link).
          type: str
          sample: https://cal.com/example
        slack_link:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.slack_link).
          type: str
          sample: https://example.slack.com
        linkedin_link:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.linkedin_link).
          type: str
          sample: https://www.linkedin.com/company/example
        email:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.email).
          type: str
          sample: humans@trieve.ai
        phone:
          description: See O(community.trieve.trieve_organization#module:partner_configuration.phone).
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
      description:
        - The plan with its limits, as Trieve returns it, without its times. V(null) if the key lacks the permission.
      type: dict
      sample:
        name: Free
        dataset_count: 2
        chunk_count: 1000
    subscription:
      description: The subscription, as Trieve returns it, or V(null).
      type: dict
      sample: null
    usage:
      description:
        - The usage, as Trieve counts it - C(dataset_count), C(chunk_count), C(user_count), C(file_storage) in kB, and others.
          V(null) if the key lacks the permission.
      type: dict
      sample:
        dataset_count: 1
        chunk_count: 480
    users:
      description: The members. V(null) if the key lacks the permission.
      type: list
      elements: dict
      contains:
        id:
          description: The ID of the user.
          type: str
          sample: 5b6b1a0c-7f57-4b1d-9f1c-0d1b8a3d9e21
        email:
          description: The e-mail address.
          type: str
          sample: jo@example.com
        name:
          description: The name, or V(null).
          type: str
          sample: Jo
        role:
          description: V(user), V(admin) or V(owner).
          type: str
          sample: admin
        scopes:
          description: API calls that the member is limited to, or V(null) for no limit.
          type: list
          elements: str
          sample: null
        organization_id:
          description: The ID of the organization.
          type: str
          sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
        created_at:
          description: When the account was created, in UTC without a zone.
          type: str
          sample: "2025-09-12T08:15:30.123456"
        joined_at:
          description: When the person became a member, in UTC without a zone.
          type: str
          sample: "2025-09-12T08:15:30.123456"
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Unauthorized
    method:
      description: The HTTP method of the request.
      type: str
      sample: GET
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/organization/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._organization.api import (
    find_by_id,
    own_organizations,
    read_details,
    read_usage,
)
from ansible_collections.community.trieve.plugins.module_utils._organization.model import Organization, same_name
from ansible_collections.community.trieve.plugins.module_utils._organization.options import (
    IDENTITY_OPTIONS,
    finds_by_name,
)
from ansible_collections.community.trieve.plugins.module_utils._user.api import list_members
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

_NO_DETAILS: dict[str, t.Any] = {"plan": None, "subscription": None, "usage": None, "users": None}


def read_organizations(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Read the organizations that match, each with what the key may see."""
    usage_options = _usage_options(task.params)
    by_name = finds_by_name(task, client)
    name = task.params["name"]
    organizations = []
    for organization in _find(task, client, by_name):
        if name is None or same_name(name, organization["name"]):
            try:
                details = _details(task, client.for_organization(organization["id"]), usage_options)
            except TrieveError as error:
                # A user may be an ordinary member of some organizations; that says nothing about the others.
                if not (by_name and error.status == 403):
                    raise
                details = _NO_DETAILS
                task.warn(
                    f"Organization {organization['id']} is shown without plan, usage and members, since the key lacks the permission"
                    " to read them."
                )
            organizations.append({**organization, **details})
    return {"changed": False, "organizations": organizations}


def _usage_options(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    date_range = {name: value for name, value in (params["date_range"] or {}).items() if value is not None}
    if date_range and params["v1_usage"]:
        raise TaskFailed("date_range cannot be used with v1_usage: true. Set v1_usage: false, or remove date_range.")
    return {"v1_usage": params["v1_usage"], **({"date_range": date_range} if date_range else {})}


def _find(task: Task, client: TrieveClient, by_name: bool) -> list[Organization]:
    if by_name:
        return own_organizations(client)
    organization = find_by_id(task, client, must_exist=False)
    return [organization] if organization else []


def _details(task: Task, client: TrieveClient, usage_options: dict[str, t.Any]) -> dict[str, t.Any]:
    details = read_details(client) or {}
    # The times of a plan that nobody pays for are those of the call.
    plan = {key: value for key, value in (details.get("plan") or {}).items() if key not in ("created_at", "updated_at")}
    return {
        "plan": plan or None,
        "subscription": details.get("subscription"),
        "usage": read_usage(client, usage_options),
        "users": list_members(task, client, must_exist=True),
    }


DEFINITION = Definition(
    dict(
        **IDENTITY_OPTIONS,
        v1_usage=dict(type="bool", default=True),
        date_range=dict(type="dict", options={name: dict(type="str") for name in ("gt", "gte", "lt", "lte")}),
    ),
    planner=read_organizations,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
