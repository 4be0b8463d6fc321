# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a member of an organization is declared with, and what is wrong with them."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.scopes import checked_scopes

ROLES = ("user", "admin", "owner")
"""The names of the roles. The server's number of a role is its index."""

USER_OPTIONS: dict[str, t.Any] = dict(
    email=dict(type="str", required=True),
    role=dict(type="str", choices=list(ROLES)),
    scopes=dict(type="list", elements="str"),
)
"""Of C(trieve_user) and C(trieve_invitation)."""

MEMBERSHIP_OPTIONS: dict[str, t.Any] = dict(
    pending=dict(type="str", choices=["fail", "ok"], default="fail"),
    force=dict(type="bool", default=False),
)
"""What a task accepts of a member."""

MANAGED = ("role", "scopes")
"""Options that are compared with the server's member or invitation."""

DesiredUser = dict[str, t.Any]
"""What a user declares: C(email) and those of C(MANAGED) that are set."""


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredUser:
    """The declared member, after the checks that need no server.

    :raises TaskFailed: the e-mail address is empty, or the scopes do not mean what they seem to
    """
    desired: DesiredUser = {"email": check_email(options["email"])}
    if options["role"] is not None:
        desired["role"] = options["role"]
    if options["scopes"] is not None:
        desired["scopes"] = checked_scopes(options["scopes"])
    return desired


def check_email(email: str) -> str:
    """The e-mail address without whitespace around it, which the server removes, too.

    :raises TaskFailed: it is empty
    """
    if not email.strip():
        raise TaskFailed("email is empty. Set it to the person's e-mail address.")
    return email.strip()
