# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A status document as Markdown, as JSON, and as metrics in Prometheus' text format."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.ages import to_timestamp
from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable
from ansible_collections.community.trieve.plugins.plugin_utils._markdown import cell, code, harmless, table
from ansible_collections.community.trieve.plugins.plugin_utils._status import Document, age_words, summary_line

_STATUSES = ("pending", "processed", "completed", "failed")


def as_json(document: Document) -> str:
    """The document as it is."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


# -- Markdown ------------------------------------------------------------------------------------------------------


def as_markdown(document: Document) -> str:
    """Tables. Whatever the server has stored is a code span."""
    lines = [
        f"# Status of {code(document['title'])}",
        "",
        f"{summary_line(document)} Read at {document['read_at']}.",
        "",
    ]
    if document["problems"]:
        problems = [
            (one["severity"], _cell(one["dataset"]), _cell(one["site_url"]), _cell(one["text"]))
            for one in document["problems"]
        ]
        lines += [*table(("Severity", "Dataset", "Site", "Problem"), problems), ""]
    for dataset in document["datasets"]:
        lines += [
            f"## Dataset {code(dataset['label'])}",
            "",
            f"{_number(dataset['chunks']) or '?'} chunks, name {code(dataset['name'])}.",
            "",
        ]
        if dataset["crawls"]:
            head = ("Site", "Kind", "Status", "Age", "Interval", "Chunks", "Stale", "Coverage")
            lines += [*table(head, map(_crawl_row, dataset["crawls"])), ""]
    if document["components"]:
        lines += ["## Components", ""]
        rows = [(_cell(one["name"]), _cell(one["status"]), _cell(one.get("reason"))) for one in document["components"]]
        lines += [*table(("Component", "Status", "Reason"), rows), ""]
    return harmless("\n".join(lines))


def _crawl_row(crawl: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    chunks, coverage = crawl["chunks"], crawl["coverage"]
    return (
        _cell(crawl["site_url"]),
        _cell(crawl["kind"]),
        _cell(f"{crawl['status']} (duplicate)" if crawl["duplicate"] else crawl["status"]),
        age_words(crawl["age_seconds"]),
        _cell(crawl["interval"]),
        _number(chunks["of_site"]),
        _number(chunks["stale"]),
        f"{coverage['percent']:g} %" if coverage else "",
    )


def _cell(text: str | None) -> str:
    return cell(" ".join(text.split())) if text else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


# -- Prometheus ----------------------------------------------------------------------------------------------------

Labels = tuple[tuple[str, str], ...]


class _Metrics:
    """Gauges in the order in which they are declared. Two samples of a metric never have the same labels."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, dict[Labels, float]]] = {}

    def declare(self, name: str, words: str) -> None:
        """Name a gauge."""
        self._found[name] = (words, {})

    def add(self, name: str, value: float | None, **labels: str) -> None:
        """Set a value, unless it is not known."""
        if value is not None:
            escaped = tuple((label, _escaped(text)) for label, text in labels.items())
            self._found[name][1].setdefault(escaped, value)

    def text(self) -> str:
        """The text format. Metrics without a value are left out."""
        lines = []
        for name, (words, samples) in self._found.items():
            if samples:
                lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
            for labels, value in samples.items():
                inner = ",".join(f'{label}="{text}"' for label, text in labels)
                lines.append(f"{name}{{{inner}}} {_plain(value)}" if inner else f"{name} {_plain(value)}")
        return "".join(f"{line}\n" for line in lines)


def _escaped(text: str) -> str:
    return readable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


_GAUGES = {
    "trieve_status_read_timestamp_seconds": "Time at which the status was read, in seconds since 1970.",
    "trieve_status_problems": "Number of problems that the status report names, by severity.",
    "trieve_dataset_chunks": "Number of chunks in the dataset.",
    "trieve_dataset_crawls": "Number of crawls of the dataset.",
    "trieve_crawl_status": "Whether the newest crawl of the site has this status.",
    "trieve_crawl_age_seconds": "Time since the start of the last crawl of the site that has completed.",
    "trieve_crawl_unfinished_seconds": "Time since the start of the newest crawl of the site if it has not finished, otherwise 0.",
    "trieve_crawl_interval_seconds": "Interval of the crawl.",
    "trieve_crawl_chunks": "Number of chunks of the site.",
    "trieve_crawl_stale_chunks": "Number of chunks of the site that its newest crawl has not written.",
    "trieve_crawl_coverage_ratio": "Share of the expected pages that can be found, between 0 and 1.",
    "trieve_crawl_missing_pages": "Number of expected pages that cannot be found.",
    "trieve_component_up": "Whether a component of the server works. Components that could not be tested are left out.",
}


def as_prometheus(document: Document) -> str:
    """Gauges for node_exporter's textfile collector, which takes no timestamps. Only the newest crawl of a site counts."""
    metrics = _Metrics()
    for name, words in _GAUGES.items():
        metrics.declare(name, words)
    metrics.add("trieve_status_read_timestamp_seconds", to_timestamp(document["read_at"]))
    for severity in ("error", "warning"):
        metrics.add("trieve_status_problems", document["summary"][f"{severity}s"], severity=severity)
    for dataset in document["datasets"]:
        label = dataset["label"]
        metrics.add("trieve_dataset_chunks", dataset["chunks"], dataset=label)
        metrics.add("trieve_dataset_crawls", len(dataset["crawls"]), dataset=label)
        for crawl in dataset["crawls"]:
            if crawl["newest"]:
                _add_crawl(metrics, label, crawl)
    for component in document["components"]:
        if component["status"] in ("ok", "missing"):
            metrics.add("trieve_component_up", component["status"] == "ok", component=component["name"])
    return metrics.text()


def _add_crawl(metrics: _Metrics, dataset: str, crawl: t.Mapping[str, t.Any]) -> None:
    labels = {"dataset": dataset, "site_url": crawl["site_url"], "kind": crawl["kind"]}
    current = crawl["status"].partition(" ")[0].lower()
    for status in _STATUSES:
        metrics.add("trieve_crawl_status", current == status, **labels, status=status)
    for name in ("age", "unfinished", "interval"):
        metrics.add(f"trieve_crawl_{name}_seconds", crawl[f"{name}_seconds"], **labels)
    metrics.add("trieve_crawl_chunks", crawl["chunks"]["of_site"], **labels)
    metrics.add("trieve_crawl_stale_chunks", crawl["chunks"]["stale"], **labels)
    coverage = crawl["coverage"]
    if coverage:
        metrics.add("trieve_crawl_coverage_ratio", coverage["found"] / coverage["expected"], **labels)
        metrics.add("trieve_crawl_missing_pages", coverage["missing_count"], **labels)
