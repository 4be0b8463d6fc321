# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides whether uv can install packages here, which takes a tenth of the processor time that pip takes.

    python -m tools.registry

uv does not read pip's configuration, so its settings are derived from that. If uv cannot reach the package index with them, or is not
installed, nox uses virtualenv and pip. The result is written beside the interpreter that runs nox.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

RESULT = Path(sys.prefix) / "uv.json"

# pip's settings, with uv's name of each and what separates several values. uv's own variables, if set, win.
_SETTINGS = {
    "index-url": ("UV_DEFAULT_INDEX", ""),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
    "no-index": ("UV_NO_INDEX", ""),
}


def environment(listed: str) -> dict[str, str]:
    """The variables of uv that say what pip's configuration says.

    :param listed: the output of C(pip config list); variables come after files, and the section :env: or install after global
    """
    found = {}
    for line in listed.splitlines():
        name, separator, value = line.partition("=")
        section, _dot, option = name.rpartition(".")
        if not separator or section not in ("global", "install", ":env:") or option not in _SETTINGS:
            continue
        variable, joint = _SETTINGS[option]
        values = str(ast.literal_eval(value)).split()
        found[variable] = joint.join(values) if joint else values[-1]
    return found


def settings() -> dict[str, str] | None:
    """The environment for uv, as the last check found it; None if nox is to use pip."""
    return json.loads(RESULT.read_text()) if RESULT.exists() else None


def main() -> None:
    """Check and write the result."""
    RESULT.unlink(missing_ok=True)
    pip = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
    variables = environment(listed)
    # Without the cache, or a package that was downloaded earlier would prove nothing.
    uv = [
        sys.executable,
        "-m",
        "uv",
        "--no-cache",
        "pip",
        "install",
        "--python",
        sys.executable,
        "--dry-run",
        "--reinstall",
    ]
    tried = subprocess.run([*uv, "nox"], env={**variables, **os.environ}, capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        RESULT.write_text(json.dumps(variables))
    else:
        reason = (tried.stderr.strip().splitlines() or ["no output"])[-1]
        print(f"uv cannot be used here, so environments are installed with pip, which takes longer: {reason}")


if __name__ == "__main__":
    main()
