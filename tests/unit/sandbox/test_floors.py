# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox has floors: a module imports from its own floor and from those below, and never in a circle."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import sandbox

HOUSE = Path(sandbox.__file__).parent
FLOORS = ("", "formats", "store", "workers", "calls", "resources", "wire", "server", "__main__")
"""From the ground up. The first one is the modules beside the folders that import nothing of the sandbox."""

MODULES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts): path
    for path in HOUSE.rglob("*.py")
    if path.name != "__init__.py"
}


def imported(name: str) -> set[str]:
    """The modules of the sandbox that a module imports, also where only types are checked."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.split(".")[0] == "sandbox" for alias in node.names), f"{name}: import relatively"
        if isinstance(node, ast.ImportFrom):
            assert node.level or (node.module or "").split(".")[0] != "sandbox", f"{name}: import relatively"
        if isinstance(node, ast.ImportFrom) and node.level:
            base = name.split(".")[: -node.level] + (node.module.split(".") if node.module else [])
            whole = ".".join(base)
            found |= {whole} if whole in MODULES else {".".join([*base, alias.name]) for alias in node.names}
    return found


def floor(name: str) -> int:
    """The number of a module's floor, from the ground."""
    first, _dot, rest = name.partition(".")
    return FLOORS.index(first) if rest or first in FLOORS else 0


def test_every_folder_is_a_floor() -> None:
    """A new folder has to say where it belongs."""
    folders = {path.parent.name for path in HOUSE.rglob("*/__init__.py")} - {HOUSE.name}
    assert folders == {name for name in FLOORS if (HOUSE / name).is_dir()} - {""}


def test_what_is_imported_is_there() -> None:
    """So that the other tests have read every import."""
    assert {name: imported(name) - MODULES.keys() for name in MODULES if imported(name) - MODULES.keys()} == {}


def test_imports_lead_down() -> None:
    """The ground has no imports of the sandbox at all."""
    upward = {
        f"{name} imports {other}"
        for name in MODULES
        for other in imported(name)
        if floor(other) > floor(name) or floor(name) == 0
    }
    assert upward == set()


def test_there_is_no_circle() -> None:
    """On a floor, too, modules have an order."""
    tuple(graphlib.TopologicalSorter({name: imported(name) for name in MODULES}).static_order())
