# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of a server in Markdown: whatever is in them, they stay texts, on a web page as well as in a CI's log."""

from __future__ import annotations

import difflib
import html
import json
import re
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask, readable

CELL = 80
"""Characters of a value in a table. A longer one, or one of several lines, is folded."""

_SHOWN = 60
"""Characters of a value that is cut."""

_IN_FRONT = 15
"""Characters in front of the first difference, where both values begin alike."""

_COMMAND = re.compile(r"(?m)^(\s*)(::|##\[|##vso\[)")
_NO_SECRETS = Mask(())


def masked_pair(before: t.Any, after: t.Any) -> tuple[t.Any, t.Any]:
    """Both values without credentials. If they differ in these only, the second says so."""
    shown = _NO_SECRETS.diff({"before": before, "after": after})
    return shown["before"], shown["after"]


def harmless(text: str) -> str:
    """The text without lines that a CI would take for a command: a printed report is still read by it."""
    return _COMMAND.sub(r"\1\\\2", text)


def one_line(value: t.Any) -> str:
    """A value on one line. A text is quoted where it could be taken for something else."""
    if isinstance(value, str) and _is_plain(value):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _is_plain(text: str) -> bool:
    return bool(
        text
        and text.strip() == text
        and text.isprintable()
        and text[0] not in '"[{'
        and text not in ("null", "true", "false")
        and not re.fullmatch(r"[-\d.]+", text)
    )


def cut(one: str, other: str) -> tuple[str, str]:
    """Both values, shortened to the place where they begin to differ."""
    if max(len(one), len(other)) <= _SHOWN:
        return one, other
    same = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    start = max(0, same - _IN_FRONT) if same > _SHOWN // 2 else 0
    return _window(one, start), _window(other, start)


def _window(text: str, start: int) -> str:
    head = "…" if start else ""
    return head + (text[start:] if len(text) - start <= _SHOWN else f"{text[start : start + _SHOWN - 1]}…")


def code(text: str) -> str:
    """A code span. Nothing in it is Markdown, HTML, a mention or a link."""
    text = readable(text)
    if "`" not in text:
        return f"`{text}`" if text.strip() else "` `"
    fence = "`" * (max(map(len, re.findall("`+", text))) + 1)
    return f"{fence} {text} {fence}"


def cell(text: str) -> str:
    """A code span in a table, where a bar ends the cell even within code."""
    return code(re.sub(r"(?<=\\)\|", "¦", text)).replace("|", "\\|")


def table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def folded(summary: str, lines: t.Sequence[str], language: str = "") -> list[str]:
    """A folded block of code.

    :param summary: plain text in the line that is always visible
    """
    body = [readable(line) for line in lines]
    longest = max((len(run) for line in body for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    head = f"<details><summary><code>{html.escape(readable(summary))}</code></summary>"
    return [head, "", f"{fence}{language}", *body, fence, "", "</details>"]


def difference(before: t.Any, after: t.Any) -> list[str]:
    """The lines of two values as a diff with three lines of context."""
    found = list(difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=3))
    return found[2:]  # without the headers for names of files


def _lines(value: t.Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return value.split("\n")
    return json.dumps(value, indent=2, ensure_ascii=False).split("\n")
