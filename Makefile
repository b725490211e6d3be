# `make demo` for musicians, `make test` for contributors; each sets up what it needs first.
# Another Python: make demo PYTHON=python3.12
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: demo serve test lint types unit bench docs clips clean

demo: $(VENV)/.demo-ready
	$(BIN)/daw-bridge demo -o demo-out --force

serve: $(VENV)/.demo-ready
	$(BIN)/daw-bridge serve

test: lint types unit

lint: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.test-ready
	$(BIN)/mypy

# Two at a time: what meets sound, sockets and other programs runs alone beside the rest.
unit: $(VENV)/.test-ready
	$(BIN)/python -m pytest -n 2 --dist loadscope

bench: $(VENV)/.demo-ready
	$(BIN)/daw-bridge bench

# The generated pages of docs/ and the README's table of models.
docs: $(VENV)/.demo-ready
	$(BIN)/python -m daw_bridge.cli.docs

# docs/audio: what the README plays.
clips: demo
	$(BIN)/python -m daw_bridge.cli.clips demo-out docs/audio

$(VENV)/.demo-ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[plot,formats,web]'
	touch $@

$(VENV)/.test-ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[export,dev,plot,formats,web,remote,metrics,peers,guitars]'
	touch $@

clean:
	rm -rf $(VENV) demo-out build *.egg-info
