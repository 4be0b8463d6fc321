# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists that say which scenarios and steps are judged, and how."""

from __future__ import annotations

from typing import Any

import yaml

from .scenario import FOLDER

MOST_EXPECTED_DIFFERENCES = 10


def due() -> list[str]:
    """Names of the scenarios that have to be there and to agree."""
    names: list[str] = _read("due.yml")
    return names


def expected_differences() -> dict[str, str]:
    """Names of the steps that may differ, with the reason."""
    steps: dict[str, str] = _read("expected_differences.yml")
    return steps


def stand_ins() -> dict[str, str]:
    """Names of the steps that are not compared, with the reason."""
    steps: dict[str, str] = _read("stand_ins.yml")
    return steps


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
