# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_files) against a sandbox."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._file.options import READABLE
from ansible_collections.community.trieve.plugins.module_utils._file.source import LARGEST_FILE
from ansible_collections.community.trieve.plugins.modules import trieve_file_info
from ansible_collections.community.trieve.plugins.modules.trieve_files import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant

WORKERS = ["ingestion", "update", "delete", "groups", "file"]

READS = ("POST /api/chunks/scroll",)


class Dataset:
    """A dataset, and tasks about its files."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.id = tenant.dataset("docs")
        tenant.control.settings(workers=WORKERS)
        self.progress: list[str] = []
        tenant.writes()

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task. Its clock goes on by its own pauses only."""
        given = {**self.tenant.connection, "dataset": "docs", "wait_timeout": 3, **options}
        task = task_of(DEFINITION, check_mode, **given)
        now = [0.0]
        task.clock = lambda: now[0]
        task.progress = self.progress.append

        def sleep(seconds: float) -> None:
            now[0] += seconds

        task.sleep = sleep
        return played(DEFINITION, task)

    def writes(self) -> list[str]:
        """Method and path of the requests since the last call that write, with X for an ID."""
        sent = [request for request in self.tenant.writes() if request not in READS]
        return [request if len(request) < 40 else request.rpartition("/")[0] + "/X" for request in sent]

    def thrice(self, **options: Any) -> tuple[dict[str, Any], list[str]]:
        """The result of a run that a preview has foretold and that a second run does not repeat, and what it wrote."""
        self.writes()
        preview = self.run(True, **options)
        assert not preview.get("failed"), preview["msg"]
        assert self.writes() == []
        result = self.run(**options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary", "created", "replaced", "updated", "deleted", "unchanged"):
            assert preview[name] == result[name]
        assert result["verified"] is True
        written = self.writes()
        again = self.run(**options)
        assert again["changed"] is False, again["diff"]
        assert self.writes() == []
        return result, written

    def refused(self, **options: Any) -> str:
        """The words of a task that fails in both modes before it writes anything."""
        self.writes()
        results = [self.run(check_mode, **options) for check_mode in (True, False)]
        assert results[0] == results[1]
        assert results[0].get("failed") is True, results[0]
        assert self.writes() == []
        words: str = results[0]["msg"]
        return words

    def info(self, **options: Any) -> dict[str, Any]:
        """The result of C(trieve_file_info)."""
        return self.tenant.run(trieve_file_info.DEFINITION, **{"dataset": "docs", **options})

    def files(self) -> dict[str, dict[str, Any]]:
        """The files by the tracking IDs of their groups."""
        return {file["group_tracking_id"]: file for file in self.info()["files"]}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What somebody else does in the dataset."""
        answer = self.tenant.call(method, path, body, **{"TR-Dataset": self.id})
        self.tenant.writes()
        return answer

    def foreign(self, text: str = "Somebody else's.", **values: Any) -> str:
        """Upload a file as somebody else. Returns its ID."""
        body = {"base64_file": base64.b64encode(text.encode()).decode(), "file_name": "f.txt", **values}
        file_id: str = self.call("POST", "/api/file", body)["file_metadata"]["id"]
        return file_id

    def chunks(self) -> dict[str, str]:
        """The text of each chunk that searches find, by tracking ID."""
        answer = self.tenant.call("POST", "/api/chunks/scroll", {"page_size": 1000}, **{"TR-Dataset": self.id})
        return {chunk["tracking_id"]: chunk["chunk_html"] for chunk in answer["chunks"]}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What the sandbox holds."""
        return [row for row in self.tenant.control.state(table) if row["dataset_id"] == self.id]


@pytest.fixture
def dataset(sandbox: Running, connection: dict[str, Any], tmp_path: Path) -> Dataset:
    return Dataset(Tenant(sandbox, connection), tmp_path)


def text(name: str, content: str = "", **options: Any) -> dict[str, Any]:
    return {"group_tracking_id": name, "content": content or f"Text of {name}.", "file_name": "a.txt", **options}


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


# -- folders ------------------------------------------------------------------------------------------------------------


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text of {name}.")


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


# -- prune, absent ----------------------------------------------------------------------------------------------------


def test_prune_leaves_what_is_not_its_own(dataset: Dataset) -> None:
    foreign = dataset.foreign(tag_set=["t"], group_tracking_id="foreign")
    dataset.run(files=[text("other"), *(text(name, tag_set=["t"]) for name in "abc")])
    options: dict[str, Any] = {"scope": {"tag": "t"}, "prune": True}
    words = dataset.refused(files=[text("a", tag_set=["t"])], max_deletions="50%", **options)
    assert words.startswith("2 of the 3 files in scope would be deleted, but max_deletions is 50%, which is 1.")
    result, _written = dataset.thrice(files=[text("a", tag_set=["t"])], **options)
    assert result["deleted"] == ["b", "c"]
    assert foreign in {row["id"] for row in dataset.rows("files")}
    assert sorted(dataset.chunks()) == ["a|0", "foreign|0", "other|0"]
    assert "set allow_empty: true" in dataset.refused(files=[], **options)
    assert dataset.thrice(files=[], allow_empty=True, **options)[0]["deleted"] == ["a"]


def test_prune_keeps_chunks_if_told(dataset: Dataset) -> None:
    dataset.run(files=[text("p/a"), text("p/b")])
    options: dict[str, Any] = {"scope": {"prefix": "p/"}, "prune": True, "delete_chunks": False}
    result, written = dataset.thrice(files=[text("p/a")], **options)
    assert (result["deleted"], written) == (["p/b"], ["DELETE /api/file/X"])
    assert sorted(dataset.chunks()) == ["p/a|0", "p/b|0"]
    assert result["diff"][0]["after_header"].endswith("deleted, its chunks stay")
    result, _written = dataset.thrice(files=[text("p/a"), text("p/b", "New.")], **options)
    assert result["replaced"] == ["p/b"]
    assert dataset.chunks()["p/b|0"] == "New."


def test_absent(dataset: Dataset) -> None:
    dataset.run(files=[text("a"), text("b"), text("c")])
    anonymous = dataset.foreign()
    named = dataset.foreign(group_tracking_id="named")
    result, written = dataset.thrice(
        state="absent", group_tracking_ids=["b", "never", "b", "named"], file_ids=[anonymous.upper(), anonymous]
    )
    assert result["deleted"] == ["b", "named", anonymous]
    assert sorted(written) == sorted(["DELETE /api/chunk_group/X", "DELETE /api/file/X"] * 3)
    assert named not in {row["id"] for row in dataset.rows("files")}
    assert sorted(dataset.chunks()) == ["a|0", "c|0"]
    result, written = dataset.thrice(state="absent", group_tracking_ids=["a"], delete_chunks=False)
    assert (result["deleted"], written) == (["a"], ["DELETE /api/file/X"])
    result, written = dataset.thrice(state="absent", group_tracking_ids=["a"])
    assert (result["deleted"], written) == (["a"], ["DELETE /api/chunk_group/X"])
    assert sorted(dataset.chunks()) == ["c|0"]


def test_a_file_of_another_dataset_is_not_deleted(dataset: Dataset) -> None:
    other = dataset.tenant.dataset("other")
    answer = dataset.tenant.call(
        "POST", "/api/file", {"base64_file": "aGk=", "file_name": "x.txt"}, **{"TR-Dataset": other}
    )
    file_id = answer["file_metadata"]["id"]
    result, written = dataset.thrice(state="absent", file_ids=[file_id])
    assert (result["changed"], written) == (False, [])


def test_groups_of_others_are_not_deleted(dataset: Dataset) -> None:
    dataset.call("POST", "/api/chunk_group", {"tracking_id": "g", "name": "g"})
    result = dataset.run(state="absent", group_tracking_ids=["g"])
    assert result["changed"] is False
    (warning,) = result["warnings"]
    assert warning.startswith("Group 'g' has no file, and was not made for one by this module, so it is not deleted.")


def test_nothing_is_deleted_that_was_not_shown(dataset: Dataset) -> None:
    dataset.run(files=[text("a")])
    dataset.call("POST", "/api/chunk", {"chunk_html": "<p>x</p>", "tracking_id": "guest", "group_tracking_ids": ["a"]})
    words = "contains chunk 'guest', which is not of"
    assert words in dataset.refused(state="absent", group_tracking_ids=["a"])
    assert words in dataset.refused(files=[text("a", "New.")])
    dataset.thrice(state="absent", group_tracking_ids=["a"], delete_chunks=False)
    assert sorted(dataset.chunks()) == ["a|0", "guest"]
    one, two = (dataset.foreign(group_tracking_id="two") for _number in range(2))
    assert "also contains file 'f.txt'" in dataset.refused(state="absent", file_ids=[one])
    assert len(dataset.run(state="absent", file_ids=[one, two])["deleted"]) == 2


@pytest.mark.parametrize("kind", ["file", "group", "chunk"])
def test_a_group_of_somebody_else(dataset: Dataset, kind: str) -> None:
    """An upload would reset its name, description and tags, and a replacement delete its chunks."""
    if kind == "file":
        dataset.foreign(group_tracking_id="a")
    else:
        dataset.call("POST", "/api/chunk_group", {"tracking_id": "a", "name": "a"})
    if kind == "chunk":
        dataset.call("POST", "/api/chunk", {"chunk_html": "<p>x</p>", "tracking_id": "c", "group_tracking_ids": ["a"]})
    words = dataset.refused(files=[text("b"), text("a")])
    assert "Choose another group_tracking_id" in words
    assert {"file": "contains file 'f.txt'", "group": "exists already", "chunk": "contains chunk 'c'"}[kind] in words


# -- what is accepted and not done -------------------------------------------------------------------------------------


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
    result = dataset.run(wait_timeout=5, **options)
    assert result["failed"]
    assert result["not_stored"] == ["t/new"]
    assert "1 of 1 file not stored after 5 s: t/new." in result["msg"]
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
    assert "1 of 1 file not deleted after 3 s: a." in result["msg"]


# -- interrupted ------------------------------------------------------------------------------------------------------


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


# -- large, many ------------------------------------------------------------------------------------------------------


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
