# Everything that a developer of Harena needs. `make play` and `make test` set up all they use.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
SET_UP := $(VENV)/set-up
# The Autobahn test suite runs on Python 2.7 alone.
PYTHON2 ?= $(shell for python in python2.7 python2 $(HOME)/.pyenv/versions/2.7.*/bin/python; do \
	$$python -c 'import sys; sys.exit(sys.version_info[:2] != (2, 7))' 2>/dev/null && echo $$python && break; done)
CONFORMANCE := .conformance

.PHONY: play test check lint types format accept proto bench bench-relay bench-udp bench-handshakes bench-burning bench-rogues bench-sandboxes bench-matchmaking bench-gamelift soak conformance fuzz clean

play: $(SET_UP)  ## Start a server on this machine that watches sample_scripts.
	$(BIN)/harena dev sample_scripts

test: $(SET_UP)  ## Run all tests, a few at a time where there are cores for it.
	$(BIN)/pytest --numprocesses auto --maxprocesses 4

check: lint types test  ## Everything that must be clean before a change lands.

lint: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(SET_UP)
	$(BIN)/mypy

format: $(SET_UP)  ## Put the code into its form.
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

accept: $(SET_UP)  ## Write golden files anew; the difference is the review.
	$(BIN)/python -m tests.accept

proto: $(SET_UP)  ## Generate relay/packet_pb2.py from relay/packet.proto.
	$(BIN)/python -m grpc_tools.protoc -I. --python_out=. --pyi_out=. relay/packet.proto

bench: $(SET_UP)  ## Measure what a message costs, and how soon a saved script counts.
	$(BIN)/python -m benchmarks.heart
	$(BIN)/python -m benchmarks.deploying

bench-relay: $(SET_UP)  ## Compare with other relays: BENCH="--quick", or what `--help` says.
	$(BIN)/python -m benchmarks.relay $(BENCH)

bench-udp: $(SET_UP)  ## Measure what a datagram costs, beside bare relays: BENCH="--rounds 1 --seconds 2".
	$(BIN)/python -m benchmarks.udp $(BENCH)

bench-handshakes: $(SET_UP)  ## Measure what a handshake of TLS and of DTLS costs the server: BENCH="--rounds 1 --seconds 1".
	$(BIN)/python -m benchmarks.handshakes $(BENCH)

bench-burning: $(SET_UP)  ## Measure what a script that burns all its time costs the other game sessions.
	$(BIN)/python -m benchmarks.burning

bench-rogues: $(SET_UP)  ## Measure how soon honest sandboxes are heard beside others that do what none of ours does.
	$(BIN)/python -m benchmarks.rogues

bench-sandboxes: $(SET_UP)  ## Measure what a sandbox costs: birth, memory, idling, walls. BENCH="--births 30 --sandboxes 100".
	$(BIN)/python -m benchmarks.sandboxes $(BENCH)

bench-matchmaking: $(SET_UP)  ## Measure the search for matches: pools of 100 to 20,000 tickets. BENCH="--rounds 9".
	$(BIN)/python -m benchmarks.matchmaking $(BENCH)

bench-gamelift: $(SET_UP)  ## Measure the GameLift API: a player in a new game, and calls a second beside moto's. BENCH="--games 50".
	$(BIN)/python -m benchmarks.gamelift $(BENCH)

soak: $(SET_UP)  ## Many players, half a load with all that can happen, ten hostile scripts: SOAK_SECONDS (600) each.
	SOAK_SECONDS=$${SOAK_SECONDS:-600} SOAK_RATE=$${SOAK_RATE:-30} $(BIN)/pytest -s -m soak

conformance: $(SET_UP) $(CONFORMANCE)/set-up  ## Put the WebSocket under the fuzzing client of the Autobahn test suite.
	PYTHONUSERBASE=$(CURDIR)/$(CONFORMANCE) $(BIN)/python -m tests.conformance $(CONFORMANCE)/bin/wstest

fuzz: $(SET_UP)  ## Send frames at random for FUZZ_SECONDS (60), to our WebSocket and the library's, and from a sandbox.
	FUZZ_SECONDS=$${FUZZ_SECONDS:-60} $(BIN)/pytest -s tests/relay/test_like_the_library.py tests/sandbox/test_fuzz.py

$(CONFORMANCE)/set-up: Makefile
	@test -n "$(PYTHON2)" || { echo "The Autobahn test suite needs Python 2.7 with pip: name one with PYTHON2=..."; exit 1; }
	PYTHONUSERBASE=$(CURDIR)/$(CONFORMANCE) $(PYTHON2) -m pip install --quiet --user --no-warn-script-location \
		--disable-pip-version-check autobahntestsuite==25.10.1
	@touch $@

$(SET_UP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Harena needs Python 3.11 or later: install python3, or name one with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "Making a virtual environment failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:  ## Remove what was set up; what a server kept (.harena) stays.
	rm -rf $(VENV) $(CONFORMANCE) .mypy_cache .pytest_cache .ruff_cache .hypothesis .bench
