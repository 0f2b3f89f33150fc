"""A definition out of a CloudFormation template: the pipeline, and what the template describes for its actions."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from pipelinekit.cloudformation.deployments import read_group
from pipelinekit.cloudformation.evaluation import Evaluation
from pipelinekit.cloudformation.projects import read_project
from pipelinekit.cloudformation.properties import disabled_transitions, pipeline_node
from pipelinekit.cloudformation.sections import (
    CUSTOM_ACTION,
    DEPLOYMENT_GROUP,
    PIPELINE,
    PROJECT,
    STATE_MACHINES,
    WEBHOOK,
    Resource,
    Template,
    is_template,
    read_sections,
)
from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.declaration import ActionDeclaration, PipelineDeclaration
from pipelinekit.codepipeline.definition import Definition, KnownParameter, Origin
from pipelinekit.codepipeline.document import PipelineDocument, read_pipeline_document
from pipelinekit.codepipeline.parameters import parameters_of
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, read
from pipelinekit.values import parameters_in

__all__ = ["is_template", "read_template"]


def read_template(
    text: str, file: str = "<text>", logical_id: str | None = None, root: Node | None = None
) -> Definition:
    """Read the pipeline of a CloudFormation template, YAML or JSON; *logical_id* says which, where there are several.

    Functions are evaluated as far as the template itself tells; what only the deployed stack knows becomes a
    parameter, with its default and its meaning in ``Definition.origin.parameters``. Projects and deployment groups of
    the template are attached where an action names them. *root* is the document of *text*, if it was read before.

    Raises:
        InvalidDocument: with line and column: ``PK600`` no YAML, ``PK170`` no pipeline or several, ``PK171`` a
            reference that leads nowhere or around, ``PK176`` what CloudFormation refuses, ``PK100`` what a pipeline
            cannot be read from.
    """
    document = read(text, file) if root is None else root
    if not isinstance(document, Entries):
        raise _no_pipeline("is not a template: it holds no mapping", document.place)
    template = read_sections(document)
    return _Reader(template, _chosen(template, logical_id), text).definition()


def _chosen(template: Template, logical_id: str | None) -> Resource:
    pipelines = {resource.logical_id: resource for resource in template.of_type(PIPELINE)}
    names = ", ".join(pipelines)
    if not pipelines:
        hint = f"a resource of the type {PIPELINE} under Resources is wanted"
        raise _no_pipeline("the template holds no pipeline", template.root.place, hint)
    if logical_id is not None and logical_id not in pipelines:
        hint = did_you_mean(logical_id, pipelines) or f"the template has {names}"
        raise _no_pipeline(f"the template holds no pipeline {logical_id!r}", template.root.place, hint)
    if logical_id is None and len(pipelines) > 1:
        first = next(iter(pipelines.values()))
        hint = f"pick one by its logical id, as in {first.place.file}#{first.logical_id}"
        raise _no_pipeline(f"the template holds several pipelines: {names}", first.place, hint)
    return pipelines[logical_id or next(iter(pipelines))]


def _no_pipeline(message: str, place: Place, hint: str = "") -> InvalidDocument:
    return InvalidDocument(Diagnostic(code="PK170", message=message, where=Location((), place), hint=hint))


class _Reader:
    """One pipeline of one template that is being read."""

    def __init__(self, template: Template, pipeline: Resource, source: str) -> None:
        self._template = template
        self._pipeline = pipeline
        self._source = source
        self._evaluation = Evaluation(template)

    def definition(self) -> Definition:
        """Read everything; all that is wrong comes at once."""
        self._note_what_stands_twice()
        properties = self._properties()
        document = self._document(properties)
        transitions = list(disabled_transitions(self._pipeline, properties, self._evaluation))
        projects = tuple(self._projects(document.declaration))
        groups = tuple(self._groups(document.declaration))
        self._note_what_is_express(document.declaration)
        self._note_the_rest()
        self._refuse_errors()
        places = {f"transition/{transition.stage}": place for transition, place in transitions}
        definition = Definition(
            pipeline=document.declaration,
            projects=projects,
            deployment_groups=groups,
            disabled_transitions=tuple(transition for transition, _ in transitions),
            tags=document.tags,
            origin=Origin(
                places={**document.places, **places},
                findings=(*self._evaluation.in_order(), *document.findings),
            ),
        )
        return _with_parameters(definition, self._evaluation.expressions.known)

    def _note_what_stands_twice(self) -> None:
        sections = self._evaluation.mapping(self._template.root, ())
        for name in ("Parameters", "Mappings", "Conditions", "Resources"):
            self._evaluation.mapping(sections.get(name), (name,))

    def _properties(self) -> Entries:
        given = self._pipeline.properties
        value = None if given is None else self._evaluation.value(given)
        self._refuse_errors()
        if not isinstance(value, Entries):
            raise _no_pipeline(f"{self._pipeline.logical_id} has no Properties", self._pipeline.place)
        return value

    def _document(self, properties: Entries) -> PipelineDocument:
        node = pipeline_node(self._pipeline, properties, self._evaluation)
        if properties.get("Name") is None:
            self._note_name(self._pipeline)
        try:
            return read_pipeline_document(node)
        except InvalidDocument as error:
            raise InvalidDocument(*self._evaluation.in_order(), *error.diagnostics) from None

    def _refuse_errors(self) -> None:
        # An unreadable buildspec is no fault of the template: AWS takes it, and the build fails.
        errors = [finding for finding in self._evaluation.errors if finding.code.startswith("PK1")]
        if errors:
            raise InvalidDocument(*self._evaluation.in_order())

    def _note_name(self, resource: Resource) -> None:
        message = f"has no name of its own: it is called {resource.logical_id} here, and AWS makes up another"
        at = Scalar(resource.logical_id, "str", True, resource.place)
        self._evaluation.hint("PK175", message, at, (resource.logical_id,))

    # What the actions use --------------------------------------------------------------------------------------------

    def _existing(self, kind: str) -> Iterator[Resource]:
        """Yield the resources of a type that exist, as far as the defaults of the parameters tell."""
        for resource in self._template.of_type(kind):
            at = Scalar(resource.condition or "", "str", True, resource.place)
            if resource.condition is None or self._evaluation.holds(resource.condition, at) is not False:
                yield resource

    def _name(self, resource: Resource) -> str:
        name = self._evaluation.name_of(resource)
        return name.text if isinstance(name, Scalar) else ""

    def _projects(self, declaration: PipelineDeclaration) -> Iterator[Project]:
        """Yield the projects that actions use, in the order of their first use, as `define` does."""
        wanted = dict.fromkeys(text for text in _values(declaration, "CodeBuild", "ProjectName") if text)
        there: dict[str, Resource] = {}
        for resource in self._existing(PROJECT) if wanted else ():
            there.setdefault(self._name(resource), resource)
        for name in wanted:
            if name not in there:
                continue
            resource = there[name]
            project = read_project(resource, name, self._evaluation, self._source)
            if not _says(resource, "Name"):
                self._note_name(resource)
            if project is not None:
                yield project

    def _groups(self, declaration: PipelineDeclaration) -> Iterator[DeploymentGroup]:
        actions = [action for action in _actions(declaration) if action.action_type_id.provider == "CodeDeploy"]
        pairs = [
            (action.configuration.get("ApplicationName", ""), action.configuration.get("DeploymentGroupName", ""))
            for action in actions
        ]
        wanted = dict.fromkeys(pair for pair in pairs if all(pair))
        there: dict[tuple[str, str], Resource] = {}
        for resource in self._existing(DEPLOYMENT_GROUP) if wanted else ():
            there.setdefault((self._application(resource), self._name(resource)), resource)
        for pair in wanted:
            if pair not in there:
                continue
            resource = there[pair]
            group = read_group(resource, *pair, self._evaluation)
            if not _says(resource, "DeploymentGroupName"):
                self._note_name(resource)
            if group is not None:
                yield group

    def _application(self, group: Resource) -> str:
        given = group.properties.get("ApplicationName") if isinstance(group.properties, Entries) else None
        value = None if given is None else self._evaluation.value(given)
        return value.text if isinstance(value, Scalar) else ""

    def _note_what_is_express(self, declaration: PipelineDeclaration) -> None:
        """Tell of state machines of the template that an action does not wait for."""
        express = {expression: machine for machine in self._express() for expression in _arns_of(machine)}
        for action in _actions(declaration):
            given = action.configuration.get("StateMachineArn", "")
            known = self._evaluation.expressions.known.get(given.removeprefix("${Parameter.").removesuffix("}"))
            machine = None if known is None else express.get(known.meaning)
            if machine is not None and action.action_type_id.provider == "StepFunctions":
                at = Scalar(machine.logical_id, "str", True, machine.place)
                message = f"is EXPRESS: the action {action.name} succeeds as soon as it has started it"
                hint = "make it STANDARD where the pipeline is to wait for it, or where an artifact of it is read"
                self._evaluation.hint("PK340", message, at, (machine.logical_id,), hint)

    def _express(self) -> Iterator[Resource]:
        for kind, name in STATE_MACHINES.items():
            for resource in self._existing(kind):
                given = resource.properties.get(name) if isinstance(resource.properties, Entries) else None
                value = None if given is None else self._evaluation.value(given)
                if isinstance(value, Scalar) and value.text == "EXPRESS":
                    yield resource

    # What is not read ------------------------------------------------------------------------------------------------

    def _note_the_rest(self) -> None:
        for kind in (WEBHOOK, CUSTOM_ACTION):
            for resource in self._template.of_type(kind):
                at = Scalar(resource.logical_id, "str", True, resource.place)
                message = f"{resource.logical_id} is not read: a definition has no {kind.rpartition('::')[2]}"
                self._evaluation.hint("PK174", message, at, (resource.logical_id,))
        macros = self._template.macros
        if macros is not None:
            message = "macros are not applied: the template is read as it is written"
            note = self._evaluation.hint if _leaves_pipelines_alone(macros) else self._evaluation.warning
            note("PK172", message, macros)


_OF_OTHERS = ("AWS::Serverless", "AWS::LanguageExtensions", "AWS::SecretsManager", "AWS::CodeDeployBlueGreen")
"""AWS's own macros that make nothing of a pipeline or of what it uses."""


