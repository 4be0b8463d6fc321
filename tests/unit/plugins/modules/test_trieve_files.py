# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_files) against a sandbox: what is uploaded and replaced."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._file.options import READABLE
from ansible_collections.community.trieve.plugins.module_utils._file.source import LARGEST_FILE
from ansible_collections.community.trieve.plugins.modules.trieve_files import DEFINITION
from sandbox.server import Running

from ...files import Dataset, fill, text
from ...tasks import played, task_of
from ...tenant import Tenant


@pytest.fixture
def dataset(sandbox: Running, connection: dict[str, Any], tmp_path: Path) -> Dataset:
    return Dataset(Tenant(sandbox, connection), tmp_path)


EVERYTHING = text(
    "all",
    link="https://d.example.com/all",
    tag_set=["b", "a", "a"],
    metadata={"n": 1, "deep": {"x": [None]}},
    time_stamp="2024-01-01T02:00:00+02:00",
    description="About all",
)

OTHER: dict[str, Any] = {
    "file_name": "b.txt",
    "link": "https://d.example.com/other",
    "tag_set": ["other", "b"],
    "metadata": {"n": True},
    "time_stamp": "2025-06-07T08:09:10Z",
    "description": "Other",
}
"""Another value of each option that can be read."""

RECORDED: dict[str, Any] = {
    "create_chunks": False,
    "rebalance_chunks": False,
    "split_delimiters": [","],
    "target_splits_per_chunk": 3,
    "split_avg": True,
    "pdf2md_options": {"use_pdf2md_ocr": False, "system_prompt": "Only tables"},
    "chunkr_create_task_req_payload": {"pipeline": "Azure", "segment_processing": {"list_item": {"html": "LLM"}}},
}
"""A value of each option that cannot be read."""


def test_create_replace_and_nothing(dataset: Dataset) -> None:
    result, written = dataset.thrice(files=[EVERYTHING, text("b")])
    assert result["created"] == ["all", "b"]
    assert written == ["POST /api/file"] * 2
    assert dataset.chunks() == {"all|0": "Text of all.", "b|0": "Text of b."}
    stored = dataset.files()["all"]
    assert stored["time_stamp"] == "2024-01-01T00:00:00"
    assert stored["sha256"] == stored["metadata"]["community_trieve"]["sha256"]
    assert [group["name"] for group in stored["groups"]] == ["a.txt"]
    result, written = dataset.thrice(files=[{**EVERYTHING, "content": "New."}, text("b")])
    assert (result["replaced"], result["unchanged"]) == (["all"], 1)
    assert written == ["DELETE /api/chunk_group/X", "DELETE /api/file/X", "POST /api/file"]
    assert dataset.chunks() == {"all|0": "New.", "b|0": "Text of b."}
    assert len(dataset.rows("files")) == 2


@pytest.mark.parametrize("option", READABLE)
@pytest.mark.parametrize("alone", [True, False], ids=["declared alone", "declared with all others"])
def test_each_option_changes_nothing_but_itself(dataset: Dataset, option: str, alone: bool) -> None:
    dataset.run(files=[EVERYTHING])
    before = dataset.files()["all"]
    rest = {name: EVERYTHING[name] for name in ("group_tracking_id", "content", "file_name")} if alone else EVERYTHING
    result, written = dataset.thrice(files=[{**rest, option: OTHER[option]}])
    (change,) = result["plan"]
    assert [field["name"] for field in change["fields"]] == [option]
    after = dataset.files()["all"]
    (group,) = dataset.rows("chunk_groups")
    if option == "description":
        assert written == ["PUT /api/chunk_group"]
        assert (group["name"], group["description"]) == ("a.txt", "Other")
        assert after == before
        return
    assert group["description"] == "About all"
    for name in ("link", "tag_set", "time_stamp", "file_name"):
        if name != option:
            assert after[name] == before[name]
    assert after["metadata"]["community_trieve"] == before["metadata"]["community_trieve"]
    if option == "metadata":
        assert after["metadata"] == {"n": True, "community_trieve": before["metadata"]["community_trieve"]}
    elif option != "time_stamp":
        assert after[option] == OTHER[option]


