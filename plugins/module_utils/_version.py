# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's version as the User-Agent names it; a test keeps it equal to galaxy.yml, which is not packed with a module."""

from __future__ import annotations

VERSION = "1.0.0"
