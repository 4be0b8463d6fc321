# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of figures, which each benchmark writes its own part of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def keep(file: Path, results: Mapping[str, Any]) -> None:
    """Store results. Others in the file stay.

    :param file: results.json, which may not exist yet
    """
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(f"{json.dumps({**known, **results}, indent=1)}\n")
