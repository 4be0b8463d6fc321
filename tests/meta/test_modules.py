# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module is in the action group, has its action plugin, its tests and an example that can be read."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .collection import NAME, PLUGINS, ROOT, constant, modules, parsed

REQUIRED = {
    "trieve_search_info": {"query"},
    "trieve_chunk_group": {"tracking_id"},
    "trieve_content_export": {"path"},
    "trieve_crawl_coverage_info": {"site_url"},
    "trieve_dataset_swap": {"tracking_id", "replacement", "previous_tracking_id"},
    "trieve_invitation": {"email"},
    "trieve_request": {"path"},
    "trieve_user": {"email"},
}
"""What a module cannot do without in any state, and what comes from no variable of the environment."""


@pytest.mark.parametrize("module", modules())
def test_required_options(module: str) -> None:
    """`ansible-doc`, editors and ansible-lint know them, and Ansible refuses a task without them."""
    options = yaml.safe_load(constant(PLUGINS / "modules" / f"{module}.py", "DOCUMENTATION"))["options"]
    assert {name for name, option in options.items() if option.get("required")} == REQUIRED.get(module, set())
    definition = importlib.import_module(f"ansible_collections.{NAME}.plugins.modules.{module}").DEFINITION
    specs = definition.argument_spec.items()
    assert {name for name, spec in specs if spec.get("required")} == REQUIRED.get(module, set())


def test_there_are_modules() -> None:
    """The other tests of this file would pass if none were found."""
    assert {"trieve_crawl", "trieve_crawl_info", "trieve_dataset", "trieve_dataset_info"} <= set(modules())


def test_action_group() -> None:
    """C(module_defaults) of the group reaches all modules, and names no other."""
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["action_groups"]["trieve"] == modules()


def test_no_action_plugin_without_its_module() -> None:
    """A module that is gone takes its action plugin along."""
    assert sorted(path.stem for path in (PLUGINS / "action").glob("*.py")) == modules()


@pytest.mark.parametrize("module", modules())
def test_action_plugin_binds_its_own_module(module: str) -> None:
    """The runner gets the module of the same name, and C(main) is there for ansible-lint."""
    future, plugin, runner, action, main = parsed(PLUGINS / "action" / f"{module}.py").body
    package = f"ansible_collections.{NAME}.plugins"
    assert ast.unparse(future) == "from __future__ import annotations"
    assert ast.unparse(plugin) == f"from {package}.modules import {module}"
    assert ast.unparse(runner) == f"from {package}.plugin_utils._in_process import in_process"
    assert ast.unparse(action) == f"ActionModule = in_process({module})"
    assert ast.unparse(main) == f"main = {module}.main"


@pytest.mark.parametrize("path", sorted((PLUGINS / "filter").glob("*.py")), ids=lambda path: path.stem)
def test_filters(path: Path) -> None:
    """A file has the one filter of its name, under which its documentation is found, and unit tests."""
    module = importlib.import_module(f"ansible_collections.{NAME}.plugins.filter.{path.stem}")
    assert list(module.FilterModule().filters()) == [path.stem]
    tests = "\n".join(test.read_text() for test in (ROOT / "tests" / "unit" / "plugins" / "filter").glob("test_*.py"))
    assert f"plugins.filter.{path.stem} import" in tests


@pytest.mark.parametrize("module", modules())
def test_tests_exist(module: str) -> None:
    """Each module has unit tests and an integration target of its name."""
    assert list((ROOT / "tests" / "unit").rglob(f"test_{module}.py"))
    assert (ROOT / "tests" / "integration" / "targets" / module / "tasks" / "main.yml").exists()


@pytest.mark.parametrize("module", modules())
def test_examples(module: str) -> None:
    """The examples are tasks with a name, and at least one uses the module by its full name."""
    tasks = yaml.safe_load(constant(PLUGINS / "modules" / f"{module}.py", "EXAMPLES"))
    assert all(task.get("name") for task in tasks)
    assert any(f"{NAME}.{module}" in task for task in tasks)


def _named_in(value: Any) -> Iterator[str]:
    """All keys in a task's arguments, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_in(inner)


def _shared(fragment: str) -> set[str]:
    """The options that a module takes from a fragment of this collection, or from one of its variables."""
    name, _dot, variable = fragment.partition(".")
    source = importlib.import_module(f"ansible_collections.{NAME}.plugins.doc_fragments.{name}")
    text = getattr(source.ModuleDocFragment, variable.upper() or "DOCUMENTATION")
    return set(yaml.safe_load(text)["options"])


@pytest.mark.parametrize("module", modules())
def test_every_option_is_in_an_example(module: str) -> None:
    """Readers copy examples. Suboptions are not counted, and the connection options are excepted: they are the same for all modules.

    YAML anchors are resolved, so an option in an anchored mapping counts wherever the mapping is used.
    """
    path = PLUGINS / "modules" / f"{module}.py"
    documentation = yaml.safe_load(constant(path, "DOCUMENTATION"))
    options = set(documentation.get("options") or {})
    for fragment in documentation["extends_documentation_fragment"]:
        name = fragment.removeprefix(f"{NAME}.")
        if name.split(".")[0] not in ("connection", "attributes"):
            options |= _shared(name)
    named: set[str] = set()
    for task in yaml.safe_load(constant(path, "EXAMPLES")):
        named |= set(_named_in(task.get(f"{NAME}.{module}")))
        for values in (task.get("module_defaults") or {}).values():
            named |= set(_named_in(values))
    assert options <= named, f"each of these options needs an example: {sorted(options - named)}"
