# Fuxue 复学. `make demo` and `make test` set up what they need: Python >= 3.11 and make are enough.
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)
endif
FUXUE_DATA ?= ./data
VENV := .venv
BIN := $(VENV)/bin
# Twice the cores: a good half of the tests' time is waiting, for a broker, a container, a child process.
WORKERS ?= 4
MINUTES ?= 15
export FUXUE_DATA

.PHONY: demo test setup check bench bench-deployed bench-idle clean-demo lock
demo: $(VENV)/.run
	$(BIN)/fuxue demo

test: $(VENV)/.dev
	$(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -m "not deployment"
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder -m deployment

setup: $(VENV)/.dev

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m services.contracts.published --check

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

# Both need a container engine and the deployment's images (deploy/images/build.sh): the first for PostgreSQL and Kafka,
# the second, which takes a quarter of an hour or MINUTES, for a whole deployment.
bench-deployed: $(VENV)/.dev
	$(BIN)/python -m tests.bench.deployed

bench-idle: $(VENV)/.dev
	$(BIN)/python -m tests.bench.deployed.idle --minutes $(MINUTES)

clean-demo: $(VENV)/.run
	$(BIN)/fuxue clean-demo

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Fuxue needs Python 3.11 or newer; none was found (set PYTHON=/path/to/python3)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "python -m venv failed; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "正在把所需的 Python 包装进 $(VENV)，约一两分钟（看网速），其间没有输出；装过就不再装。"
	@echo "Installing the Python packages that Fuxue needs into $(VENV): silent for a minute or two, by the network; only once."
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "正在装测试用的 Python 包，约一两分钟（看网速），其间没有输出。"
	@echo "Installing the Python packages of the tests: silent for a minute or two, by the network."
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	touch $@

# Renews the lock files; needs uv (pip install uv). They name versions and hashes, no index.
lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -p 3.11 -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -p 3.11 -o requirements-dev.txt
