# `make demo` and `make test` are all that a fresh machine needs; `make help` lists the rest.

VENV    := .venv
PY      := $(VENV)/bin/python
# Stamps: a virtual environment is brought up to date when a requirements file is newer.
SOCLE   := $(VENV)/.requirements
OUTILS  := $(VENV)/.requirements-dev
PIP     := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes
PANGO   := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(PY) -m piptools compile --quiet \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--strip-extras --no-annotate
PRODUCTION := $(PY) -m deploiement.valeurs_jetables

# The Node clients are installed where Node is found; the tests say what they miss without them.
ifneq ($(and $(wildcard tests/clients/package-lock.json),$(shell command -v npm 2>/dev/null)),)
CLIENTS := tests/clients/node_modules/.installe
endif

# The validator of our papers, where a JDK and Maven are found; its test says what it misses.
ifneq ($(and $(shell command -v javac 2>/dev/null),$(shell command -v mvn 2>/dev/null)),)
VERAPDF := tests/verapdf/target/validation-model.jar
endif

# A peer of the OpenID Connect provider, measured beside it where Node is found.
ifneq ($(shell command -v npm 2>/dev/null),)
PAIR := bench/pairs/oidc-provider/node_modules/.installe
endif

.PHONY: help demo test faults fuzz bench check format requirements clean pango
.NOTPARALLEL:

help:
	@echo "make demo          the product and a demo world around it, on this machine"
	@echo "make test          all the tests, shared out among the cores; make test ARGS='tests/mandats -x' for some"
	@echo "make faults        everything killed, cut and replayed, for longer; counts into docs/reliability.md"
	@echo "make fuzz          22,000 hostile cases to the OpenID Connect endpoints; make fuzz ARGS=500 for 5,500"
	@echo "make bench         what each step costs, into bench/results/, and the table of what is asked: half an"
	@echo "                   hour or so on two quiet cores; make bench ARGS=--petit to see that all of it works,"
	@echo "                   ARGS='echelle 1 10' for one bench, at sizes of one's own; ARGS=help names them"
	@echo "make check         format, lint, types, layers, migrations, production settings"
	@echo "make format        rewrite the code as make check wants it"
	@echo "make requirements  pin what pyproject.toml asks; ARGS=--upgrade for newer versions"
	@echo "make clean         remove what the other targets made; the demo's data stay"

# `exec`: Ctrl-C reaches Python itself, which stops what it started.
demo: $(SOCLE) pango
	@exec $(PY) manage.py demo $(ARGS)

test: $(OUTILS) $(CLIENTS) $(VERAPDF) pango
	@exec $(PY) -m pytest $(or $(ARGS),-n logical --maxprocesses 4)

faults: $(OUTILS) pango
	@FAUTES=$${FAUTES:-10} FAUTES_TABLE=docs/reliability.md exec $(PY) -m pytest tests/faults $(ARGS)

fuzz: $(OUTILS) pango
	@OIDC_FUZZ=$(or $(ARGS),2000) exec $(PY) -m pytest -q tests/fournisseur_identite/test_fuzz_oidc.py

bench: $(OUTILS) $(PAIR) pango
	@exec $(PY) -m bench $(ARGS)

check: $(OUTILS) pango
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m djlint --quiet --check templates
	$(PY) -m djlint --quiet --lint templates
	$(PY) -m mypy
	$(PY) $(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PRODUCTION) check --deploy --fail-level WARNING

format: $(OUTILS)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	-$(PY) -m djlint --quiet --reformat templates

requirements: $(OUTILS)
	$(COMPILE) $(ARGS) -o requirements.txt pyproject.toml
	$(COMPILE) --extra demo $(ARGS) -c requirements.txt -o requirements-demo.txt pyproject.toml
	$(COMPILE) --extra demo --extra dev --allow-unsafe $(ARGS) -c requirements-demo.txt \
		-o requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) staticfiles tests/clients/node_modules tests/verapdf/target
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the targets above stand on ---------------------------------------------------------------

$(PY):
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  python=; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer is needed: install it, then type: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "Python's venv module is missing. On Debian or Ubuntu, type: sudo apt-get install python3-venv" >&2; \
	  exit 1; \
	fi; \
	echo "Making the virtual environment in $(VENV)..."; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# What production has, and the embedded database.
$(SOCLE): requirements-demo.txt requirements.txt | $(PY)
	@echo "Installing the dependencies..."
	@$(PIP) -r requirements-demo.txt
	@touch $@

# These hold those of both others, at the same versions.
$(OUTILS): requirements-dev.txt requirements-demo.txt requirements.txt | $(PY)
	@echo "Installing the dependencies and the tools..."
	@$(PIP) -r requirements-dev.txt
	@touch $(SOCLE) $@

tests/clients/node_modules/.installe: tests/clients/package.json tests/clients/package-lock.json
	@echo "Installing the Node clients of the tests..."
	@cd tests/clients && npm ci --no-audit --no-fund --silent
	@touch $@

# Other files than those pinned are removed, and stop the tests.
tests/verapdf/target/validation-model.jar: tests/verapdf/pom.xml tests/verapdf/SHA256SUMS
	@echo "Fetching veraPDF..."
	@cd tests/verapdf && mvn --batch-mode --quiet --strict-checksums dependency:copy-dependencies
	@cd tests/verapdf && sha256sum --check --quiet SHA256SUMS || { rm -rf target; exit 1; }
	@touch $@

bench/pairs/oidc-provider/node_modules/.installe: bench/pairs/oidc-provider/package-lock.json
	@echo "Installing the peer of the bench..."
	@cd bench/pairs/oidc-provider && npm ci --no-audit --no-fund --silent
	@touch $@

# Pango is WeasyPrint's, which draws the PDF of a mandat; it is asked in WeasyPrint's own way.
CHERCHER_PANGO = $(PY) -W ignore -c \
	'from weasyprint.text import ffi; raise SystemExit(ffi.harfbuzz_subset is None)' >/dev/null 2>&1

pango:
	@$(CHERCHER_PANGO) && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Pango..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    --no-install-recommends $(PANGO) >/dev/null && $(CHERCHER_PANGO) && exit 0; \
	fi; \
	echo "Pango is missing. On Debian or Ubuntu, type: sudo apt-get install $(PANGO)" >&2; \
	exit 1

pango: | $(PY)
