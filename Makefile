# `make` or `make demo`  a synthetic clinic on http://localhost:8000 (PORT=… for another port)
# `make test`            the tests           `make check`      format, lint, types, which room imports which
# `make test-long`       the slow tests too  `make bench`      side by side with peers
# `make bench-kinetics`  the forecast beside solvers and simulators, each installed in .venv-peers
# `make bench-room`      two hundred rooms at once, a value a second from each of four signals (ARGS=--help)
# `make bench-schedule`  500 people, 20 therapists, 6 weeks: our search beside a solver and its bound
# `make mutate`          how many changed lines of clinical a test notices (an hour)
# `make examples`        the handbook's examples, from the tables that test the rules
# `make shots`           pictures of every page               `make clean-demo`  forget the demo's data
# `make replan`          the solver that plans the sessions of many weeks anew (8 MB)
# `make sdc`             what devices that speak IEEE 11073 SDC need beside it (28 MB)
# `make lock`            resolve requirements/*.in and package.json again
# Needs Python 3.11 or newer, make and a package index. Everything lands in .venv and node_modules.

PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
# The first Python that is new enough; `make PY=/path/to/python` overrides.
PY ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENDOR := openkap/web/static/vendor
DEMO_DATA ?= var/demo
WORKERS ?= 2

# Without bytecode on disk every start and every test run is about three times slower.
unexport PYTHONDONTWRITEBYTECODE
# The locks alone decide what is installed, whatever environment make was called from.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
SHELL := /bin/sh
.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:
.PHONY: demo test test-long check sdc replan bench bench-schedule bench-kinetics bench-room mutate examples shots clean-demo lock
MAKEFLAGS += --no-print-directory

