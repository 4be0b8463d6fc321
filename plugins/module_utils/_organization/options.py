# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that an organization is declared with, what is wrong with them, and which organization a task means."""

from __future__ import annotations

import re
import typing as t
import unicodedata

from .._core.failure import TaskFailed
from .._core.task import Task
from ..trieve import TrieveClient

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
"""All keys that a read shows; the server stores others, too, and hides them (docs/server.md 5.1)."""

IDENTITY_OPTIONS: dict[str, t.Any] = dict(
    name=dict(type="str"),
    find_by=dict(type="str", choices=["id", "name"]),
)
"""Of C(trieve_organization) and C(trieve_organization_info)."""

ORGANIZATION_OPTIONS: dict[str, t.Any] = dict(
    **IDENTITY_OPTIONS,
    partner_configuration=dict(type="dict", options={key.lower(): dict(type="str") for key in PARTNER_KEYS}),
)
"""Of C(trieve_organization)."""

DesiredOrganization = dict[str, t.Any]
"""What a user declares: C(name) and C(partner_configuration) where they are set, without suboptions that are not."""

_MARKUP = re.compile(r"<[a-zA-Z/!?]")


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredOrganization:
    """The declared organization, after the checks that need no server.

    :raises TaskFailed: the server could not store the name as it is
    """
    desired: DesiredOrganization = {}
    if options["name"] is not None:
        desired["name"] = _check_name(options["name"])
    partner = {key: value for key, value in (options["partner_configuration"] or {}).items() if value is not None}
    if partner:
        desired["partner_configuration"] = partner
    return desired


def _check_name(name: str) -> str:
    if not name or name != name.strip() or any(unicodedata.category(char) == "Cc" for char in name):
        raise TaskFailed(
            f"name {name!r} is empty, starts or ends with whitespace, or contains a control character. Choose another name."
        )
    if has_markup(name):
        raise TaskFailed(f"name {name!r} contains what Trieve takes for HTML and removes. Choose another name.")
    return name


def has_markup(name: str) -> bool:
    """Whether a change would remove a part of the name: the server's PUT removes HTML, its POST does not."""
    return bool(_MARKUP.search(name))


def finds_by_name(task: Task, client: TrieveClient) -> bool:
    """Whether the organization is found by its name: because C(find_by) says so, or because no ID is known."""
    find_by = task.params["find_by"]
    return find_by == "name" or (find_by is None and not client.organization_id)


def named_organization(task: Task, client: TrieveClient) -> str | None:
    """The ID of the client's organization; None in check mode if an earlier task would have created it.

    :raises TaskFailed: it is missing; nothing has been sent then
    """
    if not client.organization_id:
        task.missing_prerequisite(
            "organization_id is missing or empty. Set the option organization_id or the variable TRIEVE_ORGANIZATION_ID.",
            "organization_id is missing or empty, as it is if an earlier task would have created the organization."
            " The preview continues as if the organization were empty.",
        )
    return client.organization_id
