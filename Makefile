# Letterslot. `make demo` shows it, `make test` proves it.

DATA ?= demo-data
PORT ?= 8000
DESK_PORT ?= 8001
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: demo test install install-dev packages check bench docs lock clean

demo: install
	@exec $(BIN)/letterslot --data "$(DATA)" demo --port $(PORT) --desk-port $(DESK_PORT)

install: $(VENV)/installed

# Everything to run the command in all its parts, from the lock file, each package by its hash.
$(VENV)/installed: requirements/newsroom.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/newsroom.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install-dev: $(VENV)/installed-dev

$(VENV)/installed-dev: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/installed

# Debian's packages that the tests need, installed where that is allowed.
packages:
	@./scripts/debian-packages gcc libc6-dev chromium minisign nginx varnish hugo tor strace fonts-noto-core fonts-noto-cjk

test: install-dev packages
	@./scripts/test

check: install-dev
	@./scripts/check

bench: install-dev
	@./scripts/debian-packages nginx wrk gcc libc6-dev python3-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/isso.txt || echo "Isso cannot be built here: the figures leave it out." >&2
	$(BIN)/python -m bench
	$(BIN)/python -m bench.overload
	$(BIN)/python -m bench.desk

docs: install-dev
	$(BIN)/mkdocs build --strict --quiet --site-dir build/docs

# New lock files. They name no package index.
lock: install-dev
	@./scripts/lock

clean:
	rm -rf $(VENV) build *.egg-info
