# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found by full text, in which order, and that the index follows whatever happens to the points."""

from __future__ import annotations

import itertools
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.server import Running
from sandbox.store import chunk_store
from sandbox.store.database import Store, pack
from sandbox.store.full_text import FullText, NoFullText, Query
from sandbox.store.machine import Machine

from ..conftest import Send

FILLER = [f"page {number} about something else" for number in range(8)]
"""So that the other words are rare, as they are in a dataset of some size."""


class Texts:
    """A dataset with one point for each text."""

    def __init__(self, texts: list[str], name: str = "d", machine: Machine | None = None) -> None:
        self.machine = machine or Machine()
        self.store: Store = self.machine.store
        self.id = name
        now = {"created_at": 1, "updated_at": 1}
        organization = self.machine.organization_id
        self.store.insert(
            "datasets", id=name, name=name, organization_id=organization, server_configuration="{}", **now
        )
        self.points = [self.add(text) for text in texts]

    def add(self, text: str) -> str:
        """Another point. Returns its id."""
        return chunk_store.write_point(self.store, self.id, None, {"content": text})

    def found(self, query: str, operators: bool = False, starts: bool = False) -> list[str]:
        """The texts that are found, the best first."""
        scores = self.store.full_text.scores(self.id, Query.of(query, operators), starts)
        assert list(scores.values()) == sorted(scores.values(), reverse=True)
        assert all(score > 0 for score in scores.values())
        texts = {row["rowid"]: row["text"] for row in self.store.all(self._sql)}
        return [texts[number] for number in scores]

    _sql = "SELECT rowid, json_extract(payload, '$.content') AS text FROM points"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("install", "Installing the program"),
        ("installing", "How to install it"),
        ("PROGRAMS", "the program"),
        ("cafe", "Café"),
        ("café", "CAFE"),
        ("cafe\u0301", "Café"),
        ("naïve", "a naive way"),
        ("Straße", "straße 5"),
        ("don't", "I don't know"),
        ("trieve_chunks", "the module trieve_chunks"),
        ("chunks", "the module trieve_chunks"),
        ("東京", "東京"),
        ("what about warranties?", "Warranty"),
    ],
)
def test_what_a_person_expects_is_found(query: str, text: str) -> None:
    assert Texts([text, *FILLER]).found(query)[0] == text


@pytest.mark.parametrize(("query", "text"), [("stall", "install"), ("zebra", "install"), ("in", "install")])
def test_what_is_something_else_is_not_found(query: str, text: str) -> None:
    assert Texts([text]).found(query) == []


def test_the_order_is_that_of_bm25() -> None:
    """More of the words, the rarer word, the word more often, in the shorter text."""
    install, linux = "Install it on the machine of your choice", "All about Linux and how it is used today"
    both = "Install it on Linux or on other machines"
    assert Texts([install, linux, both, *FILLER]).found("install linux")[0] == both
    common = [f"install part {number}" for number in range(3)]
    assert Texts([*common, "linux part 4", *FILLER]).found("install linux")[0] == "linux part 4"
    once, twice = "a warranty for all parts", "a warranty like warranty"
    assert Texts([once, twice, *FILLER]).found("warranty") == [twice, once]
    short, long = "warranty", f"warranty {' '.join(FILLER)}"
    assert Texts([long, short, *FILLER]).found("warranty") == [short, long]


def test_equals_stay_in_the_order_in_which_they_were_stored() -> None:
    assert Texts(["warranty a", "warranty b", "warranty c", *FILLER]).found("warranty") == [
        "warranty a",
        "warranty b",
        "warranty c",
    ]


def test_the_beginnings_of_words() -> None:
    texts = Texts(["the installation", "a stall", *FILLER])
    assert texts.found("inst") == []
    assert texts.found("inst", starts=True) == ["the installation"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"red apple"', ["a red apple"]),
        ('"apple red"', []),
        ("apple -red", ["a green apple"]),
        ("apple -red -green", []),
        ('apple "green"', ["a green apple"]),
        ('"a" "green"', ["a green apple"]),
        ("-red", []),
        ('"', []),
        ('""', []),
        ('"-red" -', ["a red apple"]),
        ("well-red", ["a red apple"]),
    ],
)
def test_quotes_and_minus(query: str, expected: list[str]) -> None:
    """Only where the request asks for it. A minus within a word is none."""
    assert Texts(["a red apple", "a green apple", *FILLER]).found(query, operators=True) == expected


def test_without_operators_quotes_and_minus_are_no_words() -> None:
    assert set(Texts(["a red apple", "a green apple", *FILLER]).found('"apple" -red')) == {
        "a red apple",
        "a green apple",
    }


_TEXT = st.text(st.sampled_from('ab "-*():^+{}\\\0\u0301_ANDORT'), max_size=12) | st.text(max_size=8)


@given(_TEXT, st.booleans(), st.booleans())
def test_no_query_is_an_error(query: str, operators: bool, starts: bool) -> None:
    _ANY.found(query, operators, starts)


_ANY = Texts(["a b", "AND OR NOT NEAR", *FILLER])


