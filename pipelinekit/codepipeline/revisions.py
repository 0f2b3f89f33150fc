"""How an AppSpec that is attached to a deployment gets into its revision on AWS.

A revision is an artifact, and only the action that makes the artifact can put a file into it. Where that is a CodeBuild
action whose buildspec is part of the definition, the buildspec is made to write the AppSpec; elsewhere a person has to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

import attrs
from attrs import field, frozen

from pipelinekit.codebuild.placing import PlacedFile, obstacle, place, with_file, without_file
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.document import appspec_text
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.order import artifact_makers
from pipelinekit.values import FrozenMap, frozen_map

APPSPEC = "appspec.yml"


@frozen(kw_only=True)
class Revisions:
    """A definition whose buildspecs write the AppSpecs of its deployments.

    ``writers`` maps a deployment (``Stage/Action``) to the project whose buildspec writes its AppSpec; ``obstacles``
    maps the others to the reason why none can. ``artifacts`` maps both to the artifact that is their revision.
    """

    definition: Definition
    writers: FrozenMap[str] = field(converter=frozen_map)
    obstacles: FrozenMap[str] = field(converter=frozen_map)
    artifacts: FrozenMap[str] = field(converter=frozen_map)


@frozen(kw_only=True)
class _Revision:
    """An artifact that an AppSpec belongs into, and every deployment that reads it, with its AppSpec if it has one."""

    artifact: str
    deployments: Mapping[str, AppSpec | None]

    @property
    def owners(self) -> tuple[str, ...]:
        return tuple(key for key, appspec in self.deployments.items() if appspec is not None)


@frozen(kw_only=True)
class _Writing:
    """A project whose buildspec writes a file."""

    project: str
    file: PlacedFile
    path: str


def with_appspecs(definition: Definition) -> Revisions:
    """Let the buildspecs of a definition write its AppSpecs, wherever they can."""
    revisions = list(_revisions(definition))
    planned = _without_clashes([_writing(definition, revision) for revision in revisions])
    written, writers, obstacles = definition, {}, {}
    for revision, plan in zip(revisions, planned, strict=True):
        if isinstance(plan, str):
            obstacles.update(dict.fromkeys(revision.owners, plan))
        else:
            written = _with_buildspec(written, plan.project, functools.partial(with_file, file=plan.file))
            writers.update(dict.fromkeys(revision.owners, plan.project))
    artifacts = {owner: revision.artifact for revision in revisions for owner in revision.owners}
    return Revisions(definition=written, writers=writers, obstacles=obstacles, artifacts=artifacts)


def without_appspecs(definition: Definition, writers: Mapping[str, str]) -> Definition:
    """Take out again what `with_appspecs` put into the buildspecs; *writers* are the ones it named."""
    for revision in reversed(list(_revisions(definition))):
        project = writers.get(next(iter(revision.owners), ""))
        if project is not None:
            file = _file(definition, revision)
            definition = _with_buildspec(definition, project, functools.partial(without_file, file=file))
    return definition


def _revisions(definition: Definition) -> Iterator[_Revision]:
    """Yield each artifact that an AppSpec is attached to, in the order of the deployments."""
    deployments: dict[str, dict[str, AppSpec | None]] = {}
    for stage, action in definition.actions():
        if (action.action_type_id.category, action.action_type_id.provider) == ("Deploy", "CodeDeploy"):
            for artifact in action.input_artifacts[:1]:
                appspec = definition.appspec(stage.name, action.name)
                deployments.setdefault(artifact, {})[f"{stage.name}/{action.name}"] = appspec
    for artifact, readers in deployments.items():
        revision = _Revision(artifact=artifact, deployments=readers)
        if revision.owners:
            yield revision


def _writing(definition: Definition, revision: _Revision) -> _Writing | str:
    """Find the project whose buildspec writes the AppSpec of a revision, or say why there is none."""
    if len(set(revision.deployments.values())) > 1:
        others = ", ".join(revision.deployments)
        return f"the deployments that read {revision.artifact} do not have the same AppSpec ({others})"
    maker = _maker(definition, revision)
    if maker is None or maker.action_type_id.provider != "CodeBuild":
        return f"{revision.artifact} is not made by a CodeBuild action"
    project = _described_project(definition, maker)
    if isinstance(project, str):
        return project
    name, spec = project
    file = _file(definition, revision)
    found = obstacle(spec, file)
    if found is not None:
        return f"{name} cannot write it: {found}"
    return _Writing(project=name, file=file, path=place(spec, file))


def _described_project(definition: Definition, maker: ActionDeclaration) -> tuple[str, BuildSpec] | str:
    """Give the project that only *maker* uses, with its buildspec, or say why none is known here."""
    if "BuildspecOverride" in maker.configuration:
        return f"{maker.name} brings a BuildspecOverride instead of its project's buildspec"
    if maker.configuration.get("BatchEnabled") == "true":
        return f"{maker.name} is a batch build"
    project = definition.project(maker.configuration.get("ProjectName", ""))
    if project is None:
        return f"the project of {maker.name} is not part of this pipeline's definition"
    if not isinstance(project.buildspec, BuildSpec):
        return f"the buildspec of {project.name} is a file of the source"
    if project.on_windows:
        return f"{project.name} builds on Windows"
    users = [action.name for _, action in definition.actions() if _uses(action, project)]
    if len(users) > 1:
        return f"{project.name} serves several actions ({', '.join(users)})"
    return project.name, project.buildspec


def _uses(action: ActionDeclaration, project: Project) -> bool:
    return action.action_type_id.provider == "CodeBuild" and action.configuration.get("ProjectName") == project.name


def _maker(definition: Definition, revision: _Revision) -> ActionDeclaration | None:
    key = artifact_makers(definition).get(revision.artifact)
    return next((a for s, a in definition.actions() if (s.name, a.name) == key), None)


def _file(definition: Definition, revision: _Revision) -> PlacedFile:
    maker = _maker(definition, revision)
    alone = maker is None or len(maker.output_artifacts) == 1  # one output is the primary artifact, several never are
    appspec = next(appspec for appspec in revision.deployments.values() if appspec is not None)
    return PlacedFile(
        name=APPSPEC,
        owner=", ".join(revision.owners),
        artifact=None if alone else revision.artifact,
        text=appspec_text(appspec),
    )


def _without_clashes(planned: list[_Writing | str]) -> list[_Writing | str]:
    """Give up those that would write different texts to the same path of one build."""
    texts: dict[tuple[str, str], set[str]] = {}
    for plan in planned:
        if isinstance(plan, _Writing):
            texts.setdefault((plan.project, plan.path), set()).add(plan.file.text)
    return [
        f"{plan.project} makes several revisions in one directory, and their AppSpecs differ"
        if isinstance(plan, _Writing) and len(texts[plan.project, plan.path]) > 1
        else plan
        for plan in planned
    ]


def _with_buildspec(definition: Definition, name: str, change: Callable[[BuildSpec], BuildSpec]) -> Definition:
    projects = tuple(
        attrs.evolve(project, buildspec=change(project.buildspec))
        if project.name == name and isinstance(project.buildspec, BuildSpec)
        else project
        for project in definition.projects
    )
    return attrs.evolve(definition, projects=projects)
