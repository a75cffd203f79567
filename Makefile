PYTHON ?= python3
PY := .venv/bin/python
# Of how many jobs make bench asks for pages.
SIZES ?= 1000,10000,100000
PIP := $(wildcard scripts/vendor/pip-*.whl)/pip
# The smallest lock that these settings need; an installed larger one holds it too.
LOCK = $(if $(REDIS_URL)$(SENTRY_DSN),server,$(if $(filter postgres% pg% psql%,$(DATABASE_URL)),postgres,runtime))

# Settings of a site on https, so that "check --deploy" judges what a real site runs with.
AS_DEPLOYED = env SITE_URL=https://jobs.example DATABASE_URL=sqlite://:memory: EMAIL_URL=smtp://localhost \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz

# Compiling takes each process seconds: the second run reads what the first one compiled.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest
# Neighbours share a process, and with it a browser or a filled database, until one has nothing left.
ON_ALL_CORES = -n auto --dist worksteal
# pyproject.toml says what these markers mean. To import files without them only to skip them takes seconds.
ON_POSTGRESQL = $(if $(filter 1,$(REQUIRE_ALL)),\
	-m "not browser and not pure and not sqlite_alone and (both_databases or not slow)",\
	-m both_databases $$(grep -rl --include="test_*.py" both_databases tests))

FAULTS = $$(grep -rl --include="test_*.py" "mark.faults" tests)

.PHONY: help python venv venv-dev run password test faults bench parse-report lint format check screenshots lock

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

python:
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11 or newer and run: make run PYTHON=/path/to/python3"; exit 1; }

venv: python
	@"$(PYTHON)" scripts/setup_venv.py $(LOCK)

venv-dev: python
	@"$(PYTHON)" scripts/setup_venv.py dev

run: venv ## Set up, migrate, load the starter content and serve (PORT=8000 DATA_DIR=var)
	@exec $(PY) manage.py serve

password: venv ## Set a new password: make password EMAIL=admin@example.com
	@exec $(PY) manage.py changepassword "$(EMAIL)"

lint: venv-dev ## Lint code and templates, check types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports --no-logo --no-cache
	@$(AS_DEPLOYED) DATA_DIR=.mypy_cache/data $(PY) -m mypy --no-error-summary
	@.venv/bin/djangofmt --check templates
	@.venv/bin/djangofmt check templates

format: venv-dev ## Format code and templates
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .
	@.venv/bin/djangofmt templates
	@.venv/bin/djangofmt check --fix templates

check: lint ## Lint, check deployment settings, missing migrations and HTML of every page type
	@$(AS_DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING
	@$(AS_DEPLOYED) $(PY) manage.py makemigrations --check --dry-run
	@$(if $(filter 1,$(REQUIRE_ALL)),echo "HTML of every page type: make test checks it with REQUIRE_ALL=1",\
		env -u DATABASE_URL REQUIRE_ALL=1 $(PY) -m pytest tests/site/test_valid_html.py)

test: venv-dev ## Run the tests (SQLite, plus PostgreSQL and Chromium if installed)
	@env -u DATABASE_URL $(PYTEST) $(ON_ALL_CORES)
	@$(PY) scripts/with_postgres.py $(PYTEST) $(ON_ALL_CORES) $(ON_POSTGRESQL)

faults: venv-dev ## Kill, stop and slow down what the site runs on, and see that it goes on (SQLite and PostgreSQL)
	@env -u DATABASE_URL REQUIRE_ALL=1 FAULTS=1 $(PYTEST) -v -m faults $(FAULTS)
	@env REQUIRE_ALL=1 FAULTS=1 $(PY) scripts/with_postgres.py $(PYTEST) -v -m "faults and not sqlite_alone and not pure" $(FAULTS)

bench: venv-dev ## Benchmark pages, search, imports and how long writers and readers wait (JOBS=10000 SIZES=1000,10000,100000)
	@env -u DATABASE_URL $(PY) benchmarks/pages.py --sizes $(SIZES) --write
	@env -u DATABASE_URL $(PY) benchmarks/visits.py $(JOBS)
	@env -u DATABASE_URL $(PY) benchmarks/search.py $(JOBS)
	@env -u DATABASE_URL $(PY) benchmarks/import_listings.py $(JOBS)
	@env -u DATABASE_URL $(PY) benchmarks/write_waits.py $(JOBS)
	@env -u DATABASE_URL $(PY) benchmarks/worker.py
	@env -u DATABASE_URL $(PY) benchmarks/neighbours.py

parse-report: venv-dev ## Report right, wrong and missing values read from real postings
	@env -u DATABASE_URL $(PY) -m benchmarks.parse_report

screenshots: venv-dev ## Make the README screenshots from a fresh copy of the site
	@$(PY) scripts/screenshots.py

lock: venv-dev ## Update the dependency lock files
	@$(PY) $(PIP) install --quiet --disable-pip-version-check uv
	@for extra in runtime postgres server dev; do \
		$(PY) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --no-header --no-annotate \
			$$(test $$extra = runtime || echo "--extra $$extra") pyproject.toml -o requirements/$$extra.txt || exit 1; \
	done
