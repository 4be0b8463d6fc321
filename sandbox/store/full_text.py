# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Full text over the points of the vector store, by SQLite's FTS5.

There is an index for each dataset, so that no rank depends on what other datasets hold. It is made at the dataset's first search.
From then on triggers note which points change, whoever changes them, and the next search brings just these up to date.
Nothing of it is kept in the state file.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

TOKENS = "porter unicode61 remove_diacritics 2"
"""Words by their stems, without case and accents: "installing" finds "Install", and "cafe" finds "Café"."""

NO_FTS5 = (
    "The sandbox needs SQLite with FTS5, its full text search. The SQLite {version} of this Python has been built without it."
    " Use another Python, such as one from python.org, pyenv or your distribution."
)

_NOTES = """
CREATE TEMP TABLE text_indexes (dataset_id TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE TEMP TABLE text_changes (dataset_id TEXT NOT NULL, point INTEGER NOT NULL, PRIMARY KEY (dataset_id, point));
"""
_NOTE = """
CREATE TEMP TRIGGER text_of_{event}_{row} AFTER {event} ON main.points
WHEN {row}.dataset_id IN (SELECT dataset_id FROM text_indexes)
BEGIN
    INSERT INTO text_changes SELECT {row}.dataset_id, {row}.rowid
    WHERE NOT EXISTS (SELECT 1 FROM text_changes WHERE dataset_id = {row}.dataset_id AND point = {row}.rowid);
END;
"""
# Not INSERT OR IGNORE: in a trigger, what the statement outside says about conflicts counts.
_CHANGES = (("INSERT", "new"), ("UPDATE", "old"), ("UPDATE", "new"), ("DELETE", "old"))

# Words, with the accents that some texts write as characters of their own.
_WORD = r"(?:\w|[\u0300-\u036f])+"
_OPERATOR = re.compile(r'"([^"]*)"|(?:(?<=\s)|^)-(' + _WORD + r")")


class NoFullText(RuntimeError):
    """SQLite has no FTS5."""


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return re.findall(_WORD, text.lower())


@dataclass(frozen=True)
class Query:
    """What is looked for.

    :param any_of: words of which one must be in a text; the more of them it has, and the rarer they are, the better
    :param phrases: what must be in it, word for word
    :param none_of: words that must not be in it
    """

    any_of: Sequence[str]
    phrases: Sequence[str] = ()
    none_of: Sequence[str] = ()

    @classmethod
    def of(cls, text: str, operators: bool) -> Query:
        """The query in a text.

        :param operators: whether words in quotes are required, and those after a minus unwanted (``use_quote_negated_terms``)
        """
        if not operators:
            return cls(words(text))
        found = _OPERATOR.findall(text)
        phrases = [" ".join(words(phrase)) for phrase, _word in found]
        return cls(
            words(_OPERATOR.sub(" ", text)), list(filter(None, phrases)), [word for _phrase, word in found if word]
        )

    def __add__(self, other: Query) -> Query:
        return Query([*self.any_of, *other.any_of], [*self.phrases, *other.phrases], [*self.none_of, *other.none_of])

    def expression(self, starts: bool) -> str | None:
        """The query in the language of FTS5; None if nothing is looked for.

        :param starts: the beginnings of words count, too
        """
        # Each is a word or a phrase in quotes, in which nothing has a meaning of its own.
        some = " OR ".join(f'"{word}" *' if starts else f'"{word}"' for word in dict.fromkeys(self.any_of))
        needed = [f'"{phrase}"' for phrase in self.phrases]
        if not some and not needed:
            return None
        # What is required counts for the rank, and so do the other words, but these need not be there.
        whole = " AND ".join(needed)
        if some:
            whole = f"({whole}) AND (({some}) OR ({whole}))" if needed else f"({some})"
        unwanted = " OR ".join(f'"{word}"' for word in self.none_of)
        return f"({whole}) NOT ({unwanted})" if unwanted else whole


class FullText:
    """The indexes of all datasets.

    :param connection: that of the sandbox's database, with the table ``points``
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """
        :raises NoFullText: SQLite has been built without FTS5
        """
        self._connection = connection
        connection.execute("PRAGMA temp_store = MEMORY")
        # A row that is replaced is deleted, too.
        connection.execute("PRAGMA recursive_triggers = ON")
        try:
            connection.execute(f"CREATE VIRTUAL TABLE temp.text_probe USING fts5 (content, tokenize = '{TOKENS}')")
        except sqlite3.OperationalError as error:
            raise NoFullText(NO_FTS5.format(version=sqlite3.sqlite_version)) from error
        connection.execute("DROP TABLE temp.text_probe")
        connection.executescript(_NOTES + "".join(_NOTE.format(event=event, row=row) for event, row in _CHANGES))

    def scores(self, dataset_id: str, query: Query, starts: bool = False) -> dict[int, float]:
        """How well points of a dataset match, by their row in ``points``, the best first: BM25, which is more than 0.

        :param starts: the beginnings of words count, too
        """
        expression = query.expression(starts)
        if expression is None:
            return {}
        table = self._index(dataset_id)
        found = self._connection.execute(
            f"SELECT rowid, -bm25({table}) AS score FROM temp.{table} WHERE {table} MATCH ? ORDER BY score DESC, rowid",
            (expression,),
        )
        return dict(found)

    def _index(self, dataset_id: str) -> str:
        """The name of the dataset's index, which is up to date then."""
        run = self._connection.execute
        row = run("SELECT number FROM temp.text_indexes WHERE dataset_id = ?", (dataset_id,)).fetchone()
        content = "SELECT rowid, json_extract(payload, '$.content') FROM points WHERE dataset_id = ?"
        if row is None:
            self._drop_unused()
            (number,) = run("SELECT COALESCE(MAX(number), 0) + 1 FROM temp.text_indexes").fetchone()
            run(f"CREATE VIRTUAL TABLE temp.text_{number} USING fts5 (content, tokenize = '{TOKENS}')")
            run(f"INSERT INTO temp.text_{number} (rowid, content) {content}", (dataset_id,))
            run("INSERT INTO temp.text_indexes VALUES (?, ?)", (dataset_id, number))
            return f"text_{number}"
        table = f"text_{row[0]}"
        changed = "SELECT point FROM temp.text_changes WHERE dataset_id = ?"
        if run(f"{changed} LIMIT 1", (dataset_id,)).fetchone():
            run(f"DELETE FROM temp.{table} WHERE rowid IN ({changed})", (dataset_id,))
            run(
                f"INSERT INTO temp.{table} (rowid, content) {content} AND rowid IN ({changed})",
                (dataset_id, dataset_id),
            )
            run("DELETE FROM temp.text_changes WHERE dataset_id = ?", (dataset_id,))
        return table

    def _drop_unused(self) -> None:
        """Drop the indexes of datasets that no longer exist."""
        run = self._connection.execute
        gone = "dataset_id NOT IN (SELECT id FROM datasets)"
        for (number,) in run(f"SELECT number FROM temp.text_indexes WHERE {gone}").fetchall():
            run(f"DROP TABLE temp.text_{number}")
        run(f"DELETE FROM temp.text_indexes WHERE {gone}")
        run(f"DELETE FROM temp.text_changes WHERE {gone}")
