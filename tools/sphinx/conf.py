# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How `make docs` makes HTML: as Ansible's own site does, but without a network, and strictly."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

project = "community.trieve"
copyright = "2026, community.trieve contributors"
title = html_short_title = "community.trieve"
extensions = ["sphinx.ext.autodoc", "sphinx_antsibull_ext"]
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "show_rtd_ethical_ads": False,
    "topbar_links": {
        "Repository": "https://github.com/ansible-collections/community.trieve",
        "Galaxy": "https://galaxy.ansible.com/ui/repo/published/community/trieve/",
        "Forum": "https://forum.ansible.com/tag/trieve",
    },
}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["trieve.css"]
html_js_files = ["trieve.js"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_use_smartypants = True
display_version = False
default_role = "any"

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
# Labels and variables of Ansible's own documentation that pages refer to. Any other unknown one is an error.
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
BUILTIN = re.compile(r"ansible_collections\.ansible\.builtin\.([a-z_0-9]+?)_(module|lookup|filter|inventory|test)")
VARIABLE = re.compile(r"ANSIBLE_[A-Z_]+")


CHARTS = "https://raw.githubusercontent.com/ansible-collections/community.trieve/main/docs/benchmark/"


def address(kind: str, target: str) -> str | None:
    """The page of Ansible's documentation with this label or variable, or None if it is not known to be there."""
    plugin = BUILTIN.fullmatch(target)
    if kind == "envvar" and VARIABLE.fullmatch(target):
        return f"{ANSIBLE}reference_appendices/config.html#envvar-{target}"
    if plugin:
        return f"{ANSIBLE}collections/ansible/builtin/{plugin[1]}_{plugin[2]}.html"
    return f"{ANSIBLE}{LABELS[target]}" if target in LABELS else None


def resolve(app: Any, env: Any, node: Any, content: Any) -> nodes.reference | None:
    """A link to Ansible's documentation, in place of its inventory, which could only be read over the network."""
    to = address(node["reftype"], node["reftarget"])
    if to is None:
        return None
    reference = nodes.reference("", "", content, refuri=to, internal=False)
    reference["classes"].append("external")
    return reference


def local_chart(app: Any, docname: str, source: list[str]) -> None:
    """The chart of the benchmark beside the pages, in place of the one in the repository, which needs a network."""
    source[0] = source[0].replace(CHARTS, "/")


def setup(app: Any) -> dict[str, bool]:
    """Connect the function above."""
    app.connect("source-read", local_chart)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
