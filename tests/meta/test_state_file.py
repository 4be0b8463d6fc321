# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a state file may say: the argument specs of the module and the JSON Schema for editors say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from ansible_collections.community.trieve.plugins.module_utils._core.faults import find_faults
from ansible_collections.community.trieve.plugins.module_utils._core.options import CONNECTION_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._organization_state.options import STATE_SPEC
from ansible_collections.community.trieve.plugins.modules import (
    trieve_api_key,
    trieve_chunk_groups,
    trieve_crawls,
    trieve_dataset,
    trieve_invitation,
    trieve_organization,
    trieve_user,
)
from tools import state_file

from .collection import ROOT

STATE: dict[str, Any] = {"type": "dict", "options": STATE_SPEC}
SCHEMA = jsonschema.Draft7Validator(state_file.json_schema())

SAMPLES = {"str": "a text", "bool": True, "int": 3, "float": 0.5, "raw": "anything", "dict": {"theme": "dark"}}
WRONG = {"bool": "perhaps", "int": "many", "float": "warm", "dict": "a text", "list": {"a": 1}}
TEMPLATE = "{{ something }}"

GOOD = """
datasets:
  - tracking_id: docs
    name: "{{ title }}"
    configuration:
      llm_api_key: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
      temperature: "{{ temperature }}"
      max_tokens: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
      locked: "{{ locked }}"
      rag_prompt:
      public_dataset: {enabled: false, extra_params: {theme: dark}}
    chunk_groups: "{{ groups }}"
    crawls:
      - {site_url: "https://docs.example.com", interval: daily, limit: 10, include_paths: [/guide/*]}
      - "{{ one_more }}"
  - tracking_id: 2024
api_keys:
  - {name: website, role: read, dataset_ids: [docs], expires_at: 2030-12-31}
prune: {crawls: delete, datasets: none, max_deletions: 10, tracking_id_prefix: team-}
"""


class Loader(yaml.SafeLoader):
    """As an editor reads YAML: a date is a text, and so is what stands behind a tag that it was told of."""


def _as_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


for _tag in ("!vault", "tag:yaml.org,2002:timestamp"):
    Loader.add_constructor(_tag, _as_text)


