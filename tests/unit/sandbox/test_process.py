# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m sandbox`` as a user meets it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import sandbox

ROOT = Path(sandbox.__file__).parent.parent


def command(*options: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "sandbox", *options]


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A sandbox that has said that it is ready, and the three values of its lines."""
    with subprocess.Popen(
        command("--port", "0", *options), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _unused in range(3)]
            yield process, dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.kill()


def failed(*options: str) -> tuple[int, str]:
    """Exit code and message of a sandbox that does not start."""
    done = subprocess.run(command(*options), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_three_lines_and_then_it_answers(tmp_path: Path) -> None:
    """The same values are in the ready file; the key is the owner's."""
    ready = tmp_path / "ready.json"
    with started("--ready-file", str(ready)) as (_unused, values):
        assert list(values) == ["TRIEVE_BASE_URL", "TRIEVE_API_KEY", "TRIEVE_ORGANIZATION_ID"]
        assert json.loads(ready.read_text()) == values
        request = urllib.request.Request(
            f"{values['TRIEVE_BASE_URL']}/api/dataset/organization/{values['TRIEVE_ORGANIZATION_ID']}",
            headers={
                "Authorization": values["TRIEVE_API_KEY"],
                "TR-Organization": values["TRIEVE_ORGANIZATION_ID"],
            },
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            assert json.load(answer) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_word(number: signal.Signals) -> None:
    """Exit code 0, no traceback."""
    with started() as (process, _unused):
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def test_key_and_organization_survive_a_restart(tmp_path: Path) -> None:
    """Unless another key is given, and then the organization stays."""
    state = str(tmp_path / "state.sqlite")
    other = "tr-" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY"
    seen = []
    for options in ([], [], ["--admin-key", other], []):
        with started("--state", state, *options) as (process, values):
            process.terminate()
            process.wait(60)
            seen.append((values["TRIEVE_API_KEY"], values["TRIEVE_ORGANIZATION_ID"]))
    assert seen[0] == seen[1]
    assert seen[2] == seen[3] == (other, seen[0][1])


def test_a_taken_port_is_one_sentence() -> None:
    """No traceback."""
    with started() as (_unused, values):
        port = values["TRIEVE_BASE_URL"].rpartition(":")[2]
        code, message = failed("--port", port)
    assert code == 1
    assert message.startswith(f"Port {port} on 127.0.0.1 cannot be used: ")
    assert len(message.splitlines()) == 1


def test_a_state_that_another_one_has(tmp_path: Path) -> None:
    """Two would not see each other's queues."""
    state = str(tmp_path / "state.sqlite")
    with started("--state", state):
        code, message = failed("--port", "0", "--state", state)
    assert (code, message) == (1, f"The state file {state} cannot be used: database is locked.\n")


def test_a_state_that_is_none(tmp_path: Path) -> None:
    """It is not overwritten."""
    state = tmp_path / "state.sqlite"
    state.write_text("not a database, and long enough to be read as one " * 10)
    before = state.read_text()
    code, message = failed("--port", "0", "--state", str(state))
    assert (code, message) == (1, f"The state file {state} cannot be used: file is not a database.\n")
    assert state.read_text() == before


def test_an_unknown_worker() -> None:
    """The known ones are named."""
    code, message = failed("--port", "0", "--workers", "crawl,nobody")
    assert code == 1
    assert "nobody" in message
    assert "ingestion" in message
