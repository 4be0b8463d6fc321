# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication and requests for Trieve's API. Knows nothing of Ansible.

Everything that goes wrong is a C(TrieveError); an expected miss is a value. How an answer is read, and what an error says, is
decided in C(_exchange.py) and C(_error.py).
"""

from __future__ import annotations

import copy
import json
import re
import typing as t
import uuid
from urllib.parse import quote, urlsplit

from . import _session
from ._core.lifeline import Lifeline
from ._core.mask import Mask
from ._error import Stopped, TrieveError
from ._exchange import DEFAULT_URL, Exchange
from ._response import json_or_text, message_of
from ._version import VERSION

try:
    from requests import Request
    from requests.auth import AuthBase
    from requests.exceptions import ChunkedEncodingError
    from urllib3.exceptions import HTTPError
except ImportError:  # C(_session.IMPORT_ERROR) says so, and C(_core/task.py) fails with it
    AuthBase = object  # type: ignore[assignment,misc]

__all__ = ["DEFAULT_URL", "ApiKeyAuth", "Stopped", "TrieveClient", "TrieveError", "as_uuid", "segment"]

PAGE = 10_000
"""The limit that a list is first asked with. The server has no maximum, and one request is one SQL snapshot."""

LONGEST_LIST = 32 * PAGE
"""The limit that a list is last asked with, after five doublings. C(LARGEST_ANSWER) holds half as many crawls."""

_DIGITS = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(rf"(?:urn:uuid:)?({_DIGITS})|\{{({_DIGITS})\}}|([0-9a-f]{{32}})", re.IGNORECASE)


class ApiKeyAuth(AuthBase):
    """Puts the API key into one request.

    It travels as an auth object because a plain C(Authorization) header is replaced by what C(.netrc) says of the host.
    """

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["Authorization"] = self._api_key
        return request


def as_uuid(text: str) -> str | None:
    """The id in lower case and with hyphens, or None if the text is no spelling of a UUID.

    The server reads an id with hyphens, as 32 digits, in braces or as C(urn:uuid:), in any case (docs/server.md 1.3).
    """
    found = _UUID.fullmatch(text.strip())
    return str(uuid.UUID(found[1] or found[2] or found[3])) if found else None


def segment(text: str) -> str:
    """A text as one segment of a path: everything that means something in an address is escaped."""
    return quote(text, safe="")


class TrieveClient:
    """Talks to one server with one key.

    :param url: address of the server, with a path if it is behind one, without C(/api)
    :param api_key: sent with each request, never kept on the Session
    :param organization_id: sent as C(TR-Organization) if given
    :param verify: check certificates (bool) or the path of the authorities to check against
    :param certificate: the client's certificate as a path, or C((certificate, key)), or None
    :param timeout: seconds without a byte from the server after which a request is given up; with all of its answer it may
        take C(_session.WHOLE) times as long
    :param retries: how often a request is repeated where that cannot do anything twice
    :param extra_headers: sent with each request, for servers behind a proxy
    :param secrets: texts that a server's words are not repeated with, beside the key and the values of C(extra_headers)
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        organization_id: str | None = None,
        verify: bool | str = True,
        certificate: t.Any = None,
        timeout: float = 30,
        retries: int = 3,
        extra_headers: t.Mapping[str, str] | None = None,
        secrets: t.Iterable[str] = (),
    ) -> None:
        self.url = url.rstrip("/")
        self.organization_id = organization_id
        self.mask = Mask([api_key, *(extra_headers or {}).values(), *secrets])
        self._key = ApiKeyAuth(api_key)
        self._verify = verify
        self._certificate = certificate
        self.lifeline = Lifeline()
        self._proved = False
        self.timeout = timeout
        self._retries = retries
        self._settings: dict[str, t.Any] = {}
        self._headers = {
            # Organizations from before July 2024 would get chunks and searches in other shapes (docs/server.md 1.7).
            "X-API-Version": "2.0",
            **(extra_headers or {}),
            "Accept": "application/json",
            # A few bytes of a compressed answer become gigabytes before anything can be measured, so there is to be none.
            "Accept-Encoding": "identity",
            "User-Agent": f"community.trieve/{VERSION}",
        }
        if organization_id:
            self._headers["TR-Organization"] = organization_id

    def for_organization(self, organization_id: str | None) -> TrieveClient:
        """The same client for another organization, or for none."""
        other = copy.copy(self)
        other.organization_id = organization_id
        other._headers = {name: value for name, value in self._headers.items() if name != "TR-Organization"}
        if organization_id:
            other._headers["TR-Organization"] = organization_id
        return other

    def patient(self, seconds: float) -> TrieveClient:
        """The same client, which waits for an answer at least this long."""
        other = copy.copy(self)
        other.timeout = max(self.timeout, seconds)
        return other

    def settings(self, session: t.Any, url: str) -> dict[str, t.Any]:
        """Proxies and TLS options for C(Session.send); looked up once, since the environment is searched for them."""
        if not self._settings:
            self._settings = session.merge_environment_settings(url, {}, True, self._verify, self._certificate)
        return self._settings

    # -- verbs -----------------------------------------------------------------------------------------------------

    def get(self, path: str, expect: type | None, **options: t.Any) -> t.Any:
        """Read something. See C(request) for the options."""
        return self.request("GET", path, expect, safe=True, **options)

    def post(self, path: str, expect: type | None, body: t.Any, **options: t.Any) -> t.Any:
        """Send something that is done each time it is sent; C(safe=True) if this call only reads."""
        return self.request("POST", path, expect, body=body, **options)

    def put(self, path: str, expect: type | None, body: t.Any, **options: t.Any) -> t.Any:
        """Change something."""
        return self.request("PUT", path, expect, body=body, **options)

    def delete(self, path: str, **options: t.Any) -> None:
        """Remove something. Never has a body, so that a refusal leaves the connection usable."""
        expected_errors = options.pop("expected_errors", None)
        self._result(self._send("DELETE", path, safe=True, **options), None, {}, expected_errors, None)

    def list_all(self, path: str, **options: t.Any) -> t.Any:
        """Everything that a list paged by offset holds, in one request: pages shift while rows come and go.

        If it comes back full the limit is doubled and the list is read anew.

        :returns: a list of objects, or None where C(expected_errors) says so
        :raises TrieveError: also where it is full with a limit of C(LONGEST_LIST)
        """
        limit = PAGE
        while True:
            rows = self.get(path, list, params={"limit": limit}, **options)
            if rows is None or len(rows) < limit:
                return rows
            if limit >= LONGEST_LIST:
                words = f"the list has {limit} or more entries, which exceeds what the collection reads"
                raise Exchange(self, "GET", path, True).error(words, 200)
            limit *= 2

    # -- the one place that builds a request -----------------------------------------------------------------------

    def request(
        self,
        method: str,
        path: str,
        expect: type | None,
        body: t.Any = None,
        dataset: str | None = None,
        params: t.Mapping[str, t.Any] | None = None,
        safe: bool = False,
        shape: t.Mapping[str, t.Any] | None = None,
        expected_errors: t.Mapping[tuple[int, str], t.Any] | None = None,
        within: str | None = None,
    ) -> t.Any:
        """Send a request and return the answer's JSON.

        :param method: GET, POST, PUT or DELETE
        :param path: from C(/api) on, ids and names in it escaped by C(segment)
        :param expect: C(dict) or C(list): what the answer has to be; a list has to hold objects. None: an empty response
        :param body: sent as JSON if not None. What has C(read), C(seek), C(tell) and a length is JSON already, and sent piece by piece
        :param dataset: id or tracking id, sent as C(TR-Dataset)
        :param params: the query
        :param safe: sending it twice does the same as sending it once, so it may be repeated
        :param shape: what the answer's object, or each one in its list, has to have, with the shape of each: a type; C([type])
            for a list of it; a dictionary of shapes for an object that has these keys, of which those may be missing that may be
            null, unless it is C(Complete); a tuple of shapes to choose from
        :param expected_errors: answers that are no error, each as a status and words that Trieve's message contains, with the
            value to return for it
        :param within: the answer is an object that has what is expected under this key
        :raises TrieveError: for every answer that is not what the API promises, and where there is none
        """
        exchange = self._send(method, path, body, dataset, params, safe)
        return self._result(exchange, expect, shape or {}, expected_errors, within)

    def _result(
        self,
        exchange: Exchange,
        expect: type | None,
        shape: t.Mapping[str, t.Any],
        expected_errors: t.Mapping[tuple[int, str], t.Any] | None,
        within: str | None,
    ) -> t.Any:
        """What an answer says. Parameters and errors as in C(request)."""
        if 200 <= exchange.status < 300:
            value = exchange.parse(expect, shape, within)
            if value == [] and not within and "X-API-Version" not in exchange.headers:
                self._prove(exchange)
            self._proved = self._proved or bool(value)
            return value
        words = message_of(exchange.content)
        for (expected, part), value in (expected_errors or {}).items():
            if exchange.status == expected and part in words:
                return value
        raise exchange.refusal()

    def request_any(
        self,
        method: str,
        path: str,
        statuses: t.Container[int] = range(200, 300),
        body: t.Any = None,
        dataset: str | None = None,
        params: t.Mapping[str, t.Any] | None = None,
        safe: bool = False,
    ) -> tuple[int, t.Any, str | None]:
        """Send a request whose answer may look like anything. Parameters as in C(request), and:

        :param statuses: those that are no error
        :returns: the status, the JSON, and the text if it is no JSON; both are None for an empty response
        :raises TrieveError: for every other status, and where there is no answer
        """
        exchange = self._send(method, path, body, dataset, params, safe)
        if exchange.status not in statuses:
            raise exchange.refusal()
        return exchange.status, *json_or_text(exchange.content)

    def _prove(self, exchange: Exchange) -> None:
        """Make sure that an empty list is Trieve's. Nothing in it shows that, and much is concluded from it.

        :raises TrieveError: something else answers in the place of Trieve
        """
        if not self._proved:
            _status, value, _text = self.request_any("GET", "/api/auth/me", statuses=range(100, 600), safe=True)
            # A user, or a refusal: an organization's key has no user.
            if not isinstance(value, dict) or not ("orgs" in value or isinstance(value.get("message"), str)):
                raise exchange.error(
                    "the response is an empty list, but not from Trieve", exchange.status, strange=True
                )
            self._proved = True

    def _send(
        self,
        method: str,
        path: str,
        body: t.Any = None,
        dataset: str | None = None,
        params: t.Mapping[str, t.Any] | None = None,
        safe: bool = False,
    ) -> Exchange:
        """Send a request, again if that cannot do anything twice, and read the answer.

        :raises Stopped: the task has ended
        :raises TrieveError: there is no whole answer
        """
        headers = dict(self._headers)
        data: t.Any = None
        if body is not None:
            is_stream = hasattr(body, "read")
            data = body if is_stream else json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
            headers["Content-Type"] = "application/json"
        if dataset is not None:
            headers["TR-Dataset"] = dataset
        exchange = Exchange(self, method, path, safe)
        retry = exchange.repeat(self._retries)
        try:
            address = urlsplit(self.url)
            session = _session.session(f"{address.scheme}://{address.netloc}", self._verify, self._certificate)
            prepared = session.prepare_request(
                Request(method, exchange.url, headers=headers, data=data, params=params, auth=self._key)
            )
            settings = self.settings(session, prepared.url)
            while True:
                exchange.check_listener(sent=retry.tries[0] > 1)
                prepared.allowance = exchange.allowance
                timeout = min(self.timeout, exchange.allowance())
                # What was retried already counts: together never more than the option retries says.
                prepared.repeat = retry.new(total=self._retries + 1 - retry.tries[0])
                try:
                    with session.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                        exchange.read(response)
                        return exchange
                except ChunkedEncodingError as lost:
                    # Cut off inside the body, which urllib3 does not count as a try of its own.
                    if not safe or retry.tries[0] > self._retries:
                        raise exchange.cut_off() from lost
                    retry.tries[0] += 1
        # RequestException is an OSError, and so is a certificate that cannot be loaded. The others are what requests and
        # urllib3 let through for an address, or a proxy of the environment, that is none.
        except (OSError, HTTPError, ValueError, TypeError) as failed:
            raise exchange.unanswered(failed) from failed
