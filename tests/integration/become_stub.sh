#!/bin/sh
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Stands in for sudo, which a test machine may not have: takes sudo's options, and stays the same user.
while [ "$1" != /bin/sh ]; do
    shift
done
exec "$@"
