# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_files): nothing counts as stored or deleted that was not seen, wherever a run ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_files import DEFINITION
from sandbox.server import Running

from ...files import WORKERS, Dataset, fill, text
from ...tasks import played, task_of
from ...tenant import Tenant


@pytest.fixture
def dataset(sandbox: Running, connection: dict[str, Any], tmp_path: Path) -> Dataset:
    return Dataset(Tenant(sandbox, connection), tmp_path)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"workers": ["ingestion"]}, "The file worker is missing or busy"),
        ({"workers": ["file"]}, "The ingestion worker is missing or busy"),
        ({"components": {"object_storage": "unreadable"}}, "it cannot read the object storage"),
        ({"components": {"tika": "down"}}, "Tika or an embedding server is missing"),
        ({"components": {"tika": "error"}}, "stored its error page as the content"),
        ({"components": {"embeddings": "down"}}, "Tika or an embedding server is missing"),
    ],
)
def test_nothing_counts_as_stored_that_was_not_seen(dataset: Dataset, settings: dict[str, Any], words: str) -> None:
    dataset.run(files=[text("t/old")])
    dataset.tenant.control.settings(**settings)
    options: dict[str, Any] = {"files": [text("t/new")], "scope": {"prefix": "t/"}, "prune": True}
    dataset.progress.clear()
    result = dataset.run(wait_timeout=5, **options)
    assert dataset.progress == []  # a line each five seconds
    assert result["failed"]
    assert result["not_stored"] == ["t/new"]
    assert "1 of 1 file is not stored after 5 s: t/new." in result["msg"]
    assert words in result["msg"]
    assert result["changed"] is True
    assert result["verified"] is False
    assert dataset.writes()[-1] == "POST /api/file"
    assert "t/old|0" in dataset.chunks()
    dataset.tenant.control.settings(workers=WORKERS, components={})
    result = dataset.run(**options)
    assert not result.get("failed"), result["msg"]
    assert result["deleted"] == ["t/old"]
    assert dataset.chunks() == {"t/new|0": "Text of t/new."}
    assert len(dataset.rows("files")) == 1
    assert dataset.run(**options)["changed"] is False


def test_chunks_of_another_upload_do_not_count(dataset: Dataset) -> None:
    """Trieve drops the chunks of the later upload, whose tracking IDs are taken, so users find the old content."""
    record = {"group_tracking_id": "t/a", "sha256": "0" * 64}
    chunk = {"chunk_html": "Old.", "tracking_id": "t/a|0", "metadata": {"community_trieve": record}}
    dataset.run(files=[text("t/old")])
    dataset.call("POST", "/api/chunk", chunk)
    options: dict[str, Any] = {"files": [text("t/a")], "scope": {"prefix": "t/"}, "prune": True}
    result = dataset.run(wait_timeout=3, **options)
    assert result["not_stored"] == ["t/a"]
    assert "The chunks are of another upload of the same file" in result["msg"]
    assert dataset.chunks() == {"t/a|0": "Old.", "t/old|0": "Text of t/old."}
    dataset.call("DELETE", "/api/chunk/tracking_id/t%2Fa%7C0")
    result, _written = dataset.thrice(**options)
    assert (result["replaced"], result["deleted"]) == (["t/a"], ["t/old"])
    assert dataset.chunks() == {"t/a|0": "Text of t/a."}


def test_a_content_of_another_upload_is_replaced(dataset: Dataset) -> None:
    """The row of the file matches. Only its chunks tell what users find."""
    dataset.run(files=[text("a")])
    record = {"group_tracking_id": "a", "sha256": "0" * 64}
    change = {"tracking_id": "a|0", "chunk_html": "Old.", "metadata": {"community_trieve": record}}
    dataset.call("PUT", "/api/chunk", change)
    assert dataset.chunks() == {"a|0": "Old."}
    result, _written = dataset.thrice(files=[text("a")])
    assert result["replaced"] == ["a"]
    assert result["diff"][0]["after_header"].endswith("replaced, its content cannot be found")
    assert dataset.chunks() == {"a|0": "Text of a."}


def test_what_is_still_queued_is_waited_for(dataset: Dataset) -> None:
    """It is not uploaded again."""
    dataset.tenant.control.settings(workers=[])
    result = dataset.run(files=[text("a")], wait=False)
    assert (result["created"], result["verified"]) == (["a"], False)
    dataset.writes()
    result = dataset.run(files=[text("a")], wait=False)
    assert (result["changed"], result["pending"], result["unchanged"]) == (False, ["a"], 1)
    result = dataset.run(files=[text("a")], wait_timeout=3)
    assert result["not_stored"] == ["a"]
    assert result["changed"] is False
    assert dataset.writes() == []
    dataset.tenant.control.settings(workers=WORKERS)
    dataset.tenant.control.tick("file", "ingestion")
    result, written = dataset.thrice(files=[text("a")])
    assert (result["changed"], written) == (False, [])


def test_no_chunks_are_expected_if_none_are_wanted(dataset: Dataset) -> None:
    dataset.tenant.control.settings(components={"tika": "down"})
    dataset.thrice(files=[text("a", create_chunks=False)])
    assert dataset.chunks() == {}
    dataset.thrice(files=[text("a", "New.", create_chunks=False)])
    assert dataset.run(files=[text("a", "New.")])["changed"] is False  # not declared, so it stays
    dataset.tenant.control.settings(components={})
    assert dataset.thrice(files=[text("a", "New.", create_chunks=True)])[0]["replaced"] == ["a"]
    assert dataset.chunks() == {"a|0": "New."}


