# Every verb but clean sets the clone up first; where nothing changed, that is half a second.
PYTHON ?= python3
# What pytest gets; ARGS="-k rotation" runs a part, in one process.
ARGS ?= --numprocesses=auto

# The engine starts the `python3` that is first on PATH for programs and dynamic providers. The tests start hundreds of
# Pythons: each would compile everything anew where PYTHONDONTWRITEBYTECODE is set, as in many a container.
RUN = PYTHONDONTWRITEBYTECODE= PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup parts browser tools tofu provider test lint coverage faults demo bench endurance unknowns clean

help:
	@echo 'usage: make VERB'
	@echo
	@echo '  setup     the virtual environment, the packages, the Pulumi engine'
	@echo '  lint      ruff, mypy, and whether what is public says what it does'
	@echo '  test      lint, then every test; ARGS="-k rotation" runs a part'
	@echo '  coverage  every test, with the branches of providers/ and stacks/ counted'
	@echo '  faults    kills and runs at once at every moment, under Pulumi, Terraform and'
	@echo '            OpenTofu, and every story of tests/terraform; takes hours'
	@echo '  demo      the product at work on one tenant, against the simulator;'
	@echo '            FLEET=50: on as many tenants; RUNNER=temporal: by two workers;'
	@echo '            CONSOLE=browser: its screens, driven by our gateway in a Chromium;'
	@echo '            ENGINE=opentofu or terraform: under that engine, its keys in a vault'
	@echo '  tofu      OpenTofu from its Go module, once per machine; then the stories of'
	@echo '            tests/terraform run on it with TERRAFORM_ENGINES=terraform,tofu'
	@echo '  provider  the Terraform provider for machines without Python, in dist/'
	@echo '  bench     the benchmarks, against the simulator; BASE=9b49f8e measures that'
	@echo '            commit, too; SCALE="1000 10000": many tenants instead;'
	@echo '            RUNNER=temporal: what that runner costs'
	@echo '  endurance the numbers of the console gateway, in a Chromium'
	@echo '  unknowns  how much of docs/coverage.md is documented, assumed and unknown'
	@echo '  clean     remove what these verbs made, the Pulumi engine excepted'
	@echo
	@echo 'PYTHON=python3.12 chooses another Python, 3.11 or newer. To use the result'
	@echo 'in your own shell: . .venv/bin/activate'

setup:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo 'set-up: Python 3.11 or newer is needed: no $(PYTHON) on PATH; install it, or name another, as in: make setup PYTHON=python3.12' >&2; exit 1; }
	@"$(PYTHON)" -m toolchain

lint: setup
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy .
	$(RUN) -m interrogate -i -I -M -s -p --fail-under 90 providers stacks gateway

parts: setup
	@$(RUN) -m toolchain.parts

browser: setup
	@$(RUN) -m toolchain.browser

tofu: setup
	@$(RUN) -m toolchain.tofu

provider: setup
	$(RUN) -m pytest tests/terraform/package_story.py

tools: setup
	@$(RUN) -m toolchain.node

test: lint parts browser tools
	$(RUN) -m pytest $(ARGS)

coverage: setup parts browser tools
	$(RUN) -m pytest --cov --cov-report=term-missing:skip-covered $(ARGS)

faults: setup parts tofu
	$(RUN) -m tests.faults
	$(RUN) -m tests.faults --engine=terraform
	$(RUN) -m tests.faults --engine=tofu
	STORIES=all TERRAFORM_HISTORIES=60 TERRAFORM_ENGINES=terraform,tofu $(RUN) -m pytest tests/terraform
	HISTORIES=2000 ENGINE_HISTORIES=300 $(RUN) -m pytest tests/histories --numprocesses=2
	DRIFTS=300 $(RUN) -m pytest -s tests/fleet/test_generated_drifts.py
	TEMPORAL_KILLS=1000 $(RUN) -m pytest -s --timeout=36000 tests/fleet/test_temporal_kills.py
	TEMPORAL_PATIENCE=whole $(RUN) -m pytest --timeout=900 tests/fleet/test_temporal_takeover.py

demo: setup $(if $(filter browser,$(CONSOLE)),browser) $(if $(filter temporal,$(RUNNER)),parts)
	$(RUN) -m demo $(if $(CONSOLE),--console=$(CONSOLE)) $(if $(FLEET),--fleet=$(FLEET)) $(if $(RUNNER),--runner=$(RUNNER)) $(if $(ENGINE),--engine=$(ENGINE))

bench: setup $(if $(filter temporal,$(RUNNER)),parts)
	$(RUN) -m tests.bench$(if $(SCALE),.scale $(SCALE),$(if $(filter temporal,$(RUNNER)),.temporal,$(if $(BASE), --base=$(BASE))$(if $(RESTAPI), --restapi='$(RESTAPI)')))

endurance: setup browser
	$(RUN) -m tests.console.endurance

unknowns: setup
	$(RUN) -m tests.bench.words

clean:
	rm -rf .venv .venv.lock .work .mypy_cache .pytest_cache .ruff_cache .hypothesis dist *.egg-info
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
