# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of Markdown and HTML as chunks by heading, for C(trieve_chunks)."""

from __future__ import annotations

import os
import posixpath
import re
import sys
import typing as t
import urllib.parse

import yaml

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_places import Unreadable, compose, place_of

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm")
INDEXES = ("index", "readme")
"""Names of files, without suffix, whose page is that of their folder."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LEFT_OUT = ("script", "style", "template", "noscript", "nav", "footer")
MEDIA = ("img", "video", "audio", "iframe", "object", "embed")

_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "title": ((str,), "a string"),
    "link": ((str,), "a string"),
    "tags": ((list,), "a list of strings"),
    "metadata": ((dict,), "a mapping"),
    "draft": ((bool,), "true or false"),
}
"""The keys of a front matter that are used. Others belong to the generator of the site."""

Chunk = dict[str, t.Any]


class ContentError(Exception):
    """The folder cannot be converted. The text has a line for each fault, with file and line."""


class Settings(t.NamedTuple):
    """What the chunks of all pages share.

    :param tag: the tag of all chunks
    :param base_url: the URL of the folder; empty for chunks without links
    :param suffix: what the URL of a page has after the name of its file without suffix
    """

    tag: str
    base_url: str
    suffix: str


class Section:
    """A heading and what follows it up to the next one.

    :param anchor: what its link has after the number sign; empty for the text before the first heading
    :param headings: its heading and those above it
    """

    def __init__(self, anchor: str, headings: t.Sequence[str], html: str = "") -> None:
        self.anchor = anchor
        self.headings = list(headings)
        self.heading_html = html
        self.parts: list[t.Any] = []


def convert(folder: str, settings: Settings) -> list[Chunk]:
    """The chunks of all pages in a folder, in the order of their paths.

    :raises ContentError: a parser is missing, the folder cannot be read, or there are faults in files
    """
    _check_parsers()
    if not os.path.isdir(folder):
        raise ContentError(f"{folder} is not a directory. Set it to the folder with the pages.")
    faults: list[str] = []
    chunks: list[Chunk] = []
    for path in _files(folder, faults):
        try:
            with open(os.path.join(folder, path), encoding="utf-8-sig") as file:
                text = file.read()
            chunks += convert_page(path, text, settings)
        except ContentError as error:
            faults.append(f"{os.path.join(folder, path)}{error}")
        except UnicodeDecodeError:
            faults.append(f"{os.path.join(folder, path)}: it is not valid UTF-8.")
        except OSError as error:
            faults.append(f"{os.path.join(folder, path)}: it cannot be read: {error.strerror}.")
        except RecursionError:
            faults.append(f"{os.path.join(folder, path)}: it is nested too deeply.")
    if faults:
        raise ContentError("\n".join(faults))
    return chunks


def _check_parsers() -> None:
    try:
        import bs4  # noqa: F401
        import markdown_it  # noqa: F401
    except ImportError as error:
        raise ContentError(
            f"The Python of the controller ({sys.executable}) has no {error.name}. Only the role content needs it."
            f" Run: {sys.executable} -m pip install markdown-it-py beautifulsoup4"
        ) from error


def _files(folder: str, faults: list[str]) -> list[str]:
    """Relative paths of the pages. Hidden files and folders are left out, and links are faults, since they may lead elsewhere."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*folders, *names]:
            path = os.path.join(parent, name)
            is_page = name in folders or name.lower().endswith((*MARKDOWN, *HTML))
            if name.startswith(".") or not is_page:
                continue
            if os.path.islink(path):
                faults.append(
                    f"{path}: it is a symbolic link, which is not followed. Replace it by the file, or remove it."
                )
            elif name in names:
                found.append(os.path.relpath(path, folder).replace(os.sep, "/"))
    return sorted(found)


def convert_page(path: str, text: str, settings: Settings) -> list[Chunk]:
    """The chunks of one page.

    :param path: relative to the folder, with slashes
    :raises ContentError: there is a fault; its text begins with the line, after a colon
    """
    if "\0" in text:
        raise ContentError(f":{text[: text.index(chr(0))].count(chr(10)) + 1}: it contains a NUL character.")
    front, body = _front_matter(text)
    if front.get("draft"):
        return []
    link = front.get("link") or _page_url(path, settings)
    soup = _parse(body, path.lower().endswith(MARKDOWN))
    title = front.get("title") or _title(soup)
    if link and settings.base_url:
        _resolve(soup, path, link, settings)
    return [
        {
            "tracking_id": f"{settings.tag}:{path}" + (f"#{section.anchor}" if section.anchor else ""),
            "chunk_html": section.heading_html + html,
            **({"link": link + (f"#{section.anchor}" if section.anchor else "")} if link else {}),
            "tag_set": list(dict.fromkeys([settings.tag, *front.get("tags", ())])),
            "metadata": {
                **front.get("metadata", {}),
                "path": path,
                "headings": section.headings,
                **({"title": title} if title else {}),
            },
        }
        for section, html in _sections(soup)
    ]


# -- front matter --------------------------------------------------------------------------------------------------


