"""What is checked: ``nox`` runs lint, types, imports, tests and docs; ``nox -s bench`` the measurements."""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "types", "imports", "tests", "docs"]
nox.options.reuse_existing_virtualenvs = True

GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


def install(session: nox.Session, group: str, *, package: bool = True) -> None:
    """Install a group of development tools, and pipelinekit with what it needs."""
    session.install("-q", *GROUPS[group], *(["-e", "."] if package else []))


@nox.session
def lint(session: nox.Session) -> None:
    """Style: ruff's rules, and its format."""
    install(session, "lint", package=False)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types: mypy --strict and pyright; wrong uses of the language must be found."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright", "--pythonpath", f"{session.bin}/python")
    session.run("python", "-m", "pytest", "tests/typing", "-q")


@nox.session
def imports(session: nox.Session) -> None:
    """Layers: arrows point down."""
    install(session, "imports", package=False)
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "."})


@nox.session
def tests(session: nox.Session) -> None:
    """Tests."""
    install(session, "tests")
    session.run("python", "-m", "pytest", *(session.posargs or ["-n", "2", "--ignore=tests/typing"]))


@nox.session
def docs(session: nox.Session) -> None:
    """Documentation: every Python block of the README and of docs/ is executed."""
    install(session, "docs")
    env = {"PYTHONPATH": "docs"}
    session.run("python", "-m", "pytest", "-c", "docs/pytest.ini", "--rootdir", ".", "README.md", "docs", env=env)


@nox.session
def golden(session: nox.Session) -> None:
    """Write the golden files anew; look at their difference before you commit it."""
    install(session, "tests")
    session.run("python", "-m", "pytest", "tests", "-q", "-k", "golden", env={"PIPELINEKIT_REWRITE_GOLDEN": "1"})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure, beside references in the same run; ``-- --markdown docs/performance.md`` writes the table."""
    install(session, "bench")
    session.run("python", "bench/run.py", *session.posargs)
