"""Findings that somebody decided to live with, on one object and for a reason (PK150, PK151).

A pipeline and a stage ignore for all that is in them; a project for its buildspec too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field

from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.checks.facts import Facts, setting
from pipelinekit.codes import CODES, When, found
from pipelinekit.diagnostics import Diagnostic, Ignored, Location

Path = tuple[str, ...]


@define
class Scope:
    """What one object ignores: ``paths`` are its own below the pipeline, ``unused`` the codes that met nothing yet."""

    paths: tuple[Path, ...]
    reasons: Mapping[str, str]
    where: Location
    unused: set[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.unused = set(self.reasons)


def apply(facts: Facts, findings: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[Ignored]]:
    """Take out the findings that are ignored, and put in those about the ignoring itself."""
    scopes = list(_scopes(facts))
    if not scopes:
        return list(findings), []
    by_path: dict[Path, list[Scope]] = {}
    for scope in scopes:
        for path in scope.paths:
            by_path.setdefault(path, []).append(scope)
    kept, ignored = [], []
    for finding in findings:
        reason = _reason(by_path, finding)
        if reason:
            ignored.append(Ignored(finding, reason))
        else:
            kept.append(finding)
    return [*kept, *(finding for scope in scopes for finding in _useless(scope))], ignored


def _reason(by_path: Mapping[Path, list[Scope]], finding: Diagnostic) -> str:
    """Give the reason for which a finding is ignored, or an empty text."""
    reason = ""
    path = finding.where.path[1:]
    for length in range(len(path), -1, -1):
        for scope in by_path.get(path[:length], ()):
            if finding.code in scope.reasons:
                scope.unused.discard(finding.code)
                reason = reason or scope.reasons[finding.code].strip()
    return reason


def _useless(scope: Scope) -> Iterator[Diagnostic]:
    for code, reason in scope.reasons.items():
        if not reason.strip():
            yield found(
                "PK150", scope.where, f"ignores {code} without a reason", f'say why: ignore={{"{code}": "..."}}'
            )
        elif code not in CODES:
            yield found("PK151", scope.where, f"ignores {code}, which is no code", "leave it out")
        elif code in scope.unused and CODES[code].when not in (When.EMITTING, When.RUNNING):
            yield found("PK151", scope.where, f"ignores {code}, and there is no such finding here", "leave it out")


def _scopes(facts: Facts) -> Iterator[Scope]:
    for key, reasons in facts.definition.origin.ignores.items():
        path = tuple(key.split("/")) if key else ()
        yield Scope((path,), reasons, facts.at(*path))
    for project in facts.definition.projects:
        yield from _of_project(facts, project)
    for key, appspec in facts.definition.appspecs.items():
        stage, _, action = key.partition("/")
        if appspec.ignore:
            yield Scope(((stage, action, "appspec"),), appspec.ignore, facts.at(stage, action, "appspec"))
    groups = {(group.application, group.name): group for group in facts.definition.deployment_groups if group.ignore}
    for stage_, action_ in facts.actions if groups else ():
        group = groups.pop((setting(action_, "ApplicationName"), setting(action_, "DeploymentGroupName")), None)
        if group is not None:
            path = (stage_.name, action_.name, "group")
            yield Scope((path,), group.ignore, facts.at(*path))


def _of_project(facts: Facts, project: Project) -> Iterator[Scope]:
    user = facts.users.get(project.name, ("project", project.name))
    if project.ignore:
        yield Scope(((*user, "project"), (*user, "buildspec")), project.ignore, facts.in_project(project))
    if isinstance(project.buildspec, BuildSpec) and project.buildspec.ignore:
        path = (*user, "buildspec")
        yield Scope((path,), project.buildspec.ignore, facts.in_project(project, "buildspec"))
