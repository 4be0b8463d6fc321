# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path ids and query strings, read as the server reads them (docs/server.md 1.3)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from ..formats.bodies import I64
from ..formats.errors import QueryRefusal, bad_request
from ..formats.ids import parse_uuid

_INTEGER = re.compile(r"[+-]?[0-9]+")


def path_uuid(text: str) -> str:
    """An id in a path.

    :raises Refusal: 400 if it is none.
    """
    value = parse_uuid(text)
    if value is None:
        raise bad_request(f"Path deserialize error: UUID parsing failed: {text[:80]!r} is no UUID")
    return value


def path_int(text: str, low: int, high: int) -> int:
    """A number in a path.

    :raises Refusal: 400 if it is none or out of range.
    """
    if not _INTEGER.fullmatch(text) or (low >= 0 and text[0] == "-") or not low <= int(text) <= high:
        raise bad_request(f"Path deserialize error: can not parse {text[:80]!r} to a number")
    return int(text)


def integer(low: int = I64[0], high: int = I64[1]) -> Any:
    """A reader for whole numbers between two bounds."""

    def read(name: str, text: str) -> int:
        if not text:
            raise QueryRefusal(f"{name}: cannot parse integer from empty string")
        if not _INTEGER.fullmatch(text) or (low >= 0 and text[0] == "-"):
            raise QueryRefusal(f"{name}: invalid digit found in string")
        if len(text) > 25 or not low <= int(text) <= high:
            raise QueryRefusal(f"{name}: number too large to fit in target type")
        return int(text)

    return read


def boolean(name: str, text: str) -> bool:
    """``true`` or ``false``, nothing else."""
    if text not in ("true", "false"):
        raise QueryRefusal(f"{name}: provided string was not `true` or `false`")
    return text == "true"


def uuid(name: str, text: str) -> str:
    """An id in any spelling."""
    value = parse_uuid(text)
    if value is None:
        raise QueryRefusal(f"{name}: UUID parsing failed")
    return value


def string(name: str, text: str) -> str:
    """Any text."""
    return text


def read_query(query: bytes, readers: dict[str, Any]) -> dict[str, Any]:
    """The known parameters of a query string; the ones that are not given are None.

    :raises QueryRefusal: for a parameter twice or one that cannot be read. Unknown ones are ignored.
    """
    values: dict[str, Any] = dict.fromkeys(readers)
    if not query:
        return values
    seen = set()
    for name, text in parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"):
        if name not in readers:
            continue
        if name in seen:
            raise QueryRefusal(f"duplicate field `{name}`")
        seen.add(name)
        values[name] = readers[name](name, text)
    return values