def test_a_real_error_page_as_content(dataset: Dataset) -> None:
    """A file about errors is not mistaken for one."""
    dataset.thrice(files=[text("a", "<p>Error 500 and what it means: HTTP ERROR 500 is ...</p>")])


def test_old_chunks_are_waited_for(dataset: Dataset) -> None:
    """Trieve would drop the new ones without a word."""
    dataset.run(files=[text("a")])
    dataset.tenant.control.faults(
        {"kind": "status", "status": 204, "body": "", "method": "DELETE", "path": "^/api/chunk_group/"}
    )
    dataset.writes()
    result = dataset.run(files=[text("a", "New.")], wait_timeout=3)
    assert "The old chunks of file a are still there after 3 s" in result["msg"]
    assert result["changed"] is True
    assert "POST /api/file" not in dataset.writes()
    dataset.tenant.control.clear_faults()
    assert dataset.thrice(files=[text("a", "New.")])[0]["replaced"] == ["a"]
    assert dataset.chunks() == {"a|0": "New."}


def test_a_deletion_that_is_not_done(dataset: Dataset) -> None:
    dataset.run(files=[text("a")])
    dataset.tenant.control.faults({"kind": "status", "status": 204, "body": "", "method": "DELETE", "path": "^/api/"})
    result = dataset.run(state="absent", group_tracking_ids=["a"], wait_timeout=3)
    assert result["not_deleted"] == ["a"]
    assert "1 of 1 file is not deleted after 3 s: a." in result["msg"]


# -- interrupted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_after", "cut"])
def test_a_lost_answer_is_looked_up(dataset: Dataset, kind: str) -> None:
    dataset.tenant.control.faults({"kind": kind, "method": "POST", "path": "^/api/file$", "times": 1})
    result = dataset.run(files=[text("a")])
    assert not result.get("failed"), result["msg"]
    assert dataset.writes() == ["POST /api/file"]
    assert len(dataset.rows("files")) == 1
    assert dataset.run(files=[text("a")])["changed"] is False


def test_a_lost_upload_is_not_repeated(dataset: Dataset) -> None:
    """Whether it arrived later, the next run sees."""
    dataset.tenant.control.faults({"kind": "drop", "method": "POST", "path": "^/api/file$", "times": 1})
    result = dataset.run(files=[text("a"), text("b")], concurrency=1)
    assert result["failed"]
    assert "the request may have been processed all the same" in result["msg"]
    assert (result["failures"][0]["file"], result["not_tried"]) == ("a", ["b"])
    assert dataset.writes() == ["POST /api/file"]
    assert dataset.thrice(files=[text("a"), text("b")])[0]["created"] == ["a", "b"]


@pytest.mark.parametrize("path", ["^/api/chunk_group/", "^/api/file/", "^/api/file$"])
@pytest.mark.parametrize("kind", ["drop", "drop_after"])
def test_a_replacement_that_is_killed_at_any_point(dataset: Dataset, path: str, kind: str) -> None:
    dataset.run(files=[text("a")])
    dataset.tenant.control.faults({"kind": kind, "path": path, "method": "(DELETE|POST)", "times": 1})
    new = [text("a", "New.")]
    result = dataset.run(files=new, retries=0)
    if result.get("failed"):
        assert not dataset.run(files=new).get("failed")
    assert dataset.run(files=new)["changed"] is False
    assert dataset.chunks() == {"a|0": "New."}
    assert len(dataset.rows("files")) == 1


def test_a_refused_upload_after_a_deletion_is_told(dataset: Dataset) -> None:
    dataset.run(files=[text("a")])
    dataset.tenant.control.faults(
        {"kind": "status", "status": 400, "method": "POST", "path": "^/api/file$", "times": 1}
    )
    result = dataset.run(files=[text("a", "New.")])
    assert result["changed"] is True
    assert result["failures"][0]["file"] == "a"
    assert "HTTP 400" in result["msg"]
    assert dataset.thrice(files=[text("a", "New.")])[0]["created"] == ["a"]


def test_a_file_that_changes_meanwhile(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is not sent to its end, so the server has nothing of it."""
    fill(dataset.folder, "a.txt")
    task = task_of(DEFINITION, False, **dataset.tenant.connection, dataset="docs", folder=str(dataset.folder))
    monkeypatch.setattr(
        "ansible_collections.community.trieve.plugins.module_utils._file.plan.to_upload",
        lambda *args: (dataset.folder / "a.txt").write_text("Text of x.txt.") and {"file_name": "a.txt"},
    )
    result = played(DEFINITION, task)
    assert "a.txt was changed while the task ran. Run the task again." in result["msg"]
    assert dataset.rows("files") == []


def test_a_file_that_was_uploaded_twice(dataset: Dataset) -> None:
    dataset.run(files=[text("a")])
    (metadata,) = (file["metadata"] for file in dataset.files().values())
    dataset.foreign("Text of a.", group_tracking_id="a", metadata=metadata)
    result, _written = dataset.thrice(files=[text("a")])
    assert result["diff"][0]["after_header"].endswith("replaced, it was uploaded 2 times")
    assert len(dataset.rows("files")) == 1
