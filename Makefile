# `make help` lists what there is. The environment lives in .venv/, run-time data in var/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin
export OMP_WAIT_POLICY ?= passive

.PHONY: help demo test check format train screenshots clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

demo: .venv/demo.stamp  ## the whole road on this machine: samples, rater pages, console (PORT=8000, ARGS="--exit")
	@PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py demo $(ARGS)

test: .venv/dev.stamp  ## all tests, with what they need set up by the same command
	@scripts/prepare_tests
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 $(ARGS)

check: .venv/dev.stamp  ## format, lint, types, import layers, migrations, deploy check
	@scripts/check

format: .venv/dev.stamp  ## put the code into its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format . ; \
	  $(BIN)/djlint --reformat --quiet raters/templates dashboard/templates accounts/templates operations/templates config/templates

train: .venv/demo.stamp  ## train the built-in model again (about an hour on 2 cores)
	@$(BIN)/python manage.py train base $(ARGS)

screenshots: .venv/dev.stamp  ## the pictures in docs/, made by a browser on a fresh demo
	@$(BIN)/python scripts/screenshots.py $(ARGS)

clean:  ## remove the environment; var/ with your studies stays
	rm -rf .venv

.venv/uv.stamp:
	@echo "Making the environment in .venv/ (once; about a minute with packages cached, else as long as 3 GB take to download)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Earwitness needs Python 3.11 or newer: make demo PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/demo.stamp: .venv/uv.stamp requirements/base.txt requirements/generation.txt
	@echo "Installing pinned packages (torch is the large one)."
	@started=$$SECONDS; $(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/base.txt -r requirements/generation.txt; \
	  echo "Packages ready after $$((SECONDS - started)) s."
	@touch $@

.venv/dev.stamp: .venv/demo.stamp requirements/dev.txt requirements/text.txt
	@echo "Installing what tests and checks need."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -r requirements/text.txt
	@touch $@
