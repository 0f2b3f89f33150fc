"""An emitted directory as a value: which file it has for what, and every file's text. Nothing is written here."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from attrs import field, frozen

from pipelinekit.codebuild.document import buildspec_text, project_input
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codedeploy.config import DeploymentConfig, is_predefined
from pipelinekit.codedeploy.config_document import deployment_config_input
from pipelinekit.codedeploy.document import appspec_text, deployment_group_input
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.document import disable_transition_input, pipeline_input, tags_input
from pipelinekit.codepipeline.revisions import APPSPEC, Revisions, with_appspecs
from pipelinekit.diagnostics import Diagnostic, InvalidPipeline, Severity
from pipelinekit.documents import to_json
from pipelinekit.files.manifest import (
    FORMAT,
    MANIFEST,
    AppSpecFile,
    ConfigFile,
    GroupFile,
    Manifest,
    ProjectFile,
    Step,
    manifest_text,
)
from pipelinekit.values import FrozenMap, frozen_map, sanitised

PIPELINE = "pipeline.json"
TRANSITIONS = "transitions.json"
TAGS = "tags.json"

T = TypeVar("T")


@frozen(kw_only=True)
class Layout:
    """What an emitted directory holds: path -> text, relative and with ``/``, the text of *manifest* last."""

    files: FrozenMap[str] = field(converter=frozen_map)
    manifest: Manifest
    findings: tuple[Diagnostic, ...] = ()


@frozen(kw_only=True)
class _Part:
    """The files of one kind: their texts, what the manifest says of each, and what has to be done with them."""

    texts: Mapping[str, str]
    entries: tuple[Any, ...] = ()
    steps: tuple[Step, ...] = ()


def lay_out(definition: Definition) -> Layout:
    """Decide every file of a definition.

    Raises:
        InvalidPipeline: ``PK143`` when two different things have one name, so that one file would have to hold both.
    """
    _refuse_namesakes(definition)
    revisions = with_appspecs(definition)
    written = revisions.definition
    pipeline, projects, transitions = _pipeline(written), _projects(written), _transitions(written)
    appspecs = _appspecs(written, revisions)
    configs, groups = _configs(written), _groups(written)
    parts = (pipeline, projects, appspecs, configs, groups, transitions)
    texts = {path: text for part in parts for path, text in part.texts.items()}
    findings = tuple(_left_to_people(written, revisions, appspecs.entries))
    manifest = Manifest(
        format=FORMAT,
        pipeline=written.name,
        file=PIPELINE,
        projects=projects.entries,
        deployment_configs=configs.entries,
        deployment_groups=groups.entries,
        appspecs=appspecs.entries,
        transitions=TRANSITIONS if transitions.texts else None,
        tags=TAGS if written.tags else None,
        apply=(*configs.steps, *groups.steps, *projects.steps, *pipeline.steps, *transitions.steps),
        warnings=tuple(f"{'/'.join(f.where.path[1:])}: {f.message}; {f.hint}" for f in findings),
        files=tuple(texts),
    )
    return Layout(files={**texts, MANIFEST: manifest_text(manifest)}, manifest=manifest, findings=findings)


def _pipeline(definition: Definition) -> _Part:
    """Write the pipeline; its tags stand in a file of their own, since only the creation takes them."""
    tags = {TAGS: to_json(tags_input(definition.tags))} if definition.tags else {}
    step = Step(
        what=f"create the pipeline {definition.name}, which starts it{'; an update leaves its tags' if tags else ''}",
        command=_aws(
            *("codepipeline", "create-pipeline", "--cli-input-json", f"file://{PIPELINE}"),
            *(("--tags", f"file://{TAGS}") if tags else ()),
        ),
        update=_aws("codepipeline", "update-pipeline", "--cli-input-json", f"file://{PIPELINE}"),
    )
    return _Part(texts={PIPELINE: to_json(pipeline_input(definition.pipeline)), **tags}, steps=(step,))


def _projects(definition: Definition) -> _Part:
    buildspecs, inputs, entries, steps = {}, {}, [], []
    for project, name in _with_file_names(definition.projects, lambda project: project.name):
        file, buildspec = f"projects/{name}.json", f"buildspecs/{name}.yml"
        inputs[file] = to_json(project_input(project))
        described = isinstance(project.buildspec, BuildSpec)
        if isinstance(project.buildspec, BuildSpec):
            buildspecs[buildspec] = buildspec_text(project.buildspec)
        entries.append(ProjectFile(name=project.name, file=file, buildspec=buildspec if described else None))
        steps.append(
            Step(
                what=f"create the CodeBuild project {project.name}",
                command=_aws("codebuild", "create-project", "--cli-input-json", f"file://{file}"),
                update=_aws("codebuild", "update-project", "--cli-input-json", f"file://{file}"),
            )
        )
    return _Part(texts={**buildspecs, **inputs}, entries=tuple(entries), steps=tuple(steps))


def _appspecs(definition: Definition, revisions: Revisions) -> _Part:
    texts, entries = {}, []
    for (action, appspec), name in _with_file_names(
        definition.appspecs.items(), lambda item: item[0].replace("/", "-")
    ):
        file = f"appspecs/{name}/{APPSPEC}"
        texts[file] = appspec_text(appspec)
        entries.append(
            AppSpecFile(
                action=action,
                file=file,
                artifact=revisions.artifacts.get(action),
                written_by=revisions.writers.get(action),
            )
        )
    return _Part(texts=texts, entries=tuple(entries))


def _configs(definition: Definition) -> _Part:
    texts, entries, steps = {}, [], []
    for config, name in _with_file_names(_own_configs(definition), lambda config: config.name):
        file = f"deployment-configs/{name}.json"
        texts[file] = to_json(deployment_config_input(config))
        entries.append(ConfigFile(name=config.name, file=file))
        steps.append(
            Step(
                what=f"create the deployment configuration {config.name}, which can never be changed",
                command=_aws("deploy", "create-deployment-config", "--cli-input-json", f"file://{file}"),
            )
        )
    return _Part(texts=texts, entries=tuple(entries), steps=tuple(steps))


def _own_configs(definition: Definition) -> tuple[DeploymentConfig, ...]:
    configs = dict.fromkeys(group.config for group in definition.deployment_groups)
    return tuple(config for config in configs if not is_predefined(config))


def _groups(definition: Definition) -> _Part:
    groups = definition.deployment_groups
    texts, entries, steps = {}, [], []
    for application in dict.fromkeys(group.application for group in groups):
        options = ("--application-name", application, "--compute-platform", "Server")
        steps.append(
            Step(
                what=f"create the CodeDeploy application {application}",
                command=_aws("deploy", "create-application", *options),
            )
        )
    names = [group.name for group in groups]

    def telling(group: DeploymentGroup) -> str:
        return group.name if names.count(group.name) == 1 else f"{group.application}-{group.name}"

    for group, name in _with_file_names(groups, telling):
        file = f"deployment-groups/{name}.json"
        texts[file] = to_json(deployment_group_input(group))
        entries.append(GroupFile(application=group.application, name=group.name, file=file))
        steps.append(
            Step(
                what=f"create the deployment group {group.name} of {group.application}",
                command=_aws("deploy", "create-deployment-group", "--cli-input-json", f"file://{file}"),
            )
        )
    return _Part(texts=texts, entries=tuple(entries), steps=tuple(steps))


def _transitions(definition: Definition) -> _Part:
    inputs = [disable_transition_input(definition.name, t.stage, t.reason) for t in definition.disabled_transitions]
    steps = tuple(
        Step(
            what=f"close the entrance of {transition.stage}",
            command=_aws(
                "codepipeline",
                "disable-stage-transition",
                *("--pipeline-name", definition.name),
                *("--stage-name", transition.stage),
                *("--transition-type", "Inbound"),
                *("--reason", transition.reason),
            ),
        )
        for transition in definition.disabled_transitions
    )
    return _Part(texts={TRANSITIONS: to_json(inputs)} if inputs else {}, steps=steps)


def _left_to_people(
    definition: Definition, revisions: Revisions, appspecs: Iterable[AppSpecFile]
) -> Iterator[Diagnostic]:
    for entry in appspecs:
        if entry.written_by is None:
            artifact = entry.artifact or "its revision"
            reason = revisions.obstacles.get(entry.action, "it reads no artifact")
            yield Diagnostic(
                code="PK719",
                message=f"its AppSpec does not get into {artifact} by itself: {reason}",
                where=definition.location(*entry.action.split("/", 1)),
                hint=f"put {entry.file} at the root of {artifact}",
                severity=Severity.WARNING,
            )


def _aws(*words: str) -> str:
    return shlex.join(["aws", *words])


def _refuse_namesakes(definition: Definition) -> None:
    kinds: dict[str, Iterable[tuple[Hashable, Hashable]]] = {
        "projects are called {}": [(p.name, p) for p in definition.projects],
        "deployment groups of {0[0]} are called {0[1]}": [
            ((g.application, g.name), g) for g in definition.deployment_groups
        ],
        "deployment configurations are called {}": [(c.name, c) for c in _own_configs(definition)],
    }
    findings = [
        Diagnostic(
            code="PK143",
            message=f"two different {sentence.format(name)}",
            where=definition.location(),
            hint="AWS knows each by its name: give one of them another, or make them the same",
        )
        for sentence, named in kinds.items()
        for name in _used_twice(named)
    ]
    if findings:
        raise InvalidPipeline(*findings)


def _used_twice(named: Iterable[tuple[Hashable, Hashable]]) -> list[Hashable]:
    different: dict[Hashable, list[Hashable]] = {}
    for name, value in named:
        values = different.setdefault(name, [])
        if value not in values:
            values.append(value)
    return [name for name, values in different.items() if len(values) > 1]


def _with_file_names(things: Iterable[T], name_of: Callable[[T], str]) -> Iterator[tuple[T, str]]:
    """Give each thing a file name that reads like its own name, is safe everywhere, and is given only once."""
    taken: set[str] = set()
    for thing in things:
        wanted = sanitised(name_of(thing), lambda c: c.isascii() and (c.isalnum() or c in "@+=,.-_"))[:120]
        wanted = f"_{wanted[1:]}" if wanted.startswith((".", "-")) else wanted or "_"
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted}-{number}", number + 1
        taken.add(name.casefold())
        yield thing, name
