# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the file worker makes of a file."""

from __future__ import annotations

import base64

import pytest

from sandbox.server import Running
from sandbox.workers.files import chunk_texts

from ..conftest import Send


def sentences(count: int) -> str:
    """That many of them."""
    return "".join(f"Sentence {number}." for number in range(count))


@pytest.mark.parametrize(
    ("count", "rebalance", "sizes"),
    [(3, True, [3]), (20, True, [20]), (45, True, [23, 22]), (45, False, [20, 20, 5]), (19, False, [19])],
)
def test_sentences_are_grouped(count: int, rebalance: bool, sizes: list[int]) -> None:
    """Twenty in a chunk; the remainder goes to the first ones, or into one of its own."""
    texts = chunk_texts(sentences(count), None, rebalance, 20)
    assert [text.count(".") for text in texts] == sizes
    assert "".join(texts) == sentences(count)


def test_markup_goes_and_crumbs_too() -> None:
    """No piece of at most two bytes stays."""
    assert chunk_texts("<p>First <b>one</b>.a. Second &amp; last? </p>", None, True, 20) == [
        "First one. Second & last?"
    ]


def test_other_delimiters() -> None:
    """They are taken as they are, not as patterns."""
    assert chunk_texts("one|two.three|four", ["|"], False, 1) == ["one|", "two.three|", "four"]


def test_a_long_chunk_is_cut() -> None:
    """From ten thousand characters, into equal parts."""
    assert [len(text) for text in chunk_texts("x" * 25_000, None, True, 20)] == [8334, 8334, 8332]


def test_an_empty_file_is_tried_three_times(sandbox: Running, send: Send, dataset: str) -> None:
    """Each time with a group of its own, and without a chunk."""
    sandbox.control.settings(workers=["file", "ingestion"])
    send("POST /api/file", json={"base64_file": "", "file_name": "empty"})
    listed = send(f"GET /api/dataset/files/{dataset}/1").json()["file_and_group_ids"]
    assert len({one["group_id"] for one in listed}) == 3
    assert send("POST /api/chunks/scroll", json={}).json() == {"chunks": []}


def test_each_try_is_listed(sandbox: Running, send: Send, dataset: str) -> None:
    """Also where all of them are about one group."""
    sandbox.control.settings(workers=["file", "ingestion"])
    send("POST /api/file", json={"base64_file": "", "file_name": "empty", "group_tracking_id": "g"})
    listed = send(f"GET /api/dataset/files/{dataset}/1").json()["file_and_group_ids"]
    assert (len(listed), len({one["group_id"] for one in listed})) == (3, 1)


def test_a_second_file_keeps_the_first_ones_text(sandbox: Running, send: Send, dataset: str) -> None:
    """The tracking ids are taken; only the group is renamed."""
    sandbox.control.settings(workers=["file", "ingestion"])
    for name in ("first", "second"):
        text = base64.b64encode(f"The {name} edition.".encode()).decode()
        send("POST /api/file", json={"base64_file": text, "file_name": name, "group_tracking_id": "g"})
    assert send("GET /api/chunk_group/tracking_id/g").json()["name"] == "second"
    assert send("GET /api/chunk/tracking_id/g%7C0").json()["chunk_html"] == "The first edition."
