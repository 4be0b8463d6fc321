# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication, requests and error parsing for Trieve's API. Knows nothing of Ansible.

Everything that goes wrong is a C(TrieveError); an expected miss is a value.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
import re
import typing as t
import uuid
from urllib.parse import quote, urlsplit

from . import _session as _http
from ._core.lifeline import Lifeline
from ._core.mask import Mask
from ._error import TrieveError, excerpt, redact, words_for
from ._session import LARGEST_ANSWER
from ._version import VERSION

try:
    from requests import Request
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
except ImportError:  # C(_http.IMPORT_ERROR) says so, and C(_task.py) fails with it
    pass

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
    _http.SPEAKS_TLS.lower(),
)
"""What servers say to a plain request where they expect TLS: nginx, Go, Apache; and a TLS alert."""

_NO_ANSWER = ("without response", "reset by peer")
"""What other servers do then. So does one that breaks down."""

_HOSTED = (
    "This is the default address, the hosted service, whose end was announced. Set url or TRIEVE_BASE_URL to the address of your own"
    " server."
)

_ELSEWHERE = "Is url a Trieve server?"

_DIGITS = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(rf"(?:urn:uuid:)?({_DIGITS})|\{{({_DIGITS})\}}|([0-9a-f]{{32}})", re.IGNORECASE)


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
        take C(_http.WHOLE) times as long
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
        self._key = _http.Key(api_key)
        self._verify = verify
        self._certificate = certificate
        self.lifeline = Lifeline()
        self._proved = False
        self._timeout = timeout
        self._retries = retries
        self._settings: dict[str, t.Any] = {}
        self._headers = {
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
        self.request("DELETE", path, None, safe=True, **options)

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
                words = f"the list has {limit} entries or more, which is more than the collection reads"
                raise _Call(self, "GET", path, True).error(words, 200)
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
        :param expect: C(dict) or C(list): what the answer has to be; a list has to hold objects. None: an empty answer
        :param body: sent as JSON if not None
        :param dataset: id or tracking id, sent as C(TR-Dataset)
        :param params: the query
        :param safe: sending it twice does the same as sending it once, so it may be repeated
        :param shape: what the answer's object, or each one in its list, has to have, with the shape of each: a type; C([type])
            for a list of it; a dictionary of shapes for an object that has these keys; a tuple of shapes to choose from
        :param expected_errors: answers that are no error, each as a status and words that Trieve's message contains, with the
            value to return for it
        :param within: the answer is an object that has what is expected under this key
        :raises TrieveError: for every answer that is not what the API promises, and where there is none
        """
        call, status, answered, content = self._exchange(method, path, body, dataset, params, safe)
        if 200 <= status < 300:
            value = call.parse(status, answered, content, expect, shape or {}, within)
            if value == [] and not within and "X-API-Version" not in answered:
                self._prove(call, status)
            self._proved = self._proved or bool(value)
            return value
        words = _message(content)
        for (expected, part), value in (expected_errors or {}).items():
            if status == expected and part in words:
                return value
        raise call.error(_message(content, self.mask), status, answered, content)

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
        :returns: the status, the JSON, and the text if it is no JSON; both are None for an empty answer
        :raises TrieveError: for every other status, and where there is no answer
        """
        call, status, answered, content = self._exchange(method, path, body, dataset, params, safe)
        if status not in statuses:
            raise call.error(_message(content, self.mask), status, answered, content)
        value, text = _json_or_text(content)
        return status, value, text

    def _prove(self, call: _Call, status: int) -> None:
        """Make sure that an empty list is Trieve's. Nothing in it shows that, and much is concluded from it.

        :raises TrieveError: something else answers in the place of Trieve
        """
        if not self._proved:
            _status, value, _text = self.request_any("GET", "/api/auth/me", statuses=range(100, 600), safe=True)
            # A user, or a refusal: an organization's key has no user.
            if not isinstance(value, dict) or not ("orgs" in value or isinstance(value.get("message"), str)):
                raise call.error("the answer is an empty list, but not of Trieve", status, strange=True)
            self._proved = True

    def _exchange(
        self, method: str, path: str, body: t.Any, dataset: str | None, params: t.Mapping[str, t.Any] | None, safe: bool
    ) -> tuple[_Call, int, t.Any, bytes]:
        headers = dict(self._headers)
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
            headers["Content-Type"] = "application/json"
        if dataset is not None:
            headers["TR-Dataset"] = dataset
        call = _Call(self, method, path, safe)
        status, answered, content = call.send(
            Request(method, call.url, headers=headers, data=data, params=params, auth=self._key)
        )
        return call, status, answered, content


class _Call:
    """One request: sends it, reads the answer, and knows how to name it in an error."""

    def __init__(self, client: TrieveClient, method: str, path: str, safe: bool) -> None:
        self._client = client
        self._method = method
        self._safe = safe
        self._repeat = _http.Repeat.of(method, client._retries, safe, self._pause)
        self.url = client.url + path

    def send(self, request: t.Any) -> tuple[int, t.Any, bytes]:
        """The answer's status, headers and body. Raises TrieveError where there is no whole answer."""
        client = self._client
        try:
            parts = urlsplit(client.url)
            session = _http.session(f"{parts.scheme}://{parts.netloc}", client._verify, client._certificate)
            prepared = session.prepare_request(request)
            settings = client.settings(session, prepared.url)
            while True:
                client.lifeline.check(self._method, self.url, sent=self._repeat.tries[0] > 1)
                prepared.allowance = self._allowance
                timeout = min(client._timeout, self._allowance())
                # What was repeated already counts: together never more than the option retries says.
                prepared.repeat = self._repeat.new(total=client._retries + 1 - self._repeat.tries[0])
                try:
                    with session.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                        return response.status_code, response.headers, self._read(response)
                except ChunkedEncodingError as lost:
                    # Cut off inside the body, which urllib3 does not count as a try of its own.
                    if not self._safe or self._repeat.tries[0] > client._retries:
                        raise self._unanswered(
                            "the connection was lost in the middle of the answer" + self._doubt()
                        ) from lost
                    self._repeat.tries[0] += 1
        # RequestException is an OSError, and so is a certificate that cannot be loaded. The others are what requests and
        # urllib3 let through for an address, or a proxy of the environment, that is none.
        except (OSError, HTTPError, ValueError, TypeError) as failed:
            raise self._unanswered(self._why(failed), self._hint(failed)) from failed

    def _allowance(self) -> float:
        """Seconds that one try may take with all of its answer."""
        whole = self._client._timeout * _http.WHOLE
        remaining = self._client.lifeline.remaining()
        return whole if remaining is None else max(0.01, min(whole, remaining))

    def _pause(self, seconds: float) -> None:
        """Wait before a repetition, which only a task that goes on makes."""
        if seconds > 0:
            self._client.lifeline.pause(seconds)
        self._client.lifeline.check(self._method, self.url, sent=True)

    def _read(self, response: t.Any) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding.strip().lower() not in ("", "identity") and response.status_code != 204:
            shown = excerpt(encoding.encode("utf-8", "replace"), 50)
            raise self.error(f"the answer is compressed ({shown}), which was not asked for", response.status_code)
        parts, size = [], 0
        for part in response.iter_content(65536):
            size += len(part)
            if size > LARGEST_ANSWER:
                raise self.error(f"the answer has more than {LARGEST_ANSWER} bytes", response.status_code)
            parts.append(part)
        promised = response.headers.get("Content-Length", "")
        if promised.isdigit() and response.raw.tell() < int(promised):  # urllib3 1.26 does not notice
            raise ChunkedEncodingError(f"{promised} bytes were promised")
        return b"".join(parts)

    def parse(
        self,
        status: int,
        headers: t.Any,
        content: bytes,
        expect: type | None,
        shape: t.Mapping[str, t.Any],
        within: str | None = None,
    ) -> t.Any:
        """The JSON of an answer that reports success, if it has the shape that the API promises."""
        if expect is None:
            if content:  # a page of a proxy reports success, too
                raise self.error(
                    f"the answer is not empty as Trieve's is: {self._excerpt(content)}", status, headers, strange=True
                )
            if status != 204:
                raise self.error(
                    "the answer is empty, but not 204 as Trieve's is" + self._doubt(), status, strange=True
                )
            return None
        if not content:
            raise self.error("the answer is empty where Trieve sends JSON", status, headers, strange=True)
        try:
            value = _strict_json(content)
        except (ValueError, RecursionError) as invalid:
            kind = excerpt(headers.get("Content-Type", "no content type").encode(), 50)
            words = f"the answer is not JSON ({kind}): {self._excerpt(content)}"
            raise self.error(words, status, headers, strange=True) from invalid
        if within:
            value = value.get(within) if isinstance(value, dict) else None
        items = value if isinstance(value, list) else [value]
        if not isinstance(value, expect) or not all(isinstance(item, dict) for item in items):
            wanted = "a list of objects" if expect is list else "an object"
            raise self.error(f"the answer is not {wanted}: {self._excerpt(content)}", status, headers, strange=True)
        for key, part in shape.items():
            misfit = next((_misfit(item.get(key), part, key) for item in items if not _fits(item.get(key), part)), "")
            if misfit:
                words = f"the answer has no {misfit} as Trieve sends it: {self._excerpt(content)}"
                raise self.error(words, status, headers, strange=True)
        return value

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
            content is not None and status in (404, 405) and not _own_words(content)
        ):  # of a router, Trieve's or another's
            strange = True
        if status == 404 and "Organization not found" in words:
            hints.append("Check organization_id / TRIEVE_ORGANIZATION_ID.")
        if any(part in words.lower() for part in _WANTS_TLS):
            hints.append(self._other_scheme())
        elif strange:
            hints.append(_HOSTED if self._client.url == DEFAULT_URL else _ELSEWHERE)
        if not words:
            words = self._excerpt(content) if content else "no words, an empty answer"
        return self._build(redact(words), status, " ".join(filter(None, hints)))

    def _excerpt(self, content: bytes) -> str:
        return excerpt(content, mask=self._client.mask)

    def _other_scheme(self) -> str:
        scheme, separator, rest = self._client.url.partition("://")
        return f"Is url {'http' if scheme.lower() == 'https' else 'https'}{separator}{rest}?"

    def _unanswered(self, words: str, hint: str = "") -> TrieveError:
        return self._build(words, None, hint)

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
        tries = self._repeat.tries[0]
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
            return f"the proxy of the environment could not be used ({cause})"
        if isinstance(failed, SSLError) and any(part in cause.lower() for part in _NO_TLS):
            return f"the server does not speak TLS ({cause})"
        if isinstance(failed, SSLError):
            return f"no trusted TLS connection could be made ({cause}); see validate_certs, ca_path and client_cert"
        if isinstance(failed, ConnectTimeout) and not self._client.lifeline.timed_out():
            return f"no connection could be made within {seconds}"
        if isinstance(failed, Timeout) or isinstance(_reason(failed), ReadTimeoutError):
            return self._late(seconds) + self._doubt()
        if isinstance(failed, RequestsConnectionError):
            if isinstance(_reason(failed), NewConnectionError):
                return f"no connection could be made ({cause})"
            return f"the connection was lost before an answer came ({cause})" + self._doubt()
        return f"the request could not be sent ({cause})"

    def _late(self, seconds: str) -> str:
        if self._client.lifeline.timed_out():
            return "no whole answer before the end of the task"
        if _http.is_late():
            whole = self._client._timeout * _http.WHOLE
            return f"no whole answer within {whole:g} s ({_http.WHOLE} times the option timeout)"
        return f"no answer within {seconds} (option timeout)"

    def _doubt(self) -> str:
        return (
            "" if self._safe else "; the request may have been carried out all the same, so look before you repeat it"
        )


