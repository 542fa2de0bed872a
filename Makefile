# Arcano's commands. `make` lists them. Nothing is needed beforehand but git, make and Python 3.11 or newer.
#
# What has been made is known by timestamps alone, so that a second `make serve` starts the server and does nothing
# else: no pip, no npm, no Python of ours. Stamps lie inside the folders they speak of, so that deleting a folder
# (`make clean`) is enough to have it made again.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PY := .venv/bin/python
BUILD_PY := .venv-build/bin/python
# The first Python that is new enough; asked for only where an environment is made. `make serve PYTHON=...` names another.
find_python = $(firstword $(shell for python in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14 python; do \
	command -v "$$python" > /dev/null && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
	&& command -v "$$python"; done))
make_venv = @test -n "$(find_python)" || { echo "Arcano needs Python 3.11 or newer; none was found on the PATH." >&2; exit 1; }; \
	"$(find_python)" tools/prepare.py venv

PAGE := src/arcano/web_dist/.built-from
NODE_MODULES := web/node_modules/.package-lock.json
STAND_IN := tests/aimock/node_modules/.package-lock.json tests/oidc/node_modules/.package-lock.json \
	tests/programs/node_modules/.package-lock.json tests/wllama/node_modules/.package-lock.json
SERVER := .venv/.stamp-arcano .venv/.stamp-local
WEB_SOURCES = $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -print)

##@ Every day

.PHONY: help serve test check fix setup dev
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

serve: $(SERVER) $(PAGE) ## Start Arcano on http://127.0.0.1:8080 (HOST, PORT and DATA_DIR change where)
	@exec $(PY) -m arcano serve

test: .venv/.stamp-dev $(SERVER) $(PAGE) $(STAND_IN) ## Run every test, those in a real browser included
	@$(PY) tools/run_tests.py

check: .venv/.stamp-dev $(SERVER) $(NODE_MODULES) ## Run every static check, as CI does
	@$(PY) tools/check.py

fix: .venv/.stamp-dev $(NODE_MODULES) ## Format, and mend what can be mended without thinking
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .
	@$(BUILD_PY) tools/build_web.py npm run fix

setup: .venv/.stamp-dev $(SERVER) $(PAGE) $(STAND_IN) ## Make everything that a developer needs, the git hooks included
	@.venv/bin/pre-commit install > .make/pre-commit.log && echo "  Ready. The quick checks run before each commit."

dev: $(SERVER) $(NODE_MODULES) ## Start the server, and the page with live reload
	@$(PY) -m arcano serve & server=$$!; trap 'kill $$server' EXIT; $(BUILD_PY) tools/build_web.py npm run dev

##@ Parts

.PHONY: types test-web bench chaos exact attack local-engine scale programs audit
types: .venv/.stamp-dev $(NODE_MODULES) ## Check the types of the Python code
	@$(PY) tools/check.py pyright

test-web: $(NODE_MODULES) ## Run the page's unit tests
	@$(BUILD_PY) tools/build_web.py npm run test

bench: .venv/.stamp-dev $(SERVER) $(PAGE) $(STAND_IN) ## Measure, and print the figures of docs/reference/performance.md
	@$(PY) -m tests.load

chaos: .venv/.stamp-dev $(SERVER) $(STAND_IN) ## Ask for thousands of answers while providers fail, and print what became of them
	@$(PY) -m tests.load chaos

exact: .venv/.stamp-dev $(SERVER) $(STAND_IN) ## Make thousands of calls while everything goes wrong, and hold the ledger against what was told (SEED=1 CALLS=2000)
	@$(PY) -m tests.exact $(if $(SEED),--seed $(SEED)) $(if $(CALLS),--calls $(CALLS))

attack: .venv/.stamp-dev $(SERVER) $(PAGE) $(STAND_IN) ## Try for minutes what somebody hostile would, and print what came of it (SEED=1 PARTS="doors limits")
	@$(PY) -m tests.attack $(PARTS) $(if $(SEED),--seed $(SEED))

local-engine: ## Try again to install the engine for models on this machine
	@rm -f .venv/.stamp-local
	@$(MAKE) .venv/.stamp-local

audit: $(NODE_MODULES) ## Ask whether a locked version has a known flaw, and whether locks are old (STRICT=1 fails offline)
	@$(BUILD_PY) -m pip install --quiet --disable-pip-version-check pip-audit 2> .make/pip-audit.log || true
	@$(BUILD_PY) tools/audit_locks.py $(if $(STRICT),--strict)

scale: .venv/.stamp-base ## Install the client for a Redis that several servers share
	@$(PY) tools/prepare.py packages .venv "the client for Redis" requirements-scale.lock

programs: .venv-programs/.stamp ## Install the programs that ask a server in tests, and that need an environment of their own

##@ Starter, the tiny model that comes along

