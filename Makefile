# sohoa: every target does the set-up it needs; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
SHARED ?= ../shared
OUT ?= out
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# Programs from Debian; libgl1 and libglib2.0-0 are what OpenCV's wheel links to.
PACKAGES := python3-venv tesseract-ocr tesseract-ocr-vie poppler-utils libgl1 libglib2.0-0

.PHONY: help setup system extras run test browser lint quality bench hard-pages evidence docs samples language-model channel-model digits-model lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: system $(BIN)/sohoa ## install everything a run needs; the command is .venv/bin/sohoa

system:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then missing="$${missing/ python3-venv/}"; fi; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	  echo "sohoa needs:$$missing (Debian's names); install them with your system's package manager" >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo"; \
	else echo "Missing:$$missing. Type: sudo apt-get update && sudo apt-get install -y$$missing" >&2; exit 1; fi; \
	$$as_root apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing

$(BIN)/python: | system
	$(PYTHON) -m venv $(VENV)

# --no-compile keeps the installation small; Python compiles a module when it is first used.
$(BIN)/sohoa: pyproject.toml requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --editable .
	@touch $@

extras: setup ## also install what sohoa review, export and a cluster need
	$(BIN)/python -m pip install --quiet --no-compile --constraint requirements-dev.lock --editable '.[review,export,cluster]'

$(BIN)/.dev: requirements-dev.lock $(BIN)/sohoa
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements-dev.lock
	@touch $@

run: setup ## turn the decrees in samples/ into tables in out/
	$(BIN)/sohoa run samples/documents --out $(OUT)
	@$(BIN)/python samples/show.py $(OUT)

test: system browser $(BIN)/.dev ## run all tests
	$(BIN)/python -m pytest

# The review page is tested in a real browser; where none can be had, those tests are skipped and say so.
browser:
	@$(MAKE) --no-print-directory system PACKAGES=chromium \
	  || echo "No chromium: the tests of the review page will be skipped" >&2

lint: $(BIN)/.dev ## style and types
	$(BIN)/ruff check pipeline samples tests docs
	$(BIN)/ruff format --check pipeline samples tests docs
	$(BIN)/mypy

quality: system $(BIN)/.dev ## score real scans, samples and seeds against quality_floor.json
	$(BIN)/python -m pipeline.evaluate.quality --shared $(SHARED) --floor quality_floor.json

bench: system $(BIN)/.dev ## time the whole program beside bare Tesseract and OCRmyPDF on the same pages
	$(BIN)/python -m pip install --quiet 'ocrmypdf>=16,<18'
	$(BIN)/python -m pipeline.evaluate.bench --picture samples/images/bench.png

hard-pages: system $(BIN)/.dev ## spoil sample pages in 20 ways and compare the errors with bare Tesseract
	$(BIN)/python -m pipeline.evaluate.hard_pages

evidence: system $(BIN)/.dev ## kill, starve, flood and attack: every long trial of tests/evidence (about an hour)
	for trial in kill_restart disk_full ten_thousand watch_abuse cluster fuzz blank_slots review_queue_speed; do \
	  echo "== $$trial"; $(BIN)/python tests/evidence/$$trial.py || exit 1; done

docs: $(BIN)/.dev ## write the column pages, catalogues, pictures and the notebook's answers anew from a run in OUT
	$(BIN)/python docs/make_columns.py
	$(BIN)/python -m pipeline.messages.catalogue
	$(BIN)/python samples/screenshots.py
	$(BIN)/python samples/screenshots_report.py $(OUT) samples/images/report.png
	$(BIN)/python samples/run_notebook.py $(OUT)

samples: PACKAGES += fonts-croscore
samples: system $(BIN)/.dev ## render samples/documents again from their sources
	$(BIN)/python samples/render.py

language-model: $(BIN)/.dev build/pairs ## build the language model again from SHARED/corpus (or your own text)
	$(BIN)/python -m pipeline.restore.build_language_model \
	  --corpus 3=$(SHARED)/corpus/law.txt.xz $(SHARED)/corpus/wiki.txt.xz $(SHARED)/corpus/news.txt.xz \
	  --exclude $(wildcard $(SHARED)/seeds/*.txt) build/pairs/test_*.gt $(wildcard $(SHARED)/cases/dev/*.jsonl)

channel-model: PACKAGES += fonts-croscore tesseract-ocr-eng
channel-model: system $(BIN)/.dev build/pairs ## learn again what OCR makes of Vietnamese letters
	$(BIN)/python -m pipeline.evaluate.render_ocr_pairs --corpus $(SHARED)/corpus --out build/ocr_pairs --minutes 35
	for language in eng vie; do $(BIN)/python -m pipeline.restore.build_channel \
	  --pairs build/ocr_pairs build/pairs --language $$language --skip test_,page_007 || exit 1; done

digits-model: $(BIN)/.dev ## train the reader of handwritten digits again (torch, about 40 minutes on 2 cores)
	$(BIN)/python -m pip install --quiet torch==2.13.0 'onnx>=1.16,<2'
	$(BIN)/python -m pipeline.handwriting.training --slots $(SHARED)/handwriting/dev --digits $(SHARED)/handwriting/digits

build/pairs:
	mkdir -p $@ && tar -xJf $(SHARED)/ocr_pairs/pairs.tar.xz -C $@ --strip-components=1

lock: $(BIN)/.dev ## write the lock files anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --extra dev -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --extra fast --constraint requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## remove the virtual environment and results
	rm -rf $(VENV) $(OUT)
