# The two commands of a fresh machine are `make dev` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup dev test test-pages test-fast lint gen lock bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.installed edge/web/dist/index.html ## install everything into .venv and build the page

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	PYTHON=$(PYTHON) requirements/install.sh $(VENV)
	@touch $@

edge/web/node_modules/.package-lock.json: edge/web/package-lock.json
	cd edge/web && npm ci --no-fund --no-audit
	@touch $@

edge/web/dist/index.html: edge/web/node_modules/.package-lock.json $(shell find edge/web/src edge/web/client/src edge/web/index.html edge/web/api.html gen/web -type f 2>/dev/null)
	cd edge/web && npm run build

dev: setup ## run everything on http://localhost:8080 (data in .shoal/)
	$(BIN)/shoal up

test: setup lint ## set up, check and run all tests
	tests/install-tools.sh
	cd edge/web && npm test
	@# What fails beside others is tried once more alone: a busy machine is no defect, what fails alone is one.
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not pages" || $(BIN)/pytest --last-failed --last-failed-no-failures none

test-pages: setup ## the pages of the app in Chromium, part by part: six minutes more
	tests/install-tools.sh
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m pages || $(BIN)/pytest --last-failed --last-failed-no-failures none

test-fast: setup ## the tests that need no more than a few seconds each
	$(BIN)/pytest -m "not slow" -x -q tests/unit

lint: setup ## formatting, types, import law, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy proto/generate.py ot mesh services edge cli
	$(BIN)/lint-imports
	$(BIN)/python proto/generate.py --check

gen: setup ## write gen/ from proto/
	$(BIN)/python proto/generate.py

lock: setup ## choose and lock the newest versions of all Python dependencies
	for name in runtime dev; do $(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt; done

bench: setup ## run the benchmarks and print the table
	$(BIN)/python -m bench

clean: ## remove what setup made (the data in .shoal/ stays)
	rm -rf $(VENV) edge/web/node_modules edge/web/dist
