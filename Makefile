# Each verb installs what it needs first; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
SERVICES := .venv/services/bin/python
ENGINE := .venv/engine/bin/python
ifneq (,$(wildcard .env))
include .env
export
endif

.PHONY: help run test check new-topic train evaluate shell bench lock format install install-test

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install:
	@$(PYTHON) scripts/install.py run

install-test:
	@$(PYTHON) scripts/install.py test

run: install ## everything on this machine; Ctrl-C stops it
	@exec $(SERVICES) -m bot run

test: install-test ## all checks and tests
	@$(SERVICES) scripts/test.py

check: install ## every problem in what staff wrote
	@$(SERVICES) -m bot check

new-topic: install ## the files of a new topic, to be filled in: make new-topic ID=my_topic
	@$(SERVICES) -m bot new_topic "$$ID"

train: install ## train the model anew
	@$(ENGINE) -m bot train

evaluate: install ## scores per language on held-out questions; ARGS=--publish keeps them
	@$(ENGINE) -m bot train --if-changed
	@OMP_NUM_THREADS=1 $(ENGINE) -m bot evaluate $(ARGS)

shell: install ## talk to the bot in the terminal
	@$(ENGINE) -m bot train --if-changed
	@$(ENGINE) -m bot shell

bench: install-test ## measure against stock Rasa in the same run
	@$(PYTHON) scripts/install.py stock
	@$(SERVICES) tests/bench/run.py

format:
	@$(SERVICES) -m ruff format . && $(SERVICES) -m ruff check --fix .

lock: ## lock both environments anew, with hashes and without index addresses
	@$(PYTHON) scripts/install.py lock
