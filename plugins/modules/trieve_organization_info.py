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
  - Shows an organization with its plan, its usage and its members, or all organizations of the user whose key it is.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  name:
    description: Only organizations with this name. Its C(& < >) may be escaped or not.
    type: str
  find_by:
    description:
      - V(id) looks at the organization O(organization_id) only.
      - V(name) looks at all organizations of the user whose key it is, which cannot be an organization's key.
      - If it is not given it is V(id) where O(organization_id) is known, and V(name) otherwise.
    type: str
    choices: [id, name]
  v1_usage:
    description:
      - Whether only what Trieve's PostgreSQL counts is shown; the other counters of the usage are 0 then.
      - With V(false) it asks ClickHouse, too, and fails where there is none.
    type: bool
    default: true
  date_range:
    description: The time that the usage is counted in. Only with O(v1_usage=false).
    type: dict
    suboptions:
      gt:
        description: Later than this, as V(2025-01-31 00:00:00).
        type: str
      gte:
        description: Later than this, or just then.
        type: str
      lt:
        description: Earlier than this.
        type: str
      lte:
        description: Earlier than this, or just then.
        type: str
seealso:
  - module: community.trieve.trieve_organization
"""

EXAMPLES = r"""
- name: Look at the organization
  community.trieve.trieve_organization_info:
  register: info

- name: Is there room for another dataset?
  ansible.builtin.assert:
    that: info.organizations[0].usage.dataset_count < info.organizations[0].plan.dataset_count

- name: Which organizations are mine?
  community.trieve.trieve_organization_info:
    find_by: name
  register: mine
"""

RETURN = r"""
organizations:
  description: The organizations. Empty if none fits.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The organization's id.
      type: str
      sample: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    name:
      description: The name as Trieve holds it. A change stores C(& < >) as C(&amp; &lt; &gt;).
      type: str
      sample: Example
    partner_configuration:
      description: The partner configuration, completed with Trieve's defaults.
      type: dict
      contains:
        company_name:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.company_name).
          type: str
          sample: Trieve
        company_url:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.company_url).
          type: str
          sample: https://trieve.ai
        favicon_url:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.favicon_url).
          type: str
          sample: https://cdn.trieve.ai/favicon.ico
        demo_domain:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.demo_domain).
          type: str
          sample: demos.trieve.ai
        calendar_link:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.calendar_link).
          type: str
          sample: https://cal.com/example
        slack_link:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.slack_link).
          type: str
          sample: https://example.slack.com
        linkedin_link:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.linkedin_link).
          type: str
          sample: https://www.linkedin.com/company/example
        email:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.email).
          type: str
          sample: humans@trieve.ai
        phone:
          description: As the option O(community.trieve.trieve_organization#module:partner_configuration.phone).
          type: str
          sample: "+16282224090"
    registerable:
      description: Whether people can register at the organization.
      type: bool
      sample: true
    created_at:
      description: When the organization was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    updated_at:
      description: When it was last changed, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    plan:
      description:
        - The plan with its limits, as Trieve describes it, without its times. V(null) if the key may not see it.
      type: dict
      sample:
        name: Free
        dataset_count: 2
        chunk_count: 1000
    subscription:
      description: The subscription, as Trieve describes it, or V(null).
      type: dict
      sample: null
    usage:
      description:
        - What is used, as Trieve counts it - C(dataset_count), C(chunk_count), C(user_count), C(file_storage) in kB, and others.
          V(null) if the key may not see it.
      type: dict
      sample:
        dataset_count: 1
        chunk_count: 480
    users:
      description: The members. V(null) if the key may not see them.
      type: list
      elements: dict
      contains:
        id:
          description: The user's id.
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
          description: The calls that the member is limited to, or V(null) for no limit.
          type: list
          elements: str
          sample: null
        organization_id:
          description: The id of the organization.
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
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Unauthorized
    method:
      description: The request's verb.
      type: str
      sample: GET
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/organization/9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, attempt, run
from ansible_collections.community.trieve.plugins.module_utils._organization.model import (
    FIND_BY,
    find_by_id,
    finds_by_name,
    normal_name,
    own_organizations,
    read_organization,
)
from ansible_collections.community.trieve.plugins.module_utils._user.model import list_members
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, segment


def organization_info(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """The organizations that fit, each with what the key may see."""
    params = task.params
    date_range = {name: value for name, value in (params["date_range"] or {}).items() if value is not None}
    if date_range and params["v1_usage"]:
        raise TaskFailed("date_range goes with v1_usage: false only.")
    usage = {"v1_usage": params["v1_usage"], **({"date_range": date_range} if date_range else {})}
    by_name = finds_by_name(task, client)
    if by_name:
        found = own_organizations(client)
    else:
        found = [one for one in (find_by_id(task, client, must_exist=False),) if one]
    name = params["name"]
    shown = []
    for organization in found:
        if name is None or normal_name(name) == normal_name(organization.name):
            there = client.for_organization(organization.id)
            details, refused = attempt(_details, task, there, usage)
            # A user may be an ordinary member of some organizations; that says nothing about the others.
            if refused and not (by_name and refused.status == 403):
                raise refused
            if refused:
                task.warn(
                    f"Organization {organization.id} is shown without plan, usage and members, which the key may not see."
                )
            shown.append({**organization.result(), **(details or _NO_DETAILS)})
    return {"changed": False, "organizations": shown}


_NO_DETAILS: dict[str, t.Any] = {"plan": None, "subscription": None, "usage": None, "users": None}


def _details(task: Task, client: TrieveClient, usage: dict[str, t.Any]) -> dict[str, t.Any]:
    answer = read_organization(client) or {}
    # The times of a plan that nobody pays for are those of the call.
    plan = {key: value for key, value in (answer.get("plan") or {}).items() if key not in ("created_at", "updated_at")}
    path = f"/api/organization/usage/{segment(client.organization_id or '')}"
    return {
        "plan": plan or None,
        "subscription": answer.get("subscription"),
        "usage": client.post(path, dict, usage, safe=True),
        "users": [member.result() for member in list_members(task, client, must_exist=True)],
    }


DEFINITION = Definition(
    organization_info,
    dict(
        name=dict(type="str"),
        find_by=FIND_BY,
        v1_usage=dict(type="bool", default=True),
        date_range=dict(type="dict", options={name: dict(type="str") for name in ("gt", "gte", "lt", "lte")}),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
