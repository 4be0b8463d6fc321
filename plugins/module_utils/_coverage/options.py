# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options about a web site and the pages that it should have, and what is wrong with them."""

from __future__ import annotations

import os
import re
import typing as t
from fractions import Fraction
from urllib.parse import urlsplit

from .._core.failure import TaskFailed
from .._core.task import Task
from .._web import Web, check_url, host_of

WEBSITE_OPTIONS: dict[str, t.Any] = dict(
    site_validate_certs=dict(type="bool", default=True),
    site_ca_path=dict(type="path"),
)
"""Of all modules that read a web site."""

COVERAGE_OPTIONS: dict[str, t.Any] = dict(
    site_url=dict(type="str", required=True),
    sitemap_url=dict(type="str"),
    sitemap_file=dict(type="path"),
    urls=dict(type="list", elements="str"),
    scope=dict(type="str", choices=["site", "dataset"], default="site"),
    ignore_query=dict(type="bool", default=False),
    fail_below=dict(type="str"),
    max_listed=dict(type="int", default=1000),
    **WEBSITE_OPTIONS,
)

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%?")


def website(task: Task) -> Web:
    """What reads the pages of a site.

    :raises TaskFailed: the file of the certificate authorities does not exist
    """
    path = task.params["site_ca_path"]
    if path and not os.path.exists(path):
        raise TaskFailed(f"site_ca_path: file {path} not found.")
    verify: bool | str = (path or True) if task.params["site_validate_certs"] else False
    return Web(task.params["timeout"], verify, task.lifeline)


def site_host(task: Task) -> str:
    """The host of the option C(site_url).

    :raises TaskFailed: it is not a valid URL
    """
    return host_of(urlsplit(check_url(task.params["site_url"], "site_url")))


def lowest_percent(task: Task) -> Fraction | None:
    """The option C(fail_below) as a number.

    :raises TaskFailed: it is not a percentage
    """
    given = task.params["fail_below"]
    if given is None:
        return None
    match = _PERCENT.fullmatch(given.strip())
    value = Fraction(match[1]) if match else Fraction(-1)
    if not 0 <= value <= 100:
        raise TaskFailed(f"fail_below {given!r} is not a valid percentage. Examples are 95% and 99.5%.")
    if 0 < value < 1:
        raise TaskFailed(f"fail_below {given!r} is less than 1 %. Set a percentage between 1% and 100%, such as 95%.")
    return value


def check_lists(task: Task) -> None:
    """Refuse lists that are empty or too long.

    :raises TaskFailed: names the option
    """
    urls, listed = task.params["urls"], task.params["max_listed"]
    if urls is not None and not any(url.strip() for url in urls):
        raise TaskFailed("urls is empty, so there is nothing to compare. Set it to the URLs of the pages.")
    if not 0 <= listed <= 1_000_000:
        raise TaskFailed(f"max_listed is {listed}. It must be between 0 and 1000000.")


def tags_of_site(task: Task) -> list[str]:
    """The tags by which the chunks of the site are found. Each has the URL of its crawl as it was written, with or without a slash."""
    if task.params["scope"] != "site":
        return []
    plain = task.params["site_url"].strip().rstrip("/")
    return [plain, f"{plain}/"]
