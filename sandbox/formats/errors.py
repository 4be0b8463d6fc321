# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals: what the server answers when it does not do what was asked."""

from __future__ import annotations

TIMEOUT = (
    "Trieve is currently under extended load and we are working to autoscale. If you continue facing this issue, please"
    " send an email to humans@trieve.ai with 'request timeout' in the subject line and we will get back to you as soon as"
    " possible."
)


class Refusal(Exception):
    """An error answer of the server: ``{"message": ...}`` with a status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Late(Refusal):
    """408: the server gave up after its time limit. What had been done by then stays done."""

    def __init__(self) -> None:
        super().__init__(408, TIMEOUT)


class QueryRefusal(Exception):
    """A query string that cannot be read. The server answers it as plain text, unlike every other error."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.text = f"Query deserialize error: {detail}"


class Panic(Exception):
    """The real server process dies here (a debug build drops the connection). No answer is sent."""


def bad_request(message: str) -> Refusal:
    """400 with this message."""
    return Refusal(400, message)


def not_found(message: str) -> Refusal:
    """404; the server puts ``Not Found: `` in front of the message."""
    return Refusal(404, f"Not Found: {message}")


def internal(message: str) -> Refusal:
    """500 with this message."""
    return Refusal(500, message)


def unauthorized() -> Refusal:
    """401, the same words for every reason."""
    return Refusal(401, "Unauthorized")


def forbidden() -> Refusal:
    """403, the same words for every reason."""
    return Refusal(403, "Forbidden")
