# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON text to a tree that remembers the order and the repeated keys of its objects.

The words and places of syntax errors are Python's; what counts is whether the text broke or ended too early.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

SYNTAX = "Syntax error in JSON"
DATA = "Data error in JSON"
END = "Unexpected end of JSON input"


class BodyError(Exception):
    """A body that the server does not accept; kind is the class that its message names."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Pairs(list[tuple[str, Any]]):
    """An object: its keys and values in the order of the text."""


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise BodyError(SYNTAX, "number out of range")
    return value


def _int(text: str) -> int | float:
    # Numbers beyond 64 bits are floats to the server. Python also refuses to convert very long ones.
    if len(text) < 19:
        return int(text)
    if len(text) > 400:
        raise BodyError(SYNTAX, "number out of range")
    value = int(text)
    return value if -(2**63) <= value < 2**64 else _float(text)


def _constant(text: str) -> Any:
    raise BodyError(SYNTAX, f"expected value, found {text}")


_decoder = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_float=_float, parse_int=_int, parse_constant=_constant, strict=True
)
# What may stand where json stops if the text ends too early: nothing, or the beginning of a word, number or escape.
_CUT = re.compile(
    r"[ \t\r\n]*(?:t(?:r(?:u)?)?|f(?:a(?:l(?:s)?)?)?|n(?:u(?:l)?)?|-|\.|[eE][-+]?|\\?u?[0-9a-fA-F]{0,3})?\Z"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(body: bytes) -> tuple[Any, BodyError | None]:
    """Read a body. Returns the tree, and the error that follows after a complete value (trailing text).

    :raises BodyError: for a body that is not JSON.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyError(SYNTAX, "invalid unicode code point") from error
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        tree, end = _decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or _CUT.match(text, error.pos):
            raise BodyError(END, "EOF while parsing a value") from error
        raise BodyError(SYNTAX, f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise BodyError(SYNTAX, "recursion limit exceeded") from error
    if "\\u" in text and _has_surrogate(tree):
        raise BodyError(SYNTAX, "lone leading surrogate in hex escape")
    if text[end:].strip(" \t\r\n"):
        return tree, BodyError(SYNTAX, "trailing characters")
    return tree, None


def _has_surrogate(tree: Any) -> bool:
    if isinstance(tree, str):
        return _SURROGATE.search(tree) is not None
    if isinstance(tree, Pairs):
        return any(_has_surrogate(key) or _has_surrogate(value) for key, value in tree)
    return isinstance(tree, list) and any(_has_surrogate(value) for value in tree)
