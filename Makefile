# Every command that keeps PartnerHub. `make help` lists them. PORT, DATA_DIR and the rest may follow: make run PORT=8010

PYTHON ?= python3
BIN := .venv/bin
CODE := partnerhub portal enablement collaboration communications context partners search accounts activity
# Where this is set, every start compiles every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-full check audit bench faults screenshots fmt help base dev browser postfix rabbitmq
run:  ## Start PartnerHub with the demo on http://localhost:8000; Ctrl-C stops it
	@$(PYTHON) scripts/run.py

test: dev browser  ## The suite, on its own servers and in a real browser: six minutes on two cores
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow" $(ARGS)

test-full: dev browser postfix  ## What `make test` leaves out: every page in both themes, the API at length, small faults: half an hour
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m slow --durations=25 $(ARGS)

check: dev  ## Style, types, layers, migrations, settings for production
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/python -W ignore scripts/check_project.py

audit: dev  ## Known holes in what we depend on, and risky code; asks the world outside
	$(BIN)/pip-audit --requirement requirements/base.txt --require-hashes --disable-pip
	@# ruff's S rules in `make check` are bandit's milder ones, each exception with its reason
	$(BIN)/bandit --quiet --recursive --severity-level high --exclude '*/migrations/*' $(CODE)

bench: dev  ## Our speed beside the machine's limits, at three sizes: make bench ONLY=context ARGS="--largest 10000"
	@$(BIN)/python scripts/mail_tools.py
	$(BIN)/python -m benchmarks $(ONLY) $(ARGS)

faults: dev postfix rabbitmq  ## Every row of the table of faults at full size against the running system; the table is printed at the end
	@$(BIN)/python -m pytest -q tests/faults --full-size $(ARGS)

screenshots: dev browser  ## Every page at two widths in both themes, into screenshots/
	$(BIN)/python -m pytest -q tests/screenshots.py $(ARGS)

fmt: dev  ## Write the code in our style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

help:  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

dev:
	@$(PYTHON) scripts/prepare.py dev

browser: dev
	@$(BIN)/python scripts/browser.py

postfix: dev
	@$(BIN)/python scripts/drill_servers.py postfix

rabbitmq: dev
	@$(BIN)/python scripts/drill_servers.py rabbitmq-server
