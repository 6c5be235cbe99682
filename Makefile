# What a person types.  `make` alone prints the list.
# Every target first sets up what it needs; the second time it finds that done.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHONS := python3.13 python3.12 python3.11 python3
UV_VERSION := 0.13.9

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check install
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

# One test more than there are processors: somebody always waits for a disk or a line.
WORKERS := $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)

# The tests start hundreds of processes: none of them shall compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(RUN) ## serve three made-up communities that trade with each other, on this machine only
	@$(BIN)/python cli.py demo $(ARGS)

.PHONY: test
test: $(DEV) ## run every test; ARGS="-k levy" runs some
	@for need in chromium-headless-shell,chromium:chromium-headless-shell \
	    strace:strace mkfs.ext4:e2fsprogs pdftoppm:poppler-utils; do \
	  found=; for one in $$(echo $${need%%:*} | tr , ' '); do \
	    PATH="$$PATH:/usr/sbin:/sbin" command -v $$one >/dev/null && found=$$one; \
	  done; \
	  [ "$$found" ] || echo "Note: $${need#*:} is not here; tests that need it are skipped." \
	       "On Debian or Ubuntu: sudo apt install $${need#*:}"; \
	done
	@$(BIN)/pytest -n $(WORKERS) -rs $(ARGS)

.PHONY: soak
soak: $(DEV) ## run the long forms of the tests that look for rare faults: hours, not minutes
	@CESNODE_SOAK=1 $(BIN)/pytest -n $(WORKERS) -rs tests/faults tests/property tests/protocol tests/unit/bringing $(ARGS)

.PHONY: check
check: $(DEV) ## check style, types, directions between rooms, templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/djlint --quiet --check templates

.PHONY: bench
bench: $(DEV) ## measure speed and size, as ratios within one run
	@$(BIN)/python -m bench $(ARGS)

.PHONY: package
package: $(DEV) ## build sdist and wheel into dist/, then install the wheel elsewhere and try it
	@.ci/package $(BIN)/python

.PHONY: words
words: $(DEV) ## bring new sentences to the translators' files, and take out those that are gone
	@$(BIN)/pybabel --quiet extract -F cesnode/locale/babel.toml -k N_ --no-location -w 92 \
	  --ignore-dirs ".* __*" --input-dirs=. -o $(VENV)/cesnode.pot
	@for each in cesnode/locale/*/LC_MESSAGES/cesnode.po; do \
	  code=$${each#cesnode/locale/}; code=$${code%%/*}; \
	  $(BIN)/pybabel --quiet update -N --ignore-obsolete --ignore-pot-creation-date -w 92 \
	    -l $$code -i $(VENV)/cesnode.pot -o $$each || exit 1; \
	done

.PHONY: screenshots
screenshots: $(DEV) ## take the pictures of docs/img anew, with chromium
	@$(BIN)/python -m tests.browser.screenshots docs/img

.PHONY: lock
lock: $(BIN)/uv ## lock the dependencies anew; ARGS=--upgrade takes newer releases
	$(COMPILE) $(ARGS) pyproject.toml -o requirements/run.txt
	$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt

.PHONY: dev
dev: $(DEV) ## make every commit run the checks first
	$(BIN)/pre-commit install

.PHONY: clean
clean: ## remove what these targets made, but no data
	rm -rf $(VENV) dist .coverage htmlcov .hypothesis .*_cache

# What the targets above stand on

$(BIN)/pip:
	@unfit=; \
	for python in $(PYTHONS); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "Setting up $(VENV) with $$($$python --version)."; \
	    exec $$python -m venv --clear $(VENV); \
	  fi; \
	  unfit=$$python; \
	done; \
	if [ "$$unfit" ]; then \
	  echo "$$unfit is here, but its venv module is not."; \
	  echo "On Debian or Ubuntu: sudo apt install $$unfit-venv"; \
	else \
	  echo "cesnode needs Python 3.11 or newer, and found none ($(PYTHONS))."; \
	  echo "On Debian 12, Ubuntu 24.04 or newer: sudo apt install python3 python3-venv"; \
	fi >&2; \
	exit 1

$(RUN): requirements/run.txt $(BIN)/pip
	@echo "Installing what cesnode needs (only this once)."
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml $(BIN)/pip
	@echo "Installing what cesnode and its tests need (only this once)."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/uv: Makefile $(BIN)/pip
	@$(INSTALL) uv==$(UV_VERSION)
	@touch $@
