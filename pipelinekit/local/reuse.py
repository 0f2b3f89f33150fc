"""Outputs of earlier executions, given again: where nothing has changed, or where a run begins in the middle."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pipelinekit import documents
from pipelinekit.codebuild.project import Project
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import places
from pipelinekit.local.journal import Journal
from pipelinekit.local.show import find_execution

_WORD = re.compile(r"[A-Za-z0-9_./+-]+")
_OF_THE_TERMINAL = re.compile(
    r"(?:_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|DISPLAY|WINDOWID|STY|PS[0-4]|PAGER|EDITOR|VISUAL|MAIL|LS_COLORS|COLORTERM"
    r"|WAYLAND_DISPLAY|DESKTOP_SESSION|SESSION_MANAGER|INVOCATION_ID|JOURNAL_STREAM|PYTEST_CURRENT_TEST"
    r"|(?:TERM|TMUX|SSH|XDG_SESSION|XDG_RUNTIME|DBUS|GPG|HIST|LESS|VSCODE|KITTY|ITERM|PIPELINEKIT|CODEBUILD)(?:_.*|$)"
    r"|TERM.*|LESS.*|HIST.*)$"
)
"""Variables that change from one terminal to the next, and by which no build should differ."""
_SECRET_TYPES = ("PARAMETER_STORE", "SECRETS_MANAGER")
_SECRET_NAMES = (*_SECRET_TYPES, "parameter-store", "secrets-manager")
"""In the configuration of an action, and in a buildspec."""


@frozen(kw_only=True)
class Reuse:
    """What an execution may take from earlier ones. A plain value, kept with the execution.

    ``unchanged``: outputs of actions that have not changed since they last succeeded. ``given``: the actions,
    ``Stage/Action``, whose outputs are taken from the execution ``of`` whatever has changed.
    """

    unchanged: bool = False
    given: tuple[str, ...] = field(default=(), converter=tuple[str, ...])
    of: str | None = None


@frozen(kw_only=True)
class Recorded:
    """The outputs of an action that succeeded in an earlier execution."""

    execution: str
    job: str
    variables: Mapping[str, str] = field(factory=dict)
    artifacts: Mapping[str, Any] = field(factory=dict)
    summary: str = ""

    @property
    def origin(self) -> str:
        """Which execution it comes from, for people."""
        return f"reused from {self.execution[:8]}"


def fingerprint(
    job: Job, definition: Definition, inputs: Mapping[str, Any], tools: Tools, environment: Mapping[str, str]
) -> str | None:
    """Give a hash of all that decides what a build makes; None where it reads secrets, which nobody may compare.

    That is: what the action does and where, with its variables filled in; its project and buildspec; the contents of
    its input artifacts and the commit behind them; the programs its commands name, by file, size and time; and the
    *environment* that its processes inherit, without what only tells of the terminal and the login.
    """
    project = definition.project(job.action.configuration.get("ProjectName", ""))
    if _reads_secrets(job, project):
        return None
    action = job.action
    said = (
        job.stage,
        action.name,
        str(action.action_type_id),
        action.region,
        sorted(action.configuration.items()),
        action.commands,
        [(artifact.name, artifact.files) for artifact in action.output_artifacts],
        action.output_variables,
        [(variable.name, variable.value) for variable in action.environment_variables],
        [(name, sorted((inputs.get(name) or {}).items())) for name in action.input_artifacts],
        tools.project(project),
        tools.environment(environment),
    )
    named = tools.of((*action.commands, *action.configuration.values(), tools.project(project)))
    return hashlib.sha256(repr((said, named)).encode()).hexdigest()


class Tools:
    """The programs on this machine that commands may name, and the projects they stand in: each looked at once."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[str, int, int] | None] = {}
        self._texts: dict[str, tuple[tuple[str, int, int], ...]] = {}
        self._projects: dict[Project, str] = {}
        self._environment: tuple[Mapping[str, str] | None, str] = (None, "")

    def of(self, texts: Iterable[str]) -> list[tuple[str, int, int]]:
        """Give path, size and time of every program that a word of *texts* names."""
        return sorted({program for text in texts for program in self._named(text)})

    def project(self, project: Project | None) -> str:
        """Give all that a project says, as text."""
        if project is None:
            return ""
        if project not in self._projects:
            self._projects[project] = json.dumps(documents.unstructure(project), sort_keys=True)
        return self._projects[project]

    def environment(self, given: Mapping[str, str]) -> str:
        """Give a hash of what an inherited environment says, without what differs from terminal to terminal."""
        if self._environment[0] is not given:
            told = {name: value for name, value in given.items() if _OF_THE_TERMINAL.match(name) is None}
            self._environment = given, hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        return self._environment[1]

    def _named(self, text: str) -> tuple[tuple[str, int, int], ...]:
        if text not in self._texts:
            words = dict.fromkeys(_WORD.findall(text))
            self._texts[text] = tuple(found for word in words if (found := self._look(word)) is not None)
        return self._texts[text]

    def _look(self, word: str) -> tuple[str, int, int] | None:
        if word not in self._words:
            place = shutil.which(word) if "/" not in word or word.startswith("/") else None
            self._words[word] = None if place is None else _stamp(place)
        return self._words[word]


