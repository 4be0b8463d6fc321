# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file of chunks kept in step by C(trieve_chunks), beside an empty playbook and a loop of C(ansible.builtin.uri)."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .chart import draw_seconds
from .crawls import say
from .machine import machine
from .organization import LICENSE
from .plays import Stage, Task, looped
from .results import keep
from .scale import QUICK, Measured, Scale
from .server import Server, server

COUNT, QUICK_COUNT = 10_000, 1_000
"""Chunks in the file."""
CHANGES = 100
"""Chunks whose text is changed, or which are no longer in the file."""
TAG_SETS = 10
"""Chunks that lose a tag, for which the server needs a request each (docs/server.md 7)."""
BY_URI = 50
"""Chunks that the loop with uri sends; its time is multiplied, since its items cost the same each."""
TAG = "benchmark"

GOALS = {
    "first sync / loop of uri": 1 / 100,
    "no-op: requests that write": 0,
    f"{CHANGES} changed texts: requests that write": 1,
    f"{TAG_SETS} replaced tag sets: requests that write": TAG_SETS,
    f"{CHANGES} deletions: requests that write": 1,
    "no-op: growth of the peak memory / growth of the file": 1 / 10,
    f"{CHANGES} changed texts: peak memory / that of a no-op": 1.1,
}
"""The most that each figure may be."""

_WORDS = [f"{start}{middle}{end}" for start in "bdfgklmnprst" for middle in "aeiou" for end in ("ck", "ll", "nd", "rm")]

Chunk = dict[str, Any]


def chunk(number: int, version: str = "") -> Chunk:
    """A chunk of about 2,000 characters, always the same for a number.

    :param version: put before its text
    """
    text = " ".join(random.Random(number).choices(_WORDS, k=370))
    return {
        "tracking_id": f"page-{number}",
        "chunk_html": f"<h2>Page {number}</h2><p>{version}{text}</p>",
        "link": f"https://docs.example.com/{number}",
        "tag_set": [TAG, f"part-{number % 10}"],
        "metadata": {"number": number},
    }


