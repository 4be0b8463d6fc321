# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every code block of the guides and the README is what it claims to be.

Plays and tasks pass Ansible's syntax check, all of them in one run, and the options of the collection's modules pass their
argument specs. State files pass the spec of a state. JSON, Python, shell and diffs are parsed. Commands are known, with
playbooks, targets of the Makefile and variables that exist.
"""

from __future__ import annotations

import ast
import configparser
import importlib
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._core.faults import find_faults
from ansible_collections.community.trieve.plugins.module_utils._organization_state.options import STATE_SPEC
from tests.integration.play import tool
from tests.meta.collection import NAME, modules
from tools import cores

from .blocks import GUIDES, ROOT, Block, all_blocks

BLOCKS = all_blocks()


class Loader(yaml.SafeLoader):
    """Knows Ansible's tags."""


for tag in ("!vault", "!unsafe"):
    Loader.add_constructor(tag, lambda loader, node: str(node.value))

FILES = {
    "groups": "alerting rules of Prometheus",
    "jobs": "GitHub Actions",
    "stages": "GitLab",
    "plugin": "inventory source",
    "fields": "inputs of a credential type",
    "env": "injectors of a credential type",
    "extra_vars": "injectors of a credential type",
    "yaml.schemas": "settings of an editor",
    "dependencies": "execution environment",
    "collections": "requirements",
    "vault_trieve_api_key": "variables in a vault",
}
"""Keys at the top of files that are neither playbooks nor state files. They are read as YAML only."""

COMMANDS = {
    *(
        "ansible-builder",
        "ansible-doc",
        "ansible-galaxy",
        "ansible-inventory",
        "ansible-lint",
        "ansible-navigator",
        "ansible-playbook",
    ),
    *(
        "ansible-vault",
        "awk",
        "case",
        "cat",
        "cosign",
        "curl",
        "diff",
        "docker",
        "done",
        "esac",
        "export",
        "fi",
        "for",
        "gh",
        "git",
    ),
    *(
        "glab",
        "gpg",
        "grep",
        "gzip",
        "head",
        "if",
        "jq",
        "ls",
        "mail",
        "make",
        "mkdir",
        "pip",
        "podman",
        "pre-commit",
        "python",
    ),
    *("python3", "read", "sed", "sha256sum", "tar", "test", "tr", "unset", "wget"),
}


def named(language: str) -> list[Block]:
    """The blocks of a language, by the first word of its name."""
    return [block for block in BLOCKS if block.language.partition("+")[0] == language]


def test_blocks_are_found() -> None:
    """Every language has a test, and the pattern overlooks no block."""
    known = {
        "ansible-output",
        "console",
        "diff",
        "ini",
        "jinja",
        "json",
        "python",
        "sh",
        "shell",
        "text",
        "yaml",
        "yaml+jinja",
    }
    assert {block.language for block in BLOCKS} <= known
    for path in {block.path for block in BLOCKS}:
        marks = len(re.findall(r"^ *\.\. code-block::|^```\w", path.read_text(), re.MULTILINE))
        assert marks == sum(block.path == path for block in BLOCKS), path


def is_play(content: Any) -> bool:
    """Whether a document is a playbook."""
    return isinstance(content, list) and all(
        {"hosts", "ansible.builtin.import_playbook", "import_playbook"} & set(play) for play in content
    )


def tasks_of(content: Any) -> Iterator[dict[str, Any]]:
    """Every task in a list of plays, tasks or blocks."""
    for entry in content if isinstance(content, list) else ():
        inner = [
            entry[key]
            for key in ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
            if key in entry
        ]
        for tasks in inner:
            yield from tasks_of(tasks)
        if not inner and "hosts" not in entry:
            yield entry


def sample(option: dict[str, Any]) -> Any:
    """A value that an option takes, in place of a template."""
    if option.get("choices"):
        return option["choices"][0]
    samples = {"int": 1, "float": 1.0, "bool": True, "list": [], "dict": {}}
    return samples.get(option.get("type", "str"), "text")