def _twice(texts: Texts, text: str) -> None:
    point = texts.add(text)
    texts.store.run("INSERT INTO points VALUES (?, ?, ?)", point, texts.id, pack({"content": text}))


def test_the_index_follows_every_change() -> None:
    """By whatever statement it is made, in a transaction that is undone, too."""
    texts = Texts(["one", *FILLER])
    store = texts.store
    (one,) = texts.points[:1]
    assert texts.found("one") == ["one"]
    two = texts.add("two")
    assert texts.found("two") == ["two"]
    chunk_store.write_point(store, texts.id, one, {"content": "three"})
    assert (texts.found("one"), texts.found("three")) == ([], ["three"])
    store.run("REPLACE INTO points VALUES (?, ?, ?)", two, texts.id, pack({"content": "four"}))
    assert (texts.found("two"), texts.found("four")) == ([], ["four"])
    store.run("DELETE FROM points WHERE id = ?", two)
    assert texts.found("four") == []
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        _twice(texts, "five")
    assert texts.found("five") == []
    texts.add("six")  # takes the row of what is gone
    assert (texts.found("four"), texts.found("six")) == ([], ["six"])
    other = Texts([], "other", texts.machine)
    store.run("UPDATE points SET dataset_id = 'other' WHERE id = ?", one)
    assert (texts.found("three"), other.found("three")) == ([], ["three"])


def test_a_dataset_does_not_change_the_ranks_of_another() -> None:
    texts = Texts(["install", "linux", *FILLER])
    before = texts.store.full_text.scores("d", Query(["install", "linux"]))
    other = Texts(["install"] * 50, "other", texts.machine)
    assert len(other.found("install")) == 50
    assert texts.store.full_text.scores("d", Query(["install", "linux"])) == before


def test_indexes_of_deleted_datasets_are_dropped() -> None:
    """A sandbox that runs for days has thousands of them in tests."""
    machine = Machine()
    for number in range(3):
        texts = Texts(["one"], f"d{number}", machine)
        assert texts.found("one") == ["one"]
        machine.store.run("DELETE FROM datasets WHERE id = ?", texts.id)
    texts = Texts(["one"], "last", machine)
    assert texts.found("one") == ["one"]
    assert [tuple(row) for row in machine.store.all("SELECT dataset_id FROM text_indexes")] == [("last",)]
    tables = [row["name"] for row in machine.store.all("SELECT name FROM sqlite_temp_master WHERE type = 'table'")]
    assert len([name for name in tables if name.startswith("text_")]) == len(("notes", "changes")) + 6  # fts5 needs six
    machine.reset()
    assert Texts(["two"], "last", machine).found("two") == ["two"]


class Without(sqlite3.Connection):
    """SQLite that has been built without FTS5."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if "fts5" in sql:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(sql, *values)


def test_a_python_without_full_text_is_named() -> None:
    with pytest.raises(NoFullText, match=r"needs SQLite with FTS5, .* Use another Python"):
        FullText(sqlite3.connect(":memory:", factory=Without))


def test_searches_of_the_api(sandbox: Running, send: Send, dataset: str) -> None:
    """Each kind; highlights; a query of several; the threshold; and what is deleted is no longer found."""
    texts = {"a": "Installing <b>Linux</b>", "b": "Linux", "c": "Linux, Linux and more", "d": "installation"}
    chunks = [{"chunk_html": text, "tracking_id": name} for name, text in texts.items()]
    fillers = [{"chunk_html": text} for text in FILLER]
    send("POST /api/chunk", json=[*chunks, *fillers])

    def found(query: Any, kind: str = "bm25", **options: Any) -> list[str]:
        body = {"query": query, "search_type": kind, **options}
        answer = send("POST /api/chunk/search", json=body).json()["chunks"]
        count = {**body, "search_type": "semantic" if kind == "hybrid" else kind}
        assert send("POST /api/chunk/count", json=count).json() == {"count": len(answer)}
        return [one["chunk"]["tracking_id"] for one in answer]

    assert found("install", "bm25") == found("install", "fulltext") == ["d", "a"]
    assert found("inst", "semantic") == found("inst", "hybrid") == ["d", "a"]
    assert found("inst", "fulltext") == []
    multiple = [{"query": "install", "weight": 1.0}, {"query": "linux", "weight": 1.0}]
    assert found(multiple)[0] == "a"
    assert found("linux -more", use_quote_negated_terms=True) == ["b", "a"]
    answer = send("POST /api/chunk/search", json={"query": "linux", "search_type": "bm25"}).json()["chunks"]
    scores = [one["score"] for one in answer]
    assert found("linux", score_threshold=(scores[0] + scores[1]) / 2) == [answer[0]["chunk"]["tracking_id"]]
    body = {"query": "linux", "search_type": "bm25", "highlight_options": {}}
    highlighted = send("POST /api/chunk/search", json=body).json()["chunks"]
    assert {one["highlights"][0] for one in highlighted} == {"Linux"}
    send("DELETE /api/chunk/tracking_id/b")
    assert "b" not in found("linux")
    send("PUT /api/chunk", json={"tracking_id": "a", "chunk_html": "nothing of it"})
    assert list(itertools.chain(found("linux"), found("install"))) == ["c", "d"]
