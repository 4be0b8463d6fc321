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
      - ID or tracking ID of the dataset. A tracking ID requires O(organization_id).
      - If it is not set, E(TRIEVE_DATASET_ID) is used, or else E(TRIEVE_DATASET_TRACKING_ID). One of them is required.
      - A tracking ID that an HTTP header cannot contain (with characters outside ASCII, or in the form of a UUID) is refused.
      - In check mode, a tracking ID that does not exist in the organization is taken for a dataset that an earlier task would
        create. The preview continues with an empty dataset and a warning.
    type: str
"""

    # For plugins other than modules. Ansible uses the last variable that is set.
    PLUGIN = r"""
options:
  dataset:
    env:
      - name: TRIEVE_DATASET_TRACKING_ID
      - name: TRIEVE_DATASET_ID
"""
