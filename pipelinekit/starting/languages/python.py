"""Python: pytest, tox, nox, unittest or Django's tests; pip, uv, Poetry, PDM or Pipenv; wheels by ``build``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from pipelinekit.starting.toolchain import Commands, Outputs, Toolchain, with_runtime
from pipelinekit.starting.tree import Tree, mentions, requirement_name, string, strings, table

PROJECT = "pyproject.toml"
MANIFESTS = (PROJECT, "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini", "noxfile.py", "manage.py")
REQUIREMENTS = ("*requirements*.txt", "requirements/*.txt")
TESTS = ("test_*.py", "*_test.py", "**/tests/**/*.py", "**/test/**/*.py", "**/test_*.py", "**/*_test.py")
SOURCES = ("*.py", "src/**/*.py")

_VENV = ("python3 -m venv .venv", ". .venv/bin/activate")
_OWN_ENVIRONMENT = "It gets an environment of its own, so that a run on your machine leaves your Python alone."
_PREFERRED = ("test", "tests", "testing", "dev", "develop", "development", "all")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def look(tree: Tree) -> Toolchain | None:
    """Say how a Python tree is tested and built; None when it is none."""
    because = tree.present(*MANIFESTS) or tree.matching(*REQUIREMENTS)[:1]
    return _toolchain(tree, because) if because else None


def look_loose(tree: Tree) -> Toolchain | None:
    """Say how Python files are tested that no manifest goes with; None when there are none."""
    because = tree.matching(*SOURCES)[:1]
    return _toolchain(tree, because) if because else None


def _toolchain(tree: Tree, because: tuple[str, ...]) -> Toolchain:
    project = _Project(tree)
    toolchain = Toolchain(
        language="Python",
        because=because,
        programs=("python3",),
        test=_test(project),
        build=_build(project),
        outputs=Outputs(base_directory="dist") if project.is_package else None,
        vendor=_vendor(project),
        leaves=(".venv", ".tools"),
        setup_note=_OWN_ENVIRONMENT,
        notes=tuple(_notes(project)),
    )
    return with_runtime(toolchain, "python", *_pinned(tree))


class _Project:
    """What the manifests of a Python tree say."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.data = tree.toml(PROJECT)
        self.groups = _groups(table(self.data, "dependency-groups"))
        self.extras = {
            name: strings(needs) for name, needs in table(self.data, "project", "optional-dependencies").items()
        }
        self.requirements = {path: _requirements(tree.text(path)) for path in tree.matching(*REQUIREMENTS)}
        self.is_package = self._is_package()
        self.tool = next((tool for tool in _TOOLS if tree.has(tool.lock)), None)
        self.variables = self._variables()

    def _is_package(self) -> bool:
        if table(self.data, "tool", "poetry").get("package-mode") is False:
            return False
        if table(self.data, "tool", "uv").get("package") is False:
            return False
        return "build-system" in self.data or self.tree.has("setup.py")

    def _variables(self) -> dict[str, str]:
        """Give a version where one is made from git tags: CodePipeline hands the files on without their history."""
        needs = [requirement_name(need) for need in strings(table(self.data, "build-system").get("requires"))]
        setup = self.tree.text("setup.py") + self.tree.text("setup.cfg")
        if {"setuptools-scm", "setuptools_scm", "hatch-vcs", "hatch_vcs"} & set(needs) or "use_scm_version" in setup:
            return {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"}
        if "pbr" in needs or "pbr=True" in setup.replace(" ", ""):
            return {"PBR_VERSION": "0.0.0"}
        return {}

    def itself(self) -> list[str]:
        """Give the arguments of pip that install what the sources need to run."""
        if self.is_package:
            return ["-e ."]
        return ["-r requirements.txt"] if self.tree.has("requirements.txt") else []


def _groups(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the dependency groups with those they include (PEP 735)."""
    return {name: list(_in_group(data, name, ())) for name in data}


def _in_group(data: Mapping[str, Any], name: str, inside: tuple[str, ...]) -> Iterator[str]:
    needs = data.get(name)
    for need in needs if isinstance(needs, list) else ():
        if isinstance(need, str):
            yield need
        elif isinstance(need, dict) and (other := string(need.get("include-group"))) not in (*inside, name):
            yield from _in_group(data, other, (*inside, name))


def _requirements(text: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _picked(choices: Mapping[str, list[str]], package: str) -> str | None:
    """Give the group or extra that brings a package, the likeliest by its name first."""
    names = [name for name, needs in choices.items() if mentions(needs, package) and _NAME.fullmatch(name)]
    rank = {name: number for number, name in enumerate(_PREFERRED)}
    return min(names, key=lambda name: (rank.get(name, len(rank)), name), default=None)


@frozen(kw_only=True)
class _Tool:
    """A tool that manages dependencies: what tells of it, and how it installs them and runs a command."""

    name: str
    lock: str
    install: str
    group: str = ""
    extra: str = ""
    run: str
    variables: tuple[tuple[str, str], ...] = ()


_TOOLS = (
    _Tool(
        name="uv",
        lock="uv.lock",
        install=".tools/bin/uv sync --locked",
        group=" --group {}",
        extra=" --extra {}",
        run=".tools/bin/uv run --no-sync ",
    ),
    _Tool(
        name="poetry",
        lock="poetry.lock",
        # An environment that happens to be active is not Poetry's to fill.
        install="env -u VIRTUAL_ENV .tools/bin/poetry install --no-interaction",
        group=" --with {}",
        extra=" --extras {}",
        run="env -u VIRTUAL_ENV .tools/bin/poetry run ",
        variables=(("POETRY_VIRTUALENVS_IN_PROJECT", "true"),),
    ),
    _Tool(
        name="pdm",
        lock="pdm.lock",
        install=".tools/bin/pdm sync",
        group=" --group {}",
        extra=" --group {}",
        run=".tools/bin/pdm run ",
        variables=(("PDM_IGNORE_ACTIVE_VENV", "1"),),
    ),
    _Tool(
        name="pipenv",
        lock="Pipfile.lock",
        install=".tools/bin/pipenv install --dev --deploy",
        run=".tools/bin/pipenv run ",
        variables=(("PIPENV_VENV_IN_PROJECT", "1"), ("PIPENV_IGNORE_VIRTUALENVS", "1")),
    ),
)


def _test(project: _Project) -> Commands | None:
    tree = project.tree
    if _has_pytest(project):
        return _pytest(project)
    if _has_tox(project):
        return _by_runner("tox", "tox -e py", project)
    if tree.has("noxfile.py"):
        return _by_runner("nox", "nox", project)
    if tree.has("manage.py"):
        return _in_environment(project, "Django's tests", ["python manage.py test"])
    if _test_files(tree):
        return _unittest(project)
    return None


def _has_pytest(project: _Project) -> bool:
    tree, tool = project.tree, table(project.data, "tool")
    told = "pytest" in tool or tree.has("pytest.ini") or bool(tree.matching("conftest.py", "**/conftest.py"))
    configured = "[tool:pytest]" in tree.text("setup.cfg") or "[pytest]" in tree.text("tox.ini")
    wanted = any(mentions(needs, "pytest") for needs in (*_all_needs(project),))
    used = any(
        re.search(r"^[ \t]*(?:import|from) pytest\b", tree.text(file), re.MULTILINE) for file in _test_files(tree)
    )
    return told or configured or wanted or used


def _all_needs(project: _Project) -> Iterator[list[str]]:
    yield from project.groups.values()
    yield from project.extras.values()
    yield from project.requirements.values()
    poetry = table(project.data, "tool", "poetry")
    yield list(table(poetry, "dev-dependencies"))
    for group in table(poetry, "group"):
        yield list(table(poetry, "group", group, "dependencies"))
    pdm = table(project.data, "tool", "pdm", "dev-dependencies")
    yield from (strings(needs) for needs in pdm.values())
    yield list(table(project.tree.toml("Pipfile"), "dev-packages"))


def _has_tox(project: _Project) -> bool:
    inside = "[testenv" in project.tree.text("tox.ini") or "[testenv" in project.tree.text("setup.cfg")
    return inside or "tox" in table(project.data, "tool")


def _test_files(tree: Tree) -> tuple[str, ...]:
    return tuple(file for file in tree.matching(*TESTS) if not file.endswith("/__init__.py"))


def _pytest(project: _Project) -> Commands:
    """Run pytest with what the tests need, as whoever knows that says: a group, an extra, a file, tox, nox."""
    group, extra = _picked(project.groups, "pytest"), _picked(project.extras, "pytest")
    files = _picked_files(project)
    if project.tool is not None:
        wants = project.tool.group.format(group) if group else project.tool.extra.format(extra) if extra else ""
        return _by_tool(project.tool, wants, "pytest", ["python -m pytest"], project)
    if group is not None:
        wanted = [*project.itself(), f"--group {group}"]
    elif extra is not None:
        wanted = [f"-e '.[{extra}]'"]
    elif files:
        wanted = [*project.itself()[:1], *(f"-r {shlex.quote(file)}" for file in files)]
    elif _has_tox(project):
        return _by_runner("tox", "tox -e py", project)
    elif project.tree.has("noxfile.py"):
        return _by_runner("nox", "nox", project)
    else:
        wanted = [*project.itself(), "pytest"]
    newer = ["pip install -q --upgrade pip"] if group else []  # groups came with pip 25.1
    install = f"pip install -q {' '.join(dict.fromkeys(wanted))}"
    return Commands(
        by="pytest",
        setup=(*_VENV, *newer, install),
        commands=("python -m pytest",),
        variables=project.variables,
    )


def _picked_files(project: _Project) -> list[str]:
    names = [file for file, needs in project.requirements.items() if mentions(needs, "pytest")]
    return sorted(names, key=lambda name: ("test" not in name, "dev" not in name, name))[:1]


def _by_runner(name: str, command: str, project: _Project) -> Commands:
    return Commands(by=name, setup=(*_VENV, f"pip install -q {name}"), commands=(command,), variables=project.variables)


def _by_tool(tool: _Tool, wants: str, by: str, commands: list[str], project: _Project) -> Commands:
    return Commands(
        by=f"{by} and {tool.name}",
        setup=("python3 -m venv .tools", f".tools/bin/pip install -q {tool.name}", f"{tool.install}{wants}"),
        commands=tuple(f"{tool.run}{command}" for command in commands),
        variables={**project.variables, **dict(tool.variables)},
    )


def _in_environment(project: _Project, by: str, commands: list[str]) -> Commands:
    """Run commands with what the sources need; where they need nothing, with the Python that is there."""
    if project.tool is not None:
        return _by_tool(project.tool, "", by, commands, project)
    itself = project.itself()
    if not itself:
        return Commands(by=by, commands=tuple(f"python3{command.removeprefix('python')}" for command in commands))
    return Commands(
        by=by,
        setup=(*_VENV, f"pip install -q {' '.join(itself)}"),
        commands=tuple(commands),
        variables=project.variables,
    )


def _unittest(project: _Project) -> Commands:
    files = _test_files(project.tree)
    top = next((directory for directory in ("tests", "test") if project.tree.has_directory(directory)), None)
    # Discovery goes into packages only: a directory without __init__.py must be named.
    start = f" -s {top}" if top and not project.tree.has(f"{top}/__init__.py") and "/" in files[0] else ""
    return _in_environment(project, "unittest", [f"python -m unittest discover{start}"])


def _build(project: _Project) -> Commands | None:
    if not project.is_package:
        return None
    return Commands(
        by="`python -m build`",
        setup=(*_VENV, "pip install -q build"),
        commands=("python -m build",),
        variables=project.variables,
    )


def _vendor(project: _Project) -> tuple[str, ...]:
    wanted = "." if project.is_package else "-r requirements.txt" if project.tree.has("requirements.txt") else ""
    return (f"python3 -m pip install -q -t . {wanted}",) if wanted else ()


def _pinned(tree: Tree) -> tuple[str, str]:
    """Give the version that the tree pins, such as 3.12, and the file that says so."""
    for path in (".python-version", "runtime.txt"):
        found = re.match(r"\s*(?:python-)?(\d+\.\d+)(?:\.\d+)?\s*$", tree.text(path).partition("\n")[0])
        if found:
            return found[1], path
    return "", ""


def _notes(project: _Project) -> Iterator[str]:
    for name in project.variables:
        yield f"the version is made from git tags, which CodePipeline does not hand on: {name} stands in for it"
