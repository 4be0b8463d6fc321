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


def test_role(stage: Stage, server: Server, known_secrets: set[str], tmp_path: Path) -> None:
    """Previewed, applied, and applied again; then a page is gone, and then a front matter is broken. Other chunks stay."""
    control: Any = server.control
    control.reset()
    connection = {"url": server.url, "api_key": server.api_key, "organization_id": server.organization_id}
    tenant = Tenant(server, connection)  # type: ignore[arg-type]
    other = {"tracking_id": "other", "chunk_html": "<p>Other</p>", "tag_set": ["t"]}
    tenant.call("POST", "/api/chunk", other, **{"TR-Dataset": tenant.dataset("docs")})
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.md").write_text("# A\n{{ 6 * 7 }}\n## B\ntext\n")
    (pages / "b.html").write_text("<h1>C</h1><p>text</p>")

    def role(name: str, **apply: Any) -> dict[str, Any]:
        variables = {
            "content_path": str(pages),
            "content_dataset": "docs",
            "content_tag": "handbook",
            "content_base_url": "https://docs.example.com",
        }
        include = {"name": "community.trieve.content", "apply": apply}
        keep: dict[str, Any] = {"ansible.builtin.set_fact": {name: "{{ content_result }}"}, "name": name}
        return {
            "name": f"Step {name}",
            "block": [
                {"name": "Role", "ansible.builtin.include_role": include, "vars": variables},
                keep,
            ],
        }

    play = {
        "hosts": "testhost",
        "gather_facts": False,
        "module_defaults": {"group/community.trieve.trieve": connection},
        "tasks": [
            role("preview", check_mode=True),
            role("run"),
            role("again"),
            {"name": "Remove", "ansible.builtin.file": {"path": str(pages / "b.html"), "state": "absent"}},
            role("removed"),
            {
                "name": "Break",
                "ansible.builtin.copy": {
                    "dest": str(pages / "c.md"),
                    "content": "---\ntags: x\n---\n",
                    "mode": "0644",
                },
            },
            role("broken", ignore_errors=True),
        ],
    }
    played = stage.play([play], fresh=False).succeeded()
    assert leaks(played, known_secrets) == []
    found = {
        name: played.result(name)["ansible_facts"][name] for name in ("preview", "run", "again", "removed", "broken")
    }
    assert found["preview"]["created"] == ["handbook:a.md#a", "handbook:a.md#b", "handbook:b.html#c"]
    assert found["preview"]["diff"] == found["run"]["diff"]
    assert found["run"]["verified"] is True
    assert (found["again"]["changed"], found["again"]["unchanged"]) == (False, 3)
    assert (found["removed"]["deleted"], found["removed"]["unchanged"]) == (["handbook:b.html#c"], 2)
    assert "c.md:2:7: tags must be a list of strings." in found["broken"]["msg"]
    answer = tenant.call("POST", "/api/chunks/scroll", {"page_size": 10}, **{"TR-Dataset": "docs"})
    stored = {chunk["tracking_id"]: chunk["chunk_html"] for chunk in answer["chunks"]}
    assert set(stored) == {"other", "handbook:a.md#a", "handbook:a.md#b"}
    assert stored["handbook:a.md#a"] == "<h1>A</h1>\n<p>{{ 6 * 7 }}</p>"
