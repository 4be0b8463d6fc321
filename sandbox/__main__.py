# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m sandbox``: serve a Trieve on 127.0.0.1 in the foreground."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

from .server import Server, listen, url_of
from .settings import Settings, worker_names
from .store.full_text import NoFullText
from .wire.app import Sandbox


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (default 8090)")
    parser.add_argument("--state", default="", help="an SQLite file (default: memory)")
    parser.add_argument("--admin-key", default="", help="the owner's key (default: that of the state, or a random one)")
    parser.add_argument("--ready-file", default="", help="write the address, key and organization here as JSON")
    parser.add_argument("--crawl-seconds", type=float, default=5.0, help="how long a crawl takes (default 5)")
    parser.add_argument("--workers", default="all", help="which workers run: all, none, recorded, or names with commas")
    parser.add_argument("--log-bodies", action="store_true", help="keep request bodies in the request log")
    parser.add_argument("--free-plan", action="store_true", help="the limits of the free plan (426)")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit code."""
    options = arguments(argv)
    try:
        settings = Settings(
            workers=worker_names(options.workers),
            crawl_seconds=options.crawl_seconds,
            log_bodies=options.log_bodies,
            unlimited=not options.free_plan,
        )
        sock = listen(options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        print(f"Port {options.port} on 127.0.0.1 cannot be used: {reason}.", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"--workers: {error}.", file=sys.stderr)
        return 1
    try:
        sandbox = Sandbox(options.state or None, options.admin_key or None, settings)
    except sqlite3.Error as error:
        print(f"The state file {options.state} cannot be used: {error}.", file=sys.stderr)
        return 1
    except NoFullText as error:
        print(error, file=sys.stderr)
        return 1
    sandbox.server_url = url_of(sock)

    def ready() -> None:
        values = {
            "TRIEVE_BASE_URL": sandbox.server_url,
            "TRIEVE_API_KEY": sandbox.admin_key,
            "TRIEVE_ORGANIZATION_ID": sandbox.organization_id,
        }
        if options.ready_file:
            # A reader that waits for the file must not see half of it.
            part = Path(f"{options.ready_file}.part")
            part.write_text(json.dumps(values))
            os.replace(part, options.ready_file)
        print("\n".join(f"export {name}={value}" for name, value in values.items()), flush=True)

    server = Server(sandbox, ready)

    def end(*_: object) -> None:
        # For a signal before uvicorn listens to them; and uvicorn raises its own again when it has ended.
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        server.run([sock])
    finally:
        sock.close()
        sandbox.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