.PHONY: train-starter eval-starter
STARTER_DIR ?= build/starter
STARTER_FILE ?= src/arcano/modelstore/starter/starter.gguf
train-starter: .venv-training/.stamp ## Train Starter from nothing into build/starter (STARTER_DIR, TRAIN="--steps 9000" for more)
	@.venv-training/bin/python -m training.train --out $(STARTER_DIR) $(TRAIN)
	@.venv-training/bin/python -m training.export --from $(STARTER_DIR) --to $(STARTER_DIR)/starter.gguf
	@echo "  Examine it: make eval-starter STARTER_FILE=$(STARTER_DIR)/starter.gguf"

eval-starter: .venv-training/.stamp ## Examine Starter, and print the figures of its model card (STARTER_FILE)
	@.venv-training/bin/python -m training.evaluate $(STARTER_FILE)

##@ Written by tools

.PHONY: lock api-types reference migration docs changelog wheel clean
lock: .venv-build/bin/python ## Renew requirements*.lock from pyproject.toml (UPGRADE="name ..." or UPGRADE=all)
	@$(BUILD_PY) -m pip install --quiet --disable-pip-version-check uv 2> .make/uv.log
	@PATH="$(CURDIR)/.venv-build/bin:$$PATH" $(BUILD_PY) tools/lock.py $(if $(UPGRADE),--upgrade $(filter-out all,$(UPGRADE)))

api-types: $(SERVER) $(NODE_MODULES) ## Renew web/openapi.json and the page's types from the server's routes
	@$(PY) -m arcano openapi > web/openapi.json
	@$(BUILD_PY) tools/build_web.py npm run api-types

reference: .venv/.stamp-dev $(SERVER) ## Renew the generated pages of docs/reference
	@$(PY) tools/generate_reference.py

docs: reference api-types ## Renew everything under docs that is generated

migration: $(SERVER) ## Write a schema migration: make migration NAME="add-folders"
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="add-folders"' >&2; exit 1; }
	@$(PY) tools/new_migration.py "$(NAME)"

changelog: .venv/bin/python ## Gather changes/ into CHANGELOG.md: make changelog VERSION=0.2.0
	@$(PY) tools/changelog.py "$(VERSION)"

wheel: $(PAGE) ## Build dist/*.whl with the page inside
	@$(BUILD_PY) -m hatchling build -t wheel

clean: ## Remove what was made here; never DATA_DIR
	rm -rf .venv .venv-build .venv-programs .venv-training .make build dist web/node_modules tests/aimock/node_modules tests/oidc/node_modules tests/programs/node_modules src/arcano/web_dist .ruff_cache .import_linter_cache .hypothesis

# Making it ready. Each recipe runs only when something it depends on is newer.

.venv/bin/python:
	$(make_venv) .venv

.venv-build/bin/python:
	$(make_venv) .venv-build

.venv-training/bin/python:
	$(make_venv) .venv-training

.venv-training/.stamp: requirements-training.lock | .venv-training/bin/python
	@.venv-training/bin/python tools/prepare.py alone .venv-training "what trains Starter" requirements-training.lock
	@touch $@

.venv/.stamp-base: requirements.lock | .venv/bin/python
	@$(PY) tools/prepare.py packages .venv "the server's packages" requirements.lock
	@touch $@

.venv-build/.stamp: requirements-build.lock | .venv-build/bin/python
	@$(BUILD_PY) tools/prepare.py packages .venv-build "the tools that build (Node among them)" requirements-build.lock
	@touch $@

# An editable install knows its folder by its full path: after a move it is made again.
ifneq ($(shell cat .venv/.place 2> /dev/null),$(CURDIR))
.venv/.stamp-arcano: .moved
endif
.moved:

.venv/.stamp-arcano: pyproject.toml .venv/.stamp-base | .venv-build/.stamp
	@$(PY) tools/prepare.py arcano
	@printf '%s\n' "$(CURDIR)" > .venv/.place
	@touch $@

.venv/.stamp-local: requirements-local.lock .venv/.stamp-base
	@$(PY) tools/prepare.py optional .venv "the engine for models on this machine" requirements-local.lock
	@touch $@

.venv/.stamp-dev: requirements-dev.lock .venv/.stamp-base | .venv-build/.stamp
	@$(PY) tools/prepare.py packages .venv "the test tools" requirements.lock requirements-dev.lock
	@touch $@

.venv-programs/bin/python:
	$(make_venv) .venv-programs

.venv-programs/.stamp: requirements-programs.lock | .venv-programs/bin/python
	@.venv-programs/bin/python tools/prepare.py packages .venv-programs "the programs of tests" requirements-programs.lock
	@touch $@

$(NODE_MODULES): web/package.json web/package-lock.json | .venv-build/.stamp
	@$(BUILD_PY) tools/prepare.py run "Installing the page's packages" npm-install tools/build_web.py install
	@touch $@

tests/%/node_modules/.package-lock.json: tests/%/package.json tests/%/package-lock.json | .venv-build/.stamp
	@$(BUILD_PY) tools/prepare.py run "Installing the tests' stand-in $*" $* tools/build_web.py install tests/$*
	@touch $@

$(PAGE): $(WEB_SOURCES) tools/build_web.py $(NODE_MODULES)
	@$(BUILD_PY) tools/prepare.py run "Building the page" page tools/build_web.py build
	@touch $@
