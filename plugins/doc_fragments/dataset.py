# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option of C(module_utils/_dataset/options.py)."""

    DOCUMENTATION = r"""
options:
  dataset:
    description:
      - The id or the tracking id of the dataset. A tracking id needs O(organization_id).
      - If it is not given, E(TRIEVE_DATASET_ID) is used, or else E(TRIEVE_DATASET_TRACKING_ID). It has to come from one of these.
      - A tracking id that an HTTP header cannot carry (with characters outside ASCII, or in the form of a UUID) is refused.
      - In check mode a tracking id that the organization does not have yet is taken for a dataset that an earlier task would
        have created, with a warning.
    type: str
"""
