# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_content_export) against a sandbox: what it writes is what C(trieve_chunks) and C(trieve_chunk_groups) read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._chunk.source import read_chunks
from ansible_collections.community.trieve.plugins.modules import trieve_chunk_groups, trieve_chunks
from ansible_collections.community.trieve.plugins.modules.trieve_content_export import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant

CHUNKS: list[dict[str, Any]] = [
    {
        "tracking_id": "ünï \U0001f600",
        "chunk_html": "<p>One\u2028line\u0085\r\n\U0001f600</p>",
        "link": "https://d.example.com/a",
        "tag_set": ["b", "a"],
        "group_tracking_ids": ["g2", "g1"],
        "metadata": {"z": [1, None], "a": {"api_key": "of a page"}},
        "num_value": 1.5,
        "weight": 2.0,
        "time_stamp": "2024-01-01T00:00:00Z",
        "location": {"lat": 52.5, "lon": 13.25},
        "image_urls": ["https://d.example.com/2.png", "https://d.example.com/1.png"],
    },
    {"tracking_id": "b", "chunk_html": "<p>Text</p>", "group_tracking_ids": ["g1"]},
    {"tracking_id": "update", "chunk_html": "<p>Cannot be read by its tracking ID</p>"},
    {"chunk_html": "<p>Without a tracking ID</p>"},
]


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with a dataset of chunks and groups."""
    made = Tenant(sandbox, connection)
    dataset = {"TR-Dataset": made.dataset("docs")}
    for name in ("g1", "g2", None):
        body = {"tracking_id": name, "name": f"Group {name}", "metadata": {"n": 1}, "tag_set": ["t"]}
        made.call("POST", "/api/chunk_group", body, **dataset)
    made.call("POST", "/api/chunk", CHUNKS, **dataset)
    made.writes()
    return made


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def test_move_to_another_dataset(tenant: Tenant, tmp_path: Path) -> None:
    """The files are read by the modules, and an export of what they import is the same, byte by byte."""
    out = tmp_path / "out"
    preview = tenant.run(DEFINITION, check_mode=True, dataset="docs", path=str(out))
    assert not out.exists()
    result = tenant.run(DEFINITION, dataset="docs", path=str(out))
    assert not result.get("failed"), result["msg"]
    assert [request for request in tenant.writes() if request != "POST /api/chunk_group/chunks"] == []
    for name in ("changed", "diff", "plan", "summary", "counts", "sha256", "written"):
        assert preview[name] == result[name]
    assert result["counts"] == {
        "chunks": 4,
        "groups": 3,
        "memberships": 3,
        "chunks_without_tracking_id": 2,
        "groups_without_tracking_id": 1,
    }
    assert result["chunk_count"] == 4
    assert len(result["derived_tracking_ids"]) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert sorted(path.name for path in out.iterdir()) == ["chunks.jsonl", "groups.jsonl", "manifest.json"]
    assert "of a page" not in json.dumps(result)

    read = {entry["tracking_id"]: entry for entry in read_chunks(str(out / "chunks.jsonl"), None)}
    assert read[CHUNKS[0]["tracking_id"]] == {
        **CHUNKS[0],
        "tag_set": ["a", "b"],
        "group_tracking_ids": ["g1", "g2"],
    }
    again = tenant.run(DEFINITION, dataset="docs", path=str(out))
    assert (again["changed"], again["diff"], again["summary"]) == (False, [], {"unchanged": 3})

    tenant.dataset("new")
    groups = lines(out / "groups.jsonl")
    assert tenant.run(trieve_chunk_groups.DEFINITION, dataset="new", chunk_groups=groups)["changed"]
    options: dict[str, Any] = {"dataset": "new", "file": str(out / "chunks.jsonl")}
    imported = tenant.run(trieve_chunks.DEFINITION, **options)
    assert imported.get("verified"), imported
    assert not tenant.run(trieve_chunks.DEFINITION, **options)["changed"]
    moved = tenant.run(DEFINITION, check_mode=True, dataset="new", path=str(out))
    assert moved["sha256"] == result["sha256"]
    assert moved["counts"] == {
        **result["counts"],
        "chunks_without_tracking_id": 0,
        "groups_without_tracking_id": 0,
    }


def test_a_file_is_replaced_as_a_whole(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that cannot be written leaves the files as they were, and nothing else."""
    (tmp_path / "chunks.jsonl").write_text("old")
    (tmp_path / "chunks.jsonl").chmod(0o644)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = tenant.run(DEFINITION, dataset="docs", path=str(tmp_path))
    assert result["failed"]
    assert "No space left on device" in result["msg"]
    assert [path.name for path in tmp_path.iterdir()] == ["chunks.jsonl"]
    assert (tmp_path / "chunks.jsonl").read_text() == "old"
    monkeypatch.undo()
    result = tenant.run(DEFINITION, dataset="docs", path=str(tmp_path))
    assert result["summary"] == {"create": 2, "update": 1, "unchanged": 0}
    (tmp_path / "chunks.jsonl").chmod(0o644)
    assert tenant.run(DEFINITION, dataset="docs", path=str(tmp_path))["plan"][0]["fields"] == [
        {"name": "mode", "before": "0644", "after": "0600"}
    ]


