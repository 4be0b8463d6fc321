# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: content_chunks
short_description: Convert a folder of Markdown and HTML to chunks
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Converts each heading with the text below it to an entry for the option O(community.trieve.trieve_chunks#module:chunks). The text before the
    first heading of a page is an entry, too. Headings without text below them are left out.
  - The tracking ID of a chunk consists of the tag, the path of the file and the anchor of the heading. Equal headings of a page get different
    anchors.
  - A file can begin with a front matter in YAML. The keys C(title), C(link), C(tags), C(metadata) and C(draft) are used, and others are ignored.
  - Requires markdown-it-py and beautifulsoup4 on the controller.
positional: tag, base_url, link_suffix
options:
  _input:
    description: Path of the folder. Files with the suffixes C(.md), C(.markdown), C(.html) and C(.htm) are read, also in folders below it.
    type: path
    required: true
  tag:
    description: Tag of all chunks.
    type: str
    required: true
  base_url:
    description: URL of the folder. The link of a chunk consists of it, the path of the file without its suffix, and the anchor of the heading.
    type: str
    default: ''
  link_suffix:
    description: What follows the path in the URL of a page, such as V(.html) or V(/). Files called C(index) and C(README) are the page of their folder.
    type: str
    default: ''
seealso:
  - module: community.trieve.trieve_chunks
"""

EXAMPLES = r"""
- name: Count the chunks of a folder
  ansible.builtin.debug:
    msg: "{{ (playbook_dir ~ '/content') | community.trieve.content_chunks('handbook') | length }}"

- name: Keep the chunks of a folder in step
  community.trieve.trieve_chunks:
    dataset: docs
    chunks: "{{ (playbook_dir ~ '/content') | community.trieve.content_chunks('handbook', 'https://docs.example.com', link_suffix='.html') }}"
    scope:
      tag: handbook
    prune: true
"""

RETURN = r"""
_value:
  description: The chunks.
  type: list
  elements: dict
  sample:
    - chunk_html: "<h1>Install</h1>\n<p>Install the program on Linux.</p>"
      metadata:
        headings: [Install]
        path: install.md
        title: Install
      tag_set: [handbook]
      tracking_id: "handbook:install.md#install"
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.module_utils._core.values import fault_of_base_url
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._markdown_chunks import ContentError, Settings, convert


def content_chunks(folder: t.Any, tag: t.Any, base_url: t.Any = "", link_suffix: t.Any = "") -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the folder cannot be converted; a line for each fault
    """
    given = {"folder": folder, "tag": tag, "base_url": base_url, "link_suffix": link_suffix}
    for name, value in given.items():
        if not isinstance(value, str) or (not value.strip() and name in ("folder", "tag")):
            raise AnsibleFilterError(f"content_chunks: {name} is missing or is not a string.")
    plain = native(given)
    fault = fault_of_base_url(plain["base_url"])
    if fault:
        raise AnsibleFilterError(f"content_chunks: {fault}")
    try:
        chunks = convert(plain["folder"], Settings(plain["tag"], plain["base_url"], plain["link_suffix"]))
    except ContentError as error:
        raise AnsibleFilterError(f"content_chunks: {error}") from error
    return wrap_var(chunks)  # text between braces in a page is no template


class FilterModule:
    """Ansible's way to find it."""

    def filters(self) -> dict[str, t.Any]:
        return {"content_chunks": content_chunks}
