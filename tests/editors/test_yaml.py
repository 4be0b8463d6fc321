# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The YAML language server checks and completes a state file by the line that the guide tells to write into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import Editor, editor

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = ROOT / "roles" / "organization" / "files" / "organization.schema.json"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_state_file.rst"


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with the setting that the guide tells of."""
    (tags,) = re.findall(r'yaml\.customTags: \["(.*)"\]', GUIDE.read_text())
    yaml = {"validate": True, "completion": True, "hover": True, "customTags": tags.split('", "')}
    with editor("yaml-language-server", tmp_path_factory.mktemp("yaml"), {}, {"yaml": yaml}) as one:
        yield one


@pytest.fixture(scope="module")
def state() -> str:
    """The state file of the guide. Its first line names this checkout's schema instead of the published one."""
    block = re.search(r"code-block:: yaml\+jinja\n\n((?:    .*\n)+)", GUIDE.read_text())
    assert block
    text = re.sub(r"^    ", "", block[1], flags=re.MULTILINE)
    first, rest = text.split("\n", 1)
    modeline, _equals, address = first.partition("=")
    assert modeline == "# yaml-language-server: $schema"
    assert address.endswith(f"/{SCHEMA.relative_to(ROOT)}")
    return f"{modeline}={SCHEMA.as_uri()}\n{rest}"


def test_right(code: Editor, state: str) -> None:
    """The file of the guide has no fault, nor do Ansible's tags."""
    tagged = state.replace("name: Documentation", "name: !unsafe Documentation")
    assert "!unsafe" in tagged
    assert code.diagnostics(code.open("right.yml", state, "yaml")) == []
    assert code.diagnostics(code.open("tagged.yml", tagged, "yaml")) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("system_prompt", "sistem_prompt"),
        ("site_url", "site_ulr"),
        ("prune:", "prunes:"),
        ("max_deletions", "max_deletion"),
    ],
)
def test_misspelt(code: Editor, state: str, right: str, wrong: str) -> None:
    """A misspelt key is reported, at each depth."""
    uri = code.open(f"{wrong.rstrip(':')}.yml", state.replace(right, wrong), "yaml")
    assert any(wrong.rstrip(":") in words for words in code.diagnostics(uri))


def test_value(code: Editor, state: str) -> None:
    """So is a value that is none of the choices."""
    assert code.diagnostics(code.open("value.yml", state.replace("interval: daily", "interval: dayly"), "yaml")) != []


def test_completion(code: Editor, state: str) -> None:
    """Keys and choices are offered, with what they mean."""
    lines = state.splitlines()
    line = next(number for number, text in enumerate(lines) if "system_prompt" in text)
    indent = " " * 6
    lines.insert(line, indent)
    uri = code.open("completion.yml", "\n".join(lines), "yaml")
    offered = code.completions(uri, line, len(indent))
    assert {"rag_prompt", "temperature", "locked"} <= set(offered)
    assert "chunk" in str(code.hover(uri, line + 3, len(lines[line + 3]) - len(lines[line + 3].lstrip()) + 1)).lower()
