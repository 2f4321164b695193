# Every command that keeps PartnerHub. `make help` lists them. PORT, DATA_DIR and the rest may follow: make run PORT=8010

PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run help
run:  ## Start PartnerHub with the demo on http://localhost:8000; Ctrl-C stops it
	@$(PYTHON) scripts/run.py

help:  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14
