# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the bytecode of what Python imports from a zip file, as it does for other files.

A packed module is a zip file, so each of its tasks compiles the same sources anew. That is most of the processor time
of the packed runs, and not what they test.
"""

from __future__ import annotations

import _imp
import contextlib
import marshal
import os
import sys
import zipimport

FOLDER = os.environ.get("TRIEVE_TEST_BYTECODE", "")
compile_source = zipimport._compile_source  # type: ignore[attr-defined]


def cached(path, source):
    """The code of a source, from the folder if an earlier process has compiled it there."""
    file_in_zip = path.partition(".zip")[2]
    key = _imp.source_hash(0, f"{sys.version} {file_in_zip} ".encode() + source).hex()
    kept = os.path.join(FOLDER, key)
    with contextlib.suppress(OSError), open(kept, "rb") as file:
        return marshal.load(file)
    code = compile_source(path, source)
    unfinished = f"{kept}.{os.getpid()}"
    with open(unfinished, "wb") as new:
        marshal.dump(code, new)
    os.replace(unfinished, kept)
    return code


if FOLDER:
    zipimport._compile_source = cached  # type: ignore[attr-defined]
