# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what a state file may say: the argument specs of roles/organization, and a JSON Schema for editors.

    python -m tools.state_file [FOLDER]

Both are made of the modules' documentation and of tools/state_file.yml, so that an option of a module is described once.
"""

from __future__ import annotations

import copy
import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration_values import EXTRA_PARAMS

COLLECTION = "community.trieve"
PLUGINS = f"ansible_collections.{COLLECTION}.plugins"
SPECS = Path("roles/organization/meta/argument_specs.yml")
SCHEMA = Path("roles/organization/files/organization.schema.json")
STATE = "organization_state"

SKELETON = Path(__file__).parent / "state_file.yml"
MADE = "# Made by `make specs` of the modules' documentation and of tools/state_file.yml."

Option = dict[str, Any]
Options = dict[str, Option]

_MARKUP = re.compile(r"\b(?P<kind>[A-Z])\((?P<text>[^()]*(?:\([^()]*\)[^()]*)*)\)")


class Place:
    """Where the options of a module stand in the state: how a mention of one is to be read there.

    :param module: whose documentation it is
    :param base: what stands in front of an option's name in the state
    :param names: the options of the module that are there, at the top level
    :param dropped: what stands in front of them in the module's own documentation
    """

    def __init__(self, module: str, base: str, names: set[str], dropped: str = "") -> None:
        self.module = module
        self.base = base
        self.names = names
        self.dropped = dropped

    def words(self, text: str) -> str:
        """A sentence of the module's documentation as it is right in the role's."""
        return _MARKUP.sub(self._mention, text)

    def _mention(self, match: re.Match[str]) -> str:
        if match["kind"] != "O" or match["text"].startswith(COLLECTION):
            return match[0]
        name = match["text"]
        if self.dropped and name.startswith(self.dropped):
            return f"O({self.base}{name[len(self.dropped) :]})"
        if not self.dropped and re.split(r"[.\[=]", name)[0] in self.names:
            return f"O({self.base}{name})"
        if name == "update_secrets":  # one for all datasets
            return "O(organization_update_secrets)"
        return f"O({COLLECTION}.{self.module}#module:{name})"


def documented(module: str, fragment: str | None) -> Options:
    if fragment:
        source = importlib.import_module(f"{PLUGINS}.doc_fragments.{fragment}").ModuleDocFragment.DOCUMENTATION
    else:
        source = importlib.import_module(f"{PLUGINS}.modules.{module}").DOCUMENTATION
    # A copy without YAML's aliases: conditions of filters are one object at three places.
    options: Options = json.loads(json.dumps(yaml.safe_load(source)["options"]))
    return options


def _taken(source: Mapping[str, Any], base: str) -> Options:
    """The options that C(taken_from) stands for, as options of a role."""
    options = documented(source["module"], source.get("fragment"))
    dropped = ""
    if "option" in source:
        dropped = f"{source['option']}[]."
        options = options[source["option"]]["suboptions"]
    options = {name: option for name, option in options.items() if name not in source.get("without", ())}
    options.update(copy.deepcopy(dict(source.get("options", {}))))
    place = Place(source["module"], base, set(options), dropped)
    for name in source.get("required", ()):
        options[name]["required"] = True
    if "public_dataset" in options:
        # The module names a misspelt one, too, but by then other datasets may have been written.
        options["public_dataset"]["suboptions"]["extra_params"]["suboptions"] = {
            key: {"description": [f"The key C({key}) of the page, passed on as it is."], "type": "raw"}
            for key in sorted(EXTRA_PARAMS)
        }
    return {name: _as_role_option(option, place) for name, option in options.items()}


def _as_role_option(option: Option, place: Place) -> Option:
    described = option["description"]
    described = [described] if isinstance(described, str) else described
    below = option.pop("suboptions", None)
    made = {**option, "description": [place.words(text) for text in described]}
    if below:
        made["options"] = {name: _as_role_option(each, place) for name, each in below.items()}
    return made


def _filled(options: Options, path: str = "") -> Options:
    """The options with every C(taken_from) replaced by what it stands for."""
    made = {}
    for name, option in options.items():
        base = f"{path}{name}{'[]' if option['type'] == 'list' else ''}."
        source = option.get("taken_from")
        option = {key: value for key, value in option.items() if key != "taken_from"}
        if source:
            option["options"] = _taken(source, base)
        elif "options" in option:
            option["options"] = _filled(option["options"], base)
        made[name] = option
    return made


def argument_specs() -> dict[str, Any]:
    """The content of meta/argument_specs.yml."""
    skeleton = yaml.safe_load(SKELETON.read_text())
    return {
        "argument_specs": {entry: {**spec, "options": _filled(spec["options"])} for entry, spec in skeleton.items()}
    }


# The JSON Schema. Any value may come out of a template or a vault, which to an editor are texts.

_TEXT_FOR = {"$ref": "#/definitions/template"}
_TYPES: dict[str, Callable[[], dict[str, Any]]] = {
    "str": lambda: {"type": ["string", "number", "boolean"]},
    "bool": lambda: {"type": "boolean"},
    "int": lambda: {"type": "integer"},
    "float": lambda: {"type": "number"},
    "raw": dict,
    "dict": lambda: {"type": "object"},
    "list": lambda: {"type": "array"},
}


def _plain(text: str) -> str:
    """A sentence without Ansible's markup. Where an option is, a reader of the file sees."""

    def shown(match: re.Match[str]) -> str:
        words = match["text"]
        if match["kind"] == "O":
            words = words.rpartition(":")[2] if words.startswith(COLLECTION) else words
            words = re.sub(
                rf"^{STATE}\.(datasets\[\]\.)?((configuration|api_keys\[\]|chunk_groups\[\]|crawls\[\])\.)?", "", words
            )
            words = words.replace("=", ": ", 1)
        return f"`{words}`" if match["kind"] in "OVCEM" else match[0]

    return _MARKUP.sub(shown, text)


