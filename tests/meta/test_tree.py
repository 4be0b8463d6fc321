# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the collection: its versions agree, its artifact is what users need, nothing names a machine."""

from __future__ import annotations

import re
import subprocess
import tarfile
from pathlib import Path

import yaml

from .collection import PLUGINS, ROOT, constant

# What only means something where the collection is written, or belongs into a user's own configuration.
MACHINES = re.compile(
    r"(?<![\w.])/(?:work|root|home/[a-z]+)/(?!\.ansible)|\.\./share[d]\b"
    r"|py[p]i\.org|python[h]osted\.org|registry\.npm[j]s|(?:deb|security)\.debia[n]\.org|crates\.i[o]\b|proxy\.golan[g]",
)
TEXTS = {"", ".cfg", ".ini", ".j2", ".json", ".md", ".py", ".rst", ".sh", ".svg", ".toml", ".txt", ".yaml", ".yml"}
TOP = {
    *(
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "FILES.json",
        "LICENSES",
        "MANIFEST.json",
        "README.md",
        "REUSE.toml",
        "SECURITY.md",
    ),
    *("changelogs", "docs", "meta", "playbooks", "plugins"),
}
CACHES = {".hypothesis", "__pycache__", "output"}


def test_one_version() -> None:
    """The artifact, the User-Agent and the changelog name the same version."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    releases = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text())["releases"]
    assert constant(PLUGINS / "module_utils" / "_version.py", "VERSION") == galaxy
    assert max(releases, key=lambda version: [int(part) for part in version.split(".")]) == galaxy


def test_artifact(tmp_path: Path) -> None:
    """The artifact has the plugins, playbooks and documents, and nothing of how they are made."""
    command = ["ansible-galaxy", "collection", "build", "--output-path", str(tmp_path), str(ROOT)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    (artifact,) = tmp_path.iterdir()
    with tarfile.open(artifact) as archive:
        names = [member.name for member in archive if member.isfile()]
    assert artifact.name.startswith("community-trieve-")
    assert {name.split("/")[0] for name in names} == TOP | {name for name in ("roles",) if (ROOT / name).exists()}
    assert "plugins/module_utils/trieve.py" in names
    assert "changelogs/changelog.yaml" in names
    assert not [name for name in names if "/fragments/" in name or "cache" in name]


def test_no_machine_is_named() -> None:
    """No file names a package registry or a path of the machine that it was written on."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and path.suffix in TEXTS and not CACHES & set(path.relative_to(ROOT).parts):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [
                f"{path.relative_to(ROOT)}:{no}: {line[:120]}"
                for no, line in enumerate(lines, 1)
                if MACHINES.search(line)
            ]
    assert not found, "\n".join(found)
