# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between a recorded answer and another one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .masking import parser_class

TOLERANCE = 1e-5
"""Numbers with a fraction may differ by this: Trieve keeps some as 32-bit floats."""


@dataclass(frozen=True)
class Difference:
    """One place where two answers are not the same. `path` begins with .status, .headers or .body."""

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path}\n    - {self.expected}\n    + {self.got}"


def differences(expected: dict[str, Any], got: dict[str, Any], ignore: list[str]) -> list[Difference]:
    """Everything in which two masked answers differ, but for the ignored parts."""
    found: list[Difference] = []
    for part in ("status", "headers", "body"):
        _compare(f".{part}", expected[part], got[part], found)
    return [difference for difference in found if not any(_within(difference.path, part) for part in ignore)]


def _compare(path: str, expected: Any, got: Any, found: list[Difference]) -> None:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *(key for key in got if key not in expected)]:
            if key not in got:
                found.append(Difference(f"{path}.{key}", _show(expected[key]), "(absent)"))
            elif key not in expected:
                found.append(Difference(f"{path}.{key}", "(absent)", _show(got[key])))
            else:
                _compare(f"{path}.{key}", expected[key], got[key], found)
    elif isinstance(expected, list) and isinstance(got, list):
        if path.endswith(".tag_set"):  # a set, which Trieve shows in any order
            expected, got = sorted(expected, key=_show), sorted(got, key=_show)
        if len(expected) != len(got):
            found.append(Difference(path, f"{len(expected)} items", f"{len(got)} items: {_show(got)}"))
        for index, (one, other) in enumerate(zip(expected, got, strict=False)):
            _compare(f"{path}[{index}]", one, other, found)
    elif not _same(expected, got):
        found.append(Difference(path, _show(expected), _show(got)))


def _same(expected: Any, got: Any) -> bool:
    if type(expected) is not type(got):  # 1, 1.0 and true are three different answers
        return False
    if isinstance(expected, float):
        return bool(abs(expected - got) <= TOLERANCE)
    if isinstance(expected, str):
        return parser_class(expected) == parser_class(got)
    return bool(expected == got)


def _within(path: str, part: str) -> bool:
    """Whether a path lies in an ignored part. `.a[` means the items of a list, but not how many there are."""
    rest = path.removeprefix(part)
    return path.startswith(part) and (part.endswith("[") or rest == "" or rest[0] in ".[")


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 600 else text[:600] + "…"
