# make demo    the whole way on the sample articles (or ARTICLES=folder) through a real Label Studio
# make test    everything that CI runs: format, lint, types, tests
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: setup demo test lint types unit figures bench schemas clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "musnad needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[studio,test]'
	touch $(READY)

demo: $(READY)
	$(BIN)/musnad demo $(if $(ARTICLES),--articles '$(ARTICLES)')

test: lint types unit

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

# The root folder is the package, whatever it is called: the type checker meets it under its name.
types: $(READY)
	mkdir -p $(VENV)/typing && ln -sfn ../.. $(VENV)/typing/musnad
	MYPYPATH=$(VENV)/typing $(BIN)/mypy --package musnad.schema --package musnad.corpus --package musnad.annotation --package musnad.export --module musnad.cli --module musnad.demo --module musnad.checkup

unit: $(READY)
	$(BIN)/pytest

# How good pre-annotation is: on the packaged gold, and on other people's corpora where ../shared/data holds them.
figures: $(READY)
	$(BIN)/python benchmarks/gold.py
	$(BIN)/python benchmarks/quantity_suites.py
	$(BIN)/python benchmarks/attributions.py

bench: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pyarabic
	$(BIN)/python benchmarks

schemas: $(READY)
	$(BIN)/python -m musnad.schema.json_schema

clean:
	rm -rf $(VENV) build dist *.egg-info musnad-demo
