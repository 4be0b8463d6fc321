# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import html
import typing as t

from .options import PARTNER_KEYS, DesiredOrganization, has_markup

Organization = dict[str, t.Any]
"""An organization as results have it."""


def to_result(row: t.Mapping[str, t.Any]) -> Organization:
    """The server's organization, flat and named like the options.

    :param row: the organization of an answer, or one of a user's
    """
    partner = row["partner_configuration"]
    return {
        "id": row["id"],
        "name": row["name"],
        "partner_configuration": {key.lower(): partner.get(key) for key in PARTNER_KEYS},
        "registerable": row.get("registerable"),
        "created_at": row.get("created_at"),
        "updated_at": row.get("updated_at"),
    }


def actual(organization: Organization, desired: DesiredOrganization) -> dict[str, t.Any]:
    """The organization's values of the declared options, comparable with C(normalized)."""
    values: dict[str, t.Any] = {}
    if "name" in desired:
        values["name"] = normalize_name(organization["name"])
    if "partner_configuration" in desired:
        partner = organization["partner_configuration"]
        values["partner_configuration"] = {name: partner[name] for name in desired["partner_configuration"]}
    return values


def normalized(desired: DesiredOrganization) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives an organization's own."""
    return {name: normalize_name(value) if name == "name" else value for name, value in desired.items()}


def normalize_name(name: str) -> str:
    """The name as a change stores it: C(& < >) and no-break spaces escaped, once (docs/server.md 5.1).

    A creation stores the name as it is, so both forms of one name are equal. A name with markup is left alone, since it is
    not known what the server makes of it.
    """
    if has_markup(name):
        return name
    return html.escape(html.unescape(name), quote=False).replace("\u00a0", "&nbsp;")


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, escaped or not."""
    return normalize_name(one) == normalize_name(other)


def after_write(current: Organization | None, desired: DesiredOrganization) -> Organization:
    """The organization as it is after a creation or a change, as far as that can be known before it."""
    partner = desired.get("partner_configuration", {})
    if current:
        renamed = {"name": normalize_name(desired["name"])} if "name" in desired else {}
        return {**current, **renamed, "partner_configuration": {**current["partner_configuration"], **partner}}
    name = desired.get("name")
    return {
        "id": None,
        "name": normalize_name(name) if name and partner else name,  # the partner configuration is set by a change
        "partner_configuration": {key.lower(): partner.get(key.lower()) for key in PARTNER_KEYS},
        "registerable": None,
        "created_at": None,
        "updated_at": None,
    }