def _stamp(place: str) -> tuple[str, int, int]:
    real = os.path.realpath(place)
    info = os.stat(real)
    return real, info.st_size, info.st_mtime_ns


def _reads_secrets(job: Job, project: Project | None) -> bool:
    variables = [*job.action.environment_variables, *(project.environment if project is not None else ())]
    if any(variable.type in _SECRET_TYPES for variable in variables):
        return True
    spec = project.buildspec if project is not None else None
    if spec is not None and not isinstance(spec, str) and (spec.parameter_store or spec.secrets_manager):
        return True
    texts = [*job.action.configuration.values(), spec if isinstance(spec, str) else ""]
    return any(name in text for text in texts if text for name in _SECRET_NAMES)


def find_unchanged(journal: Journal, state: Path, mark: str) -> Recorded | None:
    """Find the newest success with this fingerprint whose artifacts are still here."""
    rows = journal.query(
        "SELECT * FROM actions WHERE fingerprint = ? AND status = 'Succeeded' ORDER BY changed DESC LIMIT 5", (mark,)
    )
    return next((found for found in map(_recorded, rows) if _is_whole(state, found)), None)


def find_earlier(journal: Journal, state: Path, execution: str, stage: str, action: str) -> Recorded:
    """Find what an action gave in one earlier execution.

    Raises:
        PipelineKitError: when it did not succeed there, or its artifacts have been removed.
    """
    rows = journal.query(
        "SELECT * FROM actions WHERE execution = ? AND stage = ? AND action = ? AND status = 'Succeeded'"
        " ORDER BY attempt DESC, tries DESC LIMIT 1",
        (execution, stage, action),
    )
    if not rows:
        raise PipelineKitError(f"{stage}/{action} did not succeed in execution {execution[:8]}: name another one")
    found = _recorded(rows[0])
    if not _is_whole(state, found):
        raise PipelineKitError(f"the artifacts of {stage}/{action} of execution {execution[:8]} have been removed")
    return found


def choose_execution(journal: Journal, state: Path, pipeline: str, given: Iterable[str], wanted: str | None) -> str:
    """Choose the execution that outputs are taken from: the one wanted, else the newest that has all of them.

    Raises:
        PipelineKitError: when there is none, or the one wanted lacks something.
    """
    keys = list(given)
    if wanted is not None:
        row = find_execution(journal, wanted)
        for key in keys:
            find_earlier(journal, state, row["id"], *key.split("/", 1))
        return str(row["id"])
    rows = journal.query("SELECT id FROM executions WHERE pipeline = ? ORDER BY started DESC LIMIT 50", (pipeline,))
    for row in rows:
        try:
            for key in keys:
                find_earlier(journal, state, row["id"], *key.split("/", 1))
        except PipelineKitError:
            continue
        return str(row["id"])
    what = f"has the outputs of {', '.join(keys)}" if keys else "is known here"
    raise PipelineKitError(f"no earlier execution of {pipeline} {what}; run it whole first")


def known_variables(journal: Journal, definition: Definition, execution: str) -> dict[str, dict[str, str]]:
    """Give the output variables that an execution's actions gave, by namespace."""
    namespaces = {(stage.name, action.name): action.namespace for stage, action in definition.actions()}
    rows = journal.query(
        "SELECT stage, action, variables FROM actions WHERE execution = ? AND variables IS NOT NULL ORDER BY started",
        (execution,),
    )
    known: dict[str, dict[str, str]] = {}
    for row in rows:
        namespace = namespaces.get((row["stage"], row["action"]))
        if namespace is not None:
            known[namespace] = json.loads(row["variables"])
    return known


def take(state: Path, recorded: Recorded, execution: str) -> None:
    """Let an execution have the artifacts of another one. A pack is never written to, so that both may share it."""
    for name in recorded.artifacts:
        source = places.artifact(state, recorded.execution, name)
        target = places.artifact(state, execution, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:  # a file system without hard links
            shutil.copyfile(source, target)


def take_all(journal: Journal, state: Path, earlier: str, execution: str) -> dict[str, Any]:
    """Let an execution have all artifacts of an earlier one that are still there; gives what is known of them."""
    rows = journal.query(
        "SELECT artifacts FROM actions WHERE execution = ? AND artifacts IS NOT NULL ORDER BY started", (earlier,)
    )
    known: dict[str, Any] = {}
    for row in rows:
        known.update(json.loads(row["artifacts"]))
    there = {name: facts for name, facts in known.items() if places.artifact(state, earlier, name).is_file()}
    take(state, Recorded(execution=earlier, job="", artifacts=there), execution)
    return there


def _recorded(row: sqlite3.Row) -> Recorded:
    return Recorded(
        execution=row["execution"],
        job=row["job"],
        variables=json.loads(row["variables"]) if row["variables"] else {},
        artifacts=json.loads(row["artifacts"]) if row["artifacts"] else {},
        summary=row["summary"],
    )


def _is_whole(state: Path, recorded: Recorded) -> bool:
    return all(places.artifact(state, recorded.execution, name).is_file() for name in recorded.artifacts)
