# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option that names the dataset that a module works on."""

    DOCUMENTATION = r"""
options:
  dataset:
    description:
      - ID or tracking ID of the dataset. A tracking ID requires O(organization_id).
      - If not set, the environment variable E(TRIEVE_DATASET_ID) or else E(TRIEVE_DATASET_TRACKING_ID) is used. One of them is required.
      - A tracking ID with characters outside ASCII or in the format of a UUID is refused, since Trieve cannot look it up.
      - In check mode, a tracking ID that does not exist in the organization is treated as an empty dataset that an earlier task would
        create, with a warning.
    type: str
"""