def without_templates(value: Any, option: dict[str, Any]) -> Any:
    """The value with samples in place of templates."""
    if isinstance(value, str) and "{{" in value:
        return sample(option)
    inner = option.get("options") or {}
    if isinstance(value, dict):
        return {key: without_templates(each, inner.get(key, {})) for key, each in value.items()}
    if isinstance(value, list):
        entry = {"type": option.get("elements", "str"), "options": inner}
        return [without_templates(each, entry) for each in value]
    return value


def option_faults(name: str, given: Any) -> list[str]:
    """What is wrong with the options of one of the collection's modules."""
    if name not in modules():
        return [f"there is no module {name}"]
    definition = importlib.import_module(f"ansible_collections.{NAME}.plugins.modules.{name}").DEFINITION
    spec = definition.argument_spec
    options = {key: without_templates(value, spec.get(key, {})) for key, value in (given or {}).items()}
    validation = ArgumentSpecValidator(spec, **definition.rules).validate(options)
    return [f"{name}: {message}" for message in validation.error_messages]


def yaml_faults(content: Any) -> list[str]:
    """What is wrong with a document of a guide."""
    if isinstance(content, dict):
        keys = set(content)
        if keys & set(STATE_SPEC):
            return [fault.words for fault in find_faults(content, {"type": "dict", "options": STATE_SPEC})]
        return (
            []
            if keys & set(FILES) or all(str(key).startswith("trieve_") for key in keys)
            else [f"a file with the keys {sorted(keys)} is not known to FILES"]
        )
    faults = []
    for task in tasks_of(content):
        for key, options in task.items():
            if key.startswith(f"{NAME}.trieve") and isinstance(options, (dict, type(None))) and "_" in key:
                faults += option_faults(key.removeprefix(f"{NAME}."), options)
    return faults


@pytest.mark.parametrize("block", named("yaml"), ids=str)
def test_yaml(block: Block) -> None:
    """It can be read, and nothing in it is misspelt."""
    for content in yaml.load_all(block.text, Loader):
        faults = yaml_faults(content)
        assert not faults, "\n".join(faults)


def test_misspelt_options_are_found() -> None:
    task = {
        "name": "One",
        f"{NAME}.trieve_crawl": {"datset": "docs", "interval": "{{ often }}", "scrape_options": {"tpye": "x"}},
    }
    play = [{"hosts": "localhost", "tasks": [{"block": [task]}]}]
    assert "datset" in str(yaml_faults(play))
    assert yaml_faults([{f"{NAME}.trieve_crawls": {"crawls": [{"sitemap": "x"}]}}])
    assert yaml_faults([{f"{NAME}.trieve_crwal": {}}])
    assert yaml_faults({"datasets": [{"nmae": "Docs"}]})
    assert yaml_faults({"anything": 1})
    assert yaml_faults([{f"{NAME}.trieve_crawl": {"dataset": "{{ a }}", "limit": "{{ b }}", "site_url": "x"}}]) == []


def test_playbooks(tmp_path: Path) -> None:
    """All plays and tasks pass `ansible-playbook --syntax-check`, in one run."""
    plays: list[Any] = []
    (tmp_path / "store_key.yml").write_text("[]")
    for block in named("yaml"):
        for content in yaml.load_all(block.text, Loader):
            if not isinstance(content, list):
                continue
            if is_play(content):
                plays += [play for play in content if "hosts" in play]
            elif all(any("." in key for key in task) for task in tasks_of(content)):
                plays.append({"name": str(block), "hosts": "localhost", "gather_facts": False, "tasks": content})
    assert len(plays) > 10
    playbook = tmp_path / "playbook.yml"
    for play in plays:
        play.pop("vars_files", None)
    playbook.write_text(yaml.safe_dump(plays, sort_keys=False))
    command = [tool("ansible-playbook"), "--syntax-check", "-i", "localhost,", str(playbook)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "DEPRECATION" not in ran.stderr


def lines_of(block: Block) -> list[str]:
    """The command lines of a console, a shell script, or the steps of a pipeline."""
    if block.language == "console":
        return [command.line for command in block.commands()]
    return [block.text]


def playbook_exists(name: str) -> bool:
    """Whether a playbook is one of the collection, or one that a guide shows."""
    if name.startswith(f"{NAME}."):
        return (ROOT / "playbooks" / f"{name.removeprefix(f'{NAME}.')}.yml").is_file()
    return name in {"site.yml", *(block.caption for block in BLOCKS)} or name.startswith(("{", "$", '"'))


VARIABLE = re.compile(r"^[\"']?\{?[\"']?((?:trieve|organization|quickstart)_\w+)[\"']?[=:]")


def known_variables() -> str:
    """The texts in which the variables of playbooks and roles are."""
    files = [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "roles").rglob("*.yml")]
    return "\n".join(path.read_text() for path in files)


