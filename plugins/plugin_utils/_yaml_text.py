# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes YAML for people: in the given order, with comments, and so that Ansible reads back just what was written.

PyYAML's own writer knows no comments. Of its reader this knows what is not obvious: which plain texts are read as
something else, and which characters break a line.
"""

from __future__ import annotations

import json
import re
import typing as t

_JINJA = re.compile(r"\{[{%#]")
_PLAIN = re.compile(r"(?:[^\W\d_]|/)(?:[\w./@()?=&%+*~^$!;,<>|-]|:(?=\S)| (?=[^\s#:]))*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""What some version of YAML takes for no text, in lower case. Numbers and dates begin with what C(_PLAIN) does not."""

# What JSON leaves as it is and YAML does not: further line breaks, a byte order mark, and what it takes for unprintable.
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_LITERAL = re.compile("[\x00-\x09\x0b-\x1f]|" + _ESCAPED.pattern)

_LONGEST_KEY = 500
"""Characters. A longer key needs the mark that it is one: YAML looks 1024 ahead for its colon."""


class Noted:
    """A value with lines of comment in front of it.

    :param value: what YAML is written of
    :param notes: lines of one line each
    """

    def __init__(self, value: t.Any, notes: t.Iterable[str]) -> None:
        self.value = value
        self.notes = list(notes)


def as_yaml(value: t.Mapping[str, t.Any] | t.Sequence[t.Any], literal: bool = True) -> list[str]:
    """The lines of a dictionary or a list that is not empty, of plain Python values and C(Noted) within.

    :param literal: whether texts of several lines are written as such
    """
    return list(_block(value, 0, literal))


def quoted(text: str) -> str:
    """A text on one line, with every character that would end it escaped."""
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _block(value: t.Any, indent: int, literal: bool) -> t.Iterator[str]:
    pad = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            item, notes = _parted(item)
            yield from (f"{pad}# {note}" for note in notes)
            name = _text(key)
            head = f"{pad}{name}:" if len(name) < _LONGEST_KEY else f"{pad}? {name}\n{pad}:"
            yield from _entry(head, item, indent, literal)
    else:
        for item in value:
            item, notes = _parted(item)
            yield from (f"{pad}# {note}" for note in notes)
            if isinstance(item, (dict, list)) and item:
                lines = list(_block(item, indent + 2, literal))
                lines[0] = f"{pad}- {lines[0][indent + 2 :]}"
                yield from lines
            else:
                yield from _entry(f"{pad}-", item, indent, literal)


def _parted(item: t.Any) -> tuple[t.Any, list[str]]:
    return (item.value, item.notes) if isinstance(item, Noted) else (item, [])


def _entry(head: str, item: t.Any, indent: int, literal: bool) -> t.Iterator[str]:
    if isinstance(item, (dict, list)) and item:
        yield head
        yield from _block(item, indent + 2, literal)
    elif isinstance(item, str) and literal and _can_be_literal(item):
        mark = "|" if item.endswith("\n") else "|-"
        if item[0] in " \n":
            mark = f"|2{mark[1:]}"  # otherwise the reader takes the indentation from the first line
        yield f"{head} {_unsafe(item)}{mark}"
        pad = " " * (indent + 2)
        yield from (f"{pad}{line}" if line else "" for line in item.removesuffix("\n").split("\n"))
    else:
        yield f"{head} {_scalar(item)}"


def _can_be_literal(text: str) -> bool:
    """Whether it has several lines that an editor leaves as they are: none ends with blanks, and no empty one at the end."""
    inner = text.removesuffix("\n")
    return (
        "\n" in inner
        and not _NOT_LITERAL.search(text)
        and not inner.endswith("\n")
        and not any(line.endswith(" ") for line in inner.split("\n"))
    )


def _scalar(item: t.Any) -> str:
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, float):
        return _float(item)
    if isinstance(item, str):
        return _unsafe(item) + _text(item)
    if isinstance(item, (dict, list)):
        return "{}" if isinstance(item, dict) else "[]"
    return str(item)


def _float(number: float) -> str:
    """YAML 1.1 wants a point in it."""
    text = repr(number)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _unsafe(text: str) -> str:
    """The tag that keeps Ansible from evaluating what is in a text."""
    return "!unsafe " if _JINJA.search(text) else ""


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return quoted(text)
