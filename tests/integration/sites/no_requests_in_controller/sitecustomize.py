# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes requests away from ansible-playbook, and leaves it to the modules."""

from __future__ import annotations

import sys

if any(argument.endswith("ansible-playbook") for argument in sys.orig_argv):
    sys.modules["requests"] = None  # type: ignore[assignment]
