# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(WEBSITE_OPTIONS) in C(module_utils/_coverage/options.py)."""

    DOCUMENTATION = r"""
options:
  site_validate_certs:
    description: Whether to verify the TLS certificate of the web site. The option O(validate_certs) applies to Trieve only.
    type: bool
    default: true
  site_ca_path:
    description:
      - Path of a file with the certificate authorities to verify the web site with.
      - By default, those of C(requests) are used, or of E(REQUESTS_CA_BUNDLE).
    type: path
notes:
  - The web site is read from the host that runs the module, also if it is in a private network. The API key, O(extra_headers),
    O(client_cert) and credentials from C(.netrc) are never sent to it. Proxy settings of the environment are used, and O(timeout)
    applies.
  - Redirects are followed on the same host only, where C(www.) and the change from C(http) to C(https) make no difference. A site
    therefore cannot make this host send requests to other hosts.
"""
