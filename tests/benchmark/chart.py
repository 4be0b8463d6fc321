# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The charts that README.md and the guides show."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style

# pygal leaves a finder of modules of the old kind, on which pytest's import of the next test fails.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

_BARS = (
    ("trieve_crawls, one task", (None, None, "delete: trieve_crawls")),
    ("trieve_crawl", ("tasks: trieve_crawl", "loop: trieve_crawl", "delete: loop of trieve_crawl")),
    ("ansible.builtin.debug", ("tasks: debug", "loop: debug", None)),
    ("ansible.builtin.ping", ("tasks: ping", "loop: ping", None)),
    ("trieve_crawl, packed", ("tasks: trieve_crawl packed", "loop: trieve_crawl packed", None)),
    ("ansible.builtin.uri", ("tasks: uri", "loop: uri", "delete: loop of uri")),
)
_SERIES = ("a task that changes nothing", "an item of a loop that changes nothing", "one of 1,000 deletions")
_COLOURS = ("#00695c", "#26a69a", "#ef6c00")


def _words(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}" if 0 < value < 10 else f"{value:.0f}"


def _beside(value: float | None) -> str:
    # pygal writes around the end of a bar; blanks that are not dropped move the words out of it.
    return "\u00a0" * 8 + _words(value)


def _style(series: int) -> Style:
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#333333",
        foreground_strong="#111111",
        foreground_subtle="#cccccc",
        colors=_COLOURS,
        font_family="sans-serif",
        title_font_size=17,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=14,
        value_font_size=12,
        value_colors=("#111111",) * series,
        opacity="1",
    )


def draw_seconds(title: str, seconds: Mapping[str, float], file: Path) -> None:
    """Write a chart of seconds on a logarithmic scale.

    :param seconds: by the name of what took them
    """
    options: dict[str, Any] = {"print_values": True, "show_legend": False}
    bars = list(seconds.items())[::-1]  # pygal draws horizontal bars from the bottom upwards
    chart = pygal.HorizontalBar(
        style=_style(1),
        js=[],
        width=900,
        height=360,
        title=title,
        logarithmic=True,
        zero=1,
        print_values_position="top",
        truncate_label=-1,
        spacing=12,
        range=(1, 3 * max(1.0, *seconds.values())),
        disable_xml_declaration=True,
        **options,
    )
    chart.x_labels = [name for name, _value in bars]
    chart.add("seconds", [{"value": max(value, 1.0), "formatter": _beside} for _name, value in bars])
    file.write_text(f"{chart.render(is_unicode=True)}\n", encoding="utf-8")


def draw(costs: Mapping[str, float | None], file: Path) -> None:
    """Write the chart: milliseconds of one task, one item and one deletion.

    :param costs: as of C(report.costs); what was not measurable has no bar
    """
    options: dict[str, Any] = {"print_values": True, "show_legend": True, "legend_at_bottom": True}
    # pygal draws horizontal bars from the bottom upwards, and the bars of a group, too.
    bars = _BARS[::-1]
    chart = pygal.HorizontalBar(
        style=_style(len(_SERIES)),
        js=[],
        width=900,
        height=540,
        title="Milliseconds each, beside what the empty play takes (shorter is better)",
        legend_at_bottom_columns=1,
        value_formatter=_words,
        print_values_position="top",
        truncate_label=-1,
        truncate_legend=-1,
        spacing=12,
        # So that the words beside the longest bar are not cut off.
        range=(0, 1.08 * max((value for value in costs.values() if value is not None), default=1)),
        disable_xml_declaration=True,
        **options,
    )
    chart.x_labels = [name for name, _keys in bars]
    for number, name in enumerate(_SERIES):
        keys = [cases[number] for _name, cases in bars]
        chart.add(name, [{"value": costs[key], "formatter": _beside} if key else None for key in keys])
    file.write_text(f"{chart.render(is_unicode=True)}\n", encoding="utf-8")
