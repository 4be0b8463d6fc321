# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make docs` finds what is wrong with the site that it has built, and every guide has its place in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tools import site

from .collection import ROOT

GUIDES = ROOT / "docs" / "docsite"


def test_every_guide_has_one_place() -> None:
    sections = yaml.safe_load((GUIDES / "extra-docs.yml").read_text())["sections"]
    listed = [guide for section in sections for guide in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in (GUIDES / "rst").glob("*.rst"))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A site without a fault, of a collection with one module and one guide."""
    for name in ("docs/docsite/rst/guide.rst", "plugins/modules/trieve_crawl.py", "roles/all/tasks.yml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    html = tmp_path / "html"
    (html / "docsite").mkdir(parents=True)
    names = ("changelog", "environment_variables", "search", "docsite/guide", "all_role", "trieve_crawl_module")
    for name in names:
        (html / f"{name}.html").write_text("<h1 id='top'>Page</h1><a href='https://example.com/elsewhere'>else</a>")
    links = "".join(f"<a href='{name}.html#top'>{name}</a>" for name in names)
    (html / "index.html").write_text(f"<img src='chart.svg' alt='Chart'/>{links}")
    (html / "chart.svg").touch()
    names_found = json.dumps({"docnames": ["index", "trieve_crawl_module"]})
    (html / "searchindex.js").write_text(f"Search.setIndex({names_found})")
    return html


def test_good_site(built: Path) -> None:
    assert site.faults_of(built, built.parent) == []


@pytest.mark.parametrize(
    ("page", "html", "words"),
    [
        ("changelog", "<a href='gone.html'>", "changelog.html: gone.html leads to no page"),
        ("docsite/guide", "<a href='../index.html#gone'>", "leads to no place on its page"),
        ("docsite/guide", "<a href='#gone'>", "leads to no place on its page"),
        ("search", "<script src='gone.js'></script>", "gone.js leads to no page"),
        ("search", "<img src='https://example.com/a.png' alt='A'>", "loads https://example.com/a.png"),
        ("index", "<img src='chart.svg'>", "chart.svg has no text"),
        ("lonely", "", "lonely.html cannot be reached"),
    ],
)
def test_faults(built: Path, page: str, html: str, words: str) -> None:
    path = built / f"{page}.html"
    path.write_text((path.read_text() if path.exists() else "") + html)
    assert any(words in fault for fault in site.faults_of(built, built.parent))


def test_missing_pages(built: Path) -> None:
    (built / "trieve_crawl_module.html").unlink()
    (built / "searchindex.js").write_text('Search.setIndex({"docnames": []})')
    faults = site.faults_of(built, built.parent)
    assert "trieve_crawl_module.html is missing" in faults
    assert "the search does not know trieve_crawl_module" in faults
