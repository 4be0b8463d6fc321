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
  - Creates, renames, configures and deletes an organization.
  - An organization is found by O(organization_id) if that is known, also from E(TRIEVE_ORGANIZATION_ID), and otherwise by O(name) among
    the organizations of the user whose key it is. O(find_by) decides it where both are known.
  - Finding by name and creating need a user's key. With an organization's key Trieve fails half-way and leaves an organization behind
    that nobody belongs to, so that is found out first and refused.
  - Trieve replaces the whole partner configuration. Here the given values are laid over those that are there. Keys that Trieve's reads
    do not show are lost in any change of an organization.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
    details:
      - If an existing organization is to change, the preview fails if the API key certainly lacks the owner role, which the change
        requires. What a key with scopes may do cannot be read, so such a key is not checked.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) makes sure that there is such an organization. One that is named by its id has to exist.
      - V(absent) deletes it with all datasets in it. Its O(name) has to be given as a confirmation, unless O(force=true).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name. What the organization is found by with O(find_by=name), and what it is to be called with O(find_by=id).
      - Trieve stores C(& < >) escaped when it changes a name, and as they are when it creates an organization. The two forms are the
        same here.
      - A name with something in it that Trieve takes for HTML, and would remove, is refused.
    type: str
  find_by:
    description:
      - V(id) finds the organization O(organization_id), and renames it if O(name) is another one.
      - V(name) finds the organization O(name), or creates it. O(organization_id) is not looked at.
      - If it is not given it is V(id) where O(organization_id) is known, and V(name) otherwise. A renaming warns then, since it might be
        a creation that was meant.
    type: str
    choices: [id, name]
  partner_configuration:
    description:
      - How the company behind the organization presents itself in Trieve's demos. A suboption that is not given keeps its value.
    type: dict
    suboptions:
      company_name:
        description: The name of the company.
        type: str
      company_url:
        description: The address of its site.
        type: str
      favicon_url:
        description: The address of its icon.
        type: str
      demo_domain:
        description: The domain of its demos.
        type: str
      calendar_link:
        description: Where appointments are made.
        type: str
      slack_link:
        description: Its Slack.
        type: str
      linkedin_link:
        description: Its page at LinkedIn.
        type: str
      email:
        description: Its e-mail address.
        type: str
      phone:
        description: Its telephone number.
        type: str
  force:
    description:
      - With O(state=absent), delete an organization that still holds datasets, and do not ask for O(name).
      - A locked dataset is not deleted by this either. Trieve would stop at it and leave the organization without the datasets
        before it, so the task fails and names the locked ones.
    type: bool
    default: false
seealso:
  - module: community.trieve.trieve_organization_info
"""

EXAMPLES = r"""
- name: The organization of TRIEVE_ORGANIZATION_ID
  community.trieve.trieve_organization:
    name: Example
    find_by: id
    partner_configuration:
      company_name: Example Ltd.
      email: hello@example.com

- name: Another one, for trying things
  community.trieve.trieve_organization:
    name: Example staging
    find_by: name
  register: staging

- name: A dataset in it
  community.trieve.trieve_dataset:
    organization_id: "{{ staging.organization.id }}"
    tracking_id: docs

- name: It is not needed any more, with all that is in it
  community.trieve.trieve_organization:
    name: Example staging
    find_by: name
    state: absent
    force: true
