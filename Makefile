# Flashpoint. A machine with python3 (3.11 or newer) and make is enough:
# every target installs what it needs into .venv, once.

PYTHON ?= python3
SEED ?= 1
PORT ?= 8765
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run view test test-browser test-all check bench bench-ui pictures patterns docs chromium clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: PYTHON=$(PYTHON) SEED=$(SEED) PORT=$(PORT) ARGS='more options of abm'"

run: $(VENV)/.run ## Simulate 18 June to 1 December 2017 and leave a folder in runs/
	$(BIN)/abm run --seed $(SEED) $(ARGS)

view: $(VENV)/.view ## Watch and steer it in the browser, on this machine only
	$(BIN)/abm view --port $(PORT) $(ARGS)

check: $(VENV)/.all ## Lint, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check chromium ## Lint, types, layers and every test but the slow ones
	$(call pytest,)

test-browser: $(VENV)/.all chromium ## The page, in a real headless Chromium
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup tests/browser $(ARGS)

test-all: check chromium ## The same with the slow tests: crash, soak, other Pythons
	$(call pytest,-m "")

bench: $(VENV)/.all ## Seconds per phase, and ratios to the plain-Python reference
	$(BIN)/python -m tests.bench $(ARGS)

bench-ui: $(VENV)/.all chromium ## Frames a second and bytes a tick in headless Chromium
	$(BIN)/python -m tests.bench.ui $(ARGS)

pictures: $(VENV)/.all chromium ## Rewrite docs/img/*.webp: the page at three widths in both themes
	$(BIN)/python tests/browser/pictures.py $(ARGS)

patterns: $(VENV)/.all ## 200 seeds at 10 km and 24 at 5 km against patterns P1 to P6
	$(BIN)/abm patterns $(ARGS)

docs: $(VENV)/.run ## Rewrite docs/tables.md from the one place where columns are defined
	$(BIN)/python -m abm.record.tables > docs/tables.md

clean: ## Remove the environment, caches and build leftovers; runs/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache .hypothesis .coverage htmlcov
	find abm experiments tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "No '$(PYTHON)' here. Install Python 3.11 or newer, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: 3.11 or newer is needed; say make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "This Python has no venv module. On Debian: apt-get install python3-venv"; exit 1; fi; }

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the model into $(VENV), once ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.view: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the browser page into $(VENV), once (240 MB of assets) ..."
	@$(PIP) -e '.[view]'
	@touch $@ $(VENV)/.run

$(VENV)/.all: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing all that tests and experiments need into $(VENV), once ..."
	@$(PIP) -e '.[view,experiments,dev]'
	@touch $@ $(VENV)/.run $(VENV)/.view

chromium: # Debian's Chromium for the browser tests, where it is missing and we may install it
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }; } || \
	echo "No Chromium here, and it could not be installed. On Debian, as root: apt-get install chromium"

# All tests; without Chromium all but the browser's, and then a non-zero end that says so.
define pytest
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
	  $(BIN)/pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=html --disable-warnings $(1) $(ARGS); \
	else \
	  $(BIN)/pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=html --disable-warnings --ignore=tests/browser $(1) $(ARGS); \
	  echo "NOT RUN: tests/browser (every browser test), because there is no Chromium. On Debian: apt-get install chromium"; \
	  exit 1; \
	fi
endef
