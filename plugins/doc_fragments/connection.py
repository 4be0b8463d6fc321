# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options for the connection to the server."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - URL of the Trieve server, without C(/api). It can have a path if the server is behind a proxy.
      - Set this to the URL of your server. The default is that of the hosted service, whose end has been announced.
      - If not set, the environment variable E(TRIEVE_BASE_URL) or else E(TRIEVE_API_HOST) is used.
    type: str
    default: https://api.trieve.ai
  api_key:
    description:
      - API key. Changing crawls requires the role admin, changing datasets the role owner.
      - If not set, the environment variable E(TRIEVE_API_KEY) is used. One of them is required.
      - Set the variable for the process that runs Ansible. With the keyword C(environment), the key is visible in the command line of a
        packed module.
    type: str
  organization_id:
    description:
      - ID of the organization. Required to change datasets, and to refer to a dataset by its tracking ID.
      - If not set, the environment variable E(TRIEVE_ORGANIZATION_ID) is used.
    type: str
  validate_certs:
    description: Whether to verify the server's TLS certificate.
    type: bool
    default: true
  ca_path:
    description: Path of a file or directory with CA certificates to verify the server's certificate against.
    type: path
  client_cert:
    description: Path of a client certificate in PEM format. The file can also contain the key.
    type: path
  client_key:
    description: Path of the private key of O(client_cert).
    type: path
  timeout:
    description:
      - Timeout of a request in seconds, which starts anew with each byte that the server sends. Trieve itself cancels a request after 15
        seconds.
      - A request including its response can take at most ten times as long in total.
      - A request that timed out is not retried.
      - Do not confuse this option with the keyword C(timeout) of a task, which limits the whole task. Once a task has ended,
        no more requests are sent or retried. See R(What ends a task, ansible_collections.community.trieve.docsite.guide_in_process.end).
    type: int
    default: 30
  retries:
    description:
      - Maximum number of retries of a request.
      - Requests that read or delete are retried if the connection is lost, and after HTTP 429, 502, 503 and 504. Other requests are
        retried only if they cannot have succeeded, that is after HTTP 429 or if no connection was made, so nothing is created twice.
      - If a proxy in front of your server sends HTTP 429 for requests that it has passed on, set O(retries=0) for tasks that create
        objects.
      - The C(Retry-After) header of a response is respected up to 60 seconds.
    type: int
    default: 3
  extra_headers:
    description:
      - HTTP headers to send with each request, for example for a proxy in front of the server.
      - Values of at least 8 characters are masked in messages.
    type: dict
requirements:
  - requests
  - Python 3.9 or newer
notes:
  - The size of a response is limited to 256 MiB, and the length of a list to 320,000 entries. Compressed responses are rejected.
  - Proxy settings are read from the environment variables E(HTTPS_PROXY) and E(NO_PROXY). Redirects are not followed, and C(.netrc) is
    not read.
"""

    # For plugins other than modules. Ansible uses the last variable that is set.
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