def _fits(value: t.Any, shape: t.Any) -> bool:
    """Whether a value has a shape, as C(shape) of C(TrieveClient.request) gives it. Asked a dozen times of each crawl."""
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, tuple):
        return any(map(_fits, itertools.repeat(value), shape))
    if isinstance(shape, list):
        return isinstance(value, list) and all(map(_fits, value, itertools.repeat(shape[0])))
    return isinstance(value, dict) and all(map(_fits, map(value.get, shape), shape.values()))


def _misfit(value: t.Any, shape: t.Any, place: str) -> str:
    """The place in a value that has another shape: C(user_orgs[0].role)."""
    inner: list[tuple[t.Any, t.Any, str]] = []
    if isinstance(shape, tuple) and value is not None:  # null, or else what it usually is
        return _misfit(value, shape[-1], place)
    if isinstance(shape, list) and isinstance(value, list):
        inner = [(item, shape[0], f"{place}[{number}]") for number, item in enumerate(value)]
    elif isinstance(shape, dict) and isinstance(value, dict):
        inner = [(value.get(key), part, f"{place}.{key}") for key, part in shape.items()]
    return next((_misfit(*item) for item in inner if not _fits(*item[:2])), place)


_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def _strict_json(content: bytes) -> t.Any:
    """The JSON of a body. Python takes more for JSON than what can be sent or shown again.

    :raises ValueError: it is none, or has a number without a value or half a surrogate pair in it
    """
    value = json.loads(content.decode("utf-8"), parse_float=_finite, parse_constant=_finite)
    if _HALF_A_PAIR.search(content):
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _message(content: bytes, mask: Mask | None = None) -> str:
    """Trieve's own words in an error answer, C({"message": ...}), or else its first words."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return excerpt(content, mask=mask)
    message = value.get("message") if isinstance(value, dict) else None
    if isinstance(message, str) and message:
        return excerpt(message.encode("utf-8", "replace"), 1000, mask)
    return excerpt(content, mask=mask)


def _own_words(content: bytes) -> bool:
    """Whether an error answer has the form of Trieve's."""
    value, _text = _json_or_text(content)
    return isinstance(value, dict) and isinstance(value.get("message"), str)


def _json_or_text(content: bytes) -> tuple[t.Any, str | None]:
    """A body's JSON and None, or None and its text without what looks like a secret; nothing for an empty one."""
    if not content:
        return None, None
    try:
        return _strict_json(content), None
    except (ValueError, RecursionError):
        return None, redact(content.decode("utf-8", errors="replace"))


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
