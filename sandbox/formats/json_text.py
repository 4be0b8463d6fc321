# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON text to a tree that remembers its order, its repeated keys, and where it broke.

The server reads a body as a stream against its types, so that an error of the data wins over a
syntax error that comes later in the text. A well-formed body is read by the json module. Only a
broken one is read again here, up to the place where it broke, with a mark left there.
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


class Broken:
    """The place in a tree where the text stopped being JSON."""

    def __init__(self, error: BodyError) -> None:
        self.error = error


class Pairs(list[tuple[str, Any]]):
    """An object: its keys and values in the order of the text."""

    broken: Broken | None = None


class Items(list[Any]):
    """A list that broke off."""

    broken: Broken | None = None


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
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(body: bytes) -> tuple[Any, BodyError | None]:
    """Read a body. Returns the tree, and the error that follows after a complete value (trailing text)."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        text = body[: error.start].decode("utf-8")
        return _Tolerant(text, BodyError(SYNTAX, "invalid unicode code point")).top()
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        tree, end = _decoder.raw_decode(text, start)
    except (ValueError, BodyError, RecursionError):
        return _Tolerant(text, BodyError(END, "EOF while parsing a value")).top()
    if "\\u" in text and _has_surrogate(tree):
        return _Tolerant(text, BodyError(END, "EOF while parsing a value")).top()
    if text[end:].strip(" \t\r\n"):
        return tree, BodyError(SYNTAX, "trailing characters")
    return tree, None


def _has_surrogate(tree: Any) -> bool:
    if isinstance(tree, str):
        return _SURROGATE.search(tree) is not None
    if isinstance(tree, Pairs):
        return any(_has_surrogate(key) or _has_surrogate(value) for key, value in tree)
    return isinstance(tree, list) and any(_has_surrogate(value) for value in tree)


_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_STRING_START = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NUMBER_START = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.|(?:\.[0-9]+)?[eE][-+]?))?\Z")
_WORDS = {"true": True, "false": False, "null": None}
# The server stops at this depth; deeper text in keys that it ignores is fine, which is why this is generous.
_DEPTH = 300


class _Tolerant:
    """Reads as far as the text is JSON and marks the place where it stops."""

    def __init__(self, text: str, at_end: BodyError) -> None:
        self.text = text
        self.at_end = at_end
        self.at = 0
        self.depth = 0

    def top(self) -> tuple[Any, BodyError | None]:
        tree = self.value()
        if isinstance(tree, Broken) or getattr(tree, "broken", None):
            return tree, None
        self.space()
        if self.at < len(self.text):
            return tree, BodyError(SYNTAX, "trailing characters")
        return tree, self.at_end if self.at_end.kind == SYNTAX else None

    def space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def stop(self, detail: str) -> Broken:
        if self.at >= len(self.text):
            return Broken(self.at_end)
        return Broken(BodyError(SYNTAX, detail))

    def value(self) -> Any:
        self.space()
        head = self.text[self.at : self.at + 1]
        if head == "{":
            return self.nested(self.object)
        if head == "[":
            return self.nested(self.array)
        if head == '"':
            return self.string()
        match = _NUMBER.match(self.text, self.at)
        if match:
            return self.number(match)
        if _NUMBER_START.match(self.text, self.at) and head == "-":
            return Broken(self.at_end)
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
            if head and word.startswith(self.text[self.at :]):
                return Broken(self.at_end)
        return self.stop("expected value")

    def nested(self, read: Any) -> Any:
        self.depth += 1
        if self.depth > _DEPTH:
            return Broken(BodyError(SYNTAX, "recursion limit exceeded"))
        value = read()
        self.depth -= 1
        return value

    def number(self, match: re.Match[str]) -> Any:
        rest = _NUMBER_START.match(self.text, self.at)
        if rest and rest.end() > match.end():
            return Broken(self.at_end)
        self.at = match.end()
        text = match.group()
        try:
            return _int(text) if text.lstrip("-").isdigit() else _float(text)
        except BodyError as error:
            return Broken(error)

    def string(self) -> Any:
        match = _STRING.match(self.text, self.at)
        if not match:
            if _STRING_START.match(self.text, self.at):
                return Broken(self.at_end)
            return Broken(BodyError(SYNTAX, "invalid escape or control character"))
        self.at = match.end()
        value = json.loads(match.group())
        if _SURROGATE.search(value):
            return Broken(BodyError(SYNTAX, "lone leading surrogate in hex escape"))
        return value

    def object(self) -> Pairs:
        pairs = Pairs()
        self.at += 1
        self.space()
        if self.text.startswith("}", self.at):
            self.at += 1
            return pairs
        while True:
            self.space()
            if not self.text.startswith('"', self.at):
                pairs.broken = self.stop("key must be a string")
                return pairs
            key = self.string()
            if isinstance(key, Broken):
                pairs.broken = key
                return pairs
            self.space()
            if not self.text.startswith(":", self.at):
                pairs.broken = self.stop("expected `:`")
                return pairs
            self.at += 1
            value = self.value()
            pairs.append((key, value))
            if isinstance(value, Broken) or getattr(value, "broken", None):
                pairs.broken = value if isinstance(value, Broken) else value.broken
                return pairs
            self.space()
            if self.text.startswith("}", self.at):
                self.at += 1
                return pairs
            if not self.text.startswith(",", self.at):
                pairs.broken = self.stop("expected `,` or `}`")
                return pairs
            self.at += 1

    def array(self) -> Items:
        items = Items()
        self.at += 1
        self.space()
        if self.text.startswith("]", self.at):
            self.at += 1
            return items
        while True:
            value = self.value()
            items.append(value)
            if isinstance(value, Broken) or getattr(value, "broken", None):
                items.broken = value if isinstance(value, Broken) else value.broken
                return items
            self.space()
            if self.text.startswith("]", self.at):
                self.at += 1
                return items
            if not self.text.startswith(",", self.at):
                items.broken = self.stop("expected `,` or `]`")
                return items
            self.at += 1
