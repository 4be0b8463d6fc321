# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a request is declared with, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from .._core.failure import TaskFailed
from .model import Request

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

REQUEST_OPTIONS: dict[str, t.Any] = dict(
    method=dict(type="str", choices=list(METHODS), default="GET"),
    path=dict(type="str", required=True),
    query=dict(type="dict"),
    body=dict(type="raw"),
    read=dict(type="bool", default=False),
    status_code=dict(type="list", elements="int"),
)
"""Of C(trieve_request), those that describe the request and its answer."""

_SEGMENT_SAFE = "%:@!$&'()*+,;=~-._"
"""Characters that are not escaped in a segment of a path (RFC 3986, 3.3); % because a path may be escaped already."""


def parse_options(options: t.Mapping[str, t.Any]) -> Request:
    """The request, still without a dataset, after the checks that need no server.

    :raises TaskFailed: names the option that is wrong
    """
    path = api_path(options["path"])
    _check_options(options)
    query = {name: _query_value(value) for name, value in (options["query"] or {}).items() if value is not None}
    return Request(
        method=options["method"],
        path=path,
        query=query,
        body=options["body"],
        dataset=None,
        reads=options["method"] == "GET" or options["read"],
        statuses=options["status_code"] or range(200, 300),
    )


def api_path(text: str) -> str:
    """The path of a call, from C(/api) on, which may be left out.

    :raises TaskFailed: it is empty, or it is a URL, has a query, or leaves C(/api)
    """
    path = text.strip()
    if not path.strip("/"):
        raise TaskFailed("path is empty. Set it to the path of a call, such as /api/chunks/scroll.")
    if "://" in path or path.startswith("//"):
        raise TaskFailed(f"path {path!r} is a URL. Set path to the path only, and url to the server.")
    if "?" in path or "#" in path:
        raise TaskFailed(
            f"path {path!r} contains ? or #. Set query to the parameters of the query. In a name, write %3F or %23."
        )
    if re.search(r"%(?![0-9a-fA-F]{2})", path):
        raise TaskFailed(f"path {path!r} contains a % that begins no escape sequence. Write %25 for a percent sign.")
    segments = path.lstrip("/").split("/")
    if segments[0] != "api":
        segments.insert(0, "api")
    names = unquote("/".join(segments)).split("/")
    if {".", ".."} & set(names) or any("\\" in name for name in names):
        raise TaskFailed(f"path {path!r} contains an invalid segment: '.', '..', or one with a backslash. Remove it.")
    return "/" + "/".join(quote(segment, safe=_SEGMENT_SAFE) for segment in segments)


def _check_options(options: t.Mapping[str, t.Any]) -> None:
    body, method = options["body"], options["method"]
    if body is not None and not isinstance(body, (dict, list)):
        raise TaskFailed("body is neither a dictionary nor a list. Convert a string with the filter from_json.")
    if body is not None and method == "GET":
        raise TaskFailed("body cannot be used with method: GET. Set query to the parameters.")
    if options["read"] and method not in ("GET", "POST"):
        raise TaskFailed(f"read cannot be used with method: {method}, which always writes. Remove read.")
    for name, value in (options["query"] or {}).items():
        if isinstance(value, dict):
            raise TaskFailed(f"query.{name} is a dictionary, which a query cannot carry. Set it to a scalar or a list.")
    for status in options["status_code"] or ():
        if not 100 <= status <= 599:
            raise TaskFailed(f"status_code contains {status}, which is not an HTTP status. Use 100 to 599.")


def _query_value(value: t.Any) -> t.Any:
    """The value as the server reads it in a query."""
    if isinstance(value, list):
        return [_query_value(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else value
