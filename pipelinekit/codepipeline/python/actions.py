"""From the declaration of an action back to the object that a person would write for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from pipelinekit.codebuild.project import Project
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import Action, Artifact, ArtifactPath, CustomAction, key_of
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.define import declared_action, default_project_name
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.limits import IMAGES_MAX
from pipelinekit.codepipeline.order import references
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.codepipeline.providers.codebuild import CodeBuildAction
from pipelinekit.codepipeline.python.arguments import Arguments, Artifacts, buildspec, environment, from_keys
from pipelinekit.diagnostics import PipelineKitError


class NotInPython(PipelineKitError):
    """A definition says something that the language cannot say; says what and where."""


class ActionMaker:
    """Makes the actions of a definition, one after the other: each takes the artifacts of those before it."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self.artifacts = Artifacts()
        self._wanted = {one.namespace for stage in definition.pipeline.stages for one in references(stage)}
        self._project_uses = Counter(one.configuration.get("ProjectName") for _, one in definition.actions())
        self._projects = {project.name: project for project in reversed(definition.projects)}
        self._groups = {(one.application, one.name): one for one in reversed(definition.deployment_groups)}

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
                    self.artifacts.add(Artifact(name, action))
                return action
        raise NotInPython(
            f"{self._definition.location(stage.name, declared.name)}: says something that no action in Python can say"
        )

    def _attempts(self, stage: StageDeclaration, declared: ActionDeclaration) -> Iterator[Callable[[], Action]]:
        found = catalogue.class_of(declared.action_type_id)
        if found is not None:
            _, cls = found
            yield lambda: self._with_inputs(cls(declared.name, **self._typed(cls, stage, declared)), declared)
            yield lambda: cls(declared.name, **self._typed(cls, stage, declared))
            yield lambda: cls(declared.name, **self._typed(cls, stage, declared, artifact_keys=False))
        for cls in _by_another_name(declared):
            yield lambda cls=cls: cls(declared.name, **self._typed(cls, stage, declared))  # type: ignore[misc]
        yield lambda: self._custom(stage, declared)

    def _common(self, stage: StageDeclaration, declared: ActionDeclaration) -> Arguments:
        return {
            "namespace": declared.namespace,
            "role": declared.role_arn,
            "region": declared.region,
            "more": declared.more,
            "ignore": self._definition.origin.ignores.get(f"{stage.name}/{declared.name}"),
            "where": self._definition.origin.places.get(f"{stage.name}/{declared.name}"),
        }

    def _custom(self, stage: StageDeclaration, declared: ActionDeclaration) -> Action:
        return CustomAction(
            declared.name,
            action_type=declared.action_type_id,
            configuration=declared.configuration,
            input=self.artifacts.named(declared.input_artifacts),
            outputs=[artifact.name for artifact in declared.output_artifacts],
            commands=declared.commands,
            output_variables=declared.output_variables,
            environment=declared.environment_variables,
            timeout_minutes=declared.timeout_in_minutes,
            files={artifact.name: artifact.files for artifact in declared.output_artifacts if artifact.files},
            **self._common(stage, declared),
        )

    def _typed(
        self, cls: type[Action], stage: StageDeclaration, declared: ActionDeclaration, *, artifact_keys: bool = True
    ) -> Arguments:
        """Give the arguments of a class. Without *artifact_keys*, what points into artifacts stays configuration."""
        arguments = {
            **self._common(stage, declared),
            **from_keys(cls, declared.configuration, self.artifacts, pointing=artifact_keys),
        }
        members = {attribute.name for attribute in attrs.fields(cls) if key_of(attribute) is None}
        if "input" in members:
            arguments["input"] = self.artifacts.named(declared.input_artifacts)
        for name, alias, value in (
            ("shell_commands", "commands", declared.commands),
            ("exports", "output_variables", declared.output_variables),
            ("settings", "configuration", declared.configuration),
            ("timeout_minutes", "timeout_minutes", declared.timeout_in_minutes),
            ("environment", "environment", declared.environment_variables),
            ("files", "files", declared.output_artifacts[0].files if declared.output_artifacts else ()),
        ):
            if name in members:
                arguments[alias] = value
        if "provider" in members:
            type_id, optional = declared.action_type_id, attrs.fields_dict(cls)["provider"].default is None
            usual = optional and type_id.provider == cls.type.id.provider
            arguments |= {"provider": None if usual else type_id.provider, "version": type_id.version}
        if issubclass(cls, CodeBuildAction):
            arguments |= self._of_codebuild(stage, declared)
        elif declared.action_type_id.provider == "CodeDeploy":
            arguments |= self._of_codedeploy(stage, declared)
        elif declared.action_type_id.provider == "CodeDeployToECS":
            arguments |= self._of_blue_green(declared)
        return arguments

    def _with_inputs(self, action: Action, declared: ActionDeclaration) -> Action:
        """Leave out of ``input`` the artifacts that other parameters name already."""
        members = {attribute.name: attribute for attribute in attrs.fields(type(action))}
        if "input" not in members or members["input"].default is attrs.NOTHING:
            return action
        implied = {artifact.name for artifact in _evolved(action, input=()).inputs}
        left = [name for name in declared.input_artifacts if name not in implied]
        return _evolved(action, input=self.artifacts.named(left))

    def _of_codebuild(self, stage: StageDeclaration, declared: ActionDeclaration) -> Arguments:
        arguments: Arguments = {"environment": environment(declared.configuration.get("EnvironmentVariables"))}
        name = declared.configuration.get("ProjectName")
        if name is None:
            raise ValueError("an action of CodeBuild without a project")
        project = self._projects.get(name)
        if project is not None and self._is_its_own(project, stage, declared):
            return {**arguments, "buildspec": project.buildspec}
        override = declared.configuration.get("BuildspecOverride")
        return {
            **arguments,
            "project": project if project is not None else name,
            "buildspec": None if override is None else buildspec(override),
        }

    def _is_its_own(self, project: Project, stage: StageDeclaration, declared: ActionDeclaration) -> bool:
        """Whether the project is the one that the action gets when it brings none."""
        own = self._default_project(stage, declared)
        return (
            "BuildspecOverride" not in declared.configuration
            and self._project_uses[project.name] == 1
            and project == Project(own, buildspec=project.buildspec)
            and not project.ignore
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
        group = self._groups.get((application, name))
        appspec = self._definition.appspec(stage.name, declared.name)
        if group is not None:
            return {"group": group, "appspec": appspec}
        return {"group": name, "application": application, "appspec": appspec}

    def _of_blue_green(self, declared: ActionDeclaration) -> Arguments:
        configuration = declared.configuration

        def template(key: str) -> Artifact | ArtifactPath:
            artifact = self.artifacts.get(configuration.get(f"{key}Artifact", ""))
            path = configuration.get(f"{key}Path")
            return artifact if path is None else artifact.at(path)

        images: dict[str, Artifact] = {}
        for number in range(1, IMAGES_MAX + 1):
            artifact = configuration.get(f"Image{number}ArtifactName")
            placeholder = configuration.get(f"Image{number}ContainerName")
            if artifact is None or placeholder is None or placeholder in images:
                break  # what follows stays configuration
            images[placeholder] = self.artifacts.get(artifact)
        return {
            "application": configuration.get("ApplicationName", ""),
            "group": configuration.get("DeploymentGroupName", ""),
            "task_definition": template("TaskDefinitionTemplate"),
            "appspec": template("AppSpecTemplate"),
            "images": images,
        }

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


def _by_another_name(declared: ActionDeclaration) -> Iterator[type[Action]]:
    """Yield the classes of partners that an action may be of, though its provider or version is called otherwise.

    Jenkins is known by its one key: the name of the provider is the user's own.
    """
    given = declared.action_type_id
    for known in catalogue.known():
        same = known.provider.casefold() == given.provider.casefold()
        jenkins = known.provider == "Jenkins" and tuple(declared.configuration) == ("ProjectName",)
        if (known.category, known.owner) == (given.category, given.owner) and (same or jenkins):
            found = catalogue.class_of(known)
            if found is not None and "provider" in attrs.fields_dict(found[1]):
                yield found[1]


def _evolved(action: Action, **changes: Any) -> Action:
    """Evolve an action by a field that not every action has."""
    return attrs.evolve(action, **changes)
