# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport under the client: one keep-alive Session per process and address, what may be repeated, what is dropped.

Only the import is guarded here. Errors are turned into words in C(_exchange.py).
"""

from __future__ import annotations

import email.utils
import http.client
import http.cookiejar
import io
import logging
import os
import re
import socket
import threading
import time
import traceback
import typing as t

try:
    from requests import Session
    from requests.adapters import HTTPAdapter
    from urllib3 import disable_warnings
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import InsecureRequestWarning, ReadTimeoutError
    from urllib3.util.retry import Retry

    IMPORT_ERROR: str | None = None
except ImportError:
    IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = Retry = Session = object  # type: ignore[assignment,misc]
    HTTPConnection = HTTPSConnection = object  # type: ignore[assignment,misc]
    HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]

LONGEST_PAUSE = 60.0
"""Seconds that a C(Retry-After) may make us wait; urllib3 has a limit of its own only in new versions."""

MOST_CONNECTIONS = 32
"""Keep-alive connections to one address; also the most that C(concurrency) of C(trieve_crawls) may ask for."""

LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes. A list of 100,000 crawls has about 150 MB; beyond this limit no answer of Trieve's makes sense."""

_LARGEST_HEAD = 1024 * 1024
"""Bytes of status lines and headers, C(100 Continue) included, of which http.client would read without end."""

SPEAKS_TLS = "the server speaks TLS"
"""What is wrong with an answer in TLS to a plain request."""

_TLS_ALERT = 0x15

WHOLE = 10
"""How many times the option C(timeout) a request may take with all of its answer: 5 minutes by default."""

REPEATED_STATUSES = frozenset((429, 502, 503, 504))

clock = time.monotonic

_sending = threading.local()
"""What the thread's request may take: C(allowance), seconds from its beginning on, and C(ends), by C(clock)."""

# email.utils reads far more, and fails over a year of five digits.
_HTTP_DATE = r"[A-Za-z]{3}, [0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|[+-][0-9]{4})"


