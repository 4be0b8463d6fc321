# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server's answer is made of: JSON of a promised shape, or words to show. Everything here reads and never sends."""

from __future__ import annotations

import itertools
import json
import math
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


class Complete(dict[str, t.Any]):
    """A shape whose keys must all be there: for what is compared, kept or decided on, a missing value is not the same as null."""


def fits(value: t.Any, shape: t.Any) -> bool:
    """Whether a value has a shape, as C(shape) of C(TrieveClient.request) gives it. Asked a dozen times of each crawl."""
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, tuple):
        return any(map(fits, itertools.repeat(value), shape))
    if isinstance(shape, list):
        return isinstance(value, list) and all(map(fits, value, itertools.repeat(shape[0])))
    if not isinstance(value, dict) or (isinstance(shape, Complete) and not shape.keys() <= value.keys()):
        return False
    return all(map(fits, map(value.get, shape), shape.values()))


def misfit_place(value: t.Any, shape: t.Any, place: str) -> str:
    """The place in a value that has another shape: C(user_orgs[0].role)."""
    inner: list[tuple[t.Any, t.Any, str]] = []
    if isinstance(shape, tuple) and value is not None:  # null, or else what it usually is
        return misfit_place(value, shape[-1], place)
    if isinstance(shape, list) and isinstance(value, list):
        inner = [(item, shape[0], f"{place}[{number}]") for number, item in enumerate(value)]
    elif isinstance(shape, dict) and isinstance(value, dict):
        missing = [key for key in shape if key not in value] if isinstance(shape, Complete) else []
        if missing:
            return f"{place}.{missing[0]}"
        inner = [(value.get(key), part, f"{place}.{key}") for key, part in shape.items()]
    return next((misfit_place(*item) for item in inner if not fits(*item[:2])), place)


DEEPEST_ANSWER = 100
"""Levels of lists and objects in an answer. Everything that is done with it, by Ansible too, calls itself once or twice a level."""


class TooDeep(ValueError):
    """JSON that is nested too deeply to be worked with."""


_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def strict_json(content: bytes) -> t.Any:
    """The JSON of a body. Python takes more for JSON than what can be sent or shown again.

    :raises TooDeep: it has more than C(DEEPEST_ANSWER) levels
    :raises ValueError: it is none, or has a number without a value or half a surrogate pair in it
    """
    try:
        value = json.loads(content.decode("utf-8"), parse_float=_finite, parse_constant=_finite)
    except RecursionError as deep:
        raise TooDeep from deep
    _check_depth(value)
    if _HALF_A_PAIR.search(content):
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _check_depth(value: t.Any) -> None:
    level = [value] if isinstance(value, (dict, list)) else []
    for _depth in range(DEEPEST_ANSWER):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise TooDeep


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def message_of(content: bytes, mask: Mask | None = None) -> str:
    """Trieve's own words in an error answer, C({"message": ...}), or else its first words."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return excerpt(content, mask=mask)
    message = value.get("message") if isinstance(value, dict) else None
    if isinstance(message, str) and message:
        return excerpt(message.encode("utf-8", "replace"), 1000, mask)
    return excerpt(content, mask=mask)


def has_own_words(content: bytes) -> bool:
    """Whether an error answer has the form of Trieve's."""
    value, _text = json_or_text(content)
    return isinstance(value, dict) and isinstance(value.get("message"), str)


def json_or_text(content: bytes) -> tuple[t.Any, str | None]:
    """A body's JSON and None, or None and its text without what looks like a secret; nothing for an empty one."""
    if not content:
        return None, None
    try:
        return strict_json(content), None
    except ValueError:
        return None, redact(content.decode("utf-8", errors="replace"))
