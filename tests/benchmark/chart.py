# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chart that the README shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pygal
from pygal.style import Style

from .cases import TASKS

LABELS = {
    "debug": "ansible.builtin.debug",
    "ours": "trieve_crawl, in process",
    "ours packed": "trieve_crawl, packed",
    "ping": "ansible.builtin.ping",
    "uri": "ansible.builtin.uri",
}


def draw(figures: Mapping[str, Mapping[str, Any]], machine: str) -> str:
    """Milliseconds of a task and of an item of a loop, for each kind of task, as SVG."""
    chart = pygal.HorizontalBar(
        style=Style(
            background="white", plot_background="white", font_family="sans-serif", colors=("#30638e", "#d1495b")
        ),
        title=f"One task that changes nothing, in milliseconds\n{machine}",
        print_values=True,
        formatter=lambda value: f"{value:.0f}",
        show_y_guides=False,
        legend_at_bottom=True,
        height=420,
        js=(),
        pretty_print=True,
        no_prefix=True,
        disable_xml_declaration=False,
    )
    kinds = sorted(LABELS, key=lambda kind: figures[f"50 tasks: {kind}"]["seconds"], reverse=True)
    chart.x_labels = [LABELS[kind] for kind in kinds]
    nothing = figures["empty"]["seconds"]
    for words, case in (("a task of its own", "50 tasks"), ("an item of a loop", "loop of 50")):
        chart.add(words, [1000 * (figures[f"{case}: {kind}"]["seconds"] - nothing) / TASKS for kind in kinds])
    drawn: str = chart.render(is_unicode=True)
    return drawn