@pytest.mark.parametrize("option", RECORDED)
def test_options_that_cannot_be_read(dataset: Dataset, option: str) -> None:
    """They are recorded, so a change is noticed, and one that is not declared stays."""
    declared = text("all", "One, two. Three, four. Five, six. Seven.", file_name="a.pdf")
    changed = {**declared, option: RECORDED[option]}
    dataset.run(files=[declared])
    result, _written = dataset.thrice(files=[changed])
    assert result["replaced"] == ["all"]
    assert [field["name"] for field in result["plan"][0]["fields"]] == [option]
    if option not in ("pdf2md_options", "chunkr_create_task_req_payload"):
        dataset.thrice(files=[{**declared, "content": "Other, text. And more."}])
        assert dataset.run(files=[{**changed, "content": "Other, text. And more."}])["changed"] is False
    else:
        assert "tables" not in str(dataset.files()["all"]["metadata"])


def test_defaults_of_the_server_are_no_difference(dataset: Dataset) -> None:
    dataset.run(files=[text("a")])
    same = {"create_chunks": True, "rebalance_chunks": True, "target_splits_per_chunk": 20, "split_avg": False}
    assert dataset.run(files=[text("a", **same, link="", tag_set=[], metadata={})])["changed"] is False


def test_what_is_sent_to_chunkr(dataset: Dataset) -> None:
    chunkr = {
        "chunk_processing": {"tokenizer": "Word"},
        "llm_processing": {"fallback_strategy": "gpt", "max_completion_tokens": 5},
        "segment_processing": {"page_footer": {"crop_image": "All", "embed_sources": ["LLM"]}},
    }
    dataset.tenant.control.settings(log_bodies=True)
    dataset.run(files=[text("a", chunkr_create_task_req_payload=chunkr)])
    (sent,) = [entry["body"] for entry in dataset.tenant.control.requests() if entry["path"] == "/api/file"]
    assert sent["chunkr_create_task_req_payload"] == {
        "chunk_processing": {"tokenizer": {"Enum": "Word"}},
        "llm_processing": {"fallback_strategy": {"Model": "gpt"}, "max_completion_tokens": 5},
        "segment_processing": {"PageFooter": {"crop_image": "All", "embed_sources": ["LLM"]}},
    }


def test_what_somebody_else_changes_is_noticed(dataset: Dataset) -> None:
    dataset.run(files=[EVERYTHING])
    dataset.tenant.control.sql("UPDATE files SET link = 'https://x.example.com'")
    assert dataset.thrice(files=[EVERYTHING])[0]["replaced"] == ["all"]
    dataset.call("PUT", "/api/chunk_group", {"tracking_id": "all", "description": "X", "metadata": {}})
    assert dataset.thrice(files=[EVERYTHING])[0]["updated"] == ["all"]
    (group,) = dataset.rows("chunk_groups")
    dataset.call("DELETE", f"/api/chunk_group/{group['id']}?delete_chunks=true")
    assert dataset.thrice(files=[EVERYTHING])[0]["replaced"] == ["all"]
    assert dataset.chunks() == {"all|0": "Text of all."}


# -- folders ------------------------------------------------------------------------------------------------------


def test_a_folder(dataset: Dataset) -> None:
    fill(dataset.folder, "b.txt", "a/u\u0308 ?.html", "a/drafts/x.txt", ".git/x.txt", "a/.x.txt", "a/c.md")
    options: dict[str, Any] = {
        "folder": str(dataset.folder),
        "include": ["*.txt", "a/*.html"],
        "exclude": ["a/drafts/*"],
        "prefix": "m/",
        "base_url": "https://d.example.com/m/",
        "defaults": {"tag_set": ["m"], "pdf2md_options": {"use_pdf2md_ocr": True}},
    }
    result, _written = dataset.thrice(**options)
    assert result["created"] == ["m/a/\u00fc ?.html", "m/b.txt"]
    files = dataset.files()
    assert files["m/a/\u00fc ?.html"]["link"] == "https://d.example.com/m/a/%C3%BC%20%3F.html"
    assert files["m/b.txt"]["tag_set"] == ["m"]
    (dataset.folder / "b.txt").write_text("Changed.")
    (dataset.folder / "a" / "u\u0308 ?.html").unlink()
    result, written = dataset.thrice(**options, scope={"prefix": "m/"}, prune=True)
    assert (result["replaced"], result["deleted"]) == (["m/b.txt"], ["m/a/\u00fc ?.html"])
    assert written[-2:] == ["DELETE /api/chunk_group/X", "DELETE /api/file/X"]
    assert result["diff"][-1]["after_header"].endswith("deleted, with 1 chunk")
    assert dataset.chunks() == {"m/b.txt|0": "Changed."}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "No file in folder"),
        ({"include": ["*.pdf"]}, "matches include and exclude"),
        ({"folder": "/nowhere"}, "folder /nowhere is not a directory."),
    ],
)
def test_folders_without_files(dataset: Dataset, options: dict[str, Any], words: str) -> None:
    if "include" in options:
        fill(dataset.folder, "a.txt")
    assert words in dataset.refused(**{"folder": str(dataset.folder), **options})
    assert dataset.tenant.control.requests() == []


