# `make help` lists the commands. Mirrors for apt, pip and npm are their own settings; they are not overridden here.

PYTHON ?= python3
WORKERS ?= 2

# With this variable, every process would compile every module again: six seconds each.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup demo shell test test-fast test-js check check-rest lint lint-js e2e soak bench messages lock

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 20

setup: ## install what is missing, again only what has changed
	@$(PYTHON) scripts/setup.py

demo: setup ## the demonstration community on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/python -m scripts.demo

shell: setup ## a Python shell with models and services imported
	@$(BIN)/python manage.py shell

test: setup test-js ## the tests on SQLite and on PostgreSQL, without a browser
	$(PYTEST) -n $(WORKERS) --database=sqlite
	$(PYTEST) -n $(WORKERS) --database=postgresql

test-fast: setup test-js ## the tests on SQLite without the slow ones, about two minutes on two quiet cores
	$(PYTEST) -n $(WORKERS) --database=sqlite -m "not e2e and not soak and not slow"

test-js:
	@$(PYTHON) scripts/setup.py --run test

check: test check-rest ## `make test`, linters, the tests in a browser

check-rest: lint e2e

lint: setup lint-js ## ruff, djlint, mypy, layers, dead code, migrations, scripts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint templates --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.dead_code
	$(BIN)/python manage.py makemigrations --check --dry-run

lint-js:
	@$(PYTHON) scripts/setup.py --run lint

e2e:
	@$(PYTHON) scripts/setup.py --browser --proxies
	$(PYTEST) -m e2e tests/e2e

soak: ## long and destructive tests
	@$(PYTHON) scripts/setup.py --browser --proxies
	$(PYTEST) -m soak tests/soak --database=postgresql
	$(PYTEST) -m soak tests/soak --database=sqlite

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
