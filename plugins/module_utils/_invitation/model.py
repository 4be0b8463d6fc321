# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An invitation to an organization: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._user.model import actual, normalized, role_name, same_address, sorted_scopes
from .options import DesiredInvitation

Invitation = dict[str, t.Any]
"""An invitation as results have it."""

_REQUIRED = ("role", "app_url", "redirect_uri")


def to_result(row: t.Mapping[str, t.Any]) -> Invitation:
    """The server's invitation, flat and named like the options."""
    return {
        "id": row["id"],
        "email": row["email"],
        "role": role_name(row["role"]),
        "scopes": sorted_scopes(row.get("scopes")),
        "used": row["used"],
        "organization_id": row.get("organization_id"),
        "created_at": row.get("created_at"),
        "updated_at": row.get("updated_at"),
    }


def matches(invitation: Invitation, desired: DesiredInvitation) -> bool:
    """Whether the invitation has the declared role and scopes, which are all that can be read."""
    return actual(invitation, desired) == normalized(desired)


def invitations_of(invitations: t.Iterable[Invitation], email: str) -> list[Invitation]:
    """The invitations of this address, those that were not accepted first."""
    return sorted((one for one in invitations if same_address(one["email"], email)), key=lambda one: one["used"])


def completed(current: Invitation | None, desired: DesiredInvitation) -> DesiredInvitation:
    """What to invite the person with: the declared options over the role and the scopes of the invitation that is replaced.

    :raises TaskFailed: an option is missing
    """
    kept = {name: current[name] for name in ("role", "scopes") if current[name] is not None} if current else {}
    complete = {**kept, **desired}
    missing = [name for name in _REQUIRED if not complete.get(name)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise TaskFailed(f"{' and '.join(missing)} {verb} missing or empty, but required to invite {desired['email']}.")
    return complete


def after_write(complete: DesiredInvitation, organization_id: str | None) -> Invitation:
    """The invitation as it is after it was made, as far as that can be known before it."""
    return {
        "id": None,
        "email": complete["email"],
        "role": complete["role"],
        "scopes": complete.get("scopes"),
        "used": False,
        "organization_id": organization_id,
        "created_at": None,
        "updated_at": None,
    }
