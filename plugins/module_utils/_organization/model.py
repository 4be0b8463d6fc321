# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization: its options, how the server's object reads as a result, and which one a task means.

Shared by C(trieve_organization) and C(trieve_organization_info).
"""

from __future__ import annotations

import html
import re
import typing as t
import unicodedata

from .._core.failure import TaskFailed
from .._core.task import Task
from ..trieve import TrieveClient, segment
from .options import ORGANIZATION, UNKNOWN_ORGANIZATION, named_organization, whoami, without_organization

PARTNER_KEYS = (
    "COMPANY_NAME",
    "COMPANY_URL",
    "FAVICON_URL",
    "DEMO_DOMAIN",
    "CALENDAR_LINK",
    "SLACK_LINK",
    "LINKEDIN_LINK",
    "EMAIL",
    "PHONE",
)
"""All that a read shows; the server stores others, too, and hides them (docs/server.md 5.1)."""

FIND_BY = dict(type="str", choices=["id", "name"])

_MARKUP = re.compile(r"<[a-zA-Z/!?]")


class Organization:
    """An organization as reads show it.

    :param row: the organization of the server's answer, or one of a user's
    """

    def __init__(self, row: t.Mapping[str, t.Any]) -> None:
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.partner: dict[str, t.Any] = {key: row["partner_configuration"].get(key) for key in PARTNER_KEYS}
        self.row = row

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options."""
        return {
            "id": self.id,
            "name": self.name,
            "partner_configuration": {key.lower(): value for key, value in self.partner.items()},
            "registerable": self.row.get("registerable"),
            "created_at": self.row.get("created_at"),
            "updated_at": self.row.get("updated_at"),
        }

    def view(self, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """What it holds of the given options, in the form that C(wanted) brings them to."""
        partner = self.result()["partner_configuration"]
        found: dict[str, t.Any] = {}
        if "name" in given:
            found["name"] = normal_name(self.name)
        if "partner_configuration" in given:
            found["partner_configuration"] = {name: partner[name] for name in given["partner_configuration"]}
        return found


def has_markup(name: str) -> bool:
    """Whether a change would take something out of the name: the server's PUT removes HTML, its POST does not."""
    return bool(_MARKUP.search(name))


def normal_name(name: str) -> str:
    """The name as a change stores it: C(& < >) and no-break spaces escaped, once (docs/server.md 5.1).

    A creation stores the name as it is, so both forms of one name have to be equal. One with markup is left alone: what the
    server makes of it is not known.
    """
    if has_markup(name):
        return name
    return html.escape(html.unescape(name), quote=False).replace("\u00a0", "&nbsp;")


def declared(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The given options of an organization, suboptions that were not given left out.

    :raises TaskFailed: a name that cannot be stored as it is
    """
    given: dict[str, t.Any] = {}
    name = params["name"]
    if name is not None:
        if not name or name != name.strip() or any(unicodedata.category(char) == "Cc" for char in name):
            raise TaskFailed(f"name {name!r} is empty, or has blanks around it or a control character in it.")
        if has_markup(name):
            raise TaskFailed(f"name {name!r} has something in it that Trieve takes for HTML and removes.")
        given["name"] = name
    partner = {key: value for key, value in (params["partner_configuration"] or {}).items() if value is not None}
    if partner:
        given["partner_configuration"] = partner
    return given


def wanted(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The given options in the form of C(Organization.view): the two are compared, and are the diff."""
    return {name: normal_name(value) if name == "name" else value for name, value in given.items()}


def finds_by_name(task: Task, client: TrieveClient) -> bool:
    """Whether the organization is looked for by its name: as asked for, or because no id is known."""
    wish = task.params["find_by"]
    return wish == "name" or (wish is None and not client.organization_id)


def own_organizations(client: TrieveClient) -> list[Organization]:
    """The organizations of the user whose key it is.

    :raises TaskFailed: it is an organization's key
    """
    user = whoami(client)
    if user is None:
        raise TaskFailed(
            "Organizations can be listed and created with a user's key only, and this is an organization's: Trieve would create one that"
            " nobody belongs to. Use a user's key, or give organization_id and leave find_by out."
        )
    return [Organization(row) for row in user["orgs"]]


def find_by_name(client: TrieveClient, name: str) -> Organization | None:
    """The user's organization of this name.

    :raises TaskFailed: there are several, or it is an organization's key
    """
    found = [one for one in own_organizations(client) if normal_name(one.name) == normal_name(name)]
    if len(found) > 1:
        raise TaskFailed(
            f"There are {len(found)} organizations with the name {name!r}: {', '.join(one.id for one in found)}."
            " Give organization_id to say which one is meant.",
            organizations=[one.result() for one in found],
        )
    return found[0] if found else None


def read_organization(client: TrieveClient) -> dict[str, t.Any] | None:
    """The client's organization with C(plan) and C(subscription), as the server answers; None if there is none of this id."""
    # The server shows any organization, so the one of the header is named in the path, too.
    path = f"/api/organization/{segment(client.organization_id or '')}"
    answer: dict[str, t.Any] | None = client.get(
        path,
        dict,
        shape={"organization": ORGANIZATION, "plan": (type(None), dict)},
        expected_errors=UNKNOWN_ORGANIZATION,
    )
    return answer


def find_by_id(task: Task, client: TrieveClient, must_exist: bool) -> Organization | None:
    """The client's organization; None if its absence is let pass, and in check mode if its id is not known yet.

    :param must_exist: as in C(without_organization)
    """
    if not named_organization(task, client):
        return None
    answer = read_organization(client)
    if answer is None:
        without_organization(client, must_exist)
        return None
    return Organization(answer["organization"])


def create_organization(client: TrieveClient, name: str) -> str:
    """Create an organization and return its id. Each call creates another one; only for a user's key."""
    created: str = client.for_organization(None).post("/api/organization", dict, {"name": name}, shape={"id": str})[
        "id"
    ]
    return created


def change_organization(client: TrieveClient, organization: Organization, given: t.Mapping[str, t.Any]) -> None:
    """Change what is given; a partner configuration is sent whole, since the server replaces it."""
    body: dict[str, t.Any] = {}
    if "name" in given:
        body["name"] = given["name"]
    if "partner_configuration" in given:
        overlay = {name.upper(): value for name, value in given["partner_configuration"].items()}
        body["partner_configuration"] = {**organization.partner, **overlay}
    # Without members the server makes the change and then reports an error; the caller reads the organization again.
    client.put("/api/organization", dict, body, expected_errors={(500, "Failed to delete user from redis"): None})
