# Everything that a newcomer needs: `make demo` and `make test`. Python 3.11 to 3.13, git and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export GX_ANALYTICS_ENABLED = false

.PHONY: demo test lint bench lock clean

demo: $(VENV)/.installed
	@$(BIN)/vigie demo

test: $(VENV)/.installed-dev
	@echo "» the whole test suite, on two processes; parts that need Chromium or PostgreSQL skip where they are absent"
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

# Older pips want a pin of their own for `name[extra]` and for `name`: each locked extra is written both ways, and
# pip 23 finds lxml's extra only under the name that its dependants use.
BOTH_WAYS := awk '{sub(/html-clean\]/, "html_clean]")} function out(){printf "%s",b; if (b ~ /^[^ \[]+\[/) {c=b; sub(/\[[^]]*\]/,"",c); printf "%s",c} b=""} /^[^ ]/{out()} {b=b $$0 "\n"} END{out()}'
COMPILE = $(BIN)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet

lock:
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) -o requirements.lock && $(BOTH_WAYS) requirements.lock > requirements.txt
	$(COMPILE) --extra dev --extra embeddings -c requirements.txt -o requirements.lock && $(BOTH_WAYS) requirements.lock > requirements-dev.txt
	rm requirements.lock

$(VENV)/bin/python:
	@echo "» a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Vigie needs Python 3.11, 3.12 or 3.13; name one with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "» Vigie and its libraries (about 1 GB, some minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "» what only tests and checks need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
