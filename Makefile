# make setup | run | test | lint | format | bench | bench-national | bench-cluster | accuracy | fuzz | soak | ui
# | docs | bi | bi-test | bi-assets
# (PYTHON=… to choose another interpreter)
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

.PHONY: setup run test lint format bench bench-national bench-cluster accuracy fuzz soak ui docs requirements bi bi-test bi-assets

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

# The last one takes an hour or two for 100,000 reports, and 13 GB of memory: REPORTS_OF_BENCH=10000 for fewer, 0 to leave it out.
REPORTS_OF_BENCH ?= 100000
bench: setup
	$(BIN)/python -m tests.benchmarks.build_ratio
	$(BIN)/python -m tests.benchmarks.reading_speed
	$(BIN)/python -m tests.benchmarks.localisation
	$(BIN)/python -m tests.benchmarks.validation
	test $(REPORTS_OF_BENCH) -eq 0 || $(BIN)/python -m tests.benchmarks.incremental --reports $(REPORTS_OF_BENCH)

# Shards read by two workers of a cluster, one of them killed, beside one process; an hour. CLUSTER="--reports 8000" for fewer.
bench-cluster: setup
	$(BIN)/python -m tests.benchmarks.cluster $(CLUSTER)

# The whole chain at growing sizes, and what the first pass turns away of a crawl. NATIONAL="1000 10000 100000" for more.
NATIONAL ?= 1000 10000
bench-national: setup
	$(BIN)/python -m tests.benchmarks.national --reports $(NATIONAL)
	$(BIN)/python -m tests.benchmarks.first_pass

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

# Dashboards: Superset in an environment of its own over the published warehouse, until Ctrl-C. DEMO=1 shows invented
# reports of all provinces in a file of their own; PORT=… for another port.
PORT ?= 8088
BI := bi/.venv/bin
DEMONSTRATION := data/demonstration.duckdb
BI_WAREHOUSE := $(if $(DEMO),$(DEMONSTRATION),$(WAREHOUSE))

bi: bi/.venv/.ready $(BI_WAREHOUSE)
	$(BI)/python -W ignore -m bi.start --warehouse $(BI_WAREHOUSE) --port $(PORT)

bi/.venv/.ready: bi/requirements-superset.txt .venv/.ready
	$(PYTHON) -m venv bi/.venv
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BI)/python --require-hashes -r $< \
		|| $(BI)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

$(WAREHOUSE): | .venv/.ready
	$(BIN)/gongkai build --reports $(REPORTS) --warehouse $@

$(DEMONSTRATION): | .venv/.ready
	$(BIN)/python -m bi.demonstration --reports data/demonstration
	$(BIN)/gongkai build --reports data/demonstration --warehouse $@

# Opens every dashboard in headless Chromium, compares its numbers with the cookbook's, and takes the pictures in docs/.
bi-test: bi/.venv/.ready $(DEMONSTRATION)
	$(BI)/python -m tests.bi.browser --warehouse $(DEMONSTRATION)

# Superset's assets, written anew after a change of bi/assets or of the marts.
bi-assets: setup $(WAREHOUSE)
	$(BIN)/python -m bi.assets --warehouse $(WAREHOUSE)
