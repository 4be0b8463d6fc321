# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that go to the server and come from it: what it cannot take, and what must not be shown."""

from __future__ import annotations

import math
import re
import typing as t

# Written without underscores and in lower case, as is_secret compares them.
_SECRET_KEYS = frozenset(("webhooksecret", "webhookmetadata", "llmapikey", "rerankerapikey", "apikey"))


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def part_of(number: int, whole: int, noun: str) -> str:
    """How many of some things a sentence goes on about, with its verb: "1 of 5 files is", "2 of 5 files are"."""
    return f"{number} of {counted(whole, noun)} {'is' if number == 1 else 'are'}"


def fault_of_base_url(base_url: str) -> str:
    """Why links that begin with this would lead nowhere: a sentence, or nothing."""
    if not base_url or re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|/", base_url):
        return ""
    return (
        "base_url has no scheme, so links would lead nowhere. Set it to the URL of the folder, such as https://docs.example.com, or to a"
        " path that begins with a slash."
    )


def is_secret(name: str, value: t.Any) -> bool:
    """Whether a value of this name is a secret that the server leaks.

    C(api_key) is also the name of a key's record, which has no secret in it: only a text of that name is one.
    """
    plain = name.replace("_", "").lower()
    return plain in _SECRET_KEYS and not (plain == "apikey" and isinstance(value, (dict, list)))


def without_secrets(value: t.Any) -> t.Any:
    """A copy of the value in which no secret stands under its name.

    Dropped by name before anything is masked by value: a mask would also hide every other place where a short value occurs.
    """
    if isinstance(value, dict):
        return {k: without_secrets(v) for k, v in value.items() if not is_secret(str(k), v)}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value


def equal(one: t.Any, other: t.Any) -> bool:
    """Whether two values are the same as JSON: C(==), but true is not 1, nor false 0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def unsendable(value: t.Any, name: str = "") -> str | None:
    """Why a value cannot be sent as JSON and stored, with the name of the option it is in; None if it can.

    PostgreSQL takes no NUL: the server answers with 400 or 500, for a crawl after its job has been started (docs/server.md 1.2).
    """
    if isinstance(value, dict):
        wrong = next((key for key in value if unsendable(key)), None)
        if wrong is not None:
            return unsendable(wrong, f"{name} has a key that" if name else "the name of an option")
        inner = ((f"{name}.{key}" if name else str(key), item) for key, item in value.items())
    elif isinstance(value, (list, tuple)):
        inner = ((f"{name}[{number}]", item) for number, item in enumerate(value))
    elif isinstance(value, str):
        if "\0" in value:
            return f"{name} contains a NUL character, which Trieve cannot store"
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            return f"{name} contains half a surrogate pair, which is not valid in UTF-8"
        return None
    elif isinstance(value, float) and not math.isfinite(value):
        return f"{name} is {value}, which is not valid in JSON"
    else:
        return None
    return next((words for words in (unsendable(item, place) for place, item in inner) if words), None)
