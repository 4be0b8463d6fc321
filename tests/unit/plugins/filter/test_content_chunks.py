# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(content_chunks): pages become chunks that C(trieve_chunks) takes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.trieve.plugins.filter.content_chunks import content_chunks
from ansible_collections.community.trieve.plugins.module_utils._chunk.options import (
    CHUNK_OPTIONS,
    check_entry,
    parse_options,
)

BASE = "https://docs.example.com/guide/"

PAGE = """\
---
title: Install the program
tags: [linux, guide]
metadata: {author: Jo, since: 2025-01-31}
layout: wide
---
Text before *any* heading, and a [link](other.md#top).

# Install

## Linux

```sh
# not a heading
echo "<b>"
```

### Setup

First.

## Windows

### Setup

Second. ![Logo](img/logo.png)

### Setup 1

## Only a heading
"""


def converted(folder: Path, pages: dict[str, str], tag: str = "t", **options: Any) -> list[dict[str, Any]]:
    """The chunks of pages, each of which C(trieve_chunks) takes."""
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    chunks: list[dict[str, Any]] = content_chunks(str(folder), tag, **options)
    for chunk in chunks:
        parse_options(check_entry(chunk, CHUNK_OPTIONS))
    assert len({chunk["tracking_id"] for chunk in chunks}) == len(chunks)
    return chunks


def faults(folder: Path, pages: dict[str, str]) -> list[str]:
    """What is said of pages, without the folder."""
    with pytest.raises(AnsibleFilterError) as caught:
        converted(folder, pages)
    return str(caught.value).removeprefix("content_chunks: ").replace(f"{folder}/", "").splitlines()


def test_a_page_of_markdown(tmp_path: Path) -> None:
    chunks = converted(tmp_path, {"a/install.md": PAGE}, tag="handbook", base_url=BASE, link_suffix=".html")
    assert [chunk["tracking_id"].removeprefix("handbook:a/install.md") for chunk in chunks] == [
        "",
        "#linux",
        "#setup",
        "#setup-1",
    ]
    assert chunks[0] == {
        "tracking_id": "handbook:a/install.md",
        "chunk_html": '<p>Text before <em>any</em> heading, and a <a href="https://docs.example.com/guide/a/other.html#top">link</a>.</p>',
        "link": "https://docs.example.com/guide/a/install.html",
        "tag_set": ["handbook", "linux", "guide"],
        "metadata": {
            "author": "Jo",
            "since": "2025-01-31",
            "path": "a/install.md",
            "title": "Install the program",
            "headings": [],
        },
    }
    assert chunks[1]["chunk_html"] == (
        '<h2>Linux</h2>\n<pre><code class="language-sh"># not a heading\necho "&lt;b&gt;"\n</code></pre>'
    )
    assert chunks[1]["link"] == "https://docs.example.com/guide/a/install.html#linux"
    assert [chunk["metadata"]["headings"] for chunk in chunks[1:]] == [
        ["Install", "Linux"],
        ["Install", "Linux", "Setup"],
        ["Install", "Windows", "Setup"],
    ]
    assert 'src="https://docs.example.com/guide/a/img/logo.png"' in chunks[3]["chunk_html"]


def test_a_page_of_html(tmp_path: Path) -> None:
    """Its headings may be at any depth. IDs are anchors, and what is on every page is left out."""
    page = """<!DOCTYPE html><html><head><title>Über uns</title><script>bad()</script></head><body><nav>Menu</nav>
      <main><p>Start &lt;b&gt;</p><!-- hidden --><section><div><h2 id="who">Who</h2></div><p>We &amp; you</p></section>
      <section><h2>Who</h2>plain &lt;i&gt; text</section></main><footer>Imprint</footer></body></html>"""
    chunks = converted(tmp_path, {"index.html": page}, base_url=BASE)
    assert [chunk["tracking_id"] for chunk in chunks] == ["t:index.html", "t:index.html#who", "t:index.html#who-1"]
    assert [chunk["link"] for chunk in chunks] == [BASE, f"{BASE}#who", f"{BASE}#who-1"]
    assert [chunk["chunk_html"] for chunk in chunks] == [
        "<p>Start &lt;b&gt;</p>",
        '<h2 id="who">Who</h2><p>We &amp; you</p>',
        "<h2>Who</h2>plain &lt;i&gt; text",
    ]
    assert {chunk["metadata"]["title"] for chunk in chunks} == {"Über uns"}


