# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way to a handler, and the arguments that the server extracts for it.

The order of a route's needs decides which error wins (docs/server.md 1.5): the first that fails is
answered. A body counts as not yet arrived, and so comes last, where no header made the server look
anything up first, and where it is large and the caller is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from ..formats.bodies import CONTENT_TYPE_MESSAGE, Type, body_message, is_json, read_body
from ..formats.errors import bad_request, forbidden, internal, unauthorized
from ..formats.json_text import BodyError
from ..store.database import Row, Store, pack_in_order
from ..store.machine import Machine
from .access import ADMIN as ADMIN_ROLE
from .access import OWNER as OWNER_ROLE
from .access import Access, Caller
from .params import path_int, path_uuid, read_query

LATE_BODY = 64 * 1024


@dataclass
class Call:
    """A request: what was sent, who sent it, and what its route extracted."""

    machine: Machine
    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    raw_body: bytes
    access: Access = field(default_factory=Access)
    version_one: bool = False
    params: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    args: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The database."""
        return self.machine.store

    @property
    def dataset(self) -> Row:
        """The dataset of the headers; only where the route needs DATASET."""
        assert self.access.dataset is not None
        return self.access.dataset

    @property
    def organization(self) -> Row:
        """The organization of the headers; only where the route needs it or a role."""
        assert self.access.organization is not None
        return self.access.organization

    @property
    def caller(self) -> Caller:
        """Who sent it; only where the route needs a key."""
        assert self.access.caller is not None
        return self.access.caller

    def now(self) -> int:
        """The time in nanoseconds."""
        return self.machine.clock.now()


class Need:
    """An argument of a handler. ``take`` puts it into the call or raises."""

    is_body = False

    def take(self, call: Call) -> None:
        raise NotImplementedError


class Body(Need):
    """A JSON body of this type, as ``call.body``."""

    is_body = True

    def __init__(self, kind: Type) -> None:
        self.kind = kind

    def take(self, call: Call) -> None:
        content_type = call.headers.get(b"content-type")
        if not is_json(None if content_type is None else content_type.decode("latin-1")):
            raise bad_request(CONTENT_TYPE_MESSAGE)
        try:
            call.body = read_body(self.kind, call.raw_body)
        except BodyError as error:
            raise bad_request(body_message(error)) from error


class OptionalBody(Body):
    """A body that may be missing or not fit; then ``call.body`` is None."""

    def take(self, call: Call) -> None:
        try:
            call.body = read_body(self.kind, call.raw_body)
        except BodyError:
            call.body = None


class PathUuid(Need):
    """Path segments that are ids, as ``call.params``."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def take(self, call: Call) -> None:
        for name in self.names:
            call.params[name] = path_uuid(call.params[name])


class PathInt(Need):
    """A path segment that is a number."""

    def __init__(self, name: str, low: int, high: int) -> None:
        self.name, self.low, self.high = name, low, high

    def take(self, call: Call) -> None:
        call.params[self.name] = path_int(call.params[self.name], self.low, self.high)


class Query(Need):
    """Parameters of the query string, as ``call.args``."""

    def __init__(self, **readers: Any) -> None:
        self.readers = readers

    def take(self, call: Call) -> None:
        call.args = read_query(call.query, self.readers)


class Role(Need):
    """A role in the organization of the headers: 401 without any, 403 with a lower one."""

    def __init__(self, lowest: int) -> None:
        self.lowest = lowest

    def take(self, call: Call) -> None:
        if call.access.role is None:
            raise unauthorized()
        if call.access.role < self.lowest:
            raise forbidden()


class Logged(Need):
    """Any valid key."""

    def take(self, call: Call) -> None:
        if call.access.caller is None:
            raise unauthorized()


class Dataset(Need):
    """A dataset in the headers."""

    def __init__(self, message: str) -> None:
        self.message = message

    def take(self, call: Call) -> None:
        if call.access.dataset is None:
            raise internal(self.message)


class Organization(Need):
    """An organization in the headers, directly or through a dataset; the server's words are those for a dataset."""

    def take(self, call: Call) -> None:
        if call.access.organization is None:
            raise internal(NO_DATASET)


NO_DATASET = "Could not get dataset from request"
ADMIN = Role(ADMIN_ROLE)
OWNER = Role(OWNER_ROLE)
LOGGED = Logged()
DATASET = Dataset(NO_DATASET)
VERSIONED_DATASET = Dataset("Dataset not found; likely TR-Dataset header was not provided")
ORGANIZATION = Organization()


def extract(call: Call, needs: tuple[Need, ...]) -> None:
    """Take all arguments, in the order in which their errors win."""
    anonymous_and_large = call.access.caller is None and len(call.raw_body) > LATE_BODY
    late = not call.access.looked_up or anonymous_and_large
    for need in needs:
        if not (late and need.is_body):
            need.take(call)
    if late:
        for need in needs:
            if need.is_body:
                need.take(call)


def reply(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return json_reply(pack_in_order(value), status)


def json_reply(text: str, status: int = 200) -> Response:
    """An answer that is JSON already."""
    return Response(text.encode(), status, media_type="application/json")


def no_content() -> Response:
    """204 without a body."""
    return Response(status_code=204)