class Repeat(Retry):
    """What may be sent again, and after which pause.

    Reads (and DELETE, which is done once however often it is sent) are repeated where the connection was lost and on
    429, 502, 503 and 504; writes only on 429 and where no connection was made. A read timeout is never repeated: the
    server gives up long before, so another try would only make the user wait.
    """

    # The statuses are named by status_forcelist. urllib3 would add these to them, and so repeat a POST on 413 and 503.
    RETRY_AFTER_STATUS_CODES: t.Any = frozenset()

    def __init__(self, *args: t.Any, tries: list[int] | None = None, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.tries = [1] if tries is None else tries
        self.pause: t.Callable[[float], None] | None = None

    @classmethod
    def of(cls, method: str, retries: int, safe: bool, pause: t.Callable[[float], None] | None = None) -> Repeat:
        """The rule of one request.

        :param method: its verb
        :param retries: how many repetitions at the most
        :param safe: whether sending it twice does the same as sending it once
        :param pause: lets seconds pass before a repetition, or raises an exception that prevents it
        """
        rule = cls(
            total=retries,
            connect=retries,
            # Not 0: that would hide the error of a cut-off POST behind "too many retries"; False raises it.
            read=retries if safe else False,
            status=retries,
            redirect=0,
            other=0,
            # Never None: that repeats a POST that was cut off.
            allowed_methods=frozenset((method,)),
            status_forcelist=REPEATED_STATUSES if safe else frozenset((429,)),
            backoff_factor=0.2,
            # An exhausted 429 must still show the server's own words.
            raise_on_status=False,
        )
        rule.pause = pause
        return rule

    def new(self, **kwargs: t.Any) -> Repeat:
        copy = super().new(**kwargs)
        copy.tries, copy.pause = self.tries, self.pause
        return copy

    def sleep(self, response: t.Any = None) -> None:
        if self.pause is None:
            super().sleep(response)
        else:
            self.pause((response and self.get_retry_after(response)) or self.get_backoff_time())

    def increment(
        self,
        method: t.Any = None,
        url: t.Any = None,
        response: t.Any = None,
        error: t.Any = None,
        *args: t.Any,
        **kwargs: t.Any,
    ) -> Repeat:
        if isinstance(error, ReadTimeoutError):
            raise error
        following = super().increment(method, url, response, error, *args, **kwargs)
        self.tries[0] += 1
        return following

    def parse_retry_after(self, retry_after: str) -> float:
        """Seconds to wait; 0 for what makes no sense (urllib3 raises for C(soon), C(1.5) and C(-5))."""
        text = retry_after.strip()
        seconds = 0.0
        if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
            seconds = float(text)
        elif re.fullmatch(_HTTP_DATE, text):
            date = email.utils.parsedate_tz(text)
            seconds = email.utils.mktime_tz(date) - time.time() if date else 0.0
        return max(0.0, min(seconds, LONGEST_PAUSE))


class _Reader(io.RawIOBase):
    """What arrives on a socket, until the request has taken too long or the server has sent too much."""

    def __init__(self, sock: t.Any, ends: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._timeout = sock.gettimeout()
        self._ends = ends
        self._size = 0
        self.most = _LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        left = self._ends - clock()
        if left <= 0:
            raise socket.timeout("timed out")
        if self._timeout is None or left < self._timeout:
            self._sock.settimeout(left)
        size: int | None = self._raw.readinto(buffer)
        if size and not self._size and buffer[0] == _TLS_ALERT:  # no HTTP begins with a control character
            raise http.client.HTTPException(SPEAKS_TLS)
        self._size += size or 0
        if self._size > self.most:
            raise http.client.HTTPException(f"the server sends more than {self.most} bytes")
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that ends. A socket's timeout is about each of its bytes, and http.client waits for as many as there are."""

    def __init__(self, sock: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self._reader = _Reader(sock, _sending.ends)
        self.fp = io.BufferedReader(self._reader, 65536)

    def begin(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().begin(*args, **kwargs)
        self._reader.most = _LARGEST_HEAD + LARGEST_ANSWER
        self._check_size(self.length or 0)

    def _safe_read(self, amt: int) -> bytes:
        self._check_size(amt)
        data: bytes = super()._safe_read(amt)  # type: ignore[misc]
        return data

    def _check_size(self, size: int) -> None:
        """Refuse what the server has announced, of an answer or a chunk of it: http.client asks for so much memory at once."""
        if size > LARGEST_ANSWER:
            raise http.client.HTTPException(f"the server sends {size} bytes")


class _Dropping:
    """A connection that is not used again after an error answer to a request that had a body.

    The server may answer such a request before the body has arrived, keeps the connection open and then never answers
    the next request on it. Done here, below urllib3, so that it also holds before a repetition.
    """

    sock: t.Any
    response_class: t.Any = _Response
    _sent_a_body = False

    def connect(self) -> None:
        note_start()  # of what a proxy answers, too
        super().connect()  # type: ignore[misc]

    def request(self, method: str, url: str, body: t.Any = None, *args: t.Any, **kwargs: t.Any) -> t.Any:
        note_start()
        self._sent_a_body = body is not None
        return super().request(method, url, body, *args, **kwargs)  # type: ignore[misc]

    def getresponse(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        response = super().getresponse(*args, **kwargs)  # type: ignore[misc]
        if drops(self._sent_a_body, response.status):
            # The answer holds the socket until it is read; without `sock`, urllib3 opens a new one for the next request.
            sock, self.sock = self.sock, None
            if sock is not None:
                sock.close()
        return response


def note_start() -> None:
    """The thread's request is sent now, perhaps again."""
    _sending.ends = clock() + _sending.allowance()


def is_late() -> bool:
    """Whether the thread's request has taken all the time that it may take."""
    return clock() >= _sending.ends - 0.01


def drops(sent_a_body: bool, status: int) -> bool:
    """The rule about refused requests: is the connection of this answer given up?"""
    return sent_a_body and status >= 400


class _HTTPConnection(_Dropping, HTTPConnection):
    pass


class _HTTPSConnection(_Dropping, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _Adapter(HTTPAdapter):
    """Connections of ours, and the repetitions that each request brings along (C(request.repeat))."""

    def __init__(self) -> None:
        self._thread = threading.local()
        super().__init__(pool_connections=4, pool_maxsize=MOST_CONNECTIONS)

    @property
    def max_retries(self) -> t.Any:
        return self._thread.repeat

    @max_retries.setter
    def max_retries(self, repeat: t.Any) -> None:
        self._thread.repeat = repeat

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):  # these bring connection classes of their own
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self.max_retries = request.repeat
        _sending.allowance = request.allowance
        note_start()  # for connections of other classes, too
        return super().send(request, *args, **kwargs)


class _Session(Session):
    """Redirects are not even looked at: requests reads their whole body and fails over an address that is none."""

    def get_redirect_target(self, resp: t.Any) -> None:
        return None


_sessions: dict[tuple[t.Any, ...], t.Any] = {}


def session(address: str, verify: bool | str, certificate: t.Any) -> t.Any:
    """The process's Session for an address and its TLS options; made at the first call, never at import.

    A pool that is shared over a fork is unsafe, so the process id is part of its name.

    :param address: scheme and host
    :param verify: whether certificates are checked, or the path of the authorities to check against
    :param certificate: the client's certificate, C((certificate, key)) or None
    """
    name = (os.getpid(), address, verify, certificate)
    if name not in _sessions:
        # Their lines have URLs and headers in them and would reach a log that Ansible was told to write. Without one, Python
        # would write each "Retrying" to the terminal.
        for library in ("requests", "urllib3"):
            logging.getLogger(library).setLevel(logging.ERROR)
        if verify is False:
            disable_warnings(InsecureRequestWarning)
        made = _Session()
        made.mount("http://", _Adapter())
        made.mount("https://", _Adapter())
        # A login cookie beats any key at this server (its auth_middleware.rs), so none is ever kept.
        made.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        _sessions[name] = made
    return _sessions[name]
