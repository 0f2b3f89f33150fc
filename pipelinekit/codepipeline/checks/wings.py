"""The findings of builds and deployments, shown at the actions that bring them into the pipeline (PK6xx, PK7xx)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from pipelinekit.codebuild.checks import check_buildspec_text, check_project, check_projects, check_secret, check_use
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.checks import check_appspec, check_group, check_groups, check_neighbours, check_traffic
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.checks.facts import Facts, is_codebuild, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import ActionKey
from pipelinekit.codepipeline.order import rule_fields, variable_fields
from pipelinekit.diagnostics import Diagnostic, Locate, Location, Place


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the projects, buildspecs, deployment groups and AppSpecs of the pipeline."""
    yield from _actions(facts)
    for stage in facts.definition.pipeline.stages:
        for hook, rule in stage.rules():
            for field, text in rule_fields(rule):
                yield from check_secret(text, facts.at(stage.name, hook, rule.name, field))
    projects = facts.definition.projects
    for project in projects:
        yield from check_project(project, partial(facts.in_project, project))
        spec = facts.buildspec_in(project)
        if spec is not None:
            yield from check_use(project, spec, partial(facts.in_project, project))
    # Two actions of one name are one mistake, though each has a project that is named after it.
    twice = {user for user, count in Counter((s.name, a.name) for s, a in facts.actions).items() if count > 1}
    yield from check_projects((p for p in projects if facts.users.get(p.name) not in twice), facts.in_project)
    yield from _groups(facts)
    yield from _appspecs(facts)


def _actions(facts: Facts) -> Iterator[Diagnostic]:
    for stage, action in facts.actions:
        for field, text in variable_fields(action):
            at = partial(facts.at, stage.name, action.name, field)
            if field == "configuration.BuildspecOverride" and is_codebuild(action):
                project = facts.project_of(action)
                yield from check_buildspec_text(text, at, windows=project is not None and project.on_windows)
            else:
                yield from check_secret(text, at())


def _groups(facts: Facts) -> Iterator[Diagnostic]:
    users: dict[tuple[str, str], ActionKey] = {}
    for stage, action in facts.actions:
        users.setdefault(_group_of(action), (stage.name, action.name))

    def locate(group: DeploymentGroup, *path: str) -> Location:
        user = users.get((group.application, group.name), ("group", group.name))
        return _placed(facts.at(*user, *(path or ("group",))), group.where)

    for group in facts.definition.deployment_groups:
        yield from check_group(group, partial(locate, group))
    yield from check_groups(facts.definition.deployment_groups, locate)


def _appspecs(facts: Facts) -> Iterator[Diagnostic]:
    groups = {(group.application, group.name): group for group in reversed(facts.definition.deployment_groups)}
    used: dict[tuple[str | None, str | None], list[tuple[DeploymentGroup, AppSpec, Locate]]] = {}
    for key, appspec in facts.definition.appspecs.items():
        stage, _, action = key.partition("/")

        def locate(*path: str, user: ActionKey = (stage, action), place: Place | None = appspec.where) -> Location:
            return _placed(facts.at(*user, "appspec", *path), place)

        yield from check_appspec(appspec, locate)
        deployment = facts.by_key.get((stage, action))
        group = None if deployment is None else groups.get(_group_of(deployment))
        if group is not None:
            yield from check_traffic(group, appspec, locate)
        if group is not None and deployment is not None:  # the hosts of another Region or account are others
            used.setdefault((deployment.region, deployment.role_arn), []).append((group, appspec, locate))
    for neighbours in used.values():
        yield from check_neighbours(neighbours)


def _group_of(action: ActionDeclaration) -> tuple[str, str]:
    return setting(action, "ApplicationName"), setting(action, "DeploymentGroupName")


def _placed(where: Location, place: Place | None) -> Location:
    return where if place is None else Location(where.path, place)
