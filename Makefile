# Everything people type. `make help` lists the targets; each recipe is what you would type yourself.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# `make ingest infer build` means one after the other, also under -j.
.NOTPARALLEL:

# One folder with one folder per corpus; CORPORA and SYSTEMS choose among what is known.
SOURCES ?= ingest/embedded
CORPORA ?=
SYSTEMS ?=
# How SOURCES is laid out: original, cameo, emobox or manifest.
FROM ?=
# What systems hear, in how many processes they answer, and at which HTTP server.
CONDITIONS ?=
WORKERS ?=
SERVER ?=
# ENGINE=ray spreads ingest and inference over machines; without it they use this one.
ENGINE ?=
# The moment and the rules of an old build, for `make rebuild`.
AS_OF ?=
RULES ?=
# What the analytic core is measured on: made-up answers to read labels in, and grids to build.
BENCH_ROWS ?= 1000000
BENCH_GRIDS ?= cameo

# Through the environment, not pasted into recipes: folders may have spaces, quotes, dollars.
export SOURCES CORPORA FROM SYSTEMS CONDITIONS WORKERS SERVER ENGINE AS_OF RULES BENCH_ROWS BENCH_GRIDS

PYTHON ?= python3
PY := .venv/bin/python
DBT := ../.venv/bin/dbt

# Parts of the environment that most work does without: requirements-<extra>.lock.
EXTRAS := models ray

.PHONY: help setup setup-models setup-ray demo ingest acoustics infer build publish rebuild leaderboard sql dashboard test lint format bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/.run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say PYTHON=python3.11")'
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv \
	  || { echo "error: $(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "installing requirements.lock into .venv (a minute or two)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

.venv/.dev $(EXTRAS:%=.venv/.%): .venv/.%: requirements-%.lock .venv/.run
	@echo "installing requirements-$*.lock into .venv"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-$*.lock
	@touch $@

setup: .venv/.run ## virtual environment with the locked packages (other targets do it by themselves)

setup-models: .venv/.models ## add torch and transformers: audio LLMs in process
setup-ray: .venv/.ray ## add Ray: ENGINE=ray spreads ingest and inference over machines

demo: .venv/.run ## everything once on the embedded synthetic corpus: ingest, infer, build, leaderboard
	@$(MAKE) --no-print-directory ingest acoustics infer build SOURCES=ingest/embedded CORPORA=demo SYSTEMS=acoustic
	@$(MAKE) --no-print-directory leaderboard
	@echo "The demo speech is SYNTHETIC: its scores say nothing about any system."
	@echo "Next: make sql        ask the warehouse anything"
	@echo "      make dashboard  the same in a browser"
	@echo "      make ingest infer build SOURCES=FOLDER   your corpora, one folder each (.venv/bin/python -m ingest list)"

ingest: .venv/.run ## read corpora into the warehouse (SOURCES=folder of corpora, CORPORA="name …", FROM=collection)
	@$(PY) -m ingest run --sources "$$SOURCES" $${CORPORA:+--corpora "$$CORPORA"} $${FROM:+--from "$$FROM"}

acoustics: .venv/.run ## measure pitch, energy, rate and voice of the stored clips, once each
	@$(PY) -m ingest acoustics

infer: .venv/.run ## ask systems about every clip not yet answered (SYSTEMS="name …", CORPORA="name …", CONDITIONS="clip silence …", WORKERS=2, ENGINE=ray)
	@$(PY) -m inference run $${SYSTEMS:+--systems "$$SYSTEMS"} $${CORPORA:+--corpora "$$CORPORA"} \
	  $${CONDITIONS:+--conditions "$$CONDITIONS"} $${ENGINE:+--engine "$$ENGINE"} \
	  $${WORKERS:+--workers "$$WORKERS"} $${SERVER:+--server "$$SERVER"}

# A failed build is left where it is, for a look, and is not published.
build: .venv/.run ## dbt build into a database of its own, then publish it
	@build=$$($(PY) -m warehouse new-build); \
	(cd dbt_project && SER_BUILD="$$build" $(DBT) --quiet build --exclude-resource-type unit_test --warn-error-options '{"error": ["NoNodesForSelectionCriteria"]}') \
	  || { echo "error: the build failed and is not published; it is in $$build" >&2; exit 1; }; \
	$(PY) -m warehouse publish "$$build"

publish: .venv/.run ## publish what plain `dbt build` in dbt_project/ wrote
	@$(PY) -m warehouse publish

rebuild: .venv/.run ## a database as it was, unpublished (AS_OF=time as in any mart, RULES=fingerprint)
	@$(PY) -m warehouse rebuild --as-of "$$AS_OF" $${RULES:+--rules "$$RULES"}

leaderboard: .venv/.run ## print the leaderboard of the published database
	@$(PY) -m warehouse sql --file dashboards/leaderboard.sql

sql: .venv/.run ## read-only SQL shell on the published database
	@$(PY) -m warehouse sql

dashboard: .venv/.run ## the reports in a browser (Streamlit)
	@$(PY) -m streamlit run dashboards/app.py --server.address localhost --server.showEmailPrompt false \
	  --browser.gatherUsageStats false --client.toolbarMode viewer

test: .venv/.dev ## lint, then all tests
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: .venv/.dev ## ruff and sqlfluff
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/sqlfluff lint --disable-progress-bar dbt_project

format: .venv/.dev ## let ruff and sqlfluff mend what they can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/sqlfluff fix --disable-progress-bar dbt_project

# Ten million answers: make bench BENCH_ROWS=10000000 BENCH_GRIDS="cameo ten-million" (half an hour,
# 16 GB of memory, 20 GB of $TMPDIR).
bench: .venv/.dev ## how fast, against what one would do instead (BENCH_ROWS=answers, BENCH_GRIDS="cameo ten-million")
	@$(PY) -m bench.ingest
	@$(PY) -m bench.scale
	@$(PY) -m bench.extraction --rows "$$BENCH_ROWS"
	@$(PY) -m bench.metrics
	@$(PY) -m bench.models
	@$(PY) -m bench.build --grids $$BENCH_GRIDS

lock: ## pin the newest versions that pyproject.toml admits (needs pip-tools)
	@flags="--upgrade --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --annotation-style=line --quiet"; \
	pip-compile $$flags -o requirements.lock pyproject.toml; \
	constraints="-c requirements.lock"; \
	for extra in $(EXTRAS); do \
	  pip-compile $$flags --extra $$extra $$constraints -o requirements-$$extra.lock pyproject.toml; \
	  constraints="$$constraints -c requirements-$$extra.lock"; \
	done; \
	pip-compile $$flags --extra dev $(EXTRAS:%=--extra %) $$constraints -o requirements-dev.lock pyproject.toml; \
	sed -E -i 's/(==[0-9.]+)\+cpu/\1/' requirements*.lock  # the plain version is satisfied by a CPU build

clean: ## remove what tools leave behind (never the data)
	@rm -rf dbt_project/target dbt_project/logs .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