def command_faults(text: str) -> Iterator[str]:
    """What is wrong with command lines: a command, a playbook, a target or a variable that is not there."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        line = re.sub(r"<<'?\w+'?.*", "", line)
        for part in re.split(r"\s*(?:&&|\|\||[|;])\s*", line):
            words = shlex.split(part.replace("(", " ").replace(")", " "), comments=True)
            while words and re.match(r"^[A-Z_]+=|^(?:sudo|then|do|else|!)$", words[0]):
                words = words[1:]
            if not words:
                continue
            command = words[0]
            if command == "ansible-playbook":
                names = [word for word in words if word.endswith(".yml") or word.startswith(f"{NAME}.")]
                names = [
                    word
                    for word in names
                    if "=" not in word and not word.startswith("@") and words[words.index(word) - 1] != "-i"
                ]
                yield from (f"there is no playbook {name}" for name in names if not playbook_exists(name))
                variables = (VARIABLE.match(word) for word in words)
                yield from (
                    f"nothing reads the variable {found[1]}"
                    for found in variables
                    if found and found[1] not in known_variables()
                )
            elif command == "make":
                words = re.sub(r" -C \S+", "", " ".join(words)).split()
                targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
                yield from (
                    f"there is no target {word}" for word in words[1:] if "=" not in word and word not in targets
                )
            elif command not in COMMANDS and not re.match(r"^[a-z*]+$|^\*", command):
                yield f"the command {command} is not known to COMMANDS"


@pytest.mark.parametrize("block", [*named("console"), *named("shell"), *named("sh")], ids=str)
def test_commands(block: Block) -> None:
    """The shell can read them, and what they name is there."""
    for text in lines_of(block):
        ran = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert list(command_faults(text)) == []


def test_wrong_commands_are_found() -> None:
    for line in (
        "ansible-playbook community.trieve.aply --check",
        "ansible-playbook community.trieve.apply -e trieve_state_flie=x",
        "make nothing",
        "Ansible-playbook x",
        "true && make nothing",
    ):
        assert list(command_faults(line)), line


@pytest.mark.parametrize("block", [*named("json"), *named("python"), *named("ini"), *named("diff")], ids=str)
def test_other_languages(block: Block) -> None:
    """They can be parsed."""
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "python":
        ast.parse(block.text)
    elif block.language == "ini":
        configparser.ConfigParser(interpolation=None).read_string(block.text)
    else:
        assert re.search(r"^--- .*\n\+\+\+ .*\n@@ ", block.text, re.MULTILINE)


def test_versions_of_the_guide() -> None:
    """The table of versions is that of the tests."""
    text = (GUIDES / "guide_versions.rst").read_text()
    rows = re.findall(r"^   \* - (2\.\d+)\n     - (\S+) to (\S+)$", text, re.MULTILINE)
    assert rows == [(core.version, cores.dotted(core.oldest), cores.dotted(core.newest)) for core in cores.CORES]
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["requires_ansible"] == f">={cores.CORES[0].version}.0"
    assert f"{cores.CORES[0].version} and {cores.CORES[-1].version} in full" in text
    assert f"{cores.MIDDLE} with the unit tests" in text


def test_schema_of_the_guide() -> None:
    """The line that a guide tells to write into a state file names the schema by its own address."""
    schema = json.loads((ROOT / "roles" / "organization" / "files" / "organization.schema.json").read_text())
    lines = re.findall(r"yaml-language-server: \$schema=(\S+)", (GUIDES / "guide_state_file.rst").read_text())
    assert set(lines) == {schema["$id"]}
    assert schema["$id"].endswith("/main/roles/organization/files/organization.schema.json")
