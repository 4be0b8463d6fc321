# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_chunks) against a sandbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._chunk import api
from ansible_collections.community.trieve.plugins.module_utils._chunk.options import MANAGED
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.modules.trieve_chunks import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Rehearsed, Tenant

READS = ("POST /api/chunks/scroll", "POST /api/chunk_group/chunks")


class Dataset(Rehearsed):
    """A dataset, and tasks about its chunks."""

    LISTS = ("created", "updated", "deleted")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.id = tenant.dataset("docs")
        tenant.writes()

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task. Its clock goes on by its own pauses only."""
        task = task_of(DEFINITION, check_mode, **{**self.tenant.connection, "dataset": "docs", **options})
        now = [0.0]
        task.clock = lambda: now[0]

        def sleep(seconds: float) -> None:
            now[0] += seconds

        task.sleep = sleep
        return played(DEFINITION, task)

    def writes(self) -> list[str]:
        """The requests since the last call that write."""
        return [request for request in self.tenant.writes() if request not in READS]

    def add(self, *chunks: dict[str, Any]) -> None:
        """Chunks of somebody else."""
        self.tenant.call("POST", "/api/chunk", list(chunks), **{"TR-Dataset": self.id})
        self.tenant.writes()

    def chunk(self, tracking_id: str) -> dict[str, Any]:
        """A chunk as the server reads it."""
        found: dict[str, Any] = self.tenant.call(
            "GET", f"/api/chunk/tracking_id/{tracking_id}", **{"TR-Dataset": self.id}
        )
        return found

    def found(self, tag: str) -> list[str]:
        """The tracking IDs that a filter by tag finds in the vector store."""
        body = {"page_size": 100, "filters": {"must": [{"field": "tag_set", "match_any": [tag]}]}}
        answer = self.tenant.call("POST", "/api/chunks/scroll", body, **{"TR-Dataset": self.id})
        return sorted(chunk["tracking_id"] for chunk in answer["chunks"])

    def groups(self, tracking_id: str) -> list[str]:
        """The tracking IDs of the groups of a chunk."""
        body = {"chunk_ids": [self.chunk(tracking_id)["id"]]}
        answer = self.tenant.call("POST", "/api/chunk_group/chunks", body, **{"TR-Dataset": self.id})
        return sorted(group["tracking_id"] for row in answer for group in row["slim_groups"])


@pytest.fixture
def dataset(sandbox: Running, connection: dict[str, Any]) -> Dataset:
    return Dataset(Tenant(sandbox, connection))


def chunk(name: str, **options: Any) -> dict[str, Any]:
    return {"tracking_id": name, "chunk_html": f"<p>Text of {name}</p>", **options}


EVERYTHING = chunk(
    "all",
    link="https://d.example.com/all",
    tag_set=["b", "a", "a"],
    group_tracking_ids=["g2", "g1"],
    metadata={"n": 1, "deep": {"x": [None]}},
    num_value=1,
    weight=1.5,
    time_stamp="2024-01-01T02:00:00+02:00",
    location={"lat": 52.5, "lon": 13.25},
    image_urls=["https://d.example.com/2.png", "https://d.example.com/1.png"],
)


def test_create_update_and_nothing(dataset: Dataset) -> None:
    result, written = dataset.thrice(chunks=[EVERYTHING, chunk("b")])
    assert result["created"] == ["all", "b"]
    assert result["summary"] == {"create": 4, "unchanged": 0}  # two groups, two chunks
    assert written == ["POST /api/chunk_group", "POST /api/chunk_group", "POST /api/chunk"]
    stored = dataset.chunk("all")
    assert stored["time_stamp"] == "2024-01-01T00:00:00"
    assert dataset.groups("all") == ["g1", "g2"]
    result, written = dataset.thrice(chunks=[{**EVERYTHING, "num_value": 2}, chunk("b")])
    assert (result["updated"], result["unchanged"]) == (["all"], 1)
    assert written == ["POST /api/chunk"]
    assert dataset.chunk("all") == {**stored, "num_value": 2.0, "updated_at": dataset.chunk("all")["updated_at"]}


OTHER: dict[str, Any] = {
    "chunk_html": "<p>Other text</p>",
    "link": "https://d.example.com/other",
    "tag_set": ["other", "b"],
    "group_tracking_ids": ["g1", "g3"],
    "metadata": {"n": True},
    "num_value": 2.5,
    "weight": 0,
    "time_stamp": "2025-06-07T08:09:10Z",
    "location": {"lat": -1, "lon": 0.5},
    "image_urls": ["https://d.example.com/1.png", "https://d.example.com/2.png"],
}
"""Another value of each option that is compared."""


def stored(dataset: Dataset) -> dict[str, Any]:
    """The chunk as it is, and its groups."""
    found = {**dataset.chunk("all"), "group_tracking_ids": dataset.groups("all")}
    found["tag_set"] = sorted(found["tag_set"])
    del found["updated_at"]
    return found


@pytest.mark.parametrize("option", MANAGED)
@pytest.mark.parametrize("alone", [True, False], ids=["declared alone", "declared with all others"])
def test_each_option_changes_nothing_but_itself(dataset: Dataset, option: str, alone: bool) -> None:
    dataset.run(chunks=[EVERYTHING])
    before = stored(dataset)
    rest = {"tracking_id": "all", "chunk_html": EVERYTHING["chunk_html"]} if alone else EVERYTHING
    result, _written = dataset.thrice(chunks=[{**rest, option: OTHER[option]}])
    (change,) = [change for change in result["plan"] if change["kind"] == "chunk"]
    assert [field["name"] for field in change["fields"]] == [option]
    after = stored(dataset)
    assert [name for name, value in after.items() if before[name] != value] == [option]
    if isinstance(OTHER[option], list) and option != "image_urls":
        assert after[option] == sorted(OTHER[option])
    elif option != "time_stamp":
        assert after[option] == OTHER[option]


def test_what_somebody_else_changes_is_noticed(dataset: Dataset) -> None:
    dataset.run(chunks=[EVERYTHING])
    for option in ("link", "num_value", "metadata", "weight"):
        dataset.tenant.call(
            "PUT", "/api/chunk", {"tracking_id": "all", option: OTHER[option]}, **{"TR-Dataset": dataset.id}
        )
        assert dataset.run(chunks=[EVERYTHING])["updated"] == ["all"]
        assert dataset.run(chunks=[EVERYTHING])["changed"] is False


def test_what_is_not_declared_stays(dataset: Dataset) -> None:
    """An upsert of the server's would reset it, and take the chunk's tags and groups out of the vector store."""
    dataset.run(chunks=[EVERYTHING])
    before = dataset.chunk("all")
    dataset.thrice(chunks=[{"tracking_id": "all", "chunk_html": "<p>New text</p>"}])
    after = dataset.chunk("all")
    assert {name: value for name, value in after.items() if before[name] != value}.keys() == {
        "chunk_html",
        "updated_at",
    }
    assert dataset.found("a") == ["all"]
    assert dataset.groups("all") == ["g1", "g2"]


def test_tags_and_groups_are_replaced(dataset: Dataset) -> None:
    dataset.run(chunks=[EVERYTHING])
    result, written = dataset.thrice(chunks=[{**EVERYTHING, "tag_set": ["c", "a"], "group_tracking_ids": ["g3"]}])
    assert written == ["POST /api/chunk_group", "PUT /api/chunk"]
    assert result["plan"][1]["fields"][0] == {"name": "tag_set", "before": ["a", "b"], "after": ["a", "c"]}
    assert (dataset.found("b"), dataset.found("c")) == ([], ["all"])
    assert dataset.groups("all") == ["g3"]
    dataset.thrice(chunks=[{**EVERYTHING, "tag_set": [], "group_tracking_ids": []}])
    assert (dataset.found("a"), dataset.groups("all")) == ([], [])


def test_a_batch_has_120_chunks(dataset: Dataset) -> None:
    chunks = [chunk(f"c{number:03}") for number in range(250)]
    _result, written = dataset.thrice(chunks=chunks, concurrency=1)
    assert written == ["POST /api/chunk"] * 3
    changed = [{**one, "num_value": 1} if number % 2 else one for number, one in enumerate(chunks)]
    _result, written = dataset.thrice(chunks=changed)
    assert written == ["POST /api/chunk"] * 2


def test_a_chunk_that_is_stored_in_part_is_repaired(dataset: Dataset) -> None:
    """A group ID that does not exist leaves a chunk that nothing finds."""
    dataset.add({**chunk("a"), "group_ids": ["11111111-2222-4333-8444-555555555555"]})
    result, _written = dataset.thrice(chunks=[chunk("a"), chunk("b")])
    assert result["created"] == ["a", "b"]
    assert dataset.chunk("a")


# -- prune --------------------------------------------------------------------------------------------------------------


def test_prune_within_a_tag(dataset: Dataset) -> None:
    dataset.add(chunk("crawled", tag_set=["site"]), {"chunk_html": "<p>No tracking ID</p>", "tag_set": ["news"]})
    dataset.run(chunks=[chunk(name, tag_set=["news"]) for name in ("a", "b", "c")])
    options = {"scope": {"tag": "news"}, "prune": True}
    result, written = dataset.thrice(chunks=[chunk("d", tag_set=["news"]), chunk("a", tag_set=["news"])], **options)
    assert written == ["POST /api/chunk", "DELETE /api/chunk"]
    assert len(result["deleted"]) == 3
    assert {"b", "c"} < set(result["deleted"])
    assert dataset.found("news") == ["a", "d"]
    assert dataset.found("site") == ["crawled"]


def test_prune_within_a_group(dataset: Dataset) -> None:
    grouped = [chunk(name, group_tracking_ids=["team"]) for name in ("a", "b")]
    dataset.run(chunks=[*grouped, chunk("other")])
    options = {"scope": {"group_tracking_id": "team"}, "prune": True}
    result, _written = dataset.thrice(chunks=grouped[:1], **options)
    assert result["deleted"] == ["b"]
    assert dataset.chunk("other")
    result, _written = dataset.thrice(chunks=[], allow_empty=True, **options)
    assert result["deleted"] == ["a"]


def test_limits_of_deletions(dataset: Dataset) -> None:
    chunks = [chunk(name, tag_set=["t"]) for name in "abcd"]
    dataset.run(chunks=chunks)
    options: dict[str, Any] = {"scope": {"tag": "t"}, "prune": True}
    words = dataset.refused(chunks=chunks[:1], max_deletions="50%", **options)
    assert words.startswith("3 of the 4 chunks in scope would be deleted, but max_deletions is 50%, which is 2.")
    assert "set allow_empty: true" in dataset.refused(chunks=[], **options)
    assert not dataset.run(chunks=chunks[:2], max_deletions="50%", **options).get("failed")


def test_absent(dataset: Dataset) -> None:
    dataset.run(chunks=[chunk("a"), chunk("b")])
    result, written = dataset.thrice(state="absent", tracking_ids=["b", "never", "b"])
    assert result["deleted"] == ["b"]
    assert written == ["DELETE /api/chunk"]
    assert dataset.chunk("a")


def test_no_deletion_without_an_id(dataset: Dataset) -> None:
    """The server would take it for every chunk."""
    dataset.run(chunks=[chunk("a")])
    result, written = dataset.thrice(state="absent", tracking_ids=[])
    assert (result["changed"], written) == (False, [])
    with pytest.raises(TaskFailed, match="no deletion was sent"):
        api.delete_chunks(None, "docs", [])


# -- what is accepted and not done -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [(), ("update", "delete")])
def test_nothing_counts_as_stored_that_was_not_read_back(dataset: Dataset, workers: Sequence[str]) -> None:
    dataset.run(chunks=[chunk("old", tag_set=["t"])])
    dataset.tenant.control.settings(workers=list(workers))
    options: dict[str, Any] = {"chunks": [chunk("new", tag_set=["t"])], "scope": {"tag": "t"}, "prune": True}
    result = dataset.run(wait_timeout=5, **options)
    assert result["not_stored"] == ["new"]
    assert "1 of 1 chunk is not stored after 5 s: new." in result["msg"]
    assert "community.trieve.trieve_doctor" in result["msg"]
    assert result["changed"] is True
    assert "DELETE /api/chunk" not in dataset.writes()
    assert dataset.found("t") == ["old"]  # the search is not empty
    dataset.tenant.control.settings(workers=["ingestion", "update", "delete"])
    assert dataset.run(**options)["deleted"] == ["old"]
    assert dataset.found("t") == ["new"]


def test_a_lost_batch_is_sent_again(dataset: Dataset) -> None:
    dataset.tenant.control.settings(components={"embeddings": "down"})
    result = dataset.run(chunks=[chunk("a")], wait_timeout=2)
    assert result["not_stored"] == ["a"]
    dataset.tenant.control.settings(components={})
    assert dataset.thrice(chunks=[chunk("a")])[0]["created"] == ["a"]


def test_queued_is_not_stored(dataset: Dataset) -> None:
    result = dataset.run(chunks=[chunk("a")], wait=False)
    assert (result["created"], result["verified"]) == (["a"], False)


def test_a_locked_dataset_deletes_nothing(dataset: Dataset) -> None:
    dataset.run(chunks=[chunk("a")])
    configuration = {"dataset_id": dataset.id, "server_configuration": {"LOCKED": True}}
    dataset.tenant.call("PUT", "/api/dataset", configuration)
    result = dataset.run(state="absent", tracking_ids=["a"], wait_timeout=2)
    assert result["not_deleted"] == ["a"]
    assert "the dataset is locked" in result["msg"]


# -- files ----------------------------------------------------------------------------------------------------------------

CSV = """tracking_id,chunk_html,tag_set,num_value,location.lat,location.lon,metadata.author,convert_html_to_text
a,"<p>One, and ""two""</p>",x; y,1.5,52.5,13.25,Jo,true
b,Plain,,,,,,
"""


def test_three_formats_say_the_same(dataset: Dataset, tmp_path: Path) -> None:
    entries = [
        chunk("a", chunk_html='<p>One, and "two"</p>', tag_set=["x", "y"], num_value=1.5, metadata={"author": "Jo"}),
        chunk("b", chunk_html="Plain"),
    ]
    entries[0].update(location={"lat": 52.5, "lon": 13.25}, convert_html_to_text=True)
    (tmp_path / "c.jsonl").write_text("\ufeff" + "\n".join(json.dumps(entry) for entry in entries) + "\n\n")
    (tmp_path / "c.csv").write_text(CSV)
    (tmp_path / "c.yml").write_text(json.dumps(entries))
    assert dataset.thrice(file=str(tmp_path / "c.jsonl"))[0]["created"] == ["a", "b"]
    for name in ("c.csv", "c.yml"):
        assert dataset.run(file=str(tmp_path / name))["unchanged"] == 2


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.jsonl", '{"tracking_id": "a", "chunk_html": "t"}\n{"tracking', "x.jsonl:2:2: not valid JSON"),
        ("x.jsonl", '\n["a"]', "x.jsonl:2: It is not an object."),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "t", "tags_set": ["x"]}',
            "x.jsonl:1: tags_set is unknown. Did you mean 'tag_set'?",
        ),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "t", "tag_set": [1]}',
            "x.jsonl:1: tag_set must be a list of strings.",
        ),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "t", "num_value": true}',
            "x.jsonl:1: num_value must be a number.",
        ),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "t", "location": {"lat": 1}}',
            "x.jsonl:1: location.lon is missing.",
        ),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "<p> </p>"}',
            "x.jsonl:1: chunk_html is missing or contains no text.",
        ),
        ("x.jsonl", '{"chunk_html": "t"}', "x.jsonl:1: tracking_id is missing or empty."),
        ("x.jsonl", '{"tracking_id": "update", "chunk_html": "t"}', "x.jsonl:1: tracking_id 'update' cannot be used"),
        (
            "x.jsonl",
            '{"tracking_id": "a", "chunk_html": "t", "time_stamp": "2024-01-01"}',
            "time_stamp '2024-01-01' has no time zone.",
        ),
        ("x.jsonl", '{"tracking_id": "a", "chunk_html": "t\\u0000"}', "x.jsonl:1: chunk_html contains a NUL character"),
        ("x.jsonl", '{"tracking_id": "a", "chunk_html": "t"}\n' * 2, "declared twice: by entries 1 and 2 of"),
        ("x.jsonl", "[" * 100_000, "x.jsonl:1"),
        ("x.csv", "tracking_id,chunk_htm\na,t\n", "x.csv:1: column 'chunk_htm' is unknown. Did you mean 'chunk_html'?"),
        ("x.csv", "tracking_id,chunk_html\na\n", "x.csv:2: 1 cells, but the first line has 2."),
        ("x.csv", "tracking_id,chunk_html,num_value\na,t,x\n", "x.csv:2: num_value 'x' must be a number."),
        ("x.csv", 'tracking_id,chunk_html\na,"t\n', "x.csv:2: not valid CSV"),
        ("x.yml", "- {tracking_id: a\n", "x.yml:2:1: not valid YAML"),
        ("x.yml", "a: b\n", "x.yml: not a list."),
        ("x.yml", "- tracking_id: a\n  chunk_html: t\n- tracking_id: b\n", "x.yml:3: chunk_html is missing"),
        ("x.txt", "", "does not tell its format."),
    ],
)
def test_a_file_with_a_fault_sends_nothing(dataset: Dataset, tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    assert words in dataset.refused(file=str(tmp_path / name))
    assert dataset.tenant.control.requests() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "chunks and file are missing."),
        ({"chunks": [], "file": "x"}, "chunks and file cannot be used together."),
        ({"file": "/nowhere/x.csv"}, "/nowhere/x.csv cannot be read: No such file or directory."),
        ({"chunks": [], "format": "csv"}, "format is set, but file is not."),
        ({"chunks": [chunk("a")], "prune": True}, "prune needs scope"),
        ({"chunks": [chunk("a")], "scope": {"tag": ""}}, "scope must have exactly one of tag and group_tracking_id"),
        (
            {"chunks": [chunk("a")], "scope": {"tag": "t"}},
            "Chunk 'a' is not in scope: its tag_set does not contain 't'.",
        ),
        ({"chunks": [], "scope": {"tag": "t"}, "prune": True, "wait": False}, "prune needs wait: true"),
        ({"chunks": [chunk("a", tag_set=[""])]}, "chunks[0]: tag_set contains an empty entry."),
        ({"chunks": [chunk("a", tag_set=["t"] * 10_001)]}, "chunks[0]: tag_set has 10001 entries."),
        (
            {"chunks": [chunk("a", chunk_html="x" * (10 * 1024 * 1024 + 1))]},
            "chunks[0]: chunk_html has 10485761 characters.",
        ),
        ({"chunks": [chunk("a"), chunk("a")]}, "chunks[1]: tracking_id 'a' is declared twice"),
        ({"state": "absent"}, "tracking_ids is missing."),
        ({"state": "absent", "tracking_ids": [" "]}, "tracking_ids[0] is empty."),
        ({"state": "absent", "tracking_ids": ["a"], "prune": True}, "prune cannot be used with state: absent"),
        ({"chunks": [], "concurrency": 0}, "concurrency is 0."),
        ({"chunks": [], "wait_timeout": 0}, "wait_timeout is 0."),
    ],
)
def test_refused_before_anything_is_sent(dataset: Dataset, options: dict[str, Any], words: str) -> None:
    assert words in dataset.refused(**options)
    assert dataset.tenant.control.requests() == []


def test_a_dataset_of_an_earlier_task(dataset: Dataset) -> None:
    result = dataset.run(True, dataset="later", chunks=[chunk("a", group_tracking_ids=["g"])])
    assert [change["kind"] for change in result["plan"]] == ["chunk_group", "chunk"]
    assert "'later' not found" in result["warnings"][0]
    assert "'later' not found" in dataset.run(dataset="later", chunks=[chunk("a")])["msg"]
    assert dataset.run(dataset="later", state="absent", tracking_ids=["a"])["changed"] is False


def test_unicode_beyond_the_basic_plane(dataset: Dataset) -> None:
    dataset.thrice(chunks=[chunk("😀", chunk_html="<p>😀 𝔘</p>", tag_set=["😀"])])


def test_a_server_that_fails_in_the_middle(dataset: Dataset) -> None:
    """What was sent is reported, and the next run does the rest."""
    chunks = [chunk(f"c{number:03}") for number in range(360)]
    dataset.tenant.control.faults(
        {"kind": "status", "method": "POST", "path": "^/api/chunk$", "after": 1, "times": 1, "status": 500}
    )
    result = dataset.run(chunks=chunks, concurrency=1, retries=0)
    assert result["failed"]
    assert 0 < len(result["created"]) < 360
    rest = dataset.run(chunks=chunks)
    assert len(rest["created"]) == 360 - len(result["created"])
    assert len(dataset.tenant.control.state("chunks")) == 360
