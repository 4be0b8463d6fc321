# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication, requests and error parsing for Trieve's API. Knows nothing of Ansible.

Everything that goes wrong is a C(TrieveError); an expected miss is a value.
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
from ._response import (
    DEEPEST_ANSWER,
    TooDeep,
    excerpt,
    fits,
    has_own_words,
    json_or_text,
    message_of,
    misfit_place,
    redact,
    strict_json,
)
from ._session import LARGEST_ANSWER
from ._version import VERSION

try:
    from requests import Request
    from requests.auth import AuthBase
    from requests.exceptions import (
        ChunkedEncodingError,
        ConnectTimeout,
        ProxyError,
        SSLError,
        Timeout,
    )
    from requests.exceptions import (
        ConnectionError as RequestsConnectionError,
    )
    from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError
except ImportError:  # C(_session.IMPORT_ERROR) says so, and C(_core/task.py) fails with it
    AuthBase = object  # type: ignore[assignment,misc]

DEFAULT_URL = "https://api.trieve.ai"
"""The hosted service that the API's description names first. Its owner has announced the end of it."""

PAGE = 10_000
"""The limit that a list is first asked with. The server has no maximum, and one request is one SQL snapshot."""

LONGEST_LIST = 32 * PAGE
"""The limit that a list is last asked with, after five doublings. C(LARGEST_ANSWER) holds half as many crawls."""

_NO_TLS = (
    "wrong_version_number",
    "wrong version number",
    "record layer failure",
    "http_request",
    "http request",
    "unknown_protocol",
)
"""What a TLS library says where the other side answers in plain text."""

_WANTS_TLS = (
    "http request was sent to https port",
    "http request to an https server",
    "speaking plain http",
    _session.SPEAKS_TLS.lower(),
)
"""What servers say to a plain request where they expect TLS: nginx, Go, Apache; and a TLS alert."""

_NO_ANSWER = ("without response", "reset by peer")
"""What other servers do then. So does one that breaks down."""

_HOSTED = (
    "This is the default URL, the hosted service, whose end was announced. Set url or TRIEVE_BASE_URL to the URL of your own"
    " server."
)

_ELSEWHERE = "Is url a Trieve server?"

_DIGITS = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(rf"(?:urn:uuid:)?({_DIGITS})|\{{({_DIGITS})\}}|([0-9a-f]{{32}})", re.IGNORECASE)


_HINTS = {
    400: "",
    401: (
        "The server does not accept this API key here: it may be wrong, expired or deleted, belong to another organization, or be"
        " limited to other datasets. Trieve does not distinguish a wrong key from a missing one."
    ),
    403: (
        "The API key lacks the permission: its role is too low (a read key cannot manage anything, and only an owner key can change"
        " datasets), its scopes do not include this call, or it belongs to another organization."
    ),
    408: (
        "The request exceeded the server's own time limit. Part of the work may have been done, so check before you repeat it."
    ),
    413: "The request is too large for the server. Send less at a time.",
    426: "The limit of the organization's plan is reached. Delete something or upgrade the plan.",
    429: "The server limits the rate of requests. Wait, or lower concurrency.",
}


class TrieveError(Exception):
    """An answer that is not what was asked for, or none at all.

    :param text: one or two sentences with method, URL, status, Trieve's words and the number of tries
    :param message: Trieve's own words, or what was wrong with the answer
    :param method: the request's verb
    :param url: the request's address, without its query
    :param status: the HTTP status, or None where there was no answer
    """

    def __init__(self, text: str, message: str, method: str, url: str, status: int | None) -> None:
        super().__init__(text)
        self.message = message
        self.method = method
        self.url = url
        self.status = status

    def as_result(self) -> dict[str, t.Any]:
        """What a failed task returns as C(error)."""
        return {"message": self.message, "method": self.method, "url": self.url, "status": self.status}


class Stopped(TrieveError):
    """A request was not sent because the task has ended.

    :param reason: a sentence that says what ended it
    :param sent: whether an earlier try of the same request was sent
    """

    def __init__(self, reason: str, method: str, url: str, sent: bool) -> None:
        super().__init__(f"{reason} {method} {url} was not {'retried' if sent else 'sent'}.", reason, method, url, None)
        self.sent = sent


class ApiKeyAuth(AuthBase):
    """Puts the API key into one request.

    It travels as an auth object because a plain C(Authorization) header is replaced by what C(.netrc) says of the host.
    """

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, request: t.Any) -> t.Any:
        request.headers["Authorization"] = self._api_key
        return request


