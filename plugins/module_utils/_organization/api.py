# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about organizations, and about whose key a request is sent with."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from ..trieve import TrieveClient, segment
from .model import Organization, same_name, to_result
from .options import DesiredOrganization, named_organization

_SHAPE = {"id": str, "name": str, "partner_configuration": dict}

UNKNOWN_ORGANIZATION = {(404, "Organization not found"): None}
"""The C(expected_errors) of a request with an organization: the server's answer if it does not know the organization."""


def whoami(client: TrieveClient) -> dict[str, t.Any] | None:
    """The user whose key it is, with C(orgs); None for an organization's key, which the server answers with 400 (docs/server.md 2.5).

    Asked without an organization, because the server's own key acts as another user in each of them.

    :raises TrieveError: the server does not know the key
    """
    user: dict[str, t.Any] | None = client.for_organization(None).get(
        "/api/auth/me", dict, shape={"orgs": [_SHAPE]}, expected_errors={(400, "Error loading user"): None}
    )
    return user


def without_organization(client: TrieveClient, must_exist: bool) -> None:
    """The server does not know the organization: decide whether the task can go on.

    The server says so before it looks at the key, so that alone proves nothing.

    :param must_exist: whether the task needs the organization; otherwise its absence is what was declared, once the key is proved
    :raises TaskFailed: the task needs the organization
    :raises TrieveError: the server does not know the key
    """
    whoami(client)
    if must_exist:
        raise TaskFailed(
            f"There is no organization {client.organization_id}. Check organization_id / TRIEVE_ORGANIZATION_ID."
        )


def own_organizations(client: TrieveClient) -> list[Organization]:
    """The organizations of the user whose key it is.

    :raises TaskFailed: it is an organization's key
    """
    user = whoami(client)
    if user is None:
        raise TaskFailed(
            "Listing and creating organizations requires a user's key, and this is an organization's key: Trieve would create an"
            " organization without members. Use a user's key, or set organization_id and leave find_by out."
        )
    return [to_result(row) for row in user["orgs"]]


def find_by_name(client: TrieveClient, name: str) -> Organization | None:
    """The user's organization with this name.

    :raises TaskFailed: there are several, or it is an organization's key
    """
    found = [one for one in own_organizations(client) if same_name(one["name"], name)]
    if len(found) > 1:
        raise TaskFailed(
            f"{len(found)} organizations have the name {name!r}: {', '.join(one['id'] for one in found)}."
            " Set organization_id to the one that is meant.",
            organizations=found,
        )
    return found[0] if found else None


def find_by_id(task: Task, client: TrieveClient, must_exist: bool) -> Organization | None:
    """The client's organization; None if it may be missing, and in check mode if its ID is not known yet.

    :param must_exist: as in C(without_organization)
    """
    if not named_organization(task, client):
        return None
    details = read_details(client)
    if details is None:
        without_organization(client, must_exist)
        return None
    return to_result(details["organization"])


def read_details(client: TrieveClient) -> dict[str, t.Any] | None:
    """The client's organization with C(plan) and C(subscription), as the server answers; None if it does not know the ID."""
    # The server shows any organization, so the one of the header is named in the path, too.
    path = f"/api/organization/{segment(client.organization_id or '')}"
    details: dict[str, t.Any] | None = client.get(
        path,
        dict,
        shape={"organization": _SHAPE, "plan": (type(None), dict)},
        expected_errors=UNKNOWN_ORGANIZATION,
    )
    return details


def read_again(client: TrieveClient) -> Organization:
    """The client's organization after it was written.

    :raises TaskFailed: another client has deleted it
    """
    details = read_details(client)
    if details is None:
        raise TaskFailed(f"Another client deleted organization {client.organization_id} concurrently.", changed=True)
    return to_result(details["organization"])


def read_usage(client: TrieveClient, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the client's organization uses, as the server counts it.

    :param options: C(v1_usage), and C(date_range) where it is set
    """
    path = f"/api/organization/usage/{segment(client.organization_id or '')}"
    usage: dict[str, t.Any] = client.post(path, dict, options, safe=True)
    return usage


def list_invoices(client: TrieveClient) -> list[t.Any]:
    """The invoices of the client's organization. Only owners may read them."""
    invoices: list[t.Any] = client.get(f"/api/stripe/invoices/{segment(client.organization_id or '')}", list)
    return invoices


def list_plans(client: TrieveClient) -> list[t.Any]:
    """The plans that can be bought. Every key may read them, unless its scopes do not name the call."""
    plans: list[t.Any] = client.get("/api/stripe/plans", list)
    return plans


def create_organization(client: TrieveClient, name: str) -> str:
    """Create an organization and return its ID. Each call creates another one. The key must be a user's."""
    row = client.for_organization(None).post("/api/organization", dict, {"name": name}, shape={"id": str})
    organization_id: str = row["id"]
    return organization_id


def update_organization(client: TrieveClient, current: Organization, desired: DesiredOrganization) -> None:
    """Change what is declared. The partner configuration is sent whole, since the server replaces it."""
    body: dict[str, t.Any] = {}
    if "name" in desired:
        body["name"] = desired["name"]
    if "partner_configuration" in desired:
        partner = {**current["partner_configuration"], **desired["partner_configuration"]}
        body["partner_configuration"] = {name.upper(): value for name, value in partner.items()}
    # Without members the server makes the change and then reports an error; the caller reads the organization again.
    client.put("/api/organization", dict, body, expected_errors={(500, "Failed to delete user from redis"): None})


def delete_organization(client: TrieveClient, organization: Organization) -> None:
    """Delete the client's organization with its datasets.

    The server deletes the organization of the path, whoever owns it; here it is the header's, which was read.
    """
    # 404 answers a repetition if the answer of the first DELETE was lost.
    client.delete(f"/api/organization/{segment(organization['id'])}", expected_errors=UNKNOWN_ORGANIZATION)
