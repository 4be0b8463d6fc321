# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_core/options.py)."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - The address of the Trieve server, with a path if it is behind one, without C(/api).
      - The default is the hosted service, whose end was announced. Set this to the address of your own server.
      - If it is not given, E(TRIEVE_BASE_URL) is used, or else E(TRIEVE_API_HOST).
    type: str
    default: https://api.trieve.ai
  api_key:
    description:
      - The API key. Changing crawls needs an admin's key, changing datasets an owner's.
      - If it is not given, E(TRIEVE_API_KEY) is used. It has to come from one of the two.
      - Set the variable for the process that runs Ansible. With C(environment) of a task, a packed module has it in its command line.
    type: str
  organization_id:
    description:
      - The id of the organization. Needed to change datasets, and where a dataset is named by its tracking id.
      - If it is not given, E(TRIEVE_ORGANIZATION_ID) is used.
    type: str
  validate_certs:
    description: Whether the server's certificate is checked.
    type: bool
    default: true
  ca_path:
    description: A file or a directory with the certificate authorities to check the server's certificate against.
    type: path
  client_cert:
    description: A file with a client certificate in PEM format, with its key in it or in O(client_key).
    type: path
  client_key:
    description: A file with the key of O(client_cert).
    type: path
  timeout:
    description:
      - Seconds without a byte from the server after which a request is given up. Trieve itself gives up after 15.
      - A request with its whole response may take at most ten times as long, however steadily the bytes arrive.
      - A request that timed out is not retried.
      - Do not confuse this option with the keyword C(timeout) of a task, which limits the whole task. Once a task has ended,
        nothing more is sent or retried. See R(What ends a task, ansible_collections.community.trieve.docsite.guide_in_process.end).
    type: int
    default: 30
  retries:
    description:
      - How often a request is retried.
      - Reads and deletions are retried if the connection is lost and after the statuses 429, 502, 503 and 504. Any other
        request is retried only after 429 and if no connection was made, so that nothing is created twice.
      - A status 429 says that the request was rejected. If something in front of your server sends it for requests that
        it has passed on, set O(retries=0) for tasks that create objects.
      - The server's C(Retry-After) is followed up to 60 seconds.
    type: int
    default: 3
  extra_headers:
    description: HTTP headers to send with each request, for a server behind a proxy. Their values are masked in messages, if they have 8 characters or more.
    type: dict
requirements:
  - requests
notes:
  - Responses are limited. No response may have more than 256 MiB, and no list more than 320,000 entries. Responses must not
    be compressed, and no compression is requested.
  - A proxy is taken from the environment (E(HTTPS_PROXY), E(NO_PROXY)). Redirects are not followed, and C(.netrc) is not read.
"""

    # For plugins that are no modules. Ansible takes the last of the variables that is set.
    PLUGIN = r"""
options:
  url:
    env:
      - name: TRIEVE_API_HOST
      - name: TRIEVE_BASE_URL
  api_key:
    env:
      - name: TRIEVE_API_KEY
  organization_id:
    env:
      - name: TRIEVE_ORGANIZATION_ID
"""