def _exactly(option: Option) -> dict[str, Any]:
    """What a value of this option looks like when it is no template."""
    if "choices" in option:
        return {"enum": list(option["choices"])}
    schema = _TYPES[option["type"]]()
    if "options" in option:
        schema["properties"] = {name: _schema(each) for name, each in option["options"].items()}
        schema["additionalProperties"] = False
        required = [name for name, each in option["options"].items() if each.get("required")]
        if required:
            schema["required"] = required
    return schema


def _schema(option: Option) -> dict[str, Any]:
    described = option["description"]
    schema: dict[str, Any] = {
        "description": "\n".join(map(_plain, [described] if isinstance(described, str) else described))
    }
    if "default" in option:
        schema["default"] = option["default"]
    if option["type"] == "list":
        element = {**option, "type": option.get("elements", "raw")}
        items = _exactly(element)
        exact = {"type": "array", "items": {"anyOf": [items, _TEXT_FOR]} if items else {}}
    else:
        exact = _exactly(option)
    if not exact:
        return schema
    others = [_TEXT_FOR] if exact.get("type") != ["string", "number", "boolean"] else []
    if not {"required", "choices", "default"} & set(option):  # where Ansible takes a null for "not given"
        others.append({"type": "null"})
    return {**schema, "anyOf": [exact, *others]} if others else {**schema, **exact}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a state file. Draft 7 is what the YAML language server knows best."""
    state = argument_specs()["argument_specs"]["main"]["options"][STATE]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "State of a Trieve organization, for the playbook community.trieve.apply",
        "description": "Made by `make specs` of the documentation of the modules.",
        "definitions": {
            "template": {
                "description": "A template, or a value from a vault.",
                "type": "string",
                "pattern": r"\{\{|\{%|^\$ANSIBLE_VAULT",
            }
        },
        **_exactly(state),
    }


def texts() -> dict[Path, str]:
    """What each file has to say."""

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    specs = yaml.dump(argument_specs(), Dumper=Dumper, sort_keys=False, width=90, allow_unicode=True)
    head, _rest = SKELETON.read_text().split("\n\n", 1)  # the licence
    return {SPECS: f"{head}\n\n{MADE}\n\n{specs}", SCHEMA: json.dumps(json_schema(), indent=2) + "\n"}


def main(arguments: list[str]) -> int:
    """Write the files below the folder."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    for path, text in texts().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        print(f"Wrote {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
