"""A pipeline as one CloudFormation template: with its projects, deployment groups, bucket, events and roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from pipelinekit.cloudformation.findings import findings_of, refuse_unsayable
from pipelinekit.cloudformation.plan import Plan, plan
from pipelinekit.cloudformation.resources import resources
from pipelinekit.cloudformation.sections import is_list
from pipelinekit.cloudformation.texts import parameters_used, put_in
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.checks import check
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition, KnownParameter
from pipelinekit.codepipeline.parameters import parameters_of, with_parameters
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.codepipeline.revisions import with_appspecs
from pipelinekit.diagnostics import Report, refuse_on_errors
from pipelinekit.values import Text, is_settled, texts, thawed_json

_DESCRIPTION_MAX = 4000
"""Characters of the description of a parameter (CloudFormation User Guide, parameters-section-structure)."""


@frozen(kw_only=True)
class Template:
    """A template as plain data, and what deserves a look: the findings of the checks, and what the template lacks."""

    body: Mapping[str, Any]
    report: Report


def to_template(
    given: Pipeline | Definition,
    parameters: Mapping[str, Text | int] | None = None,
    *,
    notify: Iterable[Text] = (),
    region: str | None = None,
) -> dict[str, Any]:
    """Give the CloudFormation template of a pipeline, as plain data that JSON and YAML can say.

    The template makes the pipeline, the CodeBuild projects and CodeDeploy groups that the pipeline describes, and what
    nobody gave: the artifact bucket and each role, with the least privileges that follow from the actions. Parameters
    without a value become parameters of the template; those of a template that the definition was read from are
    declared as there, and what stands for AWS's own (``AWSRegion``) or for a dynamic reference is that again.

    *parameters* are values of parameters. *notify* are e-mail addresses, or ARNs of SNS topics, that are told of failed
    and succeeded executions and of approvals. *region* is where the pipeline stands, for one with several Regions.

    Raises:
        InvalidPipeline: when the checks find errors; ``PK141`` to ``PK143`` as `emit`; ``PK185`` for a pipeline that
            is too large for a template, ``PK187`` for something else than an address in *notify*.
    """
    return dict(template_of(given, parameters, notify=notify, region=region).body)


def template_of(
    given: Pipeline | Definition,
    parameters: Mapping[str, Text | int] | None = None,
    *,
    notify: Iterable[Text] = (),
    region: str | None = None,
) -> Template:
    """Give the template as `to_template` does, together with the report.

    Raises:
        InvalidPipeline: as `to_template`.
    """
    compiled = given if isinstance(given, Definition) else compile_pipeline(given)
    definition = with_parameters(compiled, parameters or {})
    told = texts(notify)
    findings = list(check(definition))
    refuse_on_errors([*findings, *refuse_unsayable(definition, told)])
    revisions = with_appspecs(definition)
    decided = plan(revisions.definition, notify=told, region=region)
    body = _body(decided)
    own = list(findings_of(decided, revisions, body))
    refuse_on_errors(own)
    return Template(body=body, report=Report([*findings, *own]))


def _body(decided: Plan) -> dict[str, Any]:
    known = decided.definition.origin.parameters
    dynamic = {name: one.meaning for name, one in known.items() if one.meaning.startswith("{{resolve:")}
    made = put_in(dict(resources(decided)), dynamic)
    parameters = dict(_parameters(decided, made))
    lists = {name for name, declared in parameters.items() if is_list(declared["Type"])}
    references = evolve(
        decided.references,
        names=frozenset((*parameters, *made)),
        lists=frozenset((*lists, "AWS::NotificationARNs")),
    )
    body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _description(decided.definition.name),
        "Parameters": parameters,
        "Resources": references.resolved(made),
        "Outputs": _outputs(decided),
    }
    return {key: value for key, value in body.items() if value}


def _description(pipeline: str) -> str:
    """Describe the stack: a description is no place for parameters."""
    return f"The pipeline {pipeline}, written by pipelinekit." if is_settled(pipeline) else "Written by pipelinekit."


def _parameters(decided: Plan, made: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    places = parameters_of(decided.definition)
    secret = set(_secrets(decided.definition))
    for name in dict.fromkeys(parameters_used(made)):
        if name not in decided.references.parts:
            known = decided.definition.origin.parameters.get(name, KnownParameter())
            used = ", ".join(" > ".join(place.path[1:]) for place in places.get(name, ())[:3])
            described = {"Description": _meaning(name, known, used)} if used else {}
            default = {} if known.default is None or name in secret else {"Default": known.default}
            hidden = {"NoEcho": True} if name in secret else {}
            yield name, {"Type": "String", **default, **described, **thawed_json(known.declaration), **hidden}


def _meaning(name: str, known: KnownParameter, used: str) -> str:
    """Describe a parameter by what it stood for where it was read, and by who uses it."""
    stood = "" if known.meaning in ("", f"!Ref {name}") else f"Stands for {known.meaning}. "
    return f"{stood}Used by {used}"[:_DESCRIPTION_MAX]


def _secrets(definition: Definition) -> Iterator[str]:
    """Yield the parameters that stand in secret values of a configuration."""
    for _, action in definition.actions():
        facts = catalogue.find(action.action_type_id)
        for key in facts.keys.values() if facts is not None else ():
            if key.secret:
                yield from parameters_used(action.configuration.get(key.name, ""))


def _outputs(decided: Plan) -> dict[str, Any]:
    console = "https://${AWS::Region}.console.aws.amazon.com/codesuite/codepipeline/pipelines"
    outputs = {
        "PipelineName": {"Value": {"Ref": decided.pipeline}},
        "PipelineConsole": {"Value": {"Fn::Sub": f"{console}/${{{decided.pipeline}}}/view"}},
    }
    if decided.bucket is not None:
        outputs["ArtifactBucketName"] = {"Value": {"Ref": decided.bucket}}
    return outputs
