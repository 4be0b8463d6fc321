# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Trieve's description of its API is wrong, and how it is put right (deviations.yml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonpath
import yaml

FILE = Path(__file__).with_name("deviations.yml")


@dataclass(frozen=True)
class Deviation:
    """One mistake of the description.

    `at` is a JSONPath, `rename` gives keys of each object found there a new name, `merge` is an RFC 7386 merge patch for it. `evidence` is either the name of a
    recorded step (`crawl_life:3`), or an exchange as a recording has it; `side` says which half of it is refused
    by the description as it is: the `request` or the `answer`.
    """

    name: str
    server: str
    source: str
    side: str
    evidence: str | dict[str, Any]
    at: str
    rename: dict[str, str] = field(default_factory=dict)
    merge: dict[str, Any] = field(default_factory=dict)

    def apply(self, document: dict[str, Any]) -> int:
        """Change the document in place; returns the number of changed places."""
        places: list[Any] = [match.obj for match in jsonpath.finditer(self.at, document)]
        for place in places:
            for old, new in self.rename.items():
                place[new] = place.pop(old)
            _merge(place, self.merge)
        return len(places)


def load(path: Path = FILE) -> list[Deviation]:
    """All deviations. Raises TypeError if an entry lacks a field or has an unknown one."""
    return [Deviation(name=name, **entry) for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()]


def _merge(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            below = target.get(key)
            target[key] = _merge(below if isinstance(below, dict) else {}, value)
        else:
            target[key] = value
    return target
