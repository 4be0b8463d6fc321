# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things stand in a YAML file, and what keeps it from being read: the same on every ansible-core.

Ansible's loader says the line on some cores only, and its words may hold what stands there, which may be a secret.
"""

from __future__ import annotations

import typing as t

import yaml

MOST_NODES = 1_000_000
"""Nodes that a file may have with all of its aliases written out. A few lines of aliases of aliases have billions."""

_TAGS = {"!vault", "!vault-encrypted", "!unsafe"}
_STANDARD = "tag:yaml.org,2002:"
_CONVERTED = {f"{_STANDARD}{name}" for name in ("int", "float", "timestamp", "binary")}

# The same nodes and marks; written in C it is ten times as fast.
_Loader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = t.Sequence[t.Union[str, int]]


_UNQUOTED_TEMPLATE = 'A key must be text. If this is a template, quote it: "{{ ... }}".'


class Unreadable(Exception):
    """The text is no YAML that could be read.

    :param problem: a sentence without the file and the place
    :param mark: where that is, if it is known
    """

    def __init__(self, problem: str, mark: t.Any) -> None:
        super().__init__(problem)
        self.place = "" if mark is None else _place(mark)


def compose(text: str) -> t.Any:
    """The nodes of a file; C(None) if it is empty.

    :raises Unreadable: the text is no YAML, or something in it cannot be taken for a value
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
        if root is not None:
            _count(root, {})
    except RecursionError:
        raise Unreadable("The file is nested too deeply.", None) from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable(f"{error.problem or error.context}.", error.problem_mark or error.context_mark) from None
    except yaml.YAMLError:  # a character that YAML does not allow
        raise Unreadable("The file contains a character that is not allowed in YAML.", None) from None
    return root


def place_of(root: t.Any, path: Path, key: bool = False) -> str:
    """Line and column of what is found by the path, or of the innermost thing around it: C(3:5).

    :param path: keys of mappings and numbers of entries
    :param key: the place of the last key, not of its value
    """
    node, mark = root, root.start_mark
    for number, step in enumerate(path):
        found = _below(node, step)
        if found is None:
            break
        name, node = found
        mark = (name if key and number == len(path) - 1 else node).start_mark
    return _place(mark)


def _below(node: t.Any, step: str | int) -> tuple[t.Any, t.Any] | None:
    """The node of a key and its value; of an entry, twice the entry."""
    if isinstance(node, yaml.SequenceNode):
        fits = isinstance(step, int) and step < len(node.value)
        return (node.value[step], node.value[step]) if fits else None
    if not isinstance(node, yaml.MappingNode):
        return None
    found = None
    for name, value in node.value:  # of a key that is there twice, the last one counts
        if isinstance(name, yaml.ScalarNode) and name.value == str(step):
            found = name, value
    if found:
        return found
    for name, value in node.value:
        if name.tag == f"{_STANDARD}merge":
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                found = found or _below(merged, step)
    return found


def _count(node: t.Any, counted: dict[int, int | None]) -> int:
    """How many nodes there are with all aliases written out. Looks at each node once."""
    if id(node) in counted:
        known = counted[id(node)]
        if known is None:
            raise Unreadable("An alias refers to something that contains it.", node.start_mark)
        return known
    counted[id(node)] = None
    total = 1
    for child in _children(node):
        total += _count(child, counted)
        if total > MOST_NODES:
            raise Unreadable(
                f"With its aliases written out, the file has more than {MOST_NODES} values.", node.start_mark
            )
    counted[id(node)] = total
    return total


def _children(node: t.Any) -> t.Iterator[t.Any]:
    """The nodes within a node.

    :raises Unreadable: it cannot be taken for a value
    """
    if not node.tag.startswith(_STANDARD) and node.tag not in _TAGS:
        raise Unreadable(f"Unknown tag {node.tag!r}.", node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise Unreadable(_UNQUOTED_TEMPLATE, name.start_mark)
            yield name
            yield value
    elif node.tag in _CONVERTED:
        try:
            yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, yaml.YAMLError):
            kind = node.tag[len(_STANDARD) :]
            raise Unreadable(
                f"This looks like a value of type {kind}, but is not valid. Quote it if it is text.", node.start_mark
            ) from None


def _place(mark: t.Any) -> str:
    return f"{mark.line + 1}:{mark.column + 1}"


def text_faults(text: str, file: str) -> list[str]:
    """Why a text is no state file: sentences with file, line and column."""
    try:
        root = compose(text)
    except Unreadable as error:
        return [f"{':'.join(filter(None, (file, error.place)))}: {error}"]
    expected = "A state file is a mapping with datasets, api_keys and prune"
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == f"{_STANDARD}null") or root.value == []:
        return [f"{file}: the file is empty. {expected}."]
    if not isinstance(root, yaml.MappingNode):
        kind = "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
        return [f"{file}:{_place(root.start_mark)}: {expected}, not {kind}."]
    return []
