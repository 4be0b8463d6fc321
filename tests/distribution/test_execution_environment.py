# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-builder accepts the execution environment, and finds in the installed collection what it requires.

The image itself is built by `make ee`, where a container engine exists.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools import ee

from .conftest import Installed, run


def test_create(checkout: Path, tmp_path: Path) -> None:
    """The definition that users copy is valid, and installs this collection."""
    command = ("ansible-builder", "create", "--file", checkout / "execution-environment.yml", "--context", tmp_path)
    run(*command, "--output-filename", "Containerfile", env={"HOME": str(tmp_path)})
    assert "ansible-galaxy collection install" in (tmp_path / "Containerfile").read_text()
    required = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())
    assert required == {"collections": [{"name": "community.trieve"}]}


def test_create_from_a_checkout(released: dict[str, Path], tmp_path: Path) -> None:
    """The image of `make ee` differs only in where the collection comes from."""
    written = yaml.safe_load(ee.create(released[".tar.gz"], tmp_path / "ee").read_text())
    context = tmp_path / "ee" / "context"
    assert (context / "_build" / "artifacts" / released[".tar.gz"].name).read_bytes() == released[
        ".tar.gz"
    ].read_bytes()
    assert f"ADD _build/artifacts/{released['.tar.gz'].name} {ee.IN_BUILD}" in (context / "Containerfile").read_text()
    assert yaml.safe_load((context / "_build" / "requirements.yml").read_text()) == written["dependencies"]["galaxy"]
    original = yaml.safe_load(ee.DEFINITION.read_text())
    assert {name: written[name] for name in ("version", "images", "options")} == {
        name: original[name] for name in ("version", "images", "options")
    }


def test_introspect(installed: Installed) -> None:
    """An image that contains the collection contains requests."""
    path = installed.folder / "collections"
    said = run("ansible-builder", "introspect", path, env=installed.env).stdout
    found = next(yaml.safe_load_all(said))  # further documents are about the machine's own collections
    assert [line.split("#")[0].strip() for line in found["python"]] == ["requests"]
    assert not found.get("system")


def test_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no engine exists, the target says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"not built, .*podman is not installed; docker is not installed"):
        ee.engine()
    (tmp_path / "docker").write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    (tmp_path / "docker").chmod(0o755)
    with pytest.raises(SystemExit, match="docker does not work: Cannot connect to the Docker daemon"):
        ee.engine()
