# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that an invitation is declared with, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t

from .._core.failure import TaskFailed
from .._user import options as user_options

WRITE_ONLY = ("app_url", "redirect_uri")
"""Options that are in the mail only: they cannot be read, so they are never compared."""

INVITATION_OPTIONS: dict[str, t.Any] = dict(
    **user_options.USER_OPTIONS,
    **{name: dict(type="str") for name in WRITE_ONLY},
)
"""Of C(trieve_invitation)."""

DesiredInvitation = dict[str, t.Any]
"""What a user declares: C(email), and of C(role), C(scopes), C(app_url) and C(redirect_uri) those that are set."""

_ATOM = r"[a-zA-Z0-9!#$%&*+/=?^_`{|}~-]+"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredInvitation:
    """The declared invitation, after the checks that need no server.

    :raises TaskFailed: the address or the scopes cannot be used
    """
    desired = user_options.parse_options(options)
    check_address(desired["email"])
    return {**desired, **{name: options[name] for name in WRITE_ONLY if options[name] is not None}}


def check_address(email: str) -> None:
    """Pass an address that the server can send a mail to.

    Its own check is not anchored at the end: it stores an invitation to C(a@b c), and then its mailer ends the process
    (docs/server.md 5.5).

    :raises TaskFailed: it cannot send a mail to it
    """
    found = _ADDRESS.fullmatch(email)
    if not found or len(found["local"]) > 64 or len(found["domain"]) > 253:
        raise TaskFailed(f"email {email!r} is not an address that Trieve can send a mail to, such as jo@example.com.")
