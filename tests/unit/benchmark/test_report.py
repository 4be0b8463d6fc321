# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the benchmark makes of its figures: ratios, what is scaled, and that noise reaches no goal."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmark.chart import draw, draw_seconds
from tests.benchmark.report import UNKNOWN, Row, as_json, cases, costs, marginal, notes, over_empty, rows, table
from tests.benchmark.results import keep
from tests.benchmark.scale import Measured, Round, Scale

SCALE = Scale(rounds=1, tasks=50, repeats=3)

SECONDS = {
    "tasks: debug": 1.5,
    "loop: debug": 1.25,
    "tasks: trieve_crawl": 2,
    "loop: trieve_crawl": 1.5,
    "tasks: uri": 21,
    "loop: uri": 26,
    "tasks: trieve_crawl packed": 16,
    "loop: trieve_crawl packed": 16,
    "tasks: ping": 11,
    "loop: ping": 11,
    "delete: trieve_crawls": 2,
    "delete: trieve_crawls packed": 2,
    "delete: loop of trieve_crawl": 2,
    "delete: loop of uri": 26,
    "delete: trieve_crawls, +20 ms": 4,
    "delete: loop of trieve_crawl, +20 ms": 4,
    "delete: loop of uri, +20 ms": 27,
    "sync: 1000": 2,
    "sync: 1000, empty play": 1,
    "sync: 10000": 11,
    "sync: 10000, empty play": 1.5,
}


def measured(seconds: float) -> Measured:
    """A run that needed half of its time from the processor."""
    return Measured(seconds, seconds / 2, 2, 64)


def round_of(empty: tuple[float, ...] = (0.9, 1, 1.1), **other: float) -> Round:
    """A round of a calm machine, with other times by the name of the case."""
    plays = {case: [measured(taken)] for case, taken in {**SECONDS, **other}.items()}
    return Round(
        plays={"empty": [measured(taken) for taken in empty], **plays},
        bare={"1": [0.8], "8": [0.5], "8, +20 ms": [2.75]},
        pages={"1000": 0.002, "10000": 0.003},
    )


def by_name(*rounds: Round) -> dict[str, Row]:
    """The table's rows."""
    return {row.what: row for row in rows(rounds, SCALE)}


def test_ratios_are_of_what_a_task_costs_over_the_empty_play() -> None:
    found = by_name(round_of())
    assert found["no-op task: trieve_crawl / uri"].median == pytest.approx(1 / 20)
    assert found["no-op task: trieve_crawl / debug"].median == pytest.approx(2)
    assert found["no-op task: trieve_crawl / ping"].median == pytest.approx(1 / 10)
    assert found["no-op item: trieve_crawl / uri"].median == pytest.approx(1 / 50)
    assert found["no-op task: trieve_crawl packed / uri"].median == pytest.approx(0.75)
    assert found["no-op sync: 10000: requests"].median == 2
    assert found["no-op sync: 10000 / of 1000"].median == pytest.approx(9.5)
    assert found["a page of 10000 crawls / of 1000"].median == pytest.approx(1.5)
    assert all(row.verdict in ("yes", "") for row in found.values())


def test_a_loop_of_fifty_stands_for_one_of_a_thousand() -> None:
    assert marginal("delete: loop of uri", round_of(), 50) == pytest.approx(0.5)
    assert by_name(round_of())["delete 1000: one task / loop of uri (scaled)"].median == pytest.approx(1 / 500)


def test_latency_is_held_against_the_ideal_and_against_bare_sessions() -> None:
    found = by_name(round_of())
    assert found["delete 1000, +20 ms: one task / ideal"].median == pytest.approx(3 / 2.5)
    assert found["delete 1000, +20 ms: bare Sessions / ideal"].median == pytest.approx(2.75 / 2.5)
    assert found["delete 1000, +20 ms: one task / bare Sessions"].median == pytest.approx(3 / 2.75)


def test_the_same_in_processor_time() -> None:
    assert by_name(round_of())["no-op task: trieve_crawl / uri"].cpu[0] == pytest.approx(1 / 20)


@pytest.mark.parametrize("seconds", [0.5, 1, 1.15])
def test_what_is_no_more_than_noise_is_not_measurable_and_reaches_no_goal(seconds: float) -> None:
    """A play that took less than the empty one, the same, or hardly more, when the empty ones differ by 0.2 s."""
    of = round_of(**{"tasks: trieve_crawl": seconds})
    assert over_empty("tasks: trieve_crawl", of) is None
    row = by_name(of)["no-op task: trieve_crawl / uri"]
    assert (row.values, row.median, row.verdict) == ((None,), None, UNKNOWN)
    assert costs([of], SCALE)["tasks: trieve_crawl"] is None


def test_neither_is_a_ratio_to_what_is_noise() -> None:
    row = by_name(round_of(**{"tasks: debug": 0.5}))["no-op task: trieve_crawl / debug"]
    assert row.verdict == UNKNOWN


