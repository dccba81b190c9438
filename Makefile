# make demo    the whole way on the sample articles (or ARTICLES=folder) through a real Label Studio
# make test    everything that CI runs: format, lint, types, tests
# make quick    the tests of units alone, in under a minute
# make wheel    a wheel for this Python and system, its quantity grammar compiled
# make test-minimal test-newest    unit tests of the core with its oldest and its newest dependencies
# make test-torch    the tests of what needs PyTorch: the transformers example and the camel-tools recogniser
# make hashes    after a change of constraints.txt or of a dependency
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: setup demo test lint types unit quick figures bench wheel schemas hashes test-minimal test-newest test-torch clean

setup: $(READY)

# HASHES=no takes files that an index has made itself, of the same versions.
HASHES ?= yes
INSTALL := $(BIN)/python -m pip install --quiet

$(READY): pyproject.toml constraints.txt hashes.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "musnad needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
ifeq ($(HASHES),yes)
	$(INSTALL) --require-hashes --no-deps --requirement hashes.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
else
	PYTHONWARNINGS=ignore $(INSTALL) --constraint constraints.txt --editable '.[studio,test]'
endif
	touch $(READY)

$(BIN)/uv: $(READY)
	$(INSTALL) --constraint constraints.txt uv
	touch $@

# The SHA-256 of every file of the pinned versions that [studio,test] need, for each Python and system they hold for.
ANYWHERE := ; (python_full_version < '3.14' and sys_platform == 'darwin') or (python_full_version < '3.14' and sys_platform == 'linux')
hashes: $(BIN)/uv
	echo "# The files that \`make setup\` may install, by their SHA-256. Made by \`make hashes\` of constraints.txt." >hashes.new
	$(BIN)/uv pip compile pyproject.toml --extra studio --extra test --constraint constraints.txt --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet | sed "s/ $(ANYWHERE)//" >>hashes.new
	mv hashes.new hashes.txt

# The unit tests with the oldest versions that pyproject.toml allows, and with the newest that there are.
test-minimal test-newest: $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-$@
	$(BIN)/uv pip install --quiet --python $(VENV)-$@/bin/python $(RESOLUTION) --editable . $(UNIT_NEEDS)
	$(VENV)-$@/bin/python -m pytest -p no:cacheprovider -m 'not server and not browser and not installed'
test-minimal: RESOLUTION := --resolution lowest-direct
UNIT_NEEDS := 'pytest>=8' 'hypothesis>=6.100' 'jsonschema>=4.21' 'packaging>=24'

test-torch:
	$(PYTHON) -m venv $(VENV)-$@
	$(VENV)-$@/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[camel]' transformers accelerate pytest hypothesis
	$(VENV)-$@/bin/python -m pytest -p no:cacheprovider tests/examples tests/annotation/preannotate/entities/test_camel.py

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

# While working: without servers, kills and damage by the thousand; of drawn examples a quarter.
quick: $(READY)
	$(BIN)/pytest --hypothesis-profile quick -m 'not server and not browser and not installed and not long'

# How good pre-annotation is: on the packaged gold, and on other people's corpora where ../shared/data holds them.
figures: $(READY)
	$(BIN)/python benchmarks/gold.py
	$(BIN)/python benchmarks/quantity_suites.py
	$(BIN)/python benchmarks/attributions.py

bench: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pyarabic
	$(BIN)/python benchmarks

wheel: $(READY)
	rm -rf build
	MUSNAD_COMPILE=1 $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

schemas: $(READY)
	$(BIN)/python -m musnad.schema.json_schema

clean:
	rm -rf $(VENV) $(VENV)-* build dist *.egg-info musnad-demo