def test_links_are_refused(dataset: Dataset) -> None:
    """One could lead out of the folder, to a secret."""
    fill(dataset.folder, "a.txt", "d/b.txt")
    for name, target in (("x.txt", "a.txt"), ("e", "d")):
        link = dataset.folder / name
        link.symlink_to(dataset.folder / target)
        assert f"{link} is a symbolic link" in dataset.refused(folder=str(dataset.folder))
        link.unlink()


def test_what_cannot_be_read(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(dataset.folder, "a.txt")
    monkeypatch.setattr("builtins.open", lambda *_args, **_options: os.open("/nowhere", os.O_RDONLY))
    assert "a.txt cannot be read: No such file or directory." in dataset.refused(folder=str(dataset.folder))


# -- large, many --------------------------------------------------------------------------------------------------


def test_more_files_than_a_page(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.community.trieve.plugins.module_utils._file.api.PAGE", 4)
    files = [text(f"f{number}") for number in range(13)]
    assert dataset.thrice(files=files)[0]["created"] == [file["group_tracking_id"] for file in files]
    assert len(dataset.info()["files"]) == 13


def test_a_binary_file_of_several_blocks(dataset: Dataset) -> None:
    """Every byte arrives, and nothing is read as a whole."""
    content = bytes(range(256)) * 3000
    (dataset.folder / "a.bin").write_bytes(content[:-1])
    dataset.tenant.control.settings(log_bodies=True)
    dataset.run(folder=str(dataset.folder))
    (sent,) = [entry["body"] for entry in dataset.tenant.control.requests() if entry["path"] == "/api/file"]
    assert base64.b64decode(sent["base64_file"]) == content[:-1]


def test_an_upload_is_sent_again_from_its_beginning(dataset: Dataset) -> None:
    """The server refuses it for its rate, so it did nothing."""
    dataset.tenant.control.faults(
        {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}, "path": "^/api/file$", "times": 2}
    )
    assert dataset.thrice(files=[text("a")])[0]["created"] == ["a"]


def test_a_file_that_is_too_large(dataset: Dataset) -> None:
    with (dataset.folder / "a.bin").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert f"The limit of Trieve's API is {LARGEST_FILE} bytes." in dataset.refused(folder=str(dataset.folder))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "files and folder are missing."),
        ({"files": [], "folder": "x"}, "files and folder cannot be used together."),
        ({"files": [], "prefix": "x"}, "prefix is set, but folder is not."),
        (
            {"folder": "x", "base_url": "x", "defaults": {"link": "x"}},
            "base_url and defaults.link cannot be used together.",
        ),
        ({"folder": "x", "base_url": "docs.example.com"}, "base_url has no scheme"),
        ({"files": [text("a")], "prune": True}, "prune needs scope"),
        ({"files": [text("a")], "prune": True, "scope": {"tag": "x"}, "wait": False}, "prune needs wait: true"),
        ({"files": [text("a")], "scope": {"tag": ""}}, "scope must have exactly one of tag and prefix"),
        ({"files": [text("a")], "scope": {"tag": "x"}}, "its tag_set does not contain 'x'"),
        ({"files": [text("a")], "scope": {"prefix": "x"}}, "its group_tracking_id does not begin with 'x'"),
        ({"files": [{**text("a"), "path": "x"}]}, "files[0]: path and content cannot be used together."),
        ({"files": [{"group_tracking_id": "a"}]}, "files[0]: path and content are missing."),
        ({"files": [{"group_tracking_id": "a", "content": "x"}]}, "files[0]: file_name is missing."),
        ({"files": [{"group_tracking_id": "a", "path": "/nowhere/x"}]}, "files[0]: File /nowhere/x not found."),
        ({"files": [{"group_tracking_id": "a", "path": "/"}]}, "files[0]: file_name is missing."),
        ({"files": [{"group_tracking_id": "a", "path": "/tmp"}]}, "files[0]: /tmp is not a file."),
        ({"files": [{**text("a"), "content": ""}]}, "files[0]: The file is empty."),
        ({"files": [text("a", "x\0")]}, "content contains a NUL character"),
        ({"files": [text(" ")]}, "files[0]: group_tracking_id is missing or empty."),
        ({"files": [text("..")]}, "cannot be part of a URL"),
        (
            {"files": [text("a"), text("a")]},
            "files[1]: group_tracking_id 'a' is declared twice, the first time by files[0].",
        ),
        ({"files": [text("a", metadata={"community_trieve": 1})]}, "metadata contains the key 'community_trieve'"),
        ({"files": [text("a", metadata={"x": "y" * 1_000_001})]}, "The limit is 1000000."),
        ({"files": [text("a", tag_set=["x"] * 10_001)]}, "tag_set has 10001 entries."),
        ({"files": [text("a", tag_set=[""])]}, "tag_set contains an empty entry."),
        ({"files": [text("a", split_delimiters=[""])]}, "split_delimiters contains an empty entry."),
        ({"files": [text("a", target_splits_per_chunk=0)]}, "target_splits_per_chunk is 0."),
        ({"files": [text("a", time_stamp="2024-01-01T00:00:00")]}, "has no time zone"),
        ({"files": [text("a", pdf2md_options={"use_pdf2md_ocr": True})]}, "only for names that end with .pdf"),
        (
            {"files": [text("a", pdf2md_options={"use_pdf2md_ocr": False, "split_headings": True})]},
            "split_headings requires use_pdf2md_ocr: true.",
        ),
        (
            {"files": [text("a", file_name="a.pdf", split_avg=True, pdf2md_options={"use_pdf2md_ocr": True})]},
            "split_avg cannot be used together with pdf2md_options.use_pdf2md_ocr.",
        ),
        (
            {"files": [text("a", split_avg=True, chunkr_create_task_req_payload={})]},
            "split_avg has no effect together with chunkr_create_task_req_payload.",
        ),
        ({"state": "absent"}, "group_tracking_ids and file_ids are missing."),
        ({"state": "absent", "group_tracking_ids": [" "]}, "group_tracking_ids[0] is empty."),
        ({"state": "absent", "file_ids": ["x"]}, "file_ids[0] 'x' is not a valid UUID."),
        ({"state": "absent", "file_ids": [], "folder": "x"}, "folder cannot be used with state: absent"),
        ({"files": [], "concurrency": 0}, "concurrency is 0."),
        ({"files": [], "wait_timeout": 0}, "wait_timeout is 0."),
    ],
)
def test_refused_before_anything_is_sent(dataset: Dataset, options: dict[str, Any], words: str) -> None:
    assert words in dataset.refused(**options)
    assert dataset.tenant.control.requests() == []


