# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Entry point for developers. Each target installs what it needs, and runs sessions of noxfile.py.

PYTHON ?= python3
PORT ?= 8090
STATE ?=
ADMIN_KEY ?=
URL ?=
KEY ?=
SCENARIOS ?=
SIGN ?=
TAG ?=
TO ?= build/recordings
ARGS ?=
CORES ?=
export CORES

NOX = .venv/bin/python -m nox
# The newest ansible-core that this machine can run.
CORE = core-$(shell .venv/bin/python -m tools.cores)
SERVER_ASKED = $(if $(URL),,$(error URL is missing: make $@ URL=https://trieve.example.com KEY=...))$(if \
    $(KEY),,$(error KEY is missing, the admin key of that server: make $@ URL=$(URL) KEY=...))

.DEFAULT_GOAL := help
.PHONY: help demo sandbox test units proofs integration conformance record bench docs docs-test editor-test outputs specs endpoints lint sanity format changelog build clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: tools/bootstrap.sh
	@tools/bootstrap.sh "$(PYTHON)"

demo: .venv/ready ## Preview, create, change and delete crawls on a sandbox, or on the server given by TRIEVE_BASE_URL
	@$(NOX) -s $(CORE) -- demo $(ARGS)

sandbox: .venv/ready ## Start a local Trieve in the foreground: PORT=8090 STATE=file.sqlite ADMIN_KEY=
	@$(NOX) -s $(CORE) -- sandbox --port "$(PORT)" \
	    $(if $(STATE),--state "$(abspath $(STATE))") $(if $(ADMIN_KEY),--admin-key "$(ADMIN_KEY)") $(ARGS)

test: .venv/ready ## Run all tests and checks, on the ansible-core versions that your Pythons can run: CORES="2.16 2.21"
	@.venv/bin/python -m tools.suite test
	@echo "All tests and checks passed."

units: .venv/ready ## Run the unit tests: ARGS="-k crawl"
	@$(NOX) -s $(CORE) -- pytest tests/unit $(ARGS)
	@echo "The unit tests passed."

proofs: .venv/ready ## Test every option of every module in check mode, in a run and again: ARGS="-k trieve_crawl-limit"
	@$(NOX) -s $(CORE) -- pytest tests/proofs $(ARGS)
	@echo "The proofs passed."

integration: .venv/ready ## Run the integration targets on a sandbox, or on the server given by TRIEVE_BASE_URL
	@$(NOX) -s $(CORE) -- pytest tests/integration $(ARGS)
	@echo "The integration targets passed."

conformance: .venv/ready ## Compare the sandbox, or any server, with the recordings: URL= KEY= [SCENARIOS=]
ifeq ($(URL)$(KEY),)
	@$(NOX) -s $(CORE) -- pytest tests/conformance $(ARGS)
	@echo "The sandbox matches the recordings."
else
	$(SERVER_ASKED)@$(NOX) -s $(CORE) -- conformance play --url "$(URL)" --key "$(KEY)" $(SCENARIOS)
	@echo "The server matches the recordings."
endif

record: .venv/ready ## Record the responses of a server: URL= KEY= [SCENARIOS=] [TO=build/recordings]
	$(SERVER_ASKED)@$(NOX) -s $(CORE) -- conformance record --url "$(URL)" --key "$(KEY)" --to "$(abspath $(TO))" $(SCENARIOS)
	@echo "The recordings are in $(TO)."

bench: .venv/ready ## Run the benchmark on a sandbox, for 15 minutes on an idle machine: ARGS=--quick to try it
	@$(NOX) -s $(CORE) -- bench $(ARGS)

docs: .venv/ready ## Build the documentation as HTML in build/docs/html
	@$(NOX) -s docs
	@echo "Open build/docs/html/index.html. The search needs a server: python3 -m http.server -d build/docs/html"

docs-test: docs ## Open every page of the documentation in Chromium: ARGS="--pictures build/pictures"
	@$(NOX) -s docs-test -- $(ARGS)
	@echo "No fault in any page."

editor-test: .venv/ready ## Test what language servers for Ansible and YAML show in editors: needs node and npm
	@$(NOX) -s editors -- $(ARGS)
	@echo "Editors complete and check as documented."

specs: .venv/ready ## Generate the role's argument specs and the JSON Schema from the modules' documentation
	@$(NOX) -s $(CORE) -- specs

outputs: .venv/ready ## Run the commands of the guides and write what they print into the guides: ARGS=guide_adopt
	@$(NOX) -s $(CORE) -- outputs $(ARGS)

endpoints: .venv/ready ## Generate docs/api_calls.md: which plugin makes which API call
	@$(NOX) -s endpoints

lint: .venv/ready ## Run all linters
	@.venv/bin/python -m tools.suite lint

.PHONY: distribution ee release
ee: .venv/ready ## Build the execution environment and try it, where docker or podman works
	@$(NOX) -s ee

distribution: .venv/ready ## Test the release, the execution environment and the use in AWX
	@$(NOX) -s distribution -- $(ARGS)
	@echo "The tests of the distribution passed."

sanity: .venv/ready ## Run ansible-test sanity on the newest ansible-core
	@$(NOX) -s $(CORE) -- sanity $(ARGS)
	@echo "The sanity tests passed."

format: .venv/ready ## Format Python
	@$(NOX) -s format

changelog: .venv/ready ## Generate CHANGELOG.md from changelogs/fragments
	@$(NOX) -s changelog

build: .venv/ready ## Build the Galaxy artifact in build/
	@$(NOX) -s build

release: .venv/ready ## Build a release of the commit in build/release: SIGN=fingerprint [TAG=v1.0.0]
	@$(NOX) -s release -- $(if $(SIGN),--sign "$(SIGN)") $(if $(TAG),--tag "$(TAG)")

clean: ## Remove the files that these targets created
	@rm -rf .venv .nox build .mypy_cache .pytest_cache .ruff_cache
	@echo "Removed .venv, .nox and build."
