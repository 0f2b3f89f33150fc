"""From the declaration of an action back to the object that a person would write for it."""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from pipelinekit.codebuild.document import buildspec_text, is_inline, read_buildspec, read_environment_variables
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline._codebuild import CodeBuildAction
from pipelinekit.codepipeline.action import Action, Artifact, ArtifactPath, CustomAction, key_of
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.define import declared_action, default_project_name
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.order import references
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.diagnostics import InvalidDocument, PipelineKitError

Arguments = dict[str, Any]


class NotInPython(PipelineKitError):
    """A definition says something that the language cannot say; says what and where."""


class ActionMaker:
    """Makes the actions of a definition, one after the other: each takes the artifacts of those before it."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._artifacts: dict[str, Artifact] = {}
        self._wanted = {variable.namespace for _, one in definition.actions() for variable in references(one)}
        self._project_uses = [one.configuration.get("ProjectName") for _, one in definition.actions()]

    def make(self, stage: StageDeclaration, declared: ActionDeclaration) -> Action:
        """Make the action: of the class of its type, else a `CustomAction`.

        Raises:
            NotInPython: when neither can say all of it.
        """
        for attempt in self._attempts(stage, declared):
            try:
                action = self._completed(attempt(), stage, declared)
            except (TypeError, ValueError):  # a value that the class does not take: the next attempt is wider
                continue
            if action is not None:
                for name in action.output_names:
                    self._artifacts.setdefault(name, Artifact(name, action))
                return action
        raise NotInPython(
            f"{self._definition.location(stage.name, declared.name)}: says something that no action in Python can say"
        )

    def _attempts(self, stage: StageDeclaration, declared: ActionDeclaration) -> Iterator[Callable[[], Action]]:
        found = catalogue.class_of(declared.action_type_id)
        if found is not None:
            _, cls = found
            yield lambda: self._with_inputs(cls(declared.name, **self._typed(cls, stage, declared)), declared)
            yield lambda: cls(declared.name, **self._typed(cls, stage, declared, artifact_keys=False))
        yield lambda: self._custom(stage, declared)

    def _common(self, stage: StageDeclaration, declared: ActionDeclaration) -> Arguments:
        return {
            "namespace": declared.namespace,
            "role": declared.role_arn,
            "region": declared.region,
            "where": self._definition.origin.places.get(f"{stage.name}/{declared.name}"),
        }

    def _custom(self, stage: StageDeclaration, declared: ActionDeclaration) -> Action:
        return CustomAction(
            declared.name,
            action_type=declared.action_type_id,
            configuration=declared.configuration,
            input=self._inputs(declared),
            outputs=[artifact.name for artifact in declared.output_artifacts],
            commands=declared.commands,
            output_variables=declared.output_variables,
            environment=declared.environment_variables,
            timeout_minutes=declared.timeout_in_minutes,
            **self._common(stage, declared),
        )

    def _typed(
        self, cls: type[Action], stage: StageDeclaration, declared: ActionDeclaration, *, artifact_keys: bool = True
    ) -> Arguments:
        """Give the arguments of a class. Without *artifact_keys*, what points into artifacts stays configuration."""
        arguments = {**self._common(stage, declared), **dict(self._from_keys(cls, declared, artifact_keys))}
        members = {attribute.name for attribute in attrs.fields(cls)}
        if "input" in members:
            arguments["input"] = self._inputs(declared)
        for name, alias, value in (
            ("shell_commands", "commands", declared.commands),
            ("exports", "output_variables", declared.output_variables),
            ("timeout_minutes", "timeout_minutes", declared.timeout_in_minutes),
        ):
            if name in members:
                arguments[alias] = value
        if "files" in members:
            arguments["files"] = declared.output_artifacts[0].files if declared.output_artifacts else ()
        if issubclass(cls, CodeBuildAction):
            arguments |= self._of_codebuild(stage, declared)
        elif "environment" in members:
            arguments["environment"] = declared.environment_variables
        if "group" in members:
            arguments |= self._of_codedeploy(stage, declared)
        return arguments

    def _with_inputs(self, action: Action, declared: ActionDeclaration) -> Action:
        """Leave out of ``input`` the artifacts that other parameters name already."""
        members = {attribute.name: attribute for attribute in attrs.fields(type(action))}
        if "input" not in members or members["input"].default is attrs.NOTHING:
            return action
        implied = {artifact.name for artifact in attrs.evolve(action, input=()).inputs}
        return attrs.evolve(action, input=[one for one in self._inputs(declared) if one.name not in implied])

    def _from_keys(
        self, cls: type[Action], declared: ActionDeclaration, artifact_keys: bool
    ) -> Iterator[tuple[str, Any]]:
        for alias, (name, kind) in _parameters(cls).items():
            text = declared.configuration.get(name)
            if text is None or not (artifact_keys or kind in (str, bool, int, tuple)):
                continue
            value = self._value(text, kind)
            if value is not None:
                yield alias, value

    def _value(self, text: str, kind: object) -> Any:
        """Give what a parameter of that kind has to be for the configuration to hold *text*; None when nothing is."""
        if kind is str:
            return text
        if kind is bool:
            return {"true": True, "false": False}.get(text)
        if kind is int:
            return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else None
        if kind is tuple:
            return tuple(text.split(",")) if text else None
        if kind is ArtifactPath:
            name, separator, path = text.partition("::")
            return self._artifact(name).at(path) if separator else None
        return self._mapping(text)

    def _mapping(self, text: str) -> Any:
        try:
            data = json.loads(text)
        except ValueError:
            return None
        return self._with_artifacts(data) if isinstance(data, dict) else None

    def _with_artifacts(self, data: Any) -> Any:
        """Put artifacts where CloudFormation reads out of them: ``{"Fn::GetParam": [artifact, file, key]}``."""
        match data:
            case {"Fn::GetParam": [str(name), *rest]} if len(data) == 1 and name in self._artifacts:
                return {"Fn::GetParam": [self._artifacts[name], *rest]}
            case {"Fn::GetArtifactAtt": [str(name), *rest]} if len(data) == 1 and name in self._artifacts:
                return {"Fn::GetArtifactAtt": [self._artifacts[name], *rest]}
            case dict():
                return {name: self._with_artifacts(value) for name, value in data.items()}
            case list():
                return [self._with_artifacts(value) for value in data]
        return data

    def _artifact(self, name: str) -> Artifact:
        return self._artifacts.get(name) or Artifact(name)

    def _inputs(self, declared: ActionDeclaration) -> list[Artifact]:
        return [self._artifact(name) for name in declared.input_artifacts]

    def _of_codebuild(self, stage: StageDeclaration, declared: ActionDeclaration) -> Arguments:
        arguments: Arguments = {"environment": _environment(declared.configuration.get("EnvironmentVariables"))}
        name = declared.configuration.get("ProjectName")
        if name is None:
            raise ValueError("an action of CodeBuild without a project")
        project = self._definition.project(name)
        if project is not None and self._is_its_own(project, stage, declared):
            return {**arguments, "buildspec": project.buildspec}
        override = declared.configuration.get("BuildspecOverride")
        return {
            **arguments,
            "project": project if project is not None else name,
            "buildspec": None if override is None else _buildspec(override),
        }

    def _is_its_own(self, project: Project, stage: StageDeclaration, declared: ActionDeclaration) -> bool:
        """Whether the project is the one that the action gets when it brings none."""
        own = self._default_project(stage, declared)
        return (
            "BuildspecOverride" not in declared.configuration
            and self._project_uses.count(project.name) == 1
            and project == Project(own, buildspec=project.buildspec)
        )

    def _default_project(self, stage: StageDeclaration, declared: ActionDeclaration) -> str:
        action = CustomAction(declared.name, action_type=declared.action_type_id, where=None)
        pipeline, around = self._around(stage, action)
        return default_project_name(pipeline, around, action)

    def _around(self, stage: StageDeclaration, action: Action) -> tuple[Pipeline, Stage]:
        around = Stage(stage.name, action, where=None)
        return Pipeline(self._definition.name, [around], where=None), around

    def _of_codedeploy(self, stage: StageDeclaration, declared: ActionDeclaration) -> Arguments:
        application = declared.configuration.get("ApplicationName", "")
        name = declared.configuration.get("DeploymentGroupName", "")
        group = self._definition.deployment_group(application, name)
        appspec = self._definition.appspec(stage.name, declared.name)
        if group is not None:
            return {"group": group, "appspec": appspec}
        return {"group": name, "application": application, "appspec": appspec}

    def _completed(self, action: Action, stage: StageDeclaration, declared: ActionDeclaration) -> Action | None:
        """Say with the general parameters what the others leave open; None when the action still says another thing."""
        if action.variables_namespace in self._wanted:
            unsaid = attrs.evolve(action, namespace=None)
            if unsaid.variables_namespace == action.namespace:
                action = unsaid
        outputs = tuple(artifact.name for artifact in declared.output_artifacts)
        unnamed = attrs.evolve(action, outputs=None)
        action = unnamed if unnamed.output_names == outputs else attrs.evolve(action, outputs=outputs)
        said = declared_action(*self._around(stage, action), action).configuration
        more = {name: text for name, text in declared.configuration.items() if said.get(name) != text}
        action = attrs.evolve(action, more_configuration=more)
        wanted = attrs.evolve(declared, run_order=1, namespace=action.namespace)
        return action if declared_action(*self._around(stage, action), action) == wanted else None


@functools.cache
def _parameters(cls: type[Action]) -> Mapping[str, tuple[str, object]]:
    """Map each parameter of a class that becomes a configuration key to the key and to the kind of its values."""
    attrs.resolve_types(cls)
    found = {}
    for attribute in attrs.fields(cls):
        key = key_of(attribute)
        if key is not None:
            found[attribute.alias or attribute.name] = (key.name, _kind(attribute.type))
    return found


def _kind(declared: Any) -> object:
    """Give the class of a parameter's values: str, bool, int, tuple, `ArtifactPath` or `FrozenMap`."""
    origin = typing.get_origin(declared)
    if origin in (typing.Union, types.UnionType):
        return _kind(next(option for option in typing.get_args(declared) if option is not type(None)))
    if origin is typing.Literal:
        return type(typing.get_args(declared)[0])
    return origin or declared


def _environment(text: str | None) -> tuple[EnvironmentVariable, ...]:
    try:
        return () if text is None else read_environment_variables(text)
    except InvalidDocument:
        return ()


def _buildspec(text: str) -> BuildSpec | str | None:
    """Give the buildspec that an override holds: None when it would be written down in another way."""
    if not is_inline(text):
        return text
    try:
        spec = read_buildspec(text, "BuildspecOverride")
    except InvalidDocument:
        return None
    return spec if buildspec_text(spec) == text else None