def test_a_restless_machine_measures_nothing_small() -> None:
    """Empty plays of 1 to 3 s: what costs less than these 2 s more is unknown, what costs 25 s is not."""
    found = by_name(round_of(empty=(1, 1, 3)))
    assert found["no-op task: trieve_crawl / debug"].verdict == UNKNOWN
    assert found["no-op task: trieve_crawl packed / uri"].verdict == "yes"


def test_the_median_of_the_rounds_counts_if_most_could_be_measured() -> None:
    noise = round_of(**{"tasks: trieve_crawl": 0.5})
    slow = round_of(**{"tasks: trieve_crawl": 6})
    what = "no-op task: trieve_crawl / uri"
    assert by_name(round_of(), slow, slow)[what].verdict == "NO"
    assert by_name(round_of(), round_of(), slow)[what].verdict == "yes"
    assert by_name(round_of(), slow, noise)[what].median == pytest.approx((1 / 20 + 1 / 4) / 2)
    assert by_name(round_of(), noise)[what].verdict == UNKNOWN


def test_several_runs_in_a_round_count_by_their_median() -> None:
    of = round_of()
    of.plays["tasks: debug"] = [measured(taken) for taken in (1.5, 1.5, 9)]
    assert marginal("tasks: debug", of, 50) == pytest.approx(0.01)


def test_the_table_says_which_goals_are_reached() -> None:
    of = round_of(**{"tasks: trieve_crawl packed": 41, "loop: trieve_crawl": 0.5})
    lines = {line[:56].strip(): line[56:].split() for line in table(rows([of], SCALE)).splitlines()}
    assert lines["no-op task: trieve_crawl / uri"] == "<= 1/12 1/20 1/20 to 1/20 1/20 yes".split()
    assert lines["no-op task: trieve_crawl packed / uri"] == "<= 1 2 2 to 2 2 NO".split()
    assert lines["no-op item: trieve_crawl / uri"] == ["<=", "1/20", *UNKNOWN.split()]
    assert lines["no-op task: trieve_crawl / ping"] == "1/10 1/10 to 1/10 1/10".split()


def test_every_case_is_shown_with_its_requests() -> None:
    of = round_of()
    of.plays["tasks: uri"].append(Measured(20, 10, 3, 64))
    text = cases([of])
    assert all(case in text for case in of.plays)
    assert "2 or 3" in text
    assert "bare, 1 connection " in text
    assert "bare, 8 connections, +20 ms" in text


def test_the_notes_say_when_it_was_the_machine_that_was_measured() -> None:
    of = round_of(**{"delete: trieve_crawls, +20 ms": 9})
    calm = notes(rows([of], SCALE), SCALE, load=0.1, cores=2)
    assert not any("Bare Sessions alone" in line or "busy" in line for line in calm)
    of.bare["8, +20 ms"] = [5.0]
    busy = "\n".join(notes(rows([of], SCALE), SCALE, load=8.5, cores=2))
    assert "Bare Sessions alone took 2 of the ideal" in busy
    assert "load 8.5 on 2 cores" in busy


def test_the_figures_are_plain_json() -> None:
    found = rows([round_of(**{"tasks: debug": 0.5})], SCALE)
    text = json.dumps(as_json([round_of()], SCALE, found, {"machine": {"cores": 2}}), allow_nan=False)
    kept = json.loads(text)
    assert kept["machine"] == {"cores": 2}
    assert kept["scale"] == {"rounds": 1, "tasks": 50, "repeats": 3}
    assert {row["reached"] for row in kept["ratios"]} == {"yes", "", UNKNOWN}
    assert kept["rounds"][0]["plays"]["tasks: uri"] == [
        {"seconds": 21, "cpu": 10.5, "requests": 2, "memory": 64, "writes": 0}
    ]


def test_the_chart_leaves_out_what_is_not_measurable(tmp_path: Path) -> None:
    draw(costs([round_of(**{"tasks: debug": 0.5})], SCALE), tmp_path / "chart.svg")
    drawn = [element.text or "" for element in ElementTree.parse(tmp_path / "chart.svg").iter()]
    assert "ansible.builtin.debug" in drawn
    values = {text.strip() for text in drawn if text.startswith("\u00a0") and text.strip()}
    # Milliseconds: a task of debug has none, an item 5; trieve_crawl 20, 10, 20; one task 1; ping, packed and uri.
    assert values == {"5.0", "20", "10", "1.0", "200", "300", "400", "500"}


def test_a_chart_of_seconds(tmp_path: Path) -> None:
    """A bar begins at 1, so a tenth of the time is a step shorter wherever it is."""
    draw_seconds("Seconds", {"loop": 1000, "task": 100, "no-op": 10}, tmp_path / "chart.svg")
    drawn = list(ElementTree.parse(tmp_path / "chart.svg").iter())
    assert {"loop", "task", "no-op"} <= {element.text for element in drawn}
    bars = sorted(float(element.get("width", 0)) for element in drawn if "reactive" in element.get("class", ""))
    assert [width / bars[0] for width in bars if width] == pytest.approx([1, 2, 3])


def test_each_benchmark_keeps_its_own_figures(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    keep(file, {"a": 1, "b": 1})
    keep(file, {"b": 2})
    assert json.loads(file.read_text()) == {"a": 1, "b": 2}