def _leaves_pipelines_alone(macros: Node) -> bool:
    listed = macros.items if isinstance(macros, Items) else (macros,)
    return all(isinstance(macro, Scalar) and macro.text.startswith(_OF_OTHERS) for macro in listed)


def _arns_of(resource: Resource) -> tuple[str, str]:
    """Give the expressions that stand for the ARN of a state machine, as their parameters mean them."""
    return f"!Ref {resource.logical_id}", f"!GetAtt {resource.logical_id}.Arn"


def _says(resource: Resource, name: str) -> bool:
    return isinstance(resource.properties, Entries) and resource.properties.get(name) is not None


def _actions(declaration: PipelineDeclaration) -> Iterator[ActionDeclaration]:
    return (action for stage in declaration.stages for action in stage.actions)


def _values(declaration: PipelineDeclaration, provider: str, key: str) -> Iterator[str]:
    """Yield what the actions of a provider, and the rules of one, have as a key of their configuration."""
    for action in _actions(declaration):
        if action.action_type_id.provider == provider:
            yield action.configuration.get(key, "")
    for stage in declaration.stages:
        on_failure = () if stage.on_failure is None else stage.on_failure.conditions
        for condition in (*stage.before_entry, *stage.on_success, *on_failure):
            for rule in condition.rules:
                if rule.rule_type_id.provider == provider:
                    yield rule.configuration.get(key, "")


def _with_parameters(definition: Definition, known: dict[str, KnownParameter]) -> Definition:
    """Add what is known of the parameters that the definition still mentions, itself or by what one stands for."""
    mentioned = dict.fromkeys(parameters_of(definition))
    meant = (inside for name in mentioned if name in known for inside in parameters_in(known[name].meaning))
    kept = {name: known[name] for name in [*mentioned, *meant] if name in known}
    return evolve(definition, origin=evolve(definition.origin, parameters=kept))
