# `make` alone prints the targets.  Another interpreter: make setup PYTHON=python3.12

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
GRAPHC := $(BIN)/graphc
STATE  := build/digits

# Tests and benchmarks start graphc hundreds of times, as users do: with its bytecode in __pycache__.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test lint types bless bench soak tables clean

help: ## print the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 16

setup: $(VENV)/dev.stamp ## a virtual environment in .venv with everything development needs

run: $(VENV)/run.stamp ## train a perceptron on handwritten digits and test it on held-out ones
	@rm -rf $(STATE)
	@mkdir -p $(dir $(STATE))
	$(GRAPHC) run samples/digits_mlp.g --feeds samples/data/digits.npz --steps 300 --state $(STATE)
	@echo "held-out images:"
	@$(GRAPHC) run samples/digits_mlp.g --feeds samples/data/digits.npz --state $(STATE) --fetch accuracy
	@echo "the program: samples/digits_mlp.g · its gradient: graphc grad samples/digits_mlp.g --wrt w1"

test: lint types ## lint, check the types and run the tests
	$(BIN)/python -m pytest

lint: setup ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## check the types
	$(BIN)/mypy

bless: setup ## rewrite the expectations of the golden tests; read the difference before committing it
	$(BIN)/python -m pytest -n0 --bless tests/golden

bench: setup ## measure
	$(BIN)/python bench/run.py

soak: setup ## the tests with many more random programs, other ones each time
	GRAPHC_SOAK=1 $(BIN)/python -m pytest

tables: setup ## rebuild the parser's tables from grammars/graphc.lark
	$(BIN)/python -m graphc.frontend.build_tables

clean: ## remove what was built, the virtual environment included
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "graphc needs Python 3.11 or later: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

# The order-only prerequisite keeps the interpreter's own date out of it; pyproject.toml alone triggers an install.
$(VENV)/run.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[native]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[native,dev]'
	@touch $@ $(VENV)/run.stamp