"""

RETURN = r"""
organization:
  description:
    - The organization as it is, or in check mode as it would be; its C(id) is V(null) then if it does not exist yet.
    - With O(state=absent) the organization that was deleted, or in check mode would be; V(null) if there was none.
  returned: success
  type: dict
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
          description: As the option O(partner_configuration.company_name).
          type: str
          sample: Trieve
        company_url:
          description: As the option O(partner_configuration.company_url).
          type: str
          sample: https://trieve.ai
        favicon_url:
          description: As the option O(partner_configuration.favicon_url).
          type: str
          sample: https://cdn.trieve.ai/favicon.ico
        demo_domain:
          description: As the option O(partner_configuration.demo_domain).
          type: str
          sample: demos.trieve.ai
        calendar_link:
          description: As the option O(partner_configuration.calendar_link).
          type: str
          sample: https://cal.com/example
        slack_link:
          description: As the option O(partner_configuration.slack_link).
          type: str
          sample: https://example.slack.com
        linkedin_link:
          description: As the option O(partner_configuration.linkedin_link).
          type: str
          sample: https://www.linkedin.com/company/example
        email:
          description: As the option O(partner_configuration.email).
          type: str
          sample: humans@trieve.ai
        phone:
          description: As the option O(partner_configuration.phone).
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
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Forbidden
    method:
      description: The request's verb.
      type: str
      sample: PUT
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/organization
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 403
"""

import functools
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.rights import check_owner
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    attempt,
    ensure,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets, read_configuration
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._organization.model import (
    FIND_BY,
    PARTNER_KEYS,
    Organization,
    change_organization,
    create_organization,
    declared,
    find_by_id,
    find_by_name,
    finds_by_name,
    has_markup,
    normal_name,
    read_organization,
    wanted,
)
from ansible_collections.community.trieve.plugins.module_utils._organization.options import UNKNOWN_ORGANIZATION
from ansible_collections.community.trieve.plugins.module_utils._user.model import list_members
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, segment


def ensure_organization(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Make sure that there is such an organization, or that there is none."""
    given = declared(task.params)
    by_name = finds_by_name(task, client)
    if by_name and "name" not in given:
        task.missing_prerequisite(
            "name and organization_id are missing or empty. Give one of them to say which organization is meant.",
            "name and organization_id are missing or empty, as the id is where an earlier task would have created the organization: the"
            " preview changes nothing.",
        )
        return ensure(task, "organization", {}, {}, None, None, lambda: None)
    if task.params["state"] == "absent":
        if "partner_configuration" in given:
            raise TaskFailed(
                "With state absent, partner_configuration must not be given: it says nothing about what to delete."
            )
        return _absent(task, client, given.get("name"), by_name)
    if by_name:
        return _present(task, client, given, find_by_name(client, given["name"]))
    return _present(task, client, given, find_by_id(task, client, must_exist=True))


def _present(
    task: Task, client: TrieveClient, given: dict[str, t.Any], current: Organization | None
) -> dict[str, t.Any]:
    before = current.view(given) if current else {}
    after = wanted(given)
    changes = before != after
    if current and changes:
        _warn_of_names(task, current, given)

    def act() -> dict[str, t.Any]:
        if not current:
            return _created(client, given)
        differing = {name: value for name, value in given.items() if before[name] != after[name]}
        return _changed(client.for_organization(current.id), current, differing)

    name = f"organization {current.name}, id {current.id}" if current else f"organization {given.get('name', '')}"
    return ensure(
        task,
        "organization",
        before=before,
        after=after,
        current=current.result() if current else None,
        predicted=_predicted(current, given),
        act=act,
        headers=(name, name if current else f"new {name}"),
        permitted=functools.partial(check_owner, client.for_organization(current.id)) if current else None,
    )


def _warn_of_names(task: Task, current: Organization, given: dict[str, t.Any]) -> None:
    renames = "name" in given and normal_name(current.name) != normal_name(given["name"])
    if renames and task.params["find_by"] is None:
        task.warn(
            f"Organization {current.id} is renamed from {current.name!r} to {given['name']!r}. To look for an organization of that name, or"
            " to create it, say find_by: name. If this is what you want, say find_by: id."
        )
    if not renames and has_markup(current.name):
        task.warn(
            f"Trieve takes the HTML out of the name {current.name!r} whenever it changes anything of the organization."
        )


def _created(client: TrieveClient, given: dict[str, t.Any]) -> dict[str, t.Any]:
    new = client.for_organization(create_organization(client, given["name"]))
    words = f"Organization {given['name']!r} was created with the id {new.organization_id}, but"
    with error_context(f"{words} could not be read after it.", changed=True):
        organization = _read(new)
    rest = {name: value for name, value in given.items() if name != "name"}
    if not rest:
        return organization.result()
    with error_context(
        f"{words} its partner configuration could not be set.", changed=True, organization=organization.result()
    ):
        return _changed(new, organization, rest)


def _changed(client: TrieveClient, organization: Organization, differing: dict[str, t.Any]) -> dict[str, t.Any]:
    change_organization(client, organization, differing)
    with error_context(f"Organization {organization.id} was changed, but could not be read after it.", changed=True):
        after = _read(client)
    if after.view(differing) != wanted(differing):
        raise TaskFailed(
            f"Trieve took the change, but organization {organization.id} is not as asked: {after.view(differing)}, not"
            f" {wanted(differing)}. Somebody else may have changed it meanwhile.",
            changed=True,
            organization=after.result(),
        )
    return after.result()


