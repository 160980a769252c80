# Every command a person needs. All of them work in a clean checkout: the environment is made on first use.
#
#   make run                            the sample book, from raw files to the printed list
#   make run BOOK=crm5 RAW=path/to/raw  another book (the choice is written to params.yaml and stays)
#   make quick                          the tests to run while working: within 30 CPU seconds, those that failed last first
#   make test                           every test
#   make bench                          slow measurements: the scored sample book, contributions, the feature engine (EVENTS=50e6)
#   make page                           the report of 3,000 accounts in Chromium: limits, accessibility, pictures for docs/
#   make shapes                         books of every shape to their list, four of them through DVC (5 minutes)
#   make spark                          PySpark into the environment, and all its tests (needs Java 17)
#   make check                          form: ruff, types, floors, dvc.yaml contract, docs in sync

PYTHON ?= python3
EVENTS ?= 5e6
VENV := .venv
BIN := $(VENV)/bin

# No tool phones home; LightGBM's idle threads sleep instead of spinning.
export DVC_NO_ANALYTICS := true
export MLFLOW_DISABLE_TELEMETRY := true
export OMP_WAIT_POLICY := PASSIVE

# DVC starts each stage with the `python` it finds first: ours.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# An activated environment of another project must not receive our packages.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: run quick test check shapes spark pyspark bench page format install clean

run: install
ifdef BOOK
	@$(BIN)/churnml use "$(BOOK)" $(if $(RAW),--raw "$(RAW)")
endif
	@$(BIN)/dvc repro kpis card report >/dev/null
	@$(BIN)/churnml show

quick: install
	@$(BIN)/python -m pytest --quiet --no-header -p tests.quick tests

# Two files at a time, the long ones not last; plain pytest runs the same tests one after the other. Of Spark's, where it is
# installed, those that take a minute.
test: install
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "spark_core or not spark" tests src

check: install
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest --quiet tests/pipelines/test_dvc_contract.py tests/test_house_docs.py

bench: install
	@$(BIN)/python -m benchmarks.share_found
	@$(BIN)/python -m benchmarks.refit_stability
	@$(BIN)/python -m benchmarks.planted
	@$(BIN)/python -m benchmarks.dollar_ranking
	@$(BIN)/python -m benchmarks.change_split
	@$(BIN)/python -m benchmarks.contributions
	@$(BIN)/python -m benchmarks.engine --root data/work/bench --events $(EVENTS) --contestants floor churnml duckdb pandas

page: install
	@CHURNML_PAGE=1 $(BIN)/python -m pytest tests/formats/html
	@$(BIN)/python -m benchmarks.page

shapes: install
	@CHURNML_SHAPES=1 $(BIN)/python -m pytest tests/situations/test_shapes.py
	@$(BIN)/python -m benchmarks.shapes

spark: pyspark
	@$(BIN)/python -m pytest tests/spark

# Not part of the environment's lock: half a gigabyte that one machine does not need.
pyspark: install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-spark.lock

format: install
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

install: $(VENV)/.locked $(VENV)/.project

# The environment is the lock and nothing else; uv itself comes by hash.
$(VENV)/.locked: requirements-bootstrap.lock requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode \
		requirements.lock requirements-bootstrap.lock
	@touch $@

# A second call, because hashes and an editable install exclude each other.
$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) data/raw data/truth data/work data/lists .dvc/cache .dvc/tmp