def test_links_are_not_followed(tenant: Tenant, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "link").symlink_to(target)
    assert "is a symbolic link" in tenant.refused(DEFINITION, dataset="docs", path=str(tmp_path / "link"))
    (target / "groups.jsonl").symlink_to(tmp_path / "elsewhere")
    assert "groups.jsonl is a symbolic link" in tenant.refused(DEFINITION, dataset="docs", path=str(target))
    words = tenant.refused(DEFINITION, dataset="docs", path=str(tmp_path / "no" / "out"))
    assert words.startswith(f"Directory {tmp_path}/no not found.")
    assert not os.path.lexists(tmp_path / "elsewhere")


def test_a_count_that_differs(tenant: Tenant, tmp_path: Path) -> None:
    """What Trieve counts and cannot return is not left out without a word."""
    tenant.control.sql("UPDATE dataset_usage_counts SET chunk_count = chunk_count + 1")
    out = str(tmp_path / "out")
    tenant.writes()
    result = tenant.run(DEFINITION, dataset="docs", path=out)
    assert result["msg"].startswith("4 chunks of dataset 'docs' can be read, but Trieve counts 5.")
    assert not os.path.exists(out)
    result = tenant.run(DEFINITION, dataset="docs", path=out, allow_incomplete=True)
    assert result["changed"]
    assert "Trieve counts 5" in result["warnings"][0]


def test_what_an_import_would_refuse(tenant: Tenant, tmp_path: Path) -> None:
    body = {"tracking_id": "list", "chunk_html": "<p>Text</p>", "metadata": [1]}
    tenant.call("POST", "/api/chunk", body, **{"TR-Dataset": "docs"})
    result = tenant.run(DEFINITION, dataset="docs", path=str(tmp_path))
    assert "cannot be exported" in result["msg"]
    assert "metadata must be an object" in result["msg"]
    assert list(tmp_path.iterdir()) == []


def test_the_same_tracking_id_twice(tenant: Tenant, tmp_path: Path) -> None:
    """Of a chunk without one, whose export was imported into its own dataset."""
    (found,) = (row["id"] for row in tenant.control.state("chunks") if row["tracking_id"] is None)
    tenant.call(
        "POST", "/api/chunk", {"tracking_id": f"chunk-{found}", "chunk_html": "<p>Copy</p>"}, **{"TR-Dataset": "docs"}
    )
    result = tenant.run(DEFINITION, dataset="docs", path=str(tmp_path))
    assert "Two chunks of dataset 'docs' have the tracking ID" in result["msg"]


def test_no_dataset(tenant: Tenant, tmp_path: Path) -> None:
    result = tenant.run(DEFINITION, dataset="never", path=str(tmp_path))
    assert "Dataset 'never' not found" in result["msg"]
    assert list(tmp_path.iterdir()) == []
