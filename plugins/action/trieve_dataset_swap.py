# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.trieve.plugins.modules import trieve_dataset_swap
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import in_process

ActionModule = in_process(trieve_dataset_swap)
main = trieve_dataset_swap.main  # ansible-lint checks a playbook's arguments through it
