# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible language server, which VS Code and others use, completes what `ansible-doc` knows of the modules."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import Editor, editor

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("trieve_*.py"))
PLAY = """---
- name: A play
  hosts: localhost
  tasks:
    - name: A task
"""
MODULE, OPTION = 6, 8
"""Where the name of a module and those of its options begin on their lines."""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor in whose projects Ansible finds this collection."""
    programs = Path(sys.executable).parent
    settings = {
        "ansible": {"path": str(programs / "ansible"), "useFullyQualifiedCollectionNames": True},
        "python": {"interpreterPath": sys.executable},
        "validation": {"enabled": False, "lint": {"enabled": False}},
        "completion": {"provideRedirectModules": True, "provideModuleOptionAliases": True},
        "executionEnvironment": {"enabled": False},
        "lightspeed": {"enabled": False},
    }
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
    }
    with editor(
        "ansible-language-server", tmp_path_factory.mktemp("ansible"), environment, {"ansible": settings}
    ) as one:
        yield one


@functools.cache
def documented() -> dict[str, dict[str, Any]]:
    """The documentation of the modules, by name."""
    names = [f"community.trieve.{module}" for module in MODULES]
    answer = subprocess.run(["ansible-doc", "--json", *names], capture_output=True, text=True, check=True).stdout
    return {name.rpartition(".")[2]: found["doc"] for name, found in json.loads(answer).items()}


def documentation(module: str) -> dict[str, Any]:
    """The documentation of a module."""
    return documented()[module]


def tables(options: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The options, and those within an option, each with the options that it is in."""
    yield before, options
    for name, option in options.items():
        if option.get("suboptions") and option["type"] in ("dict", "list"):
            yield from tables(option["suboptions"], (*before, name))


def shown_type(option: dict[str, Any]) -> str:
    """The type of an option as the language server writes it."""
    elements = f"({option['elements']})" if option.get("elements") else ""
    return f"{'(required) ' if option.get('required') else ''}{option['type']}{elements}"


def task(module: str, options: dict[str, Any], place: tuple[str, ...]) -> tuple[str, int, int]:
    """A play with a task whose options are still to be written, and the line and the character where that goes on."""
    lines = [f"{' ' * MODULE}community.trieve.{module}:"]
    indent = OPTION
    for name in place:
        listed = options[name]["type"] == "list"
        lines.append(f"{' ' * indent}{name}:")
        indent += 2
        if listed:
            lines.append(f"{' ' * indent}- ")
            indent += 2
        options = options[name]["suboptions"]
    if not lines[-1].endswith("- "):
        lines.append(" " * indent)
    text = PLAY + "\n".join(lines) + "\n"
    return text, text.count("\n") - 1, indent


@pytest.mark.parametrize("module", MODULES)
def test_options(code: Editor, module: str) -> None:
    """All options are offered, suboptions too, with their type, their description, and the choices of their values."""
    options = documentation(module)["options"]
    for number, (place, expected) in enumerate(tables(options)):
        text, line, character = task(module, options, place)
        uri = code.open(f"{module}-{number}.yml", text, "ansible")
        offered = code.completions(uri, line, character)
        assert set(expected) <= set(offered), place
        for name, option in expected.items():
            assert offered[name]["detail"] == shown_type(option), (place, name)
            assert offered[name]["documentation"]["value"]
    values = {
        name: {str(choice) for choice in option["choices"]} for name, option in options.items() if option.get("choices")
    }
    for name, choices in values.items():
        if options[name]["type"] == "list":
            continue
        text = f"{PLAY}{' ' * MODULE}community.trieve.{module}:\n{' ' * OPTION}{name}: \n"
        uri = code.open(f"{module}-{name}.yml", text, "ansible")
        assert set(code.completions(uri, text.count("\n") - 1, OPTION + len(name) + 2)) == choices


@pytest.mark.parametrize("module", MODULES)
def test_hover(code: Editor, module: str) -> None:
    """A module shows what it is, and an option what it does."""
    doc = documentation(module)
    required = next((name for name, option in doc["options"].items() if option.get("required")), "url")
    text = f"{PLAY}{' ' * MODULE}community.trieve.{module}:\n{' ' * OPTION}{required}: x\n"
    uri = code.open(f"{module}-hover.yml", text, "ansible")
    line = text.count("\n") - 2
    shown = code.hover(uri, line, MODULE + len("community.trieve.") + 1)
    assert doc["short_description"].rstrip(".") in shown
    for title in ("Description", "Requirements"):
        assert title in shown
    option = doc["options"][required]
    assert code.hover(uri, line + 1, OPTION + 1).startswith(f"`{shown_type(option)}`")


def test_modules(code: Editor) -> None:
    """The modules are offered by name, with what they are."""
    uri = code.open("modules.yml", f"{PLAY}{' ' * MODULE}community.trieve.trieve_\n", "ansible")
    offered = code.completions(uri, PLAY.count("\n"), MODULE + len("community.trieve.trieve_"))
    assert {f"community.trieve.{module}" for module in MODULES} <= set(offered)
    crawl = code.ask("completionItem/resolve", offered["community.trieve.trieve_crawl"])
    assert documentation("trieve_crawl")["short_description"] in str(crawl["documentation"]).replace("\\", "")