def test_headings_without_letters_and_beyond_the_bmp(tmp_path: Path) -> None:
    chunks = converted(tmp_path, {"ü \U0001f600.md": "# !?\none\n# Füße \U0001f600\n{{ 6 * 7 }}"}, base_url=BASE)
    assert [chunk["tracking_id"].partition("#")[2] for chunk in chunks] == ["section", "füße-"]
    assert chunks[0]["link"] == f"{BASE}%C3%BC%20%F0%9F%98%80#section"
    assert chunks[1]["chunk_html"].endswith("<p>{{ 6 * 7 }}</p>")


def test_what_has_no_content(tmp_path: Path) -> None:
    pages = {"empty.md": "", "blank.html": "\n", "front.md": "---\n---\n", "draft.md": "---\ndraft: true\n---\ntext"}
    pages |= {".hidden.md": "text", ".git/a.md": "text", "notes.txt": "text", "heading.md": "# Only a heading\n"}
    assert converted(tmp_path, pages) == []
    assert "link" not in converted(tmp_path, {"a.md": "text"})[0]
    assert converted(tmp_path, {"a.md": "\ufeff---\r\nlink: https://e.example.com\r\n---\r\ntext"})[0]["link"] == (
        "https://e.example.com"
    )


def test_faults_name_file_and_line(tmp_path: Path) -> None:
    """All of them at once."""
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    (tmp_path / "link.md").symlink_to(tmp_path / "latin.md")
    pages = {
        "a.md": "---\ntitle: x\ntags: yes\n---\n",
        "b.md": "---\ntitle: x\n tags: [\n---\n",
        "c.md": "---\n- a\n---\n",
        "d.md": "---\ntitle: x\n",
        "e.html": "<p>one\n\0</p>",
        "f.md": "---\ndraft: 1\n---\n",
    }
    found = faults(tmp_path, pages)
    assert found[0] == "link.md: it is a symbolic link, which is not followed. Replace it by the file, or remove it."
    assert [line.partition(": ")[0] for line in found[1:]] == [
        "a.md:3:7",
        "b.md:3:6",
        "c.md:2",
        "d.md:1",
        "e.html:2",
        "f.md:2:8",
        "latin.md",
    ]
    assert found[1].endswith("tags must be a list of strings.")


@pytest.mark.parametrize(
    ("folder", "tag", "words"),
    [("/nowhere", "t", "is not a directory"), ("", "t", "folder is missing"), ("/", " ", "tag is missing")],
)
def test_refusals(folder: str, tag: str, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        content_chunks(folder, tag)


def test_the_scheme_of_the_base_is_missing(tmp_path: Path) -> None:
    """Browsers would take such a link for the name of a file. A path on the same server is a link."""
    with pytest.raises(AnsibleFilterError, match="base_url has no scheme"):
        converted(tmp_path, {"install.md": PAGE}, base_url="docs.example.com")
    links = [chunk["link"] for chunk in converted(tmp_path, {"install.md": PAGE}, base_url="/docs")]
    assert links[0].startswith("/docs/install")


@pytest.mark.parametrize("library", ["bs4", "markdown_it"])
def test_a_missing_parser(library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(AnsibleFilterError, match=f"has no {library}.*pip install markdown-it-py beautifulsoup4"):
        content_chunks(str(tmp_path), "t")


def test_a_deeply_nested_page(tmp_path: Path) -> None:
    depth = 3000
    (chunk,) = converted(tmp_path, {"deep.html": f"{'<div>' * depth}<h1>Deep</h1><p>text</p>{'</div>' * depth}"})
    assert chunk["chunk_html"] == "<h1>Deep</h1><p>text</p>"
