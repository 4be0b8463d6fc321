# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a request, and what a person should do about it. Knows nothing of Ansible."""

from __future__ import annotations

import typing as t

from ._core.mask import Mask
from ._response import excerpt

_HINTS = {
    400: "",
    401: (
        "The server does not accept this API key here: it may be wrong, expired or deleted, belong to another organization, or be"
        " limited to other datasets. Trieve does not distinguish a wrong key from a missing one."
    ),
    403: (
        "The API key lacks the permission: its role is too low (a read key cannot manage anything, and only an owner key can change"
        " datasets), its scopes do not include this call, or it belongs to another organization."
    ),
    408: (
        "The request exceeded the server's own time limit. Part of the work may have been done, so check before you repeat it."
    ),
    413: "The request is too large for the server. Send less at a time.",
    426: "The limit of the organization's plan is reached. Delete something or upgrade the plan.",
    429: "The server limits the rate of requests. Wait, or lower concurrency.",
}


class TrieveError(Exception):
    """An answer that is not what was asked for, or none at all.

    :param text: one or two sentences with method, URL, status, Trieve's words and the number of tries
    :param message: Trieve's own words, or what was wrong with the answer
    :param method: the request's verb
    :param url: the request's address, without its query
    :param status: the HTTP status, or None where there was no answer
    """

    def __init__(self, text: str, message: str, method: str, url: str, status: int | None) -> None:
        super().__init__(text)
        self.message = message
        self.method = method
        self.url = url
        self.status = status

    def as_result(self) -> dict[str, t.Any]:
        """What a failed task returns as C(error)."""
        return {"message": self.message, "method": self.method, "url": self.url, "status": self.status}


class Stopped(TrieveError):
    """A request was not sent because the task has ended.

    :param reason: a sentence that says what ended it
    :param sent: whether an earlier try of the same request was sent
    """

    def __init__(self, reason: str, method: str, url: str, sent: bool) -> None:
        super().__init__(f"{reason} {method} {url} was not {'retried' if sent else 'sent'}.", reason, method, url, None)
        self.sent = sent


def words_for(status: int | None, content: bytes | None, headers: t.Any, mask: Mask | None = None) -> str:
    """What a person should know beyond the server's own words; empty if nothing.

    :param content: the body, where the status alone does not tell (an empty 404 is the router's)
    :param headers: the answer's headers, for the place a redirect points to
    :param mask: the secrets of the task
    """
    if status is None:
        return ""
    if 300 <= status < 400:
        place = str((headers or {}).get("Location", "nowhere")).split("?", maxsplit=1)[0]
        target = excerpt(place.encode("utf-8", "replace"), mask=mask)
        return f"The server redirects to {target}. Redirects are not followed, since they would pass the API key on. Set url to the final URL."
    if status in (404, 405) and not content:
        return "No Trieve API answers at this path."
    return _HINTS.get(status, "")
