# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the version in galaxy.yml, the one place where it is written, into plugins/module_utils/_version.py.

A packed module contains only Python files, so it cannot read galaxy.yml or MANIFEST.json.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
MODULE = Path("plugins/module_utils/_version.py")


def version(root: Path = ROOT) -> str:
    """The version in galaxy.yml."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def written(root: Path = ROOT) -> str:
    """The text of the module, with this version."""
    text = (root / MODULE).read_text(encoding="utf-8")
    return re.sub(r"^VERSION = .*$", f'VERSION = "{version(root)}"', text, flags=re.MULTILINE)


if __name__ == "__main__":
    (ROOT / MODULE).write_text(written(), encoding="utf-8")
