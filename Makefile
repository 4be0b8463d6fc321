# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The front door. Each target does its own set-up; noxfile.py has what it then runs.

PYTHON ?= python3
PORT ?= 8090
STATE ?=
ADMIN_KEY ?=
URL ?=
KEY ?=
SCENARIOS ?=
TO ?= build/recordings
ARGS ?=
CORES ?=
export CORES

NOX = .venv/bin/python -m nox
# One ansible-core and its Python: the newest that this machine can run.
CORE = core-$(shell .venv/bin/python -m tools.cores)
SERVER_ASKED = $(if $(URL),,$(error URL is missing: make $@ URL=https://trieve.example.com KEY=...))$(if \
    $(KEY),,$(error KEY is missing, the admin key of that server: make $@ URL=$(URL) KEY=...))

.DEFAULT_GOAL := help
.PHONY: help demo sandbox test units proofs integration conformance record bench docs specs endpoints lint sanity format changelog build clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: tools/bootstrap.sh
	@tools/bootstrap.sh "$(PYTHON)"

demo: .venv/ready ## Preview, run, run again, change, delete: on a sandbox, or on the server of TRIEVE_BASE_URL
	@$(NOX) -s $(CORE) -- demo $(ARGS)

sandbox: .venv/ready ## A local Trieve in the foreground: PORT=8090 STATE=file.sqlite ADMIN_KEY=
	@$(NOX) -s $(CORE) -- sandbox --port "$(PORT)" \
	    $(if $(STATE),--state "$(abspath $(STATE))") $(if $(ADMIN_KEY),--admin-key "$(ADMIN_KEY)") $(ARGS)

test: .venv/ready ## All tests and checks, on every ansible-core that has its Python here: CORES="2.16 2.21"
	@.venv/bin/python -m tools.suite test
	@echo "All tests and checks passed."

units: .venv/ready ## The unit tests: ARGS="-k crawl"
	@$(NOX) -s $(CORE) -- pytest tests/unit $(ARGS)
	@echo "The unit tests passed."

proofs: .venv/ready ## Every option of every module: preview, run, run again, changed by somebody else: ARGS="-k trieve_crawl-limit"
	@$(NOX) -s $(CORE) -- pytest tests/proofs $(ARGS)
	@echo "Every option is proved."

integration: .venv/ready ## The integration targets on a sandbox, or on the server of TRIEVE_BASE_URL
	@$(NOX) -s $(CORE) -- pytest tests/integration $(ARGS)
	@echo "The integration targets passed."

conformance: .venv/ready ## Hold the sandbox against the recordings, or any server: URL= KEY= [SCENARIOS=]
ifeq ($(URL)$(KEY),)
	@$(NOX) -s $(CORE) -- pytest tests/conformance $(ARGS)
	@echo "The sandbox answers as the recordings do."
else
	$(SERVER_ASKED)@$(NOX) -s $(CORE) -- conformance play --url "$(URL)" --key "$(KEY)" $(SCENARIOS)
	@echo "The server answers as the recordings do."
endif

record: .venv/ready ## Record a server's answers anew: URL= KEY= [SCENARIOS=] [TO=build/recordings]
	$(SERVER_ASKED)@$(NOX) -s $(CORE) -- conformance record --url "$(URL)" --key "$(KEY)" --to "$(abspath $(TO))" $(SCENARIOS)
	@echo "The recordings are in $(TO)."

bench: .venv/ready ## Measure against a sandbox, a quarter of an hour on a calm machine: a table of ratios; ARGS=--quick to try
	@$(NOX) -s $(CORE) -- bench $(ARGS)

docs: .venv/ready ## The documentation as HTML in build/docs/html
	@$(NOX) -s docs
	@echo "Open build/docs/html/index.html."

specs: .venv/ready ## Write what a state file may say from the modules' documentation
	@$(NOX) -s $(CORE) -- specs

endpoints: .venv/ready ## Write docs/api_calls.md: which plugin makes which API call
	@$(NOX) -s endpoints

lint: .venv/ready ## All that looks at the files without running the collection
	@.venv/bin/python -m tools.suite lint

sanity: .venv/ready ## ansible-test sanity on the newest ansible-core
	@$(NOX) -s $(CORE) -- sanity $(ARGS)
	@echo "The sanity tests passed."

format: .venv/ready ## Format Python
	@$(NOX) -s format

changelog: .venv/ready ## Write CHANGELOG.md from changelogs/fragments
	@$(NOX) -s changelog

build: .venv/ready ## The Galaxy artifact in build/
	@$(NOX) -s build

clean: ## Remove what these targets made
	@rm -rf .venv .nox build .mypy_cache .pytest_cache .ruff_cache
	@echo "Removed .venv, .nox and build."
