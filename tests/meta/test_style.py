# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation and messages are plain technical English: phrases to avoid, and what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .collection import ROOT, parsed, sources

PHRASES = {
    r"(?<!there\s)\b(?:is|are) no (?:UUID|URL|address|number|name of|text|list|dictionary|module)\b": "is not a valid UUID",
    r"\b(?:as|just as) (?:it is |they are )?asked\b|\bthan asked\b": "matches, as declared",
    r"\bsay `*[a-z_.]+: |\bsay so with\b": "set allow_empty: true",
    r"\bnobody (?:has )?declared\b": "undeclared objects",
    r"\bnot there is not managed\b|\bis not there is not\b": "anything left out is not managed",
    r"\bmakes sure\b": "ensures the crawl exists",
    r"\bthat know what they do\b": "covered by dedicated plugins",
    r"\bno state that a playbook\b|\bcould declare\b": "are not declarative state",
    r"\b(?:takes|goes) the same way\b": "follows the same code path as the run",
    r"\brepeated only (?:where|if)\b|\bcannot have been carried out\b": "retried only if it cannot have succeeded",
    r"\ba profile alone\b": "which no profile enables",
    r"\btak(?:e|es|en|ing) (?:\w+ )?away\b": "removes, resets",
    r"\b(?:every|any) [a-z]+ but\b": "any metric except",
    r"\bis a matter of\b": "applies to this task only",
    r"\bin spite of\b": "overrides X but not Y",
    r"\b(?:is|are) said (?:by|in|where)\b": "See",
    r"\bmost (?:pages|chunks|tokens|words|parts|groups|crawls|deletions|requests|marked)\b(?! (?:of|are|were)\b)": (
        "Maximum number of"
    ),
    r"\bfrom 0 on\b": "at least 0",
    r"\bthat are sent each\b": "URLs that receive each page",
    r"\bwhen the key ends\b|\bkey never ends\b|\bends of keys\b": "expiry time, expires",
    r"\band goes on\b": "the crawl keeps running",
    r"\bis no member\b|\bno member yet\b": "To add a new member, use",
    r"\bno other module is for\b": "not covered by another module",
    r"\bsomething that can be declared\b": "make crawls declarative",
    r"\bno words\b|\bempty answer\b": "empty response",
    r"\bsomebody else is\b|\bat it,? too\b": "Another client changed the keys concurrently",
    r"\bcould not be found out\b": "Drift could not be determined",
}
"""Regular expressions, which ignore case, and what to write instead, as an example."""

TEXTS = (
    *("*.md", "docs/*.md", "docs/docsite/rst/*.rst", "playbooks/**/*", "roles/**/*", "tools/*.yml", "Makefile"),
    *("plugins/**/*.md", "changelogs/fragments/*.yml", "meta/*.yml"),
)
GENERATED = {"CHANGELOG.md", "organization.schema.json"}

# A phrase can be wrapped: blanks and line breaks are the same.
COMPILED = [(re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), instead) for pattern, instead in PHRASES.items()]


def _texts() -> list[Path]:
    found = {path for pattern in TEXTS for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.is_file() and path.name not in GENERATED)


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string with a blank in it: documentation, messages and docstrings. Values in an f-string become C({})."""
    within: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            within.update(id(part) for part in node.values)
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            yield node.lineno, node.value


def _faults(place: str, text: str, line: int = 1) -> Iterator[str]:
    for pattern, instead in COMPILED:
        for match in pattern.finditer(text):
            number = line + text.count("\n", 0, match.start())
            yield f"{place}:{number}: {match[0]!r}. Write for example: {instead}."


def _faults_of(path: Path) -> list[str]:
    place = path.relative_to(ROOT).as_posix()
    if path.suffix == ".py":
        return [fault for line, text in _literals(parsed(path)) if " " in text for fault in _faults(place, text, line)]
    return list(_faults(place, path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*_texts(), *sources()], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_phrases(path: Path) -> None:
    """No text has a phrase of the list."""
    faults = _faults_of(path)
    assert not faults, "\n".join(faults)


def test_phrases_are_found(tmp_path: Path) -> None:
    """In documentation, in a message that is put together, and over the end of a line."""
    assert list(_faults("guide", "Somebody else\n  is at it, too."))
    tree = ast.parse('fail(f"{name} is no UUID."\n     " Set it.")')
    (message,) = (text for _line, text in _literals(tree))
    assert list(_faults("message", message))
    assert not list(_faults("guide", "There is no list of models. It is a valid UUID. Most chunks are small."))


LINK = re.compile(
    r"https://(?:github\.com/ansible-collections/community\.trieve/(?:blob|tree)"
    r"|raw\.githubusercontent\.com/ansible-collections/community\.trieve)/main/([^)\s#\"]+)"
)


def test_links_of_the_readme() -> None:
    """Galaxy shows the README without the repository, so links are absolute. Each leads to a file that is there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = LINK.findall(text)
    assert len(targets) > 10
    assert [target for target in targets if not (ROOT / target).exists()] == []
    relative = re.findall(r"\]\((?!https?://|#)([^)]*)\)", text)
    assert relative == []
