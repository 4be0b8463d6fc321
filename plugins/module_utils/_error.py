# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception of the client, and the words that tell a person what an answer means."""

from __future__ import annotations

import re
import typing as t

from ._core.mask import KEY_LIKE, Mask

_NAMED = r"(?i)(\b\w*(?:webhook_secret|api_?key|token|password)"
_SECRETS = (
    # As JSON has it, also cut off; inside another text, where its quotes are escaped; and as a variable.
    (rf'{_NAMED}["\']?\s*[:=]\s*(?:Some\()?)"(?:[^"\\]|\\.)*"?', r'\1"***"'),
    (rf'{_NAMED}\\+"\s*:\s*)\\+"(?:[^"\\]|\\{{2,}}"?|\\[^"\\])*', r"\1***"),
    (rf"{_NAMED}=)[^\s\"'&]+", r"\1***"),
    # A key, also cut off; the hash of one, and the webhook's secret.
    (KEY_LIKE, "***"),
    (r"\b[0-9a-f]{41,}\b", "***"),
    (r"\b(\w{1,20}://)[^/\s@]+@", r"\1***@"),
)
"""Each takes time in proportion to the text's length, which a server chooses. Compiled where an answer needs it: a packed module
would do it for nothing in each task."""

_LONGEST_SECRET = 500

_HINTS = {
    400: "",
    401: (
        "The server does not know this key here: it may be wrong, expired or deleted, belong to another organization, or be"
        " limited to other datasets. Trieve gives the same answer to a wrong key as to none."
    ),
    403: (
        "The key is not allowed to do this: its role is too low (a read key cannot manage anything, and only an owner changes"
        " datasets), its scopes leave this call out, or the organization is not its own."
    ),
    408: (
        "The server gave up after its own time limit. Part of the work may have been done, so look before you repeat it."
    ),
    413: "The request is larger than the server takes. Send less at a time.",
    426: "The organization's plan does not allow more of this. Remove something or upgrade the plan.",
    429: "The server asks for fewer requests. Wait, or lower the concurrency.",
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


def redact(text: str) -> str:
    """The text without what looks like one of Trieve's secrets: answers hold other people's, which no mask knows."""
    for pattern, replacement in _SECRETS:
        text = re.sub(pattern, replacement, text)
    return text


def excerpt(content: bytes, length: int = 200, mask: Mask | None = None) -> str:
    """The first words of a body, on one line, without secrets and control characters.

    :param length: characters at the most
    :param mask: the secrets of the task, which have to go before anything is cut or reshaped
    """
    longest = max(_LONGEST_SECRET, mask.longest if mask else 0)
    window = content[: max(length * 20, 2 * longest)]
    text = window.decode("utf-8", errors="replace")
    text = redact(mask.known(text) if mask else text)
    if len(window) < len(content):
        text = text[:-longest]  # half a secret at the cut looks like none
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= length else text[:length] + "…"


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
        return f"It points to {target}, but redirects are not followed: the key would go along. Set url to the final address."
    if status in (404, 405) and not content:
        return "No Trieve API answers at this path."
    return _HINTS.get(status, "")