def _read(client: TrieveClient) -> Organization:
    answer = read_organization(client)
    if answer is None:
        raise TaskFailed(
            f"Organization {client.organization_id} has been deleted by somebody else meanwhile.", changed=True
        )
    return Organization(answer["organization"])


def _predicted(current: Organization | None, given: dict[str, t.Any]) -> dict[str, t.Any]:
    """The organization as it would be, as far as that can be known before."""
    partner = given.get("partner_configuration", {})
    if current:
        row = current.result()
        renamed = {"name": normal_name(given["name"])} if "name" in given else {}
        return {**row, **renamed, "partner_configuration": {**row["partner_configuration"], **partner}}
    name = given.get("name")
    return {
        "id": None,
        "name": normal_name(name) if name and partner else name,
        "partner_configuration": {key.lower(): partner.get(key.lower()) for key in PARTNER_KEYS},
        "registerable": None,
        "created_at": None,
        "updated_at": None,
    }


def _absent(task: Task, client: TrieveClient, name: str | None, by_name: bool) -> dict[str, t.Any]:
    current = find_by_name(client, name or "") if by_name else find_by_id(task, client, must_exist=False)
    datasets: list[Dataset] = []
    if current:
        if name is None and not task.params["force"]:
            raise TaskFailed(
                f"name is missing. Organization {current.id} is called {current.name!r}: give that as the name, as a confirmation, or say"
                " force: true."
            )
        if name is not None and normal_name(name) != normal_name(current.name):
            raise TaskFailed(
                f"Organization {current.id} is called {current.name!r}, not {name!r}, so it is not deleted. To delete the one of that name,"
                " say find_by: name."
            )
        client = client.for_organization(current.id)
        datasets = list_datasets(client)
        _check_deletion(task, client, current, datasets)

    def act() -> dict[str, t.Any] | None:
        if not current:
            return None
        # The server deletes the organization of the path, whoever's it is; here it is the header's, which was seen.
        _none, error = attempt(_delete, client, current)
        if error:
            left, _unread = attempt(list_datasets, client)
            gone = [
                dataset.label for dataset in datasets if left is not None and dataset.id not in {one.id for one in left}
            ]
            words = f" These of its datasets are deleted already: {', '.join(gone)}." if gone else ""
            raise TaskFailed(
                f"Organization {current.id} could not be deleted. {error}{words}",
                changed=bool(gone),
                error=error.as_result(),
            ) from error
        return current.result()

    held = {"id": current.id, "name": current.name, "datasets": len(datasets)} if current else None
    return ensure(
        task,
        "organization",
        before={"organization": held},
        after={"organization": None},
        current=None,
        predicted=current.result() if current else None,
        act=act,
        permitted=functools.partial(check_owner, client.for_organization(current.id)) if current else None,
    )


def _check_deletion(task: Task, client: TrieveClient, current: Organization, datasets: list[Dataset]) -> None:
    """Refuse what the server would not do, or not wholly."""
    if not list_members(task, client, must_exist=True):
        raise TaskFailed(f"Organization {current.id} has no members, and Trieve does not delete such a one.")
    if datasets and not task.params["force"]:
        chunks = sum(dataset.chunk_count or 0 for dataset in datasets)
        raise TaskFailed(
            f"Organization {current.id} holds {len(datasets)} dataset{'s'[: len(datasets) > 1]} with {chunks} chunks, which would"
            " be deleted with it. If that is what you want, say force: true."
        )
    locked = [dataset.label for dataset in datasets if read_configuration(client, dataset).get("LOCKED")]
    if locked:
        raise TaskFailed(
            f"Organization {current.id} has locked datasets, at which Trieve would stop half-way: {', '.join(locked)}. Unlock them first with"
            " community.trieve.trieve_dataset, locked: false."
        )


def _delete(client: TrieveClient, organization: Organization) -> None:
    # 404 is the answer to a repetition after the answer of the first DELETE was lost.
    client.delete(f"/api/organization/{segment(organization.id)}", expected_errors=UNKNOWN_ORGANIZATION)


DEFINITION = Definition(
    ensure_organization,
    dict(
        state=dict(type="str", choices=["present", "absent"], default="present"),
        name=dict(type="str"),
        find_by=FIND_BY,
        partner_configuration=dict(type="dict", options={key.lower(): dict(type="str") for key in PARTNER_KEYS}),
        force=dict(type="bool", default=False),
    ),
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
