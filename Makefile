# `make help` lists the commands. Mirrors for apt, pip and npm are their own settings; they are not overridden here.

PYTHON ?= python3
WORKERS ?= 2
# A test in a browser also waits for it.
BROWSERS ?= 3

# With this variable, every process would compile every module again: six seconds each.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Each worker begins with a row of whole modules, so their common rows are made once.
SIDE_BY_SIDE := -n $(WORKERS) --dist worksteal

# ADR 166: the other cases of slow tests wait for `make soak`.
SHORT := not middle or not slow

# The longest comes first: it runs beside all others. Make 4 keeps the output of each together.
LINTERS := lint-types lint-templates lint-js lint-migrations lint-dead-code lint-layers lint-python
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.PHONY: help setup demo shell test test-fast test-js check check-rest lint $(LINTERS) e2e soak bench messages lock

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 20

setup: ## install what is missing, again only what has changed
	@$(PYTHON) scripts/setup.py

demo: setup ## the demonstration community on http://127.0.0.1:8000 (PORT=…; LAN=1 for phones nearby)
	@$(BIN)/python -m scripts.demo

shell: setup ## a Python shell with models and services imported
	@$(BIN)/python manage.py shell

test: setup test-js ## the tests on SQLite and on PostgreSQL, without a browser
	@$(PYTHON) scripts/setup.py --databases
	$(PYTEST) $(SIDE_BY_SIDE) --database=sqlite -m "not e2e and not soak and ($(SHORT) or each_case)"
	$(PYTEST) $(SIDE_BY_SIDE) --database=postgresql

test-fast: setup test-js ## a part of the tests, on SQLite, within a minute on two quiet cores (CONTRIBUTING.md says which)
	$(PYTEST) $(SIDE_BY_SIDE) --database=sqlite -m "not e2e and not soak and not slow and not middle"

test-js:
	@$(PYTHON) scripts/setup.py --run test

check: test check-rest ## `make test`, linters, the tests in a browser

check-rest: lint e2e

lint: setup ## ruff, djlint, mypy, layers, dead code, migrations, scripts
	@$(MAKE) --no-print-directory -j$(WORKERS) $(TOGETHER) $(LINTERS)

lint-types:
	$(BIN)/mypy

lint-templates:
	$(BIN)/djlint templates --check

lint-python:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

lint-layers:
	$(BIN)/lint-imports

lint-dead-code:
	$(BIN)/python -m scripts.dead_code

lint-migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run

lint-js:
	@$(PYTHON) scripts/setup.py --run lint

e2e:
	@$(PYTHON) scripts/setup.py --browser --proxies
	$(PYTEST) -n $(BROWSERS) --dist loadfile --no-loadscope-reorder -m "e2e and not soak" tests/e2e

soak: ## long and destructive tests
	@$(PYTHON) scripts/setup.py --browser --proxies
	$(PYTEST) $(SIDE_BY_SIDE) --database=postgresql --whole
	$(PYTEST) $(SIDE_BY_SIDE) --database=sqlite -m "not e2e and not soak and not ($(SHORT) or each_case)"
	$(PYTEST) -m "soak and not e2e" tests --database=postgresql --whole
	$(PYTEST) -m "soak and not e2e" tests --database=sqlite --whole
	$(PYTEST) -m "soak and e2e" tests/e2e

bench: setup ## measure, and write bench/results.json
	$(BIN)/python -m tests.bench

messages: setup ## collect what is to be translated into locale/zh_Hans
	$(BIN)/python -m scripts.messages

lock: ## update requirements*.lock and package-lock.json; uv.lock holds addresses and is not kept
	$(PYTHON) -m venv --clear var/uv
	var/uv/bin/python -m pip install --quiet uv
	var/uv/bin/uv lock --quiet --upgrade
	var/uv/bin/uv export --quiet --no-emit-project --all-groups --no-group assets -o requirements.lock
	var/uv/bin/uv export --quiet --no-emit-project --no-dev -o requirements.production.lock
	var/uv/bin/uv export --quiet --no-emit-project --only-group assets -o requirements.assets.lock
	rm uv.lock
	@$(PYTHON) scripts/setup.py --relock