# A checkout that was moved has a .venv full of old paths: build it again.
ifneq ($(shell cat $(VENV)/.made-in 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.core-ok
endif

# uv if there is one, else the pinned one; pip itself where uv cannot reach the index pip knows.
# $(1): what; $(2): into which environment, .venv unless named.
define install
	@if command -v uv >/dev/null 2>&1; then UV=uv; else UV=$(BIN)/uv; fi; \
	 $$UV pip install -q -p $(or $(2),$(VENV))/bin/python --require-hashes $(1) \
	 || { echo "openkap: uv could not install; trying pip"; \
	      $(PY) -m pip --python $(or $(2),$(VENV))/bin/python install -q --no-compile --require-hashes $(1); }
endef

$(VENV)/.core-ok: requirements/bootstrap.txt requirements/core.txt requirements/assets.txt
	@if [ -z "$(PY)" ]; then echo "openkap: Python 3.11 or newer is needed; on Debian or Ubuntu: apt install python3 python3-venv python3-pip" >&2; exit 1; fi
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "openkap: $(PY) is not Python 3.11 or newer; install one, or name it with make PY=/path/to/python3.11" >&2; exit 1; }
	@$(PY) -c 'import venv' 2>/dev/null || { echo "openkap: $(PY) lacks venv; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@command -v uv >/dev/null 2>&1 || $(PY) -m pip --version >/dev/null 2>&1 || { echo "openkap: $(PY) lacks pip; on Debian or Ubuntu: apt install python3-pip" >&2; exit 1; }
	@echo "openkap: making $(VENV) with $$($(PY) --version)"
	@$(PY) -m venv --clear --without-pip $(VENV)
	@if ! command -v uv >/dev/null 2>&1; then echo "openkap: fetching the installer"; \
	 $(PY) -m pip --python $(BIN)/python install -q --no-compile --require-hashes -r requirements/bootstrap.txt; fi
	@echo "openkap: installing what the product needs"
	$(call install,-r requirements/core.txt -r requirements/assets.txt)
	@printf '%s' "$(CURDIR)" > $(VENV)/.made-in
	@touch $@

# The `openkap` command, pointing at this checkout; flit_core is already in .venv, so nothing is fetched.
$(VENV)/.project-ok: $(VENV)/.core-ok pyproject.toml
	@echo "openkap: installing the openkap command"
	@if command -v uv >/dev/null 2>&1; then UV=uv; else UV=$(BIN)/uv; fi; \
	 $$UV pip install -q -p $(BIN)/python --no-deps --no-build-isolation --offline -e . \
	 || $(PY) -m pip --python $(BIN)/python install -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

node_modules/.openkap-ok: package.json package-lock.json .npmrc | $(VENV)/.core-ok
	@echo "openkap: fetching the browser files"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

$(VENDOR)/SHA256SUMS: node_modules/.openkap-ok openkap/web/assets.py | $(VENV)/.project-ok
	@echo "openkap: copying the browser files"
	@$(BIN)/python -m openkap.web.assets

$(VENV)/.dev-ok: $(VENV)/.core-ok requirements/dev.txt
	@echo "openkap: installing what the tests need"
	$(call install,-r requirements/dev.txt)
	@touch $@

demo: $(VENV)/.project-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: starting the demo clinic on port $(PORT); Ctrl-C ends it"
	@exec $(BIN)/openkap demo --port $(PORT) $(if $(OPENKAP_HOME),,--home $(DEMO_DATA))

test: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: running the tests"
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

test-long: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: running every test, the slow ones too"
	@$(BIN)/pytest -n $(WORKERS) -m "long or not long" $(ARGS)

check: $(VENV)/.project-ok $(VENV)/.dev-ok
	@echo "openkap: format"
	@$(BIN)/ruff format --check -q . || { echo "openkap: $(BIN)/ruff format . mends the format"; exit 1; }
	@echo "openkap: lint"
	@$(BIN)/ruff check -q .
	@echo "openkap: types"
	@$(BIN)/mypy
	@echo "openkap: which room imports which"
	@$(BIN)/lint-imports --no-logo

sdc: $(VENV)/.project-ok
	@echo "openkap: installing what SDC devices need"
	$(call install,-r requirements/sdc.txt)

replan: $(VENV)/.project-ok
	@echo "openkap: installing the solver for planning anew"
	$(call install,-r requirements/replan.txt)

bench: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: measuring"
	@$(BIN)/python -m bench $(ARGS)

# Peers never share an environment with the product. One that cannot be installed is said to be missing.
$(PEERS)/.ok: requirements/peers.txt requirements/peers-built.txt | $(VENV)/.core-ok
	@echo "openkap: installing the peers to measure beside"
	@$(PY) -m venv --clear --without-pip $(PEERS)
	$(call install,-r requirements/peers.txt,$(PEERS))
	@touch $@
# Without build isolation, because opentiva's own C file is older than its Python and cython must be there.
$(PEERS)/.built: $(PEERS)/.ok
	$(call install,--no-build-isolation --no-deps -r requirements/peers-built.txt,$(PEERS))
	@touch $@

bench-kinetics: $(VENV)/.project-ok $(VENV)/.dev-ok
	@$(MAKE) $(PEERS)/.built || echo "openkap: some peers are missing (opentiva needs a C compiler)"
	@echo "openkap: measuring"
	@$(BIN)/python -m bench kinetics

bench-room: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: measuring two hundred rooms for five minutes"
	@$(BIN)/python -m bench.room $(ARGS)

bench-schedule: $(VENV)/.project-ok $(VENV)/.dev-ok
	@echo "openkap: placing the sessions of 500 people"
	@$(BIN)/python -m bench schedule

mutate: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: changing one thing at a time in clinical"
	@rm -rf mutants
	@$(BIN)/mutmut run --max-children $(WORKERS) $(ARGS) >/dev/null 2>&1 || true
	@$(BIN)/python -m tests.mutants

examples: $(VENV)/.project-ok $(VENV)/.dev-ok
	@$(BIN)/python -m tests.spec.examples

shots: $(VENV)/.project-ok $(VENV)/.dev-ok $(VENDOR)/SHA256SUMS
	@echo "openkap: taking pictures of every page"
	@$(BIN)/python -m docs.shots $(ARGS)

clean-demo:
	@echo "openkap: removing the demo's data in $(DEMO_DATA)"
	@rm -rf $(DEMO_DATA)

# Locks hold hashes and no address, so they work against any index.
LOCK := pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock: $(VENV)/.core-ok
	@if command -v uv >/dev/null 2>&1; then UV=uv; else UV=$(CURDIR)/$(BIN)/uv; fi; cd requirements; \
	 for f in bootstrap core assets peers; do echo "openkap: locking $$f"; $$UV $(LOCK) $$f.in -o $$f.txt >/dev/null || exit 1; done; \
	 echo "openkap: locking sdc"; $$UV $(LOCK) sdc.in -c core.txt -o sdc.txt >/dev/null; \
	 echo "openkap: locking replan"; $$UV $(LOCK) replan.in -c core.txt -o replan.txt >/dev/null; \
	 echo "openkap: locking dev"; $$UV $(LOCK) dev.in -c core.txt -c assets.txt -c sdc.txt -c replan.txt -o dev.txt >/dev/null; \
	 echo "openkap: locking peers-built"; $$UV $(LOCK) peers-built.in -c peers.txt -o peers-built.txt >/dev/null
	@echo "openkap: locking the browser files"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@if grep -n '://' requirements/*.txt package-lock.json; then echo "openkap: a lock holds an address" >&2; exit 1; fi
