# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes YAML for people: in the given order, with comments, and so that Ansible reads back exactly what was written.

PyYAML writes it. This module adds what PyYAML does not know: comments, literal blocks only where an editor keeps them
intact, and the tag that keeps Ansible from evaluating templates.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t

import yaml

_JINJA = re.compile(r"\{[{%#]")

# JSON leaves these as they are, but YAML does not: line breaks, a byte order mark, and what it considers unprintable.
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class Noted:
    """A value with lines of comment in front of it.

    :param value: the value to write
    :param notes: the lines of the comment, without line breaks
    """

    def __init__(self, value: t.Any, notes: t.Iterable[str]) -> None:
        self.value = value
        self.notes = list(notes)


def as_yaml(value: t.Mapping[str, t.Any] | t.Sequence[t.Any], literal: bool = True) -> list[str]:
    """The lines of a dictionary or a list that is not empty, of plain Python values and C(Noted) within.

    :param literal: whether texts of several lines are written as literal blocks
    """
    dumper = _LiteralDumper if literal else _Dumper
    text = yaml.dump(
        value, Dumper=dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=sys.maxsize
    )
    return text.removesuffix("\n").split("\n")


def quoted(text: str) -> str:
    """A text on one line, with every character that would end it escaped."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


class _Dumper(yaml.SafeDumper):
    """Writes C(Noted) with its comment, and every text on one line."""

    literal = False

    def ignore_aliases(self, data: t.Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        """Double quotes instead of single ones, which cannot escape a character."""
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = "|" if self.literal and _can_be_literal(text) else None
        tag = "!unsafe" if _JINJA.search(text) else "tag:yaml.org,2002:str"
        return self.represent_scalar(tag, text, style)

    def represent_noted(self, noted: Noted) -> yaml.Node:
        node: t.Any = self.represent_data(noted.value)
        node.notes = noted.notes
        return node

    def represent_mapping(self, tag: str, mapping: t.Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """A comment belongs in front of the key, not between the key and its value."""
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, value in node.value:
            key.notes, value.notes = getattr(value, "notes", []), []
        return node

    def serialize_node(self, node: yaml.Node, parent: yaml.Node | None, index: t.Any) -> None:
        self._notes = getattr(node, "notes", [])
        super().serialize_node(node, parent, index)

    def emit(self, event: t.Any) -> None:
        event.notes, self._notes = getattr(self, "_notes", []), []
        super().emit(event)

    def expect_block_mapping_key(self, first: bool = False) -> None:
        self._write_notes()
        super().expect_block_mapping_key(first)

    def expect_block_sequence_item(self, first: bool = False) -> None:
        self._write_notes()
        super().expect_block_sequence_item(first)

    def _write_notes(self) -> None:
        for note in getattr(self.event, "notes", []):
            self.write_indent()
            self.write_indicator(f"# {note}", True)


class _LiteralDumper(_Dumper):
    """Writes texts of several lines as literal blocks."""

    literal = True


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(Noted, _Dumper.represent_noted)


def _can_be_literal(text: str) -> bool:
    """Whether it has several lines that YAML and an editor leave as they are; PyYAML itself refuses trailing blanks."""
    lines = text.splitlines()
    return len(lines) > 1 and lines[-1] != "" and lines == text.removesuffix("\n").split("\n")
