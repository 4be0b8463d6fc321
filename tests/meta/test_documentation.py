# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `ansible-doc` shows of every plugin is complete."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .collection import NAME, PLUGINS, ROOT, constant, documented, modules

VERSION = tuple(int(part) for part in str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]).split("."))


@pytest.fixture(scope="session")
def docs() -> dict[tuple[str, str], dict[str, Any]]:
    """The answer of `ansible-doc --json` for every plugin, by type and name."""
    found = {}
    for kind in {kind for kind, _name in documented()}:
        names = [f"{NAME}.{name}" for one, name in documented() if one == kind]
        command = ["ansible-doc", "--json", "--type", kind, *names]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.update({(kind, full.rsplit(".", 1)[1]): doc for full, doc in json.loads(answer).items()})
    return found


def _below(keys: dict[str, Any] | None, inner: str, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key with its place, and those within it."""
    for name, key in (keys or {}).items():
        yield f"{path}{name}", key
        yield from _below(key.get(inner), inner, f"{path}{name}.")


def _faults(place: str, key: dict[str, Any], since: str | None) -> Iterator[str]:
    """What a key lacks: a key that says nothing is as old as its plugin."""
    for wanted in ("description", "type"):
        if not key.get(wanted):
            yield f"{place} has no {wanted}"
    version = key.get("version_added", since)
    if not version:
        yield f"{place} has no version_added"
    elif tuple(int(part) for part in str(version).split(".")) > VERSION:
        yield f"{place} is of version {version}, which is not out"


def _of_ansible(kind: str, name: str) -> set[str]:
    """The options that a plugin takes over from ansible-core, which answers for their documentation."""
    folder = "modules" if kind == "module" else kind
    own = yaml.safe_load(constant(PLUGINS / folder / f"{name}.py", "DOCUMENTATION"))
    names: set[str] = set()
    for fragment in own.get("extends_documentation_fragment", ()):
        if not fragment.startswith(f"{NAME}."):
            source = importlib.import_module(f"ansible.plugins.doc_fragments.{fragment.rsplit('.', 1)[-1]}")
            names |= set(yaml.safe_load(source.ModuleDocFragment.DOCUMENTATION)["options"])
    return names


@pytest.mark.parametrize(("kind", "name"), documented())
def test_options_and_return_values(docs: dict[tuple[str, str], dict[str, Any]], kind: str, name: str) -> None:
    """No option and no return value lacks its description, type or version."""
    plugin = docs[kind, name]
    since = plugin["doc"].get("version_added")
    inherited = _of_ansible(kind, name)
    own = {option: doc for option, doc in plugin["doc"]["options"].items() if option not in inherited}
    options = dict(_below(own, "suboptions"))
    plugin["return"] = plugin.get("return") or {}
    returned = dict(_below(plugin["return"], "contains"))
    assert options
    assert returned or kind == "inventory"
    faults = [fault for place, key in (options | returned).items() for fault in _faults(place, key, since)]
    faults += [
        f"{name} does not say when it is returned"
        for name, key in plugin["return"].items()
        if kind != "filter" and not key.get("returned")
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", sorted((PLUGINS / "doc_fragments").glob("*.py")), ids=lambda path: path.stem)
def test_fragments_are_text(path: Path) -> None:
    """Language servers read fragments without running them, and know nothing of what is put together."""
    (fragment,) = (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef))
    texts = [node.value for node in fragment.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    assert texts
    assert all(isinstance(text, ast.Constant) for text in texts)


def test_copies_in_fragments(docs: dict[tuple[str, str], dict[str, Any]]) -> None:
    """A fragment cannot refer to another one, so some suboptions are copies of options. They are the same in each module."""
    options = docs["module", "trieve_search_info"]["doc"]["options"]
    tests = docs["module", "trieve_search_test"]["doc"]["options"]["tests"]["suboptions"]
    assert tests["filters"] == options["filters"]
    defaults = docs["module", "trieve_api_key"]["doc"]["options"]["default_params"]["suboptions"]
    for name in ("filters", "highlight_options", "typo_options"):
        assert defaults[name] == options[name], name
    files = docs["module", "trieve_files"]["doc"]["options"]
    for name, option in files["defaults"]["suboptions"].items():
        assert files["files"]["suboptions"][name] == option, name


def _without_sample(keys: dict[str, Any] | None, path: str = "") -> Iterator[str]:
    """The places of the return values that neither have a sample nor are shown by that of what they are in."""
    for name, key in (keys or {}).items():
        if "sample" in key:
            continue
        if key.get("contains"):
            yield from _without_sample(key["contains"], f"{path}{name}.")
        else:
            yield f"{path}{name}"


def _misfit(key: dict[str, Any]) -> str | None:
    """What a sample is, if it is not of the type of its return value. A value that may be absent has null as its sample."""
    types: dict[str, Any] = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}
    wanted = types.get(key["type"])
    sample = key.get("sample")
    if (
        sample is None
        or wanted is None
        or (isinstance(sample, wanted) and (key["type"] == "bool") == isinstance(sample, bool))
    ):
        return None
    return type(sample).__name__


@pytest.mark.parametrize(("kind", "name"), documented())
def test_samples(docs: dict[tuple[str, str], dict[str, Any]], kind: str, name: str) -> None:
    """Each return value, nested ones too, has a sample of its type, without a key of Trieve that looks real."""
    returned = docs[kind, name].get("return") or {}
    assert list(_without_sample(returned)) == []
    misfits = {place: misfit for place, key in _below(returned, "contains") if (misfit := _misfit(key))}
    assert misfits == {}
    samples = json.dumps([key.get("sample") for _place, key in _below(returned, "contains")])
    assert not re.search(r"\btr-[A-Za-z0-9]{8}", samples)


@pytest.mark.parametrize("module", modules())
def test_attributes(docs: dict[tuple[str, str], dict[str, Any]], module: str) -> None:
    """Every module says what it supports, with reasons where that is not everything."""
    attributes = docs["module", module]["doc"]["attributes"]
    assert {"action_group", "check_mode", "diff_mode", "idempotent"} <= set(attributes)
    assert f"{NAME}.trieve" in attributes["action_group"]["membership"]
    for attribute in attributes.values():
        assert attribute["support"] in ("full", "N/A") or attribute["details"]


@pytest.mark.parametrize(("kind", "name"), documented())
def test_what_editors_show(docs: dict[tuple[str, str], dict[str, Any]], kind: str, name: str) -> None:
    """Language servers show examples, related plugins and the version with what they complete."""
    plugin = docs[kind, name]
    assert plugin["doc"]["seealso"]
    assert plugin["doc"]["version_added"]
    assert plugin["examples"]
    assert plugin["doc"]["short_description"]
