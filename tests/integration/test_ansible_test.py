# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The targets also run by ansible-test alone, which hands no variable of the shell on to them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .play import ROOT, TARGETS, targets, tool
from .server import Server

TARGET = "trieve_crawl_info"


@pytest.mark.parametrize("name", targets())
def test_connection_of_targets(name: str) -> None:
    """Each target takes the server that setup_trieve knows, and looks for none in the shell itself."""
    text = "".join(file.read_text() for file in (TARGETS / name).rglob("*.yml"))
    assert 'group/community.trieve.trieve: "{{ trieve_connection }}"' in text
    assert "TRIEVE_BASE_URL" not in text


@pytest.mark.sandbox
def test_ansible_test(server: Server, tmp_path: Path) -> None:
    """``ansible-test integration --local``, with the server named in integration_config.yml."""
    tree = tmp_path / "ansible_collections" / "community" / "trieve"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("__pycache__", ".*_cache", "output"))
    names = {
        "trieve_url": server.url,
        "trieve_api_key": server.api_key,
        "trieve_organization_id": server.organization_id,
    }
    template = yaml.safe_load((tree / "tests/integration/integration_config.yml.template").read_text())
    assert template.keys() == {*names, "trieve_sandbox"}
    (tree / "tests" / "integration" / "integration_config.yml").write_text(yaml.safe_dump({**template, **names}))
    assert server.control
    server.control.reset()
    home = tmp_path / "home"
    home.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [tool("ansible-test"), "integration", "--local", TARGET],
        cwd=tree,
        env={"PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-2000:]}"
    assert server.control.counters()["requests"] > 20
    assert server.control.state("datasets") == []
    assert server.api_key not in ran.stdout + ran.stderr
