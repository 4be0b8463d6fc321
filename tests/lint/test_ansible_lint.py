# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-lint finds a misspelt option in a user's playbook, and linting sends no request.

To check arguments it executes each module's ``main`` with AnsibleModule replaced. A module that looked AnsibleModule up
at import, or whose action plugin had no ``main``, would send requests, or not be checked at all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.server import Running, running

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = ("--profile", "production", "--enable-list", "args", "--strict", "--offline", "--format", "codeclimate")
"""What the README tells users; the profile alone unloads the rule."""

PLAYBOOK = """---
- name: Crawls
  hosts: localhost
  gather_facts: false
  tasks:
    - name: A crawl
      community.trieve.trieve_crawl:
        dataset: docs
        site_url: https://docs.example.com
        {crawl}

    - name: The crawls
      community.trieve.trieve_crawl_info:
        dataset: docs
        {info}
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """A server that counts what linting sends."""
    with running() as server:
        yield server


def lint(sandbox: Running, folder: Path, crawl: str, info: str) -> tuple[int, list[tuple[str, str]]]:
    """ansible-lint's exit code, and rule and words of each finding, for a playbook with these two options."""
    (folder / "home").mkdir()
    (folder / "site.yml").write_text(PLAYBOOK.format(crawl=crawl, info=info))
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
        "TRIEVE_BASE_URL": sandbox.url,
        "TRIEVE_API_KEY": sandbox.admin_key,
        "TRIEVE_ORGANIZATION_ID": sandbox.organization_id,
    }
    sandbox.control.clear_requests()
    command = [str(Path(sys.executable).with_name("ansible-lint")), *FLAGS, "site.yml"]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return ran.returncode, [(finding["check_name"], finding["description"]) for finding in found]


def test_good(sandbox: Running, tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong, and nothing is sent."""
    assert lint(sandbox, tmp_path, "limit: 5", "status: Failed") == (0, [])
    assert sandbox.control.requests() == []


def test_misspelt(sandbox: Running, tmp_path: Path) -> None:
    """The rule args[module] names both misspelt options, and nothing is sent."""
    code, found = lint(sandbox, tmp_path, "exclude_path: [/blog/*]", "staus: Failed")
    assert code != 0
    assert {finding[0] for finding in found} == {"args[module]"}
    words = " ".join(finding[1] for finding in found)
    assert "module: exclude_path. Supported parameters include:" in words
    assert "module: staus. Supported parameters include:" in words
    assert sandbox.control.requests() == []
