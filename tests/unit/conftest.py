# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all unit tests share: no settings of the machine, no pauses, a sandbox, and servers that answer by script."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import Lifeline
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient
from sandbox.server import Running, running
from sandbox.settings import Settings

from .one_crawl import Site
from .scripted import Scripted, serving

KEY = "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
"""Long and odd, since Ansible masks every occurrence of a secret."""

# The same cases each time, and no limit on time: a slow machine is no failure.
hypothesis.settings.register_profile(
    "unit",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("unit")

_SETTINGS = ("TRIEVE_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_SETTINGS) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", os.devnull)


@pytest.fixture(autouse=True)
def _fresh_sessions() -> Iterator[None]:
    yield
    for session in _http._sessions.values():
        session.close()
    _http._sessions.clear()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before repetitions, in seconds, which no test really makes."""
    made: list[float] = []
    monkeypatch.setattr(Lifeline, "pause", lambda lifeline, seconds: made.append(seconds))
    return made


@pytest.fixture
def serve() -> Iterator[Callable[..., Scripted]]:
    """Starts servers that answer by script; arguments as of `serving`."""
    with contextlib.ExitStack() as stack:
        yield lambda *script, **options: stack.enter_context(serving(*script, **options))


@pytest.fixture
def client_of() -> Callable[..., TrieveClient]:
    """Makes a client for a server, with further arguments of TrieveClient."""

    def make(server: Any, **options: Any) -> TrieveClient:
        return TrieveClient(server.url, **{"api_key": KEY, **options})

    return make


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Running]:
    with running(settings=Settings(log_bodies=True)) as server:
        yield server


@pytest.fixture
def sandbox(_sandbox: Running) -> Running:
    """The sandbox with nothing in it but its first organization. Crawls go on by a tick only."""
    _sandbox.control.reset()
    return _sandbox


@pytest.fixture
def connection(sandbox: Running) -> dict[str, Any]:
    """The options that lead to the sandbox as the owner of its organization."""
    return {"url": sandbox.url, "api_key": sandbox.admin_key, "organization_id": sandbox.organization_id}


@pytest.fixture
def site(sandbox: Running, connection: dict[str, Any]) -> Site:
    """A dataset without crawls, and tasks about the crawl of one site."""
    return Site(sandbox, connection)
