# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens every page of the built documentation in Chromium, on a desk's screen and on a phone's.

    python -m tools.site_browser build/docs/html [--pictures FOLDER]

No page has an error of a script, a file that is not found or a dead link, text does not run off the screen, a page does not
scroll sideways, a command does not break inside an option, and the search finds trieve_crawl. The browser is Debian's
Chromium, or the one that CHROMIUM names; Playwright's own is not needed.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

FLAGS = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ),
    *("--disable-component-update", "--disable-sync"),
)
SIZES = {1280: 900, 390: 844}
"""Width and height of the two screens."""

PICTURES = ("index", "trieve_crawl_module", "docsite/guide_getting_started", "search")
SEARCHED = "trieve_crawl"

# What is wider than its place, and is not in something that scrolls by itself.
RUNS_OFF = """() => {
  const scrolls = (e) => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
  const inside = (e) => { for (let p = e; p && p.tagName !== 'BODY'; p = p.parentElement) if (scrolls(p)) return true; return false; };
  return [...document.querySelectorAll('.rst-content *, .wy-breadcrumbs *')]
    .filter((e) => e.clientWidth && !inside(e)
      && (e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1))
    .map((e) => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 60)}"`).slice(0, 3);
}"""

# Words of a command in a sentence that stand on two lines although they would fit on one.
BROKEN = """() => [...document.querySelectorAll('.rst-content code .pre')]
    .filter((e) => /^-/.test(e.textContent) && e.textContent.length < 30
      && e.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(e).lineHeight))
    .map((e) => e.textContent).slice(0, 3)"""

# Blocks of commands whose lines are wrapped.
WRAPPED = """() => [...document.querySelectorAll('.rst-content pre')]
    .filter((e) => getComputedStyle(e).whiteSpace !== 'pre').map((e) => e.textContent.slice(0, 60)).slice(0, 3)"""

# Links within the site.
LINKS = """() => [...document.querySelectorAll('a[href]')].map((e) => e.href)
    .filter((to) => to.startsWith(location.origin)).map((to) => to.split('#')[0])"""


def chromium() -> str:
    """The path of the browser.

    :raises SystemExit: there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = (
        named
        if named
        else next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    )
    if not found:
        raise SystemExit(
            "Chromium not found: neither chromium, chromium-browser nor google-chrome is on PATH. Install it"
            " (on Debian: apt-get install chromium), or set CHROMIUM to its path."
        )
    return found


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *arguments: Any) -> None:
        """A line for each file is of no use here."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of the site while it is served: a search reads pages, which a browser refuses to do from files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Visit:
    """The pages as a browser of one width shows them, and what is wrong with them."""

    def __init__(self, page: Page, address: str, pictures: Path | None) -> None:
        self.page, self.address, self.pictures = page, address, pictures
        self.width = page.evaluate("innerWidth")
        self.at = ""
        self.faults: list[str] = []
        self.links: set[str] = set()
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("console", lambda line: self.note(f"console: {line.text}") if line.type == "error" else None)
        page.on(
            "response", lambda answer: self.note(f"{answer.status} for {answer.url}") if answer.status > 399 else None
        )
        page.on("request", lambda request: self.of_this_site(request.url))

    def note(self, fault: str) -> None:
        """Remember a fault of the page that is open."""
        self.faults.append(f"{self.at} at {self.width}: {fault}")

    def of_this_site(self, url: str) -> None:
        """Everything is loaded from the site itself."""
        if not url.startswith((self.address, "data:", "blob:")):
            self.note(f"loads {url}")

    def open(self, name: str) -> None:
        """Look at one page."""
        self.at = name
        self.page.goto(f"{self.address}/{name}")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.note("the page scrolls sideways")
        for script, words in ((RUNS_OFF, "runs off the screen"), (BROKEN, "breaks inside"), (WRAPPED, "is wrapped")):
            for found in self.page.evaluate(script):
                self.note(f"{found} {words}")
        self.links.update(self.page.evaluate(LINKS))
        self.picture(name.removesuffix(".html"))

    def search(self) -> None:
        """What is looked for is the first thing that is found."""
        self.at = f"search.html?q={SEARCHED}"
        self.page.goto(f"{self.address}/search.html?q={SEARCHED}")
        self.page.locator("#search-results ul.search li a").first.wait_for()
        found = [link.get_attribute("href") or "" for link in self.page.locator("#search-results ul.search li a").all()]
        if not any("trieve_crawl_module.html" in link for link in found[:3]):
            self.note(f"the first results do not lead to the module: {found[:3]}")
        self.page.wait_for_load_state("networkidle")
        self.picture("search")

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for people."""
        if self.pictures and name in PICTURES:
            self.page.screenshot(path=self.pictures / f"{name.rpartition('/')[2]}-{self.width}.png")


def faults_of(site: Path, pictures: Path | None) -> list[str]:
    """All that is wrong with the pages in a browser, a sentence each."""
    names = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    faults: list[str] = []
    with served(site) as address, sync_playwright() as tools, tempfile.TemporaryDirectory() as profile:
        for width, height in SIZES.items():
            browser = tools.chromium.launch_persistent_context(
                str(Path(profile) / str(width)),
                executable_path=chromium(),
                args=list(FLAGS),
                viewport={"width": width, "height": height},
            )
            visit = Visit(browser.new_page(), address, pictures)
            for name in names:
                visit.open(name)
            visit.search()
            faults += visit.faults
            known = {f"{address}/{name}" for name in names} | {f"{address}/"}
            gone = (to for to in visit.links - known if not (site / to[len(address) + 1 :]).is_file())
            faults += [f"a page at {width} leads to {to}, which is not there" for to in gone]
            browser.close()
    print(f"{len(names)} pages at {' and '.join(f'{width} px' for width in SIZES)}, {len(faults)} faults")
    return faults


def main() -> int:
    """Open all pages and print what is wrong. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="tools.site_browser")
    parser.add_argument("site", type=Path)
    parser.add_argument("--pictures", type=Path, help="keep pictures of some pages in this folder")
    given = parser.parse_args()
    if not (given.site / "index.html").is_file():
        raise SystemExit(f"{given.site / 'index.html'} not found. Run `make docs` first.")
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    faults = faults_of(given.site.resolve(), given.pictures)
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