def write(path: Path, chunks: Iterable[Chunk]) -> Path:
    """A file of JSON Lines. Returns its path."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(one)}\n" for one in chunks)
    return path


def sync(file: Path, **options: Any) -> list[Task]:
    """One task for everything."""
    return [{"community.trieve.trieve_chunks": {"file": str(file), "wait_timeout": 600, **options}}]


def by_uri(of: Server) -> list[Task]:
    """What somebody would write without the collection: each chunk is sent, whether it differs or not, and none is read back."""
    body = {**chunk(0), "upsert_by_tracking_id": True}
    for name in ("tracking_id", "link"):
        body[name] = f"{body[name]}-{{{{ item }}}}"
    options = {
        "url": f"{of.url}/api/chunk",
        "method": "POST",
        "headers": of.headers,
        "body": body,
        "body_format": "json",
    }
    return looped({"ansible.builtin.uri": options}, list(range(BY_URI)))


def measure(scale: Scale, out: Path) -> None:
    """Play all of it, print a table of figures, and write it to chunks.md, with a chart."""
    count = QUICK_COUNT if scale == QUICK else COUNT
    about = machine()
    with server(workers="recorded") as running, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage = Stage(running, folder)
        whole = write(folder / "whole.jsonl", map(chunk, range(count)))
        part = write(folder / "part.jsonl", map(chunk, range(count // 4)))
        stage.run([])  # what is compiled and cached only once is not measured
        empty = _median(scale, lambda: stage.run([]))
        say(f"a loop of uri, {BY_URI} chunks")
        uri = stage.run(by_uri(running))
        running.control.sql("DELETE FROM chunks")
        running.control.sql("DELETE FROM points")
        say(f"first sync of {count} chunks")
        first = stage.run(sync(whole))
        say("no-op")
        noop = _median(scale, lambda: stage.run(sync(whole)))
        say("no-op of a quarter of the chunks")
        quarter = _median(scale, lambda: stage.run(sync(part)))
        say("no-op with prune")
        ours = {"scope": {"tag": TAG}, "prune": True}
        pruned = _median(scale, lambda: stage.run(sync(whole, **ours)))
        say(f"{CHANGES} changed texts")
        chunks = [chunk(number, "Changed. " if number % (count // CHANGES) == 0 else "") for number in range(count)]
        changed = stage.run(sync(write(folder / "changed.jsonl", chunks), **ours))
        say(f"{TAG_SETS} replaced tag sets")
        for one in chunks[:TAG_SETS]:
            one["tag_set"] = [TAG, "replaced"]
        tagged = stage.run(sync(write(folder / "tagged.jsonl", chunks), **ours))
        say(f"{CHANGES} deletions")
        deleted = stage.run(sync(write(folder / "deleted.jsonl", chunks[CHANGES:]), **ours))
        sizes = [path.stat().st_size / 2**20 for path in (whole, part)]
    scaled = (uri.seconds - empty.seconds) * count / BY_URI
    figures = dict(
        zip(
            GOALS,
            (
                (first.seconds - empty.seconds) / scaled,
                noop.writes + pruned.writes,
                changed.writes,
                tagged.writes,
                deleted.writes,
                max(noop.memory - quarter.memory, 0) / (sizes[0] - sizes[1]),
                changed.memory / pruned.memory,
            ),
            strict=True,
        )
    )
    runs = {
        "empty playbook": empty,
        "first sync": first,
        "no-op": noop,
        f"no-op, {count // 4} chunks": quarter,
        "no-op with prune": pruned,
        f"{CHANGES} changed texts, with prune": changed,
        f"{TAG_SETS} replaced tag sets, with prune": tagged,
        f"{CHANGES} deletions, with prune": deleted,
    }
    lines = ["| | measured | goal |", "|---|---|---|"]
    lines += [f"| {name} | {_shown(figures[name])} | {_shown(goal)} |" for name, goal in GOALS.items()]
    lines += [
        "",
        f"| {count} chunks | seconds | requests | of them write | peak memory, MiB |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(name, run) for name, run in runs.items()]
    lines.append(
        f"| loop of uri, {BY_URI} chunks, times {count // BY_URI} | {scaled:.0f} | {uri.requests * count // BY_URI} "
        f"| {uri.writes * count // BY_URI} | {uri.memory:.0f} |"
    )
    load = f"On {about['cores']} processors, with a load of {about['load_before']} before."
    lines += [
        "",
        f"The file has {sizes[0]:.0f} MiB. The seconds include those of the sandbox, which stores and reads the chunks on the same machine.",
        f"{load} The figures are of one run, in which the load changes, too: compare the rows, and allow for a factor of two.",
    ]
    text = "\n".join(lines)
    out.mkdir(parents=True, exist_ok=True)
    played = {**runs, f"loop of uri, {BY_URI} chunks": uri}
    results = {
        "machine": about,
        "chunks": count,
        "figures": figures,
        "goals": GOALS,
        "runs": {name: asdict(run) for name, run in played.items()},
    }
    keep(out / "results.json", {"trieve_chunks": results})
    draw_seconds(
        f"Seconds for {count} chunks, on a logarithmic scale (shorter is better)",
        {"loop of uri": scaled, **{label: run.seconds for label, run in runs.items() if run not in (empty, quarter)}},
        out / "chunks.svg",
    )
    (out / "chunks.md").write_text(f"{LICENSE}\n{text}\n")
    print(text)


def _row(name: str, run: Measured) -> str:
    return f"| {name} | {run.seconds:.1f} | {run.requests} | {run.writes} | {run.memory:.0f} |"


def _median(scale: Scale, run: Callable[[], Measured]) -> Measured:
    """The run of median time of several."""
    runs = sorted((run() for _number in range(scale.rounds)), key=lambda measured: measured.seconds)
    return runs[len(runs) // 2]


def _shown(figure: float) -> str:
    if figure == int(figure):
        return str(int(figure))
    return f"{figure:.2f}" if figure >= 0.1 else f"1/{1 / figure:.0f}"
