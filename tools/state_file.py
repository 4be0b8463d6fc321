# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the JSON Schema of a state file, for editors.

    python -m tools.state_file [FOLDER]

Keys and types are the argument specs by which the module checks a state, descriptions are those of the modules' documentation, so
nothing is described twice. tools/state_file.yml has the rest.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration_values import EXTRA_PARAMS
from ansible_collections.community.trieve.plugins.module_utils._organization_state.options import STATE_SPEC

COLLECTION = "community.trieve"
PLUGINS = f"ansible_collections.{COLLECTION}.plugins"
SCHEMA = Path("roles/organization/files/organization.schema.json")
SCHEMA_ID = f"https://raw.githubusercontent.com/ansible-collections/{COLLECTION}/main/{SCHEMA}"
SOURCES = yaml.safe_load((Path(__file__).parent / "state_file.yml").read_text())

Option = Mapping[str, Any]
STATE: Option = {"type": "dict", "options": STATE_SPEC}

_MARKUP = re.compile(r"\b(?P<kind>[A-Z])\((?P<text>[^()]*(?:\([^()]*\)[^()]*)*)\)")


def _documented(source: Mapping[str, str]) -> dict[str, Any]:
    """The documented options of a module or of a fragment, or the suboptions of one of them."""
    if "fragment" in source:
        text = importlib.import_module(f"{PLUGINS}.doc_fragments.{source['fragment']}").ModuleDocFragment.DOCUMENTATION
    else:
        text = importlib.import_module(f"{PLUGINS}.modules.{source['module']}").DOCUMENTATION
    options: dict[str, Any] = yaml.safe_load(text)["options"]
    return options[source["option"]]["suboptions"] if "option" in source else options


def _descriptions() -> dict[str, str]:
    """The description of each key, by the names that lead to it."""
    found: dict[str, str] = {}

    def add(path: str, options: Mapping[str, Any]) -> None:
        for name, option in options.items():
            words = option["description"]
            found[f"{path}.{name}"] = "\n".join(map(_plain, [words] if isinstance(words, str) else words))
            add(f"{path}.{name}", option.get("suboptions") or {})

    for path, sources in SOURCES["sources"].items():
        for source in sources:
            add(path, _documented(source))
    found.update(SOURCES["descriptions"])
    return found


def _plain(text: str) -> str:
    """A sentence without Ansible's markup, and with short names of options."""

    def shown(match: re.Match[str]) -> str:
        words = match["text"]
        if match["kind"] == "O":
            words = re.sub(r"^(chunk_groups|crawls)\[\]\.", "", words.rpartition(":")[2]).replace("=", ": ", 1)
        return f"`{words}`" if match["kind"] in "OVCEM" else match[0]

    return _MARKUP.sub(shown, text)


# Any value can be a template or come from a vault, which are strings for an editor.

_TEXT_FOR = {"$ref": "#/definitions/template"}
_SCALAR = {"type": ["string", "number", "boolean"]}
_TYPES: dict[str, Callable[[], dict[str, Any]]] = {
    "str": lambda: dict(_SCALAR),
    "bool": lambda: {"type": "boolean"},
    "int": lambda: {"type": "integer"},
    "float": lambda: {"type": "number"},
    "raw": dict,
    "dict": lambda: {"type": "object"},
    "list": lambda: {"type": "array"},
}


class _Schema:
    """Makes the schema of each option."""

    def __init__(self) -> None:
        self._descriptions = _descriptions()

    def exactly(self, option: Option, path: str) -> dict[str, Any]:
        """The schema of a value of this option that is not a template."""
        if option.get("choices"):
            return {"enum": list(option["choices"])}
        schema = _TYPES[option["type"]]()
        if "options" in option:
            schema["properties"] = {
                name: self.of(each, f"{path}.{name}".lstrip(".")) for name, each in option["options"].items()
            }
            schema["additionalProperties"] = False
            required = [name for name, each in option["options"].items() if each.get("required")]
            if required:
                schema["required"] = required
        elif path.endswith("public_dataset.extra_params"):
            # The module reports misspelled keys, too.
            schema["properties"] = {key: {} for key in sorted(EXTRA_PARAMS)}
            schema["additionalProperties"] = False
        return schema

    def of(self, option: Option, path: str) -> dict[str, Any]:
        """The schema of an option."""
        schema: dict[str, Any] = {"description": self._descriptions[path]}
        if option.get("default") is not None:
            schema["default"] = option["default"]
        if option["type"] == "list":
            items = self.exactly({**option, "type": option.get("elements", "raw")}, path)
            exact: dict[str, Any] = {"type": "array", "items": {"anyOf": [items, _TEXT_FOR]} if items else {}}
        else:
            exact = self.exactly(option, path)
        if not exact:
            return schema
        others: list[dict[str, Any]] = [_TEXT_FOR] if exact != _SCALAR else []
        if not {"required", "choices", "default"} & set(option):  # where null is the same as leaving the option out
            others.append({"type": "null"})
        return {**schema, "anyOf": [exact, *others]} if others else {**schema, **exact}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a state file, in draft 7, which the YAML language server supports best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        "title": "State of a Trieve organization, for the playbook community.trieve.apply",
        "description": "Generated by `make specs` from the argument specs and the documentation of the modules.",
        "definitions": {
            "template": {
                "description": "A template, or a value from a vault.",
                "type": "string",
                "pattern": r"\{\{|\{%|^\$ANSIBLE_VAULT",
            }
        },
        **_Schema().exactly(STATE, ""),
    }


def texts() -> dict[Path, str]:
    """The content of each file."""
    return {SCHEMA: json.dumps(json_schema(), indent=2) + "\n"}


def main(arguments: list[str]) -> int:
    """Write the files below the directory."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    for path, text in texts().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        print(f"Wrote {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