def _front_matter(text: str) -> tuple[dict[str, t.Any], str]:
    """The keys of a page's front matter, and the rest of the page."""
    found = re.match(r"---[ \t]*\r?\n", text)
    if not found:
        return {}, text
    end = re.compile(r"^---[ \t]*\r?$", re.MULTILINE).search(text, found.end())
    if not end:
        raise ContentError(":1: the front matter is not closed. Add a line with --- after it.")
    source = "\n" + text[found.end() : end.start()]  # the first line is that of the dashes
    try:
        root = compose(source)
        values = native(yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except Unreadable as error:
        raise ContentError(f":{error.place}: the front matter is not valid YAML: {error}") from error
    except (yaml.YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise ContentError(f":{line}: the front matter is not valid YAML.") from error
    if values is None:
        return {}, text[end.end() :]
    if not isinstance(values, dict):
        raise ContentError(":2: the front matter is not a mapping. Write keys and values, such as title: Install.")
    for name, (types, words) in _KEYS.items():
        value = values.get(name)
        if value is None:
            values.pop(name, None)
        elif not isinstance(value, types) or (name == "tags" and not _are_tags(value)):
            raise ContentError(f":{place_of(root, [name])}: {name} must be {words}.")
    return {name: value for name, value in values.items() if name in _KEYS}, text[end.end() :]


def _are_tags(value: t.Any) -> bool:
    return all(isinstance(tag, str) and tag for tag in value)


# -- pages ---------------------------------------------------------------------------------------------------------


def _parse(body: str, is_markdown: bool) -> t.Any:
    from bs4 import BeautifulSoup, Comment

    if is_markdown:
        from markdown_it import MarkdownIt

        body = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    soup = BeautifulSoup(body, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.find_all(LEFT_OUT):
        element.extract()
    return soup


def _title(soup: t.Any) -> str:
    """The title of the page, or else its first heading."""
    for name in ("title", "h1"):
        found = soup.find(name)
        if found and _text(found):
            return _text(found)
    return ""


def _text(element: t.Any) -> str:
    return " ".join(element.get_text().split())


def _sections(soup: t.Any) -> t.Iterator[tuple[Section, str]]:
    """The sections with something below their heading, and the HTML of that."""
    root = soup.find("main") or soup.find("article") or soup.find("body") or soup
    for element in soup.find_all(("head", "title")):
        element.extract()
    sections = [Section("", [])]
    open_headings: list[tuple[int, str]] = []
    anchors: set[str] = set()
    around = _around_headings(root)
    pending = list(reversed(root.contents))
    while pending:  # without recursion, however deeply a page is nested
        node = pending.pop()
        name = getattr(node, "name", None)
        if name in HEADINGS:
            level = int(name[1])
            open_headings = [one for one in open_headings if one[0] < level] + [(level, _text(node))]
            anchor = _anchor(node, anchors)
            sections.append(Section(anchor, [text for _level, text in open_headings], str(node)))
        elif id(node) in around:
            pending += reversed(node.contents)
        elif type(node).__name__ not in ("Doctype", "Declaration", "ProcessingInstruction"):
            sections[-1].parts.append(node)
    for section in sections:
        if any(_shows(node) for node in section.parts):
            # output_ready escapes text, which str of a string does not
            yield (
                section,
                "".join(node.output_ready() if not node.name else str(node) for node in section.parts).rstrip(),
            )


def _around_headings(root: t.Any) -> set[int]:
    """The elements with a heading in them, by their identity."""
    around: set[int] = set()
    for heading in root.find_all(HEADINGS):
        for parent in heading.parents:
            if id(parent) in around:
                break
            around.add(id(parent))
    return around


def _shows(node: t.Any) -> bool:
    """Whether a reader sees anything of it."""
    return bool(node.get_text().strip()) or bool(node.name and (node.name in MEDIA or node.find(MEDIA)))


def _anchor(heading: t.Any, used: set[str]) -> str:
    """What leads to a heading on its page: its ID, or else its text in lower case with dashes. Each is there once."""
    wanted = heading.get("id") or re.sub(r"[^\w\- ]", "", _text(heading).lower()).replace(" ", "-") or "section"
    anchor, number = wanted, 0
    while anchor in used:
        number += 1
        anchor = f"{wanted}-{number}"
    used.add(anchor)
    return anchor


# -- links ---------------------------------------------------------------------------------------------------------


def _page_url(path: str, settings: Settings) -> str:
    """The URL of a page; empty without a base URL."""
    if not settings.base_url:
        return ""
    stem = posixpath.splitext(path)[0]
    folder, name = posixpath.split(stem)
    if name.lower() in INDEXES:
        below = f"{folder}/" if folder else ""
    else:
        below = stem + settings.suffix
    return f"{settings.base_url.rstrip('/')}/{urllib.parse.quote(below)}"


def _resolve(soup: t.Any, path: str, link: str, settings: Settings) -> None:
    """Make the links and images of a page absolute, since a chunk is shown elsewhere."""
    for element in soup.find_all(("a", "img")):
        name = "href" if element.name == "a" else "src"
        target = element.get(name)
        if not target:
            continue
        try:
            parts = urllib.parse.urlsplit(target)
        except ValueError:  # no URL, and none of ours
            continue
        if parts.scheme or parts.netloc:
            continue
        if parts.path.lower().endswith((*MARKDOWN, *HTML)) and not parts.path.startswith("/"):
            page = posixpath.normpath(posixpath.join(posixpath.dirname(path), urllib.parse.unquote(parts.path)))
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            if not page.startswith("../"):
                element[name] = _page_url(page, settings) + fragment
                continue
        if name == "href" or parts.path.startswith("/") or not parts.path:
            element[name] = urllib.parse.urljoin(link, target)
        else:  # a file beside the page, which may be shown below another URL than its own
            file = posixpath.normpath(posixpath.join(posixpath.dirname(path), urllib.parse.unquote(parts.path)))
            element[name] = f"{settings.base_url.rstrip('/')}/{urllib.parse.quote(file)}"
