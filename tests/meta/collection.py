# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things are in the collection."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGINS = ROOT / "plugins"
NAME = "community.trieve"


def modules() -> list[str]:
    """The names of all modules."""
    return sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))


def documented() -> list[tuple[str, str]]:
    """Type and name of every plugin that `ansible-doc` shows."""
    others = ((kind, path.stem) for kind in ("filter", "inventory", "lookup") for path in (PLUGINS / kind).glob("*.py"))
    return [*(("module", name) for name in modules()), *sorted(others)]


def sources() -> list[Path]:
    """All Python files of the plugins."""
    return sorted(PLUGINS.rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def constant(path: Path, name: str) -> str:
    """The string that a Python file assigns to a name of its top level.

    :raises KeyError: there is no such assignment.
    """
    for node in parsed(path).body:
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            return str(ast.literal_eval(node.value))
    raise KeyError(f"{path} has no {name}")
