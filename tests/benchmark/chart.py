# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chart that README.md shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style

_BARS = (
    ("ansible.builtin.debug", ("tasks: debug", "loop: debug", None)),
    ("trieve_crawls, one task", (None, None, "delete: trieve_crawls")),
    ("trieve_crawl", ("tasks: trieve_crawl", "loop: trieve_crawl", "delete: loop of trieve_crawl")),
    ("ansible.builtin.ping", ("tasks: ping", "loop: ping", None)),
    ("trieve_crawl, packed", ("tasks: trieve_crawl packed", "loop: trieve_crawl packed", None)),
    ("ansible.builtin.uri", ("tasks: uri", "loop: uri", "delete: loop of uri")),
)
_COLOURS = ("#9e9e9e", "#00796b", "#26a69a", "#bdbdbd", "#ffb300", "#d84315")


def _words(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def draw(costs: Mapping[str, float], file: Path) -> None:
    """Write the chart: milliseconds of one task, one item and one deletion, on a logarithmic scale.

    :param costs: as of C(report.costs)
    """
    style = Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#333333",
        foreground_strong="#111111",
        foreground_subtle="#777777",
        colors=_COLOURS,
        font_family="sans-serif",
        title_font_size=18,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=14,
        value_font_size=12,
        value_label_font_size=12,
        opacity="1",
    )
    options: dict[str, Any] = {"logarithmic": True, "print_values": True, "show_legend": True, "legend_at_bottom": True}
    chart = pygal.Bar(
        style=style,
        js=[],
        width=900,
        height=480,
        title="Milliseconds each, over an empty play (logarithmic; shorter is better)",
        legend_at_bottom_columns=3,
        value_formatter=_words,
        print_values_position="top",
        truncate_label=-1,
        zero=1,
        y_labels=[1, 10, 100, 1000],
        range=(1, max(1000, *costs.values()) * 1.5),
        disable_xml_declaration=True,
        **options,
    )
    chart.x_labels = ["no-op, a task each", "no-op, an item of a loop", "one of 1,000 deletions"]
    for name, keys in _BARS:
        # Noise can make the cheapest cost less than nothing, which a logarithmic scale cannot show.
        chart.add(name, [costs[key] if key and costs[key] >= 1 else None for key in keys])
    file.write_text(f"{chart.render(is_unicode=True)}\n", encoding="utf-8")
