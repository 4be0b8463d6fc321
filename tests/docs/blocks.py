# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of the guides and of the README."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDES = ROOT / "docs" / "docsite" / "rst"

_RST = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)\n(?P<options>(?:(?P=indent) +:[^\n]*\n)*)\n"
    r"(?P<text>(?:(?P=indent) +[^\n]*\n|\n)+)",
    re.MULTILINE,
)
_MARKDOWN = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r":caption: *(\S+)")


@dataclass(frozen=True)
class Command:
    """A command of a console, and what the guide shows of its output."""

    line: str
    output: str


@dataclass(frozen=True)
class Block:
    """A block of code.

    :param caption: the name of the file that it is
    :param start: where its text begins in the file, and where it ends
    """

    path: Path
    line: int
    language: str
    caption: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}"

    def commands(self) -> list[Command]:
        """The commands of a console. A line that ends with a backslash goes on in the next one."""
        found: list[tuple[list[str], list[str]]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append(([line[2:]], []))
            elif found and found[-1][0][-1].endswith("\\") and not found[-1][1]:
                found[-1][0].append(line)
            elif found:
                found[-1][1].append(line)
        return [Command("\n".join(lines), "\n".join(output).strip("\n")) for lines, output in found]


def blocks_of(path: Path) -> Iterator[Block]:
    """All blocks of a guide, or of a file in Markdown."""
    text = path.read_text(encoding="utf-8")
    for found in (_RST if path.suffix == ".rst" else _MARKDOWN).finditer(text):
        options = found.groupdict().get("options") or ""
        caption = _CAPTION.search(options)
        yield Block(
            path,
            text.count("\n", 0, found.start()) + 1,
            found["language"],
            caption[1] if caption else "",
            textwrap.dedent(found["text"]).strip("\n") + "\n",
            found.start("text"),
            found.end("text"),
        )


def all_blocks() -> list[Block]:
    """Every block of the documentation that users read."""
    files = [*sorted(GUIDES.glob("*.rst")), ROOT / "README.md"]
    return [block for path in files for block in blocks_of(path)]
