# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives the environments that ansible-test creates the pip which Python ships.

ansible-test runs this in the place of get-pip.py, once for each of its tools. Unpacking is a tenth of the work of
`ensurepip`, which starts pip to install itself and compiles all of it.
"""

from __future__ import annotations

import ensurepip
import sysconfig
import zipfile
from pathlib import Path

wheels = list((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
for wheel in wheels:
    with zipfile.ZipFile(wheel) as files:
        files.extractall(sysconfig.get_path("purelib"))
if not wheels:  # where a distribution keeps them elsewhere
    ensurepip.bootstrap(default_pip=True)
