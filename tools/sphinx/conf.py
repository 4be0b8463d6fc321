# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How `make docs` makes HTML: as Ansible's own site does, less its references to other sites (no network needed)."""

from __future__ import annotations

project = "community.trieve"
copyright = "2026, community.trieve contributors"
title = html_short_title = "community.trieve"
extensions = ["sphinx.ext.autodoc", "sphinx_antsibull_ext"]
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
html_theme = "sphinx_ansible_theme"
html_show_sphinx = False
html_copy_source = False
html_use_smartypants = True
display_version = False
default_role = "any"
suppress_warnings = ["ref.ref"]  # the labels of Ansible's own site
