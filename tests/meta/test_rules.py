# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the house about the code under plugins/ that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .collection import PLUGINS, ROOT, parsed, sources

CATCH_ALL = {"module_utils/_core/task.py", "plugin_utils/_in_process.py"}
CHECK_MODE = {"module_utils/_core/task.py", "module_utils/_core/plan.py", "plugin_utils/_in_process.py"}
TRANSPORT = {f"module_utils/{name}.py" for name in ("trieve", "_exchange", "_session", "_web")}
"""The client, the connections, and what reads pages of other people's web sites."""
HTTP_LIBRARIES = {"requests", "urllib3", "http", "httpx", "urllib.request", "ansible.module_utils.urls"}


def _place(path: Path) -> str:
    return path.relative_to(PLUGINS).as_posix()


def _catch_all(tree: ast.Module) -> Iterator[int]:
    """Handlers that take every exception. What a file can really handle has a name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.unparse(node.type) if node.type else "everything"
        if caught in ("everything", "Exception", "BaseException"):
            yield node.lineno


def _check_modes(tree: ast.Module) -> Iterator[int]:
    """Lines of code, not of documentation, that speak of check mode."""
    for node in ast.walk(tree):
        names = [getattr(node, field, None) for field in ("id", "attr", "arg")]
        if "check_mode" in names or "_ansible_check_mode" in names:
            yield getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and node.value in ("check_mode", "_ansible_check_mode"):
            yield node.lineno


def _http(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        if any(name == library or name.startswith(f"{library}.") for name in names for library in HTTP_LIBRARIES):
            yield node.lineno


def _requests(tree: ast.Module) -> Iterator[int]:
    """Calls of a method that sends, on a client or on one for another organization."""
    sends = {"get", "post", "put", "delete", "list_all", "request", "request_any"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in sends and re.match(r"\w*client\b", ast.unparse(node.value)):
            yield node.lineno


RULES = {
    "sends a request": (_requests, {_place(path) for path in sources() if path.name == "api.py"}),
    "takes every exception": (_catch_all, CATCH_ALL),
    "knows check mode": (_check_modes, CHECK_MODE),
    "speaks HTTP": (_http, TRANSPORT),
}


@pytest.mark.parametrize("rule", RULES)
def test_only_where_it_belongs(rule: str) -> None:
    """Every exception is taken, check mode is known, requests are sent and HTTP is spoken in a few named files, and in no other."""
    find, allowed = RULES[rule]
    found = {_place(path): lines for path in sources() if (lines := sorted(set(find(parsed(path)))))}
    assert found.keys() <= allowed, {place: lines for place, lines in found.items() if place not in allowed}
    assert found, "not even where it belongs: the test looks for the wrong thing"


def test_web_sites_get_no_secret() -> None:
    """What reads them imports neither the client, nor the options of the connection, nor what has a key in it."""
    imported = {
        f"{node.module}.{alias.name}" if node.module else alias.name
        for node in ast.walk(parsed(PLUGINS / "module_utils" / "_web.py"))
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }
    assert imported == {
        "_session",
        "_core.failure.TaskFailed",
        "_core.lifeline.Lifeline",
        "_response.excerpt",
        "_version.VERSION",
    }


def test_what_starts_ansible_runs_on_each_core() -> None:
    """A core between the oldest and the newest runs a part of the modules' unit tests, and of these all."""
    files = (ROOT / "tests" / "unit" / "plugins" / "modules").glob("test_*.py")
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    starts = re.compile(r"^from (?:tests\.unit|\.\.\.)\.?(?:packed|playbook) |^import subprocess", re.M)
    about = {name for name, text in texts.items() if starts.search(text)}
    assert about
    assert [name for name in sorted(about) if "pytest.mark.each_core" not in texts[name]] == []


def test_a_rollout_knows_its_variables() -> None:
    """It refuses others, so its list has each variable that it uses, and those of search_test.yml."""

    def named(text: str) -> set[str]:
        modules = {path.stem for path in (PLUGINS / "modules").glob("*.py")}
        return set(re.findall(r"\btrieve_(?:rollout|search)_\w+", text)) - modules

    playbooks = ROOT / "playbooks"
    text = (playbooks / "rollout.yml").read_text()
    (play,) = yaml.safe_load(text)
    known = play["vars"]["rollout_known"]
    entries = "".join(f"      - {name}\n" for name in known)
    assert entries in text
    used = named(text.replace(entries, "") + (playbooks / "tasks" / "rollout_verify.yml").read_text())
    assert set(known) == used | named((playbooks / "search_test.yml").read_text())
