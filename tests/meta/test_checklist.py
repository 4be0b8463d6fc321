# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requirements of the Ansible community package that docs/checklist.md names and no other test checks."""

from __future__ import annotations

import importlib
import re
from typing import Any

import yaml

from tools import cores

from .collection import NAME, PLUGINS, ROOT, constant, documented, modules

PAGE = ROOT / "docs" / "checklist.md"
WORKFLOWS = ROOT / ".github" / "workflows"
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
COC = re.compile(r"https://docs\.ansible\.com/projects/ansible/latest/community/code_of_conduct\.html")
KNOWN = {"action", "doc_fragments", "filter", "inventory", "lookup", "module_utils", "modules", "plugin_utils", "test"}


def test_each_row_names_its_check() -> None:
    """A row names a test or a session that exists, or says that it is for a person."""
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 25
    sessions = (ROOT / "noxfile.py").read_text(encoding="utf-8") + (ROOT / "tools" / "suite.py").read_text(
        encoding="utf-8"
    )
    for _requirement, _where, check in rows:
        named = check.strip(" |`")
        if named.startswith("nox -s "):
            assert named.split()[2].startswith("core-") or f'"{named.split()[2]}"' in sessions, named
        elif named != "a person":
            path, _, test = named.partition("::")
            assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), named
            assert (ROOT / path).exists(), named


def test_galaxy() -> None:
    """Where issues go, tags, no dependencies, and a semantic version."""
    assert GALAXY["issues"].startswith("https://")
    assert GALAXY["tags"]
    assert GALAXY["dependencies"] == {}
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z0-9.]+)?", GALAXY["version"])


def test_code_of_conduct() -> None:
    """Both files link the Ansible Code of Conduct."""
    for name in ("README.md", "CODE_OF_CONDUCT.md"):
        assert COC.search((ROOT / name).read_text(encoding="utf-8"))


def test_python() -> None:
    """Which Python a module requires is in the README and in its own documentation."""
    assert "Python 3.9 or newer" in (ROOT / "README.md").read_text(encoding="utf-8")
    for module in modules():
        documentation = yaml.safe_load(constant(PLUGINS / "modules" / f"{module}.py", "DOCUMENTATION"))
        texts = [str(documentation.get("requirements"))]
        for fragment in documentation.get("extends_documentation_fragment", ()):
            name, _, section = fragment.removeprefix(f"{NAME}.").partition(".")
            if fragment.startswith(NAME):
                source = importlib.import_module(f"ansible_collections.{NAME}.plugins.doc_fragments.{name}")
                texts.append(str(getattr(source.ModuleDocFragment, (section or "DOCUMENTATION").upper())))
        assert re.search(r"(?i)python \D{0,4}3\.9", " ".join(texts)), module


def test_private_files() -> None:
    """Only the client is for others."""
    files = [path for folder in ("module_utils", "plugin_utils") for path in (PLUGINS / folder).iterdir()]
    public = {path.name for path in files if not path.name.startswith("_") and path.suffix == ".py"}
    assert public <= {"trieve.py"}
    assert {path.name for path in files if path.is_dir() and not path.name.startswith("_")} == set()


def test_requires_ansible() -> None:
    """The oldest core is the oldest that is tested."""
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"] == f">={cores.CORES[0]}.0"


def test_plugin_directories() -> None:
    """Ansible knows each of them."""
    assert {path.name for path in PLUGINS.iterdir() if path.is_dir() and path.name != "__pycache__"} <= KNOWN


def test_contributing() -> None:
    """It says what is welcome."""
    assert "## What is welcome" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _supports_check_mode(module: str) -> str:
    documentation = yaml.safe_load(constant(PLUGINS / "modules" / f"{module}.py", "DOCUMENTATION"))
    text = str(documentation.get("attributes", {}).get("check_mode", {}).get("support", "full"))
    return text


def test_info_modules() -> None:
    """They have no option that changes something, and support check mode."""
    readers = [module for module in modules() if module.endswith("_info")]
    assert len(readers) > 5
    for module in readers:
        options = yaml.safe_load(constant(PLUGINS / "modules" / f"{module}.py", "DOCUMENTATION"))["options"]
        assert "state" not in options, module
        assert _supports_check_mode(module) == "full", module


def test_no_ignored_sanity_tests() -> None:
    """There is nothing that would need a reason."""
    assert list((ROOT / "tests").glob("sanity/ignore*")) == []


def _workflow(name: str) -> Any:
    # YAML 1.1 reads the key `on` as true.
    return yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))


def test_workflows() -> None:
    """The gate runs for pull requests, weekly and before a release; the cores that it leaves out run beside it."""
    ci = _workflow("ci.yml")
    assert {"pull_request", "push", "schedule"} <= set(ci[True])
    assert re.fullmatch(r"\d+ \d+ \* \* \d", ci[True]["schedule"][0]["cron"])
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (chosen,) = re.findall(r"CORES:-([\d. ]+)", gate)
    others = ci["jobs"]["cores"]["strategy"]["matrix"]["core"]
    assert sorted([*chosen.split(), *others]) == [str(core) for core in cores.CORES]
    release = _workflow("release.yml")
    for workflow in (ci, release):
        assert {"run": ".ci/run"} in workflow["jobs"]["gate"]["steps"]
    assert release["jobs"]["build"]["needs"] == "gate"
    assert release["jobs"]["publish"]["needs"] == "build"


def test_there_are_plugins() -> None:
    """The tests above would pass if none were found."""
    assert len(documented()) > 20
