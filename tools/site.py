# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the built documentation without a browser: `python -m tools.site build/docs/html`.

No link leads nowhere, every page can be reached from the first one, every plugin, role and guide has its page, nothing is
loaded from another host, and the search knows the modules.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .build_tree import ROOT

WITHOUT_LINK = {"search.html"}
"""The page that only the search form leads to."""


@dataclass
class Page(HTMLParser):
    """One page: where it leads, what it loads, and the anchors that it has."""

    path: Path
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    images_without_text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def __hash__(self) -> int:
        return hash(self.path)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        given = {name: value or "" for name, value in attrs}
        self.anchors.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in ("script", "img", "iframe") and given.get("src"):
            self.loaded.append(given["src"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "shortcut icon"):
            self.loaded.append(given["href"])
        if tag == "img" and not given.get("alt"):
            self.images_without_text.append(given.get("src", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself refers to things, too."""
        self.handle_starttag(tag, attrs)


def read(site: Path) -> dict[Path, Page]:
    """Every page of the site by its path."""
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def target_of(page: Page, link: str) -> tuple[Path, str] | None:
    """The file and the anchor that a link of a page leads to, or None for another host."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    return path, unquote(parts.fragment)


def dead_links(pages: dict[Path, Page]) -> Iterator[str]:
    """A sentence for each link within the site that leads nowhere."""
    for page in pages.values():
        for link in dict.fromkeys([*page.links, *page.loaded]):
            to = target_of(page, link)
            if to is None:
                continue
            path, anchor = to
            if not path.is_file():
                yield f"{page.path.name}: {link} leads to no page"
            elif anchor and path in pages and anchor not in pages[path].anchors:
                yield f"{page.path.name}: {link} leads to no place on its page"


def loaded_from_elsewhere(pages: dict[Path, Page]) -> Iterator[str]:
    """A sentence for each script, style or image of another host: the site works without a network."""
    for page in pages.values():
        yield from (f"{page.path.name} loads {to}" for to in page.loaded if target_of(page, to) is None)
        yield from (f"{page.path.name}: the image {name} has no text" for name in page.images_without_text)


def unreachable(site: Path, pages: dict[Path, Page]) -> Iterator[str]:
    """A sentence for each page that no way of links leads to."""
    found: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in pages and path not in found:
            found.add(path)
            leads_to = (target_of(pages[path], link) for link in pages[path].links)
            waiting += [to[0] for to in leads_to if to]
    for path in pages.keys() - found:
        if path.name not in WITHOUT_LINK:
            yield f"{path.relative_to(site)} cannot be reached from the first page"


def expected_pages(root: Path) -> set[str]:
    """The page of every plugin, role and guide of the collection, and those about all of it."""
    pages = {"index.html", "changelog.html", "environment_variables.html", "search.html"}
    pages |= {f"docsite/{path.stem}.html" for path in (root / "docs" / "docsite" / "rst").glob("*.rst")}
    pages |= {f"{path.name}_role.html" for path in (root / "roles").iterdir() if path.is_dir()}
    for folder, suffix in (
        ("modules", "module"),
        ("filter", "filter"),
        ("lookup", "lookup"),
        ("inventory", "inventory"),
    ):
        files = (root / "plugins" / folder).glob("*.py")
        pages |= {f"{path.stem}_{suffix}.html" for path in files if not path.stem.startswith("_")}
    return pages


def faults_of(site: Path, root: Path = ROOT) -> list[str]:
    """All that is wrong with a built site, a sentence each."""
    site = site.resolve()
    pages = read(site)
    faults = [f"{name} is missing" for name in sorted(expected_pages(root)) if site / name not in pages]
    faults += [*dead_links(pages), *loaded_from_elsewhere(pages), *unreachable(site, pages)]
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    documents = set(json.loads(index[index.index("{") : index.rindex("}") + 1])["docnames"])
    faults += [f"the search does not know {name}" for name in sorted({"trieve_crawl_module", "index"} - documents)]
    return faults


def main(arguments: list[str]) -> int:
    """Check the site and print what is wrong. Returns the exit code."""
    site = Path(arguments[0])
    faults = faults_of(site)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{site / 'index.html'}: {len(read(site))} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
