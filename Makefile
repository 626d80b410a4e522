# SPDX-FileCopyrightText: the tosmonitor contributors
# SPDX-License-Identifier: EUPL-1.2
# Every target does its own set-up on a bare machine: virtual environment, packages, a Chromium.
.PHONY: run demo test check bench clean
BIN := .venv/bin

run:            ## scheduler and site at http://127.0.0.1:8000, on services.yaml and snapshots/tosmonitor.db
	@tools/set-up.sh run
	$(BIN)/tosmonitor run

demo:           ## two years of six fictional services in some seconds, then the site at http://127.0.0.1:8000
	@tools/set-up.sh run
	$(BIN)/tosmonitor demo

test:           ## all tests, those in a real browser included
	@tools/set-up.sh dev
	$(BIN)/pytest --cov=tosmonitor --cov-report=term:skip-covered

check:          ## lint, types, architecture, licences
	@tools/set-up.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/reuse lint --quiet

bench:          ## figures: the judges on real pages where they are present, and our own load
	@tools/set-up.sh dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check trafilatura
	$(BIN)/python -m bench

clean:          ## forget the virtual environment; the archive stays
	rm -rf .venv build dist *.egg-info
