# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content as code: the playbooks that export and import it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.tenant import Tenant

from .leaks import leaks
from .play import ROOT, Stage
from .server import Server

pytestmark = pytest.mark.sandbox

PLAYBOOKS = ROOT / "playbooks"


def test_export_and_import(stage: Stage, server: Server, known_secrets: set[str], tmp_path: Path) -> None:
    """Content moves to another dataset and is counted there; files that do not match their manifest are refused."""
    control: Any = server.control
    control.reset()
    connection = {"url": server.url, "api_key": server.api_key, "organization_id": server.organization_id}
    tenant = Tenant(server, connection)  # type: ignore[arg-type]
    source = {"TR-Dataset": tenant.dataset("source")}
    target = {"TR-Dataset": tenant.dataset("target")}
    tenant.call("POST", "/api/chunk_group", {"tracking_id": "empty", "name": "{{ 6 * 7 }}\u2028"}, **source)
    chunks = [
        {"tracking_id": f"page-{number}", "chunk_html": f"<p>{{{{ 6 * 7 }}}} {number}</p>", "group_tracking_ids": ["g"]}
        for number in range(3)
    ]
    tenant.call("POST", "/api/chunk", chunks, **source)
    out = tmp_path / "out"

    exported = stage.play(
        PLAYBOOKS / "content_export.yml",
        variables={"trieve_content_dataset": "source", "trieve_content_path": str(out)},
        fresh=False,
    ).succeeded()
    assert "3 chunks, 2 groups, 3 memberships. Trieve counts 3 chunks." in exported.stdout
    assert leaks(exported, known_secrets) == []
    assert "{{ 6 * 7 }} 0" in (out / "chunks.jsonl").read_text()

    options: dict[str, Any] = {
        "variables": {"trieve_content_dataset": "target", "trieve_content_path": str(out)},
        "fresh": False,
    }
    tenant.call("POST", "/api/chunk", {"tracking_id": "other", "chunk_html": "<p>Other</p>"}, **target)
    refused = stage.play(PLAYBOOKS / "content_import.yml", **options).ended(2)
    message = refused.result("Check that the dataset has what the files have")["msg"]
    assert message.startswith("The dataset does not have what the files have.")
    assert "'chunks': 4" in message
    (other,) = (row["id"] for row in control.state("chunks") if row["tracking_id"] == "other")
    tenant.call("DELETE", f"/api/chunk/{other}", **target)
    imported = stage.play(PLAYBOOKS / "content_import.yml", **options).succeeded()
    assert imported.result("Import the chunks")["changed"] is False  # the run that was refused has stored them
    names = [row["name"] for row in control.state("chunk_groups") if row["tracking_id"] == "empty"]
    assert names == ["{{ 6 * 7 }}\u2028"] * 2
    said = imported.result("Check that the dataset has what the files have")["msg"]
    assert said.startswith("3 chunks, 2 groups and 3 memberships are imported, and the dataset has the same content")
    assert leaks(imported, known_secrets) == []

    (out / "chunks.jsonl").write_text("")
    cut = stage.play(PLAYBOOKS / "content_import.yml", **options).ended(2)
    assert cut.writes() == []
    assert "do not match manifest.json" in cut.result("Check that the files are complete and belong together")["msg"]
