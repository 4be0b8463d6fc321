# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a search test in each format."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.community.trieve.plugins.filter.search_test_report import FilterModule
from sandbox.server import Running

from ...library import Library
from ...tenant import Tenant

REPORT: dict[str, Any] = {
    "k": 3,
    "metrics": {"recall": 0.5, "precision": 0.25, "mrr": 1 / 3, "ndcg": 0.4},
    "tests": [
        {
            "name": "a|b\n::error::x <script>\x1b[31m",
            "query": "q & `c`",
            "passed": False,
            "misses": ["https://d.example.com/x is expected within the first 3, but was found at rank 7"],
            "ranks": [{"identity": "link", "value": "https://d.example.com/x", "rank": 7}],
            "metrics": {"recall": 0, "precision": 0, "mrr": 1 / 7, "ndcg": 0},
        },
        {"name": "ok", "query": "ok", "passed": True, "misses": [], "ranks": [], "metrics": None},
    ],
}


def written(format: str, report: Any = REPORT) -> str:
    return str(FilterModule().filters()["search_test_report"](report, format))


def test_the_summary() -> None:
    assert written("summary") == (
        "1 of 2 search tests failed. Recall@3 0.500, Precision@3 0.250, MRR 0.333, nDCG@3 0.400."
    )
    assert written("summary", {**REPORT, "metrics": None, "tests": REPORT["tests"][1:]}) == "1 search test passed."


def test_markdown_has_every_miss_and_nothing_that_is_executed() -> None:
    text = written("markdown")
    assert "but was found at rank 7" in text
    assert "| 7 | 0.000 |" in text
    assert "\x1b" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    rows = [line for line in text.splitlines() if line.startswith("| `ok`")]
    assert rows == ["| `ok` | passed |  |  |"]


def test_html_has_a_bar_for_each_metric_and_no_script() -> None:
    text = written("html")
    assert text.count("<svg") == 4 + 1
    assert "<script" not in text
    assert "q &amp; `c`" in text


def test_junit() -> None:
    suite = ET.fromstring(written("junit"))[0]
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("2", "1")
    assert [case.find("failure") is not None for case in suite] == [True, False]


def test_json_is_the_report() -> None:
    assert json.loads(written("json")) == REPORT


def test_tests_that_could_not_be_run() -> None:
    assert "could not be run" in written("markdown", None)
    assert ET.fromstring(written("junit", None))[0].attrib["errors"] == "1"
    assert json.loads(written("json", None)) is None
    assert "could not be run" in written("html", None)


def test_refusals() -> None:
    with pytest.raises(AnsibleFilterError, match="format 'pdf' not found"):
        written("pdf")
    with pytest.raises(AnsibleFilterError, match="must be the result report"):
        written("html", {"tests": []})


def test_the_playbook_writes_the_reports_and_fails(
    sandbox: Running, connection: dict[str, Any], tmp_path: Path
) -> None:
    Library(Tenant(sandbox, connection))
    tests = [{"query": "warranty", "expect": [{"tracking_id": "terms"}]}, {"query": "zebra", "min_results": 1}]
    (tmp_path / "vars.yml").write_text(yaml.safe_dump({"trieve_search_type": "bm25", "trieve_search_tests": tests}))
    options = ["-e", "@vars.yml", "-e", f"trieve_search_report={tmp_path}/report"]
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), "community.trieve.search_test", *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={
            **os.environ,
            "TRIEVE_BASE_URL": connection["url"],
            "TRIEVE_API_KEY": connection["api_key"],
            "TRIEVE_ORGANIZATION_ID": connection["organization_id"],
            "TRIEVE_DATASET_TRACKING_ID": "docs",
        },
    )
    assert ran.returncode == 2, ran.stdout
    assert "'zebra': at least 1 result expected, but 0 found." in " ".join(ran.stdout.split())
    assert json.loads((tmp_path / "report.json").read_text())["metrics"]["recall"] == 1
    assert ET.fromstring((tmp_path / "report.xml").read_text()).attrib["failures"] == "1"
    assert "<svg" in (tmp_path / "report.html").read_text()
    assert "zebra" in (tmp_path / "report.md").read_text()
