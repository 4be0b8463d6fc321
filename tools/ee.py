# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the execution environment with the collection of this checkout, and previews the quickstart in it.

    python -m tools.ee ARTIFACT

The image is execution-environment.yml with one change: the collection is the given artifact instead of the released one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.build_tree import BUILD  # noqa: E402

DEFINITION = ROOT / "execution-environment.yml"
FOLDER = BUILD / "ee"
TAG = "community.trieve-ee"
IN_BUILD = "/tmp/community-trieve.tar.gz"
"""Where the stage that installs collections finds the artifact."""


def definition(artifact: Path) -> dict[str, Any]:
    """The definition with the artifact in place of the released collection."""
    defined: dict[str, Any] = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
    collections = defined["dependencies"]["galaxy"]["collections"]
    (collection,) = (entry for entry in collections if entry["name"] == "community.trieve")
    collection.update(name=IN_BUILD, type="file")
    defined["additional_build_files"] = [{"src": str(artifact.resolve()), "dest": "artifacts"}]
    defined["additional_build_steps"] = {"prepend_galaxy": [f"ADD _build/artifacts/{artifact.name} {IN_BUILD}"]}
    return defined


def create(artifact: Path, folder: Path) -> Path:
    """Write the build context. Returns the definition that it was made from."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = folder / DEFINITION.name
    written.write_text(yaml.safe_dump(definition(artifact), sort_keys=False), encoding="utf-8")
    builder = Path(sys.executable).with_name("ansible-builder")
    command = [
        builder,
        "create",
        "--file",
        written,
        "--context",
        folder / "context",
        "--output-filename",
        "Containerfile",
    ]
    subprocess.run([*map(str, command)], check=True)
    return written


def engine() -> str:
    """The container engine of this machine.

    :raises SystemExit: there is none that works
    """
    reasons = []
    for name in ("podman", "docker"):
        if shutil.which(name) is None:
            reasons.append(f"{name} is not installed")
            continue
        ran = subprocess.run([name, "info"], capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            return name
        reasons.append(f"{name} does not work: {(ran.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    raise SystemExit(f"The image was not built, since this machine has no container engine ({'; '.join(reasons)}).")


def main() -> None:
    """Build and try the image."""
    artifact = Path(sys.argv[1])
    create(artifact, FOLDER)
    print(f"ansible-builder wrote the build context to {FOLDER / 'context'}.")
    container = engine()
    build = [container, "build", "--file", str(FOLDER / "context" / "Containerfile"), "--tag", TAG]
    subprocess.run([*build, str(FOLDER / "context")], check=True)

    from sandbox.server import running

    run = [container, "run", "--rm", "--network", "host"]
    subprocess.run([*run, TAG, "ansible-doc", "community.trieve.trieve_crawl"], check=True, stdout=subprocess.DEVNULL)
    with running() as server:
        given = {
            "TRIEVE_BASE_URL": server.url,
            "TRIEVE_API_KEY": server.admin_key,
            "TRIEVE_ORGANIZATION_ID": server.organization_id,
        }
        variables = [word for name, value in given.items() for word in ("--env", f"{name}={value}")]
        for options in (["--check", "--diff"], [], []):
            playbook = ["ansible-playbook", "community.trieve.quickstart", *options]
            subprocess.run([*run, *variables, TAG, *playbook], check=True)
    print(f"{TAG} contains the collection, and the quickstart runs in it.")


if __name__ == "__main__":
    main()
