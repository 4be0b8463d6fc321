# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of somebody else, who is not one of the collection's clients."""

from __future__ import annotations

import requests

SOMEBODY = requests.Session()
"""One for all tests: a session for each request reads the machine's settings and certificates, and connects again."""
SOMEBODY.trust_env = False
