# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The front door. Each target does its own set-up; what it then runs is in noxfile.py.

PYTHON ?= python3
PORT ?= 8090
STATE ?=
ADMIN_KEY ?=

NOX = .venv/bin/python -m nox --no-error-on-external-run
BOOTSTRAP = nox>=2024.4.15 antsibull-nox>=1.10,<2

.DEFAULT_GOAL := help
.PHONY: help demo sandbox units

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: tools/bootstrap.sh Makefile
	@tools/bootstrap.sh "$(PYTHON)" $(foreach package,$(BOOTSTRAP),"$(package)")

demo: .venv/ready ## Preview, run, run again, change, delete: on a sandbox of its own, or on the server of TRIEVE_BASE_URL
	@$(NOX) -s demo

sandbox: .venv/ready ## A local Trieve in the foreground: PORT=8090 STATE=file.sqlite ADMIN_KEY=
	@$(NOX) -s sandbox -- --port "$(PORT)" $(if $(STATE),--state "$(abspath $(STATE))") $(if $(ADMIN_KEY),--admin-key "$(ADMIN_KEY)")

units: .venv/ready ## The unit tests on the newest ansible-core that fits
	@$(NOX) -s units
