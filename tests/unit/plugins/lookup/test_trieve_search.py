# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup C(trieve_search), in a playbook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.server import Running

from ...library import Library
from ...tenant import Tenant

WRONG_KEY = "tr-wrongQ7hB2xV9kLm4Zp8RtY3nWc6JdF5"


def played(connection: dict[str, Any], folder: Path, *templates: str) -> subprocess.CompletedProcess[str]:
    """What a playbook says that shows the templates, each one in a task of its own whose failure is ignored."""
    tasks = [
        {"name": f"Template {number}", "ansible.builtin.debug": {"msg": template}, "ignore_errors": True}
        for number, template in enumerate(templates)
    ]
    file = folder / "play.yml"
    file.write_text(
        yaml.safe_dump(
            [
                {
                    "name": "Search",
                    "hosts": "localhost",
                    "gather_facts": False,
                    "vars": {"wrong_key": WRONG_KEY},
                    "tasks": tasks,
                }
            ],
            width=1000,
        )
    )
    return subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "TRIEVE_BASE_URL": connection["url"],
            "TRIEVE_API_KEY": connection["api_key"],
            "TRIEVE_ORGANIZATION_ID": connection["organization_id"],
            "TRIEVE_DATASET_TRACKING_ID": "docs",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        },
    )


@pytest.fixture
def library(sandbox: Running, connection: dict[str, Any]) -> Library:
    return Library(Tenant(sandbox, connection))


def test_searches_and_refusals(library: Library, connection: dict[str, Any], tmp_path: Path) -> None:
    search = "'community.trieve.trieve_search'"
    ran = played(
        connection,
        tmp_path,
        f"{{{{ (lookup({search}, 'warranty', search_type='bm25') | first).link }}}}",
        f"{{{{ query({search}, 'warranty', 'install', search_type='bm25', page_size=1) | flatten | map(attribute='tracking_id') }}}}",
        f"{{{{ lookup({search}, 'of', search_type='fulltext', group_tracking_id='guide') }}}}",
        f"{{{{ lookup({search}, 'a', filters={{'must': []}}) }}}}",
        f"{{{{ lookup({search}, 'a', api_key=wrong_key) }}}}",
    )
    assert '"msg": "https://d.example.com/terms"' in ran.stdout
    assert '"terms",\n        "install"' in ran.stdout
    assert '"msg": []' in ran.stdout
    told = " ".join((ran.stdout + ran.stderr).split())
    assert "filters.must is empty." in told
    assert "The server does not accept this API key here" in told
    assert WRONG_KEY not in told
