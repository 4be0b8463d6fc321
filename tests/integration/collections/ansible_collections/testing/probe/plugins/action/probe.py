# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process way."""

from __future__ import annotations

from ansible_collections.testing.probe.plugins.modules import probe

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import in_process

ActionModule = in_process(probe)