def paths(options: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every option of the state, by the names that lead to it."""
    for name, option in options.items():
        yield (*before, name)
        yield from paths(option.get("options", {}), (*before, name))


def at(path: tuple[str, ...]) -> dict[str, Any]:
    """The option that is there."""
    option: dict[str, Any] = STATE
    for name in path:
        option = option["options"][name]
    return option


def sample(option: dict[str, Any]) -> Any:
    """A value of the option, with no more in it than is required."""
    if option.get("choices"):
        return option["choices"][-1]
    if option["type"] == "list":
        return [sample({**option, "type": option.get("elements", "raw")})] if option.get("elements") != "list" else [[]]
    if "options" in option:
        return {name: sample(each) for name, each in option["options"].items() if each.get("required")}
    return copy.deepcopy(SAMPLES[option["type"]])


def state_with(path: tuple[str, ...], value: Any, name: str | None = None) -> dict[str, Any]:
    """A state that has the value at the path, and beside it only what is required.

    :param name: in place of the last name of the path
    """

    def within(option: dict[str, Any], rest: tuple[str, ...]) -> Any:
        if not rest:
            return value
        content = {each: sample(below) for each, below in option["options"].items() if below.get("required")}
        content.pop(rest[0], None)
        content[rest[0] if len(rest) > 1 or not name else name] = within(option["options"][rest[0]], rest[1:])
        return [content] if option["type"] == "list" else content

    state: dict[str, Any] = within(STATE, path)
    return state


def module_says(state: Any) -> list[str]:
    """What the module says of a state before it reads anything."""
    return [fault.words for fault in find_faults(copy.deepcopy(state), STATE)]


def editor_says(state: Any) -> list[str]:
    """What an editor underlines."""
    return [error.message for error in SCHEMA.iter_errors(state)]


ALL = list(paths(STATE["options"]))


def test_files_are_made_of_the_documentation() -> None:
    """`make specs` writes what is there already."""
    stale = [str(path) for path, text in state_file.texts().items() if (ROOT / path).read_text() != text]
    assert not stale, f"{', '.join(stale)}: run `make specs`"


def test_schema_is_one() -> None:
    """It is a JSON Schema of draft 7, and small enough for an editor to load at each start."""
    jsonschema.Draft7Validator.check_schema(json.loads((ROOT / state_file.SCHEMA).read_text()))
    assert len(ALL) > 200
    assert (ROOT / state_file.SCHEMA).stat().st_size < 300_000


def test_good_file() -> None:
    """Templates and vaults may stand for any value, and null for none."""
    assert editor_says(yaml.load(GOOD, Loader)) == []


@pytest.mark.parametrize("path", ALL, ids=".".join)
def test_each_option(path: tuple[str, ...]) -> None:
    """The module and the schema take the same values, and neither takes a wrong type or a misspelt name."""
    option = at(path)
    good = state_with(path, sample(option))
    assert module_says(good) == []
    assert editor_says(good) == []
    assert editor_says(state_with(path, TEMPLATE)) == []
    if not {"required", "choices", "default"} & set(option):
        nothing = state_with(path, None)
        assert module_says(nothing) == []
        assert editor_says(nothing) == []

    if option.get("choices") or option["type"] in WRONG:
        wrong = state_with(path, "wrong" if option.get("choices") else WRONG[option["type"]])
        assert any(path[-1] in words for words in module_says(wrong))
        assert editor_says(wrong)

    misspelt = f"{path[-1]}_misspelt"
    wrong = state_with(path, sample(option), misspelt)
    assert any(misspelt in words for words in module_says(wrong))
    assert editor_says(wrong)


@pytest.mark.parametrize("path", [path for path in ALL if at(path).get("required")], ids=".".join)
def test_required(path: tuple[str, ...]) -> None:
    """What the module cannot do without, an editor asks for."""
    lacking = state_with(path, sample(at(path)), "another_name")
    assert any(f"{path[-1]} is missing" in words for words in module_says(lacking))
    assert editor_says(lacking)


def missing(definition: Any, *path: str) -> set[str]:
    """The options of a module that are not in the state."""
    return set(definition.argument_spec) - set(CONNECTION_OPTIONS) - set(at(path)["options"])


def test_no_option_of_a_module_is_missing() -> None:
    """An option that is added to a module is one of the state, or is named here."""
    found_by = {"dataset_id", "tracking_id", "new_tracking_id", "name"}
    once = {"clone_from", "clone_chunks"}
    deletion = {"state", "deletion_protection", "force", "wait", "wait_timeout"}
    configuration = missing(trieve_dataset.DEFINITION, "datasets", "configuration")
    assert configuration == {*found_by, *once, *deletion, "update_secrets"}
    assert missing(trieve_api_key.DEFINITION, "api_keys") == {"state", "api_key_id"}
    assert missing(trieve_user.DEFINITION, "users") == {"state"}
    assert missing(trieve_invitation.DEFINITION, "invitations") == {"state"}
    assert missing(trieve_organization.DEFINITION, "organization") == {"state", "find_by", "force"}
    for definition, name in ((trieve_crawls.DEFINITION, "crawls"), (trieve_chunk_groups.DEFINITION, "chunk_groups")):
        assert set(definition.argument_spec[name]["options"]) == set(at(("datasets", name))["options"]) - {"ignore"}


def test_every_description_is_needed() -> None:
    """tools/state_file.yml describes keys of the state, and none that a module describes."""
    known = {".".join(path) for path in ALL}
    assert set(state_file.SOURCES["descriptions"]) <= known
    assert set(state_file.SOURCES["sources"]) <= known
    assert json.loads((ROOT / state_file.SCHEMA).read_text())["$id"].endswith(f"/main/{state_file.SCHEMA}")
