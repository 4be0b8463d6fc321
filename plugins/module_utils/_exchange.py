# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request and its answer: what is read of it, and the words for one that is wrong or never came. Knows nothing of Ansible."""

from __future__ import annotations

import typing as t

from . import _session
from ._error import Stopped, TrieveError, words_for
from ._response import (
    DEEPEST_ANSWER,
    TooDeep,
    excerpt,
    fits,
    has_own_words,
    message_of,
    misfit_place,
    redact,
    strict_json,
)
from ._session import LARGEST_ANSWER

try:
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
    pass

if t.TYPE_CHECKING:
    from .trieve import TrieveClient

DEFAULT_URL = "https://api.trieve.ai"
"""The hosted service that the API's description names first. Its owner has announced the end of it."""

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


class Exchange:
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
        whole = self._client.timeout * _session.WHOLE
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
        seconds = f"{self._client.timeout:g} s"
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
            whole = self._client.timeout * _session.WHOLE
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
