# What a person types. Anything longer than a line or two is a script in .ci/ or docker/.
.DEFAULT_GOAL := help
.PHONY: help setup demo sandbox test tour screenshots check format bench chaos corpus image botimage lock clean

# The name as it was typed, whatever is in it.
export DEMO_FILE := $(value FILE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with all that development needs
	@.ci/venv dev

demo: ## watch a conversation with the bot, no token or root needed (FILE=video to use your own; DEMO=cluster kills a worker)
	@.ci/venv demo
	@.venv/bin/python telegram_bot.py demo $(if $(filter cluster,$(DEMO)),--cluster) $${DEMO_FILE:+-- "$$DEMO_FILE"}

sandbox: ## chat with the bot on a page in your browser, no token or root needed (PORT=8090)
	@.ci/venv demo
	@.venv/bin/python telegram_bot.py sandbox --open $(if $(PORT),--port $(PORT))

test: ## set up what the tests need and run them all (ARGS='-k name' goes to pytest)
	@.ci/test $(ARGS)

tour: ## play conversations with the bot and write docs/tour.md
	@.ci/venv dev
	@.ci/prepare || test $$? = 3  # Docker is not needed here
	@.venv/bin/python -m tests.tour

screenshots: ## take docs/sandbox.png and docs/dashboard.png anew
	@.ci/venv dev
	@.ci/prepare || test $$? = 3  # Docker is not needed here
	@.venv/bin/python -m tests.browser.screenshots

check: ## formatting, lint, types and import directions
	@.ci/venv dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: ## format the code and repair what lint can repair
	@.ci/venv dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: ## measure, as ratios against bare ffmpeg and HandBrake
	@.ci/venv dev
	@.ci/prepare
	@.ci/peers
	@.venv/bin/python -m benchmarks

chaos: ## kill the bot's processes while people send files, and count what is lost (JOBS=, REAL=, PEOPLE=, DISPATCH=)
	@.ci/venv dev
	@.ci/prepare || test $$? = 3  # Docker is not needed here
	@.venv/bin/python -m tests.chaos

corpus: ## convert every file of MEDIA_CORPUS=folder and judge the outputs (TARGET=, CASES=, JOBS=, RUNNER=)
	@.ci/corpus

image: ## build the ffmpeg image that conversions run in, unless it is up to date
	@docker/build.sh

botimage: ## build the image of the bot itself, and that one
	@docker/build-bot.sh

lock: ## write the requirements files from pyproject.toml (UPGRADE=1 for newest versions)
	@.ci/lock

clean: ## remove what these commands made here (never data/, logs/ or a .venv of your own)
	@test "$$(cat .venv/.made-by-make 2>&1)" != "$$(stat -c %Y .venv/pyvenv.cfg 2>&1)" || rm -rf .venv
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis demo-out
	rm -rf *.egg-info build
	find bot converter standin tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
