# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives drift.yml an exit code of its own, for which ansible-playbook has no way.

Ansible loads what is in this folder with each playbook beside it. It does nothing unless the play has said that
something has drifted.
"""

from __future__ import annotations

import sys

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: trieve_drift_exit
type: notification
short_description: Ends ansible-playbook with 10 if something has drifted
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Takes the number that the playbook C(community.trieve.drift) leaves in the custom statistic C(trieve_drift). Where it is 0 or not
    there, and where ansible-playbook ends with an error, its own code stays.
"""

DRIFTED = 10
"""ansible-playbook itself ends with 0 to 8, 99, 250 or 255."""


class CallbackModule(CallbackBase):
    """The plugin."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "trieve_drift_exit"
    CALLBACK_NEEDS_ENABLED = False

    def v2_playbook_on_stats(self, stats):
        """The plays are over; other callbacks, other playbooks and the cleaning up are not."""
        if int(stats.custom.get("_run", {}).get("trieve_drift", 0)):
            _end_with(DRIFTED)


def _end_with(code):
    # Raising SystemExit here would cut off the callbacks and playbooks that come after. This is what Ansible calls
    # when it has done everything.
    end = sys.exit

    def end_in_place_of_success(status=None):
        end(status or code)

    sys.exit = end_in_place_of_success