def words_for(status: int | None, content: bytes | None, headers: t.Any, mask: Mask | None = None) -> str:
    """What a person should know beyond the server's own words; empty if nothing.

    :param content: the body, where the status alone does not tell (an empty 404 is the router's)
    :param headers: the answer's headers, for the place a redirect points to
    :param mask: the secrets of the task
    """
    if status is None:
        return ""
    if 300 <= status < 400:
        place = str((headers or {}).get("Location", "nowhere")).split("?", maxsplit=1)[0]
        target = excerpt(place.encode("utf-8", "replace"), mask=mask)
        return f"The server redirects to {target}. Redirects are not followed, since they would pass the API key on. Set url to the final URL."
    if status in (404, 405) and not content:
        return "No Trieve API answers at this path."
    return _HINTS.get(status, "")


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
        self._timeout = timeout
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
        other._timeout = max(self._timeout, seconds)
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
                raise _Exchange(self, "GET", path, True).error(words, 200)
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
        exchange: _Exchange,
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

    def _prove(self, exchange: _Exchange) -> None:
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
    ) -> _Exchange:
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
        exchange = _Exchange(self, method, path, safe)
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
                timeout = min(self._timeout, exchange.allowance())
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


class _Exchange:
    """One request and its answer: reads the answer, and knows how to name both in an error."""

    status: int
    headers: t.Any
    content: bytes

    def __init__(self, client: TrieveClient, method: str, path: str, safe: bool) -> None:
        self._client = client
        self._method = method
        self._safe = safe
        self._tries = [1]
        self.url = client.url + path

    def repeat(self, retries: int) -> _session.Repeat:
        """The rule by which the request is sent again.

        Not an attribute: it refers to the exchange, and with a cycle, each answer would stay in memory until the garbage collector runs.
        """
        rule = _session.Repeat.of(self._method, retries, self._safe, self._pause)
        self._tries = rule.tries
        return rule

    def check_listener(self, sent: bool) -> None:
        """Make sure that somebody still waits for the task's result.

        :param sent: whether an earlier try was sent
        :raises Stopped: nobody does
        """
        ended = self._client.lifeline.ended()
        if ended:
            raise Stopped(ended, self._method, self.url, sent)

    def allowance(self) -> float:
        """Seconds that one try may take with all of its answer."""
        whole = self._client._timeout * _session.WHOLE
        remaining = self._client.lifeline.remaining()
        return whole if remaining is None else max(0.01, min(whole, remaining))

    def _pause(self, seconds: float) -> None:
        """Wait before a repetition, which only a task that goes on makes."""
        if seconds > 0:
            self._client.lifeline.pause(seconds)
        self.check_listener(sent=True)

    def read(self, response: t.Any) -> None:
        """Read the whole answer.

        :raises TrieveError: it is compressed or too large
        """
        self.status, self.headers = response.status_code, response.headers
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding.strip().lower() not in ("", "identity") and response.status_code != 204:
            shown = excerpt(encoding.encode("utf-8", "replace"), 50)
            raise self.error(f"the response is compressed ({shown}), which was not requested", response.status_code)
        parts, size = [], 0
        for part in response.iter_content(65536):
            size += len(part)
            if size > LARGEST_ANSWER:
                raise self.error(f"the response has more than {LARGEST_ANSWER} bytes", response.status_code)
            parts.append(part)
        promised = response.headers.get("Content-Length", "")
        if promised.isdigit() and response.raw.tell() < int(promised):  # urllib3 1.26 does not notice
            raise ChunkedEncodingError(f"{promised} bytes were promised")
        self.content = b"".join(parts)

    def parse(self, expect: type | None, shape: t.Mapping[str, t.Any], within: str | None) -> t.Any:
        """The JSON of an answer that reports success, if it has the shape that the API promises."""
        status, headers, content = self.status, self.headers, self.content
        if expect is None:
            if content:  # a page of a proxy reports success, too
                raise self.error(f"the response is not empty: {self._excerpt(content)}", status, headers, strange=True)
            if status != 204:
                raise self.error(
                    "the response is empty, but its status is not 204" + self._doubt(), status, strange=True
                )
            return None
        if not content:
            raise self.error("the response is empty, but JSON is expected", status, headers, strange=True)
        try:
            value = strict_json(content)
        except TooDeep as deep:
            words = f"the response is JSON nested more than {DEEPEST_ANSWER} levels deep: {self._excerpt(content)}"
            raise self.error(words, status, headers, strange=True) from deep
        except ValueError as invalid:
            kind = excerpt(headers.get("Content-Type", "no content type").encode(), 50)
            words = f"the response is not JSON ({kind}): {self._excerpt(content)}"
            raise self.error(words, status, headers, strange=True) from invalid
        if within:
            value = value.get(within) if isinstance(value, dict) else None
        items = value if isinstance(value, list) else [value]
        if not isinstance(value, expect) or not all(isinstance(item, dict) for item in items):
            wanted = "a list of objects" if expect is list else "an object"
            raise self.error(f"the response is not {wanted}: {self._excerpt(content)}", status, headers, strange=True)
        misfit = next((misfit_place(item, shape, "")[1:] for item in items if not fits(item, shape)), "")
        if misfit:
            words = f"{misfit} is missing in the response or has an unexpected type: {self._excerpt(content)}"
            raise self.error(words, status, headers, strange=True)
        return value

    def refusal(self) -> TrieveError:
        """The exception for an answer that reports an error."""
        words = message_of(self.content, self._client.mask)
        return self.error(words, self.status, self.headers, self.content)

    def error(
        self,
        words: str,
        status: int | None,
        headers: t.Any = None,
        content: bytes | None = None,
        strange: bool = False,
    ) -> TrieveError:
        """The exception for an answer.

        :param strange: reports success, but not as Trieve does
        """
        hints = [words_for(status, content, headers, self._client.mask)]
        if (
            content is not None and status in (404, 405) and not has_own_words(content)
        ):  # of a router, Trieve's or another's
            strange = True
        if status == 404 and "Organization not found" in words:
            hints.append("Check organization_id / TRIEVE_ORGANIZATION_ID.")
        if any(part in words.lower() for part in _WANTS_TLS):
            hints.append(self._other_scheme())
        elif strange:
            hints.append(_HOSTED if self._client.url == DEFAULT_URL else _ELSEWHERE)
        if not words:
            words = self._excerpt(content) if content else "empty response"
        return self._build(redact(words), status, " ".join(filter(None, hints)))

    def _excerpt(self, content: bytes) -> str:
        return excerpt(content, mask=self._client.mask)

    def _other_scheme(self) -> str:
        scheme, separator, rest = self._client.url.partition("://")
        return f"Is url {'http' if scheme.lower() == 'https' else 'https'}{separator}{rest}?"

    def unanswered(self, failed: Exception) -> TrieveError:
        """The exception for a request without an answer."""
        return self._build(self._why(failed), None, self._hint(failed))

    def cut_off(self) -> TrieveError:
        """The exception for an answer that broke off."""
        return self._build("the connection was lost in the middle of the response" + self._doubt(), None, "")

    def _hint(self, failed: Exception) -> str:
        """What to check where no answer came."""
        cause = _root(failed).lower()
        secure = self._client.url.lower().startswith("https:")
        if self._client.url == DEFAULT_URL:
            return _HOSTED
        if secure and isinstance(failed, SSLError) and any(part in cause for part in _NO_TLS):
            return self._other_scheme()
        if not secure and any(part in cause for part in _WANTS_TLS):
            return self._other_scheme()
        if not secure and any(part in cause for part in _NO_ANSWER):
            return f"If the server speaks TLS, set url to https://{self._client.url[len('http://') :]}."
        return ""

    def _build(self, words: str, status: int | None, hint: str) -> TrieveError:
        tries = self._tries[0]
        said = f"HTTP {status}: {words}" if status else words
        text = f"{self._method} {self.url}: {said.rstrip('.')}." + (f" {hint}" if hint else "")
        if tries > 1:
            text += f" Tried {tries} times."
        return TrieveError(text, message=words, method=self._method, url=self.url, status=status)

    def _why(self, failed: Exception) -> str:
        """Plain words for a request that brought no answer. Nothing of the exception's own text that could hold a header."""
        seconds = f"{self._client._timeout:g} s"
        cause = _root(failed)
        if isinstance(failed, ProxyError):
            return f"the proxy set in the environment could not be used ({cause})"
        if isinstance(failed, SSLError) and any(part in cause.lower() for part in _NO_TLS):
            return f"the server does not speak TLS ({cause})"
        if isinstance(failed, SSLError):
            return (
                f"no trusted TLS connection could be established ({cause}); see validate_certs, ca_path and client_cert"
            )
        if isinstance(failed, ConnectTimeout) and not self._client.lifeline.timed_out():
            return f"no connection could be established within {seconds}"
        if isinstance(failed, Timeout) or isinstance(_reason(failed), ReadTimeoutError):
            return self._late(seconds) + self._doubt()
        if isinstance(failed, RequestsConnectionError):
            if isinstance(_reason(failed), NewConnectionError):
                return f"no connection could be established ({cause})"
            return f"the connection was lost before a response arrived ({cause})" + self._doubt()
        return f"the request could not be sent ({cause})"

    def _late(self, seconds: str) -> str:
        if self._client.lifeline.timed_out():
            return "no complete response before the task timed out"
        if _session.is_late():
            whole = self._client._timeout * _session.WHOLE
            return f"no complete response within {whole:g} s ({_session.WHOLE} times the option timeout)"
        return f"no response within {seconds} (option timeout)"

    def _doubt(self) -> str:
        return "" if self._safe else "; the request may have been processed all the same, so check before you repeat it"


def _reason(failed: BaseException) -> t.Any:
    """urllib3's exception inside one of requests'."""
    inner = failed.args[0] if failed.args else failed
    return getattr(inner, "reason", inner)


def _root(failed: BaseException) -> str:
    """The operating system's or TLS library's words at the bottom of a chain of exceptions."""
    seen = failed
    for _depth in range(10):
        # urllib3's ProxyError keeps its cause in original_error; before version 2 it has it nowhere else.
        inside = [getattr(seen, "original_error", None), getattr(seen, "reason", None), *seen.args]
        if isinstance(seen, HTTPError):  # what was going on around anything else is not its cause
            inside.append(seen.__context__)
        following = next((item for item in inside if isinstance(item, BaseException)), None)
        if following is None:
            break
        seen = following
    return excerpt((str(seen) or type(seen).__name__).encode("utf-8", "replace"))
