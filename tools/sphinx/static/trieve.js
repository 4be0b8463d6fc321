/*
 * Copyright (c) 2026, community.trieve contributors
 * GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// Names such as community.trieve.trieve_organization_info may break after a dot or an underscore.
document.addEventListener("DOMContentLoaded", () => {
  for (const title of document.querySelectorAll(".rst-content h1")) {
    const first = title.firstChild;
    if (first && first.nodeType === Node.TEXT_NODE) {
      const parts = first.data.split(/(?<=\S[._])(?=\S)/);
      first.replaceWith(...parts.flatMap((part) => [part, document.createElement("wbr")]).slice(0, -1));
    }
  }
});
