#!/bin/sh
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Creates .venv with nox, which does everything else: tools/bootstrap.sh PYTHON
set -eu

fail() {
    echo "$*" >&2
    exit 1
}

works() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1
}

asked=$1
set -- 'nox>=2024.4.15' 'antsibull-nox>=1.10,<2'

command -v git >/dev/null 2>&1 || fail "git not found. It is required to list the files of the collection. Install git."

python=
for candidate in "$asked" python3.14 python3.13 python3.12 python3.11 python3.10; do
    if works "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.10 or newer not found: neither '$asked' nor any python3.10 to python3.14 on PATH is one." \
    "Install one, or set it: make PYTHON=/path/to/python3.12 ..."

"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "'$python -m venv' does not work, since the modules venv" \
    "and ensurepip are missing. On Debian and Ubuntu: apt-get install python3-venv."

echo "Creating .venv with $("$python" --version) ..."
rm -rf .venv
"$python" -m venv .venv || fail "'$python -m venv .venv' failed. See the output above."
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" ||
    fail "pip could not install $*. Check that a package index is reachable."
# It installs the other environments, in a tenth of pip's time, but it does not exist for every platform.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: 'uv>=0.5,<1' ||
    echo "uv is not available here."
.venv/bin/python -m tools.registry
touch .venv/ready
