# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo of `make demo`: previews playbooks/quickstart.yml, runs it twice, and then changes and deletes crawls.

It starts a sandbox, or uses the server given by TRIEVE_BASE_URL, TRIEVE_API_KEY and TRIEVE_ORGANIZATION_ID, with a
dataset of its own that it deletes at the end.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sandbox.reads import only_reads  # noqa: E402
from sandbox.server import Control, running  # noqa: E402

NAMES = ("TRIEVE_BASE_URL", "TRIEVE_API_KEY", "TRIEVE_ORGANIZATION_ID")
CRAWLS = 5
"""Number of crawls in playbooks/quickstart.yml."""

RECAP = re.compile(r"^\S+\s+: ok=\d+\s+changed=(\d+)\s+unreachable=\d+\s+failed=(\d+)", re.MULTILINE)


class Failed(Exception):
    """The demo failed."""


@dataclass
class Step:
    """The result of one playbook.

    :param changed: number of tasks that changed something
    :param sent: number of requests; None if they are not counted
    :param writes: number of requests that write
    """

    changed: int
    sent: int | None = None
    writes: int = 0

    def __str__(self) -> str:
        return "" if self.sent is None else f" ({self.sent} requests, {self.writes or 'none'} of which write)"


@dataclass
class Stage:
    """The server of the demo.

    :param control: controls the sandbox; None for any other server
    """

    environment: dict[str, str]
    dataset: str
    control: Control | None


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """The server given by the environment, or a new sandbox."""
    named = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if len(named) == len(NAMES):
        yield Stage(named, f"quickstart-{secrets.token_hex(4)}", None)
    elif named:
        given, absent = (" and ".join(n for n in NAMES if (n in named) is wanted) for wanted in (True, False))
        raise Failed(f"{given} set without {absent}. Set all three to use a server, or none to use a sandbox.")
    else:
        with running() as server:
            values = (server.url, server.admin_key, server.organization_id)
            yield Stage(dict(zip(NAMES, values, strict=True)), "quickstart", server.control)


def heading(text: str) -> None:
    """Print a heading that stands out from Ansible's output."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}== {text}{plain}", flush=True)


def play(place: Stage, title: str, playbook: str, *arguments: str, reads: bool = False) -> Step:
    """Run a playbook under a heading, and count its requests.

    :param reads: whether requests that write are an error
    :raises Failed: the playbook failed, or wrote although C(reads) is set
    """
    heading(title)
    if place.control:
        place.control.clear_requests()
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local", *arguments]
    command += [
        "-e",
        f"quickstart_dataset={place.dataset}",
        "-e",
        "ansible_python_interpreter={{ ansible_playbook_python }}",
    ]
    environment = {**os.environ, **place.environment, "PYTHONUNBUFFERED": "1"}
    if sys.stdout.isatty():
        environment["ANSIBLE_FORCE_COLOR"] = "true"
    said = ""
    with subprocess.Popen(
        [*command, str(ROOT / "playbooks" / playbook)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            said += line
    recap = RECAP.search(re.sub(r"\033\[[0-9;]*m", "", said))
    if process.returncode or not recap or int(recap[2]):
        raise Failed(f"{playbook} failed. See its output above.")
    step = Step(int(recap[1]))
    if place.control:
        sent = [(entry["method"], entry["path"]) for entry in place.control.requests()]
        writes = [f"{method} {path}" for method, path in sent if not only_reads(method, path)]
        step.sent, step.writes = len(sent), len(writes)
        print(f"Requests: {len(sent)}, of which {len(writes)} write.")
        if reads and writes:
            raise Failed(f"requests that write were sent: {', '.join(writes)}.")
    return step


def main() -> int:
    """Run the demo. Returns the exit status."""
    try:
        with stage() as place:
            show(place)
    except Failed as failure:
        print(f"\nThe demo failed: {failure}")
        return 1
    return 0


def show(place: Stage) -> None:
    """The steps of the demo."""
    where = place.environment["TRIEVE_BASE_URL"]
    print(
        f"A dataset and its crawls as code, on {'a sandbox' if place.control else 'the server'} at {where}.", flush=True
    )
    preview = play(place, "Preview", "quickstart.yml", "--check", "--diff", reads=True)
    with cleaned_up(place):
        run = play(place, "Run", "quickstart.yml", "--diff")
        again = play(place, "Run again: nothing changes", "quickstart.yml", "--diff", reads=True)
        if preview.changed != run.changed or again.changed:
            raise Failed(
                f"{preview.changed} tasks changed in the preview, {run.changed} in the run, and {again.changed} in the second run."
            )
        change = play(
            place, "Change one crawl and delete two, each with a preview first", "quickstart_change.yml", "--diff"
        )
    heading("Done")
    print(
        f"A dataset and {CRAWLS} crawls were previewed{preview} and created{run}. The second run changed nothing{again}."
        f" Then one crawl was changed and two were deleted{change}."
        f"{'' if place.control else ' Finally, the dataset was deleted.'}"
    )


@contextlib.contextmanager
def cleaned_up(place: Stage) -> Iterator[None]:
    """Delete the dataset from a server other than the sandbox at the end, even if the demo fails."""
    try:
        yield
    except BaseException:
        if not place.control:
            with contextlib.suppress(Failed):  # the first error is the one to report
                play(place, "Clean up", "quickstart_remove.yml")
        raise
    if not place.control:
        play(place, "Clean up", "quickstart_remove.yml")


if __name__ == "__main__":
    sys.exit(main())
