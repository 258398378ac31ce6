# make setup | run | test | lint | format | bench | accuracy | fuzz | soak | ui | docs     (PYTHON=… to choose another interpreter)
PYTHON ?= python3.11
BIN := .venv/bin
REPORTS ?= tests/sample_reports
WAREHOUSE ?= data/gongkai.duckdb
REPORT ?= data/report.html

# Bytecode halves the start of every command; nothing calls home.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false

.PHONY: setup run test lint format bench accuracy fuzz soak ui docs requirements

setup: .venv/.ready

# uv is quicker by far; where it can't reach the registry, pip installs the same hashed files.
.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: setup
	$(BIN)/gongkai build --reports $(REPORTS) --warehouse $(WAREHOUSE)
	$(BIN)/gongkai report --output $(REPORT) --warehouse $(WAREHOUSE)

# A file of tests is one process's: its builds are shared by its tests.
test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check
	$(BIN)/sqlfluff lint dbt/models dbt/tests

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt/models dbt/tests

bench: setup
	$(BIN)/python -m tests.benchmarks.build_ratio
	$(BIN)/python -m tests.benchmarks.reading_speed
	$(BIN)/python -m tests.benchmarks.localisation
	$(BIN)/python -m tests.benchmarks.validation

# What is read of every document whose figures are known, into docs/accuracy.md.
accuracy: setup
	$(BIN)/python -m tests.benchmarks.accuracy

# Damaged documents of every format; a crash, a hang or an exception is a fault. FUZZ="--documents 2000" for fewer.
FUZZ ?= --documents 20000 --seconds 1200
fuzz: setup
	$(BIN)/python -m tests.fuzz $(FUZZ)
	$(BIN)/python -m pytest tests/fuzz/hostile_documents.py

# Builds that are killed at random moments, with readers beside them; takes an hour or more. SOAK="--builds 20" for fewer.
SOAK ?= --builds 200
soak: setup
	$(BIN)/python -m tests.soak $(SOAK)

ui: setup
	$(BIN)/gongkai ui --warehouse $(WAREHOUSE)

# Pins every dependency with its hashes; no registry's host gets into the file.
requirements: setup
	$(BIN)/uv pip compile --quiet pyproject.toml --extra development --python-version 3.11 --upgrade \
		--generate-hashes --no-strip-extras --no-annotate --no-header --output-file requirements.txt

# The data dictionary, from dbt's descriptions, and the results of the cookbook's and the READMEs' queries.
docs: setup
	$(BIN)/python -m dagster_project.data_dictionary
	$(BIN)/python -m dagster_project.cookbook
