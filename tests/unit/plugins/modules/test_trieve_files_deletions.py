# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_files): what is deleted, and what of others is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.server import Running

from ...files import Dataset, text
from ...tenant import Tenant


@pytest.fixture
def dataset(sandbox: Running, connection: dict[str, Any], tmp_path: Path) -> Dataset:
    return Dataset(Tenant(sandbox, connection), tmp_path)


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
    assert warning.startswith(
        "Group 'g' has no file, and nothing shows that it was made for one by this module, so it is not deleted."
    )


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
