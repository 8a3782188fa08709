# The commands of this project; `just` alone lists them. They use .venv when there is one.

set positional-arguments

export PATH := justfile_directory() / ".venv" / "bin" + ":" + env("PATH")

compile := "uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet"

_list:
    @{{just_executable()}} --list --unsorted

# All that CI checks: style, types, and every test.
check: lint
    python -m pytest -n 2 --dist loadfile

# Style and types.
lint:
    ruff check
    ruff format --check
    mypy

# Mend what a machine can mend.
fix:
    ruff check --fix
    ruff format

# All tests, or those that are named: just test tests/unit -k disclosure.
test *arguments:
    python -m pytest "$@"

# The specs on DuckDB alone: seconds, not minutes.
spec *arguments:
    python -m pytest tests/spec -k "not spark" "$@"

# The laws of money, each on 1,000 cases drawn anew; just laws 5000 draws more.
laws cases="1000":
    LEVELFIELD_CASES={{cases}} python -m pytest $(grep -l "property.cases" tests/property/test_*.py)

# The demonstration: a simulated health system from submissions to statements.
demo:
    levelfield demo --home demo-home --out demo-site

# Write the reference pages from definitions and specs.
docs:
    python docs/generate.py

# Pin the newest versions that fit pyproject.toml; needs uv.
lock:
    {{compile}} --upgrade --extra spark --group dev --output-file requirements/test.txt
    {{compile}} --upgrade --group build --constraint requirements/test.txt --output-file requirements/run.txt