def test_a_dataset_of_an_earlier_task(dataset: Dataset) -> None:
    result = dataset.run(True, dataset="later", files=[text("a")])
    assert result["created"] == ["a"]
    assert "'later' not found" in result["warnings"][0]
    assert "'later' not found" in dataset.run(dataset="later", files=[text("a")])["msg"]
    assert dataset.run(dataset="later", state="absent", group_tracking_ids=["a"])["changed"] is False


def test_a_dataset_without_rows(dataset: Dataset) -> None:
    """Its chunks would stay when a file is deleted."""
    configuration = {"dataset_id": dataset.id, "server_configuration": {"QDRANT_ONLY": True}}
    dataset.call("PUT", "/api/dataset", configuration)
    dataset.run(files=[text("a")])
    assert "option qdrant_only" in dataset.refused(files=[text("a", "New.")])


def test_progress_of_a_large_upload(dataset: Dataset) -> None:
    (dataset.folder / "a.bin").write_bytes(b"x" * 3_000_000)
    task = task_of(DEFINITION, False, **dataset.tenant.connection, dataset="docs", folder=str(dataset.folder))
    lines: list[str] = []
    now = iter(range(10**6))
    task.clock = lambda: float(next(now))
    task.progress = lines.append
    assert not played(DEFINITION, task).get("failed")
    assert any(line.startswith("Uploading a.bin: ") and line.endswith(" of 2 MiB") for line in lines)
