"""Namespaces, and the references to the variables in them (PK4xx)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinekit.codebuild.checks import commands_of, for_windows, is_read_unset, texts_of
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.checks.facts import Facts, is_codebuild, is_compute, listing, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey
from pipelinekit.codepipeline.order import RESERVED_NAMESPACES, rule_fields, variable_fields
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, did_you_mean
from pipelinekit.values import (
    NAMESPACE_MAX,
    NAMESPACE_PATTERN,
    VARIABLE,
    Variable,
    is_settled,
    matches,
    problem_with,
    sanitised,
    variables_in,
)

_LIKE_A_REFERENCE = re.compile(r"#\{[^}\n]*\}?")
_ONLY_AFTER = {
    "TagName": "a tag",
    **dict.fromkeys(
        ("PullRequestId", "PullRequestTitle", "SourceBranchName", "DestinationBranchName"), "a pull request"
    ),
}
"""Variables of a connection that only some starts give (User Guide, reference-variables)."""
_EXECUTION_ID = "PipelineExecutionId"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the namespaces and the references of each action."""
    makers = facts.makers
    for stage, action in facts.actions:
        yield from _namespace(facts, stage, action, makers)
        for field, text in variable_fields(action):
            if "#{" in text:
                yield from _references(facts, facts.at(stage.name, action.name, field), text)
        yield from _unresolved(facts, stage, action)
        if is_codebuild(action):
            yield from _never_assigned(facts, stage, action)
    for stage in facts.definition.pipeline.stages:
        for hook, rule in stage.rules():
            yield from _in_rule(facts, stage, hook, rule)
    yield from _too_early(facts)
    yield from _skipped(facts)
    yield from _unresolved_in_projects(facts)


def _namespace(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, makers: dict[str, ActionKey]
) -> Iterator[Diagnostic]:
    namespace = action.namespace
    if namespace is None:
        return
    where = facts.at(stage.name, action.name, "namespace")
    problem = problem_with(namespace, NAMESPACE_PATTERN, NAMESPACE_MAX)
    if problem is not None:
        yield found(
            "PK401",
            where,
            f"the namespace {namespace[: NAMESPACE_MAX + 1]!r} {problem}",
            f"name it with up to {NAMESPACE_MAX} letters, digits and @ - _",
        )
    if namespace in RESERVED_NAMESPACES:
        yield found(
            "PK401",
            where,
            f"the namespace {namespace!r} is AWS's own",
            f'write another one, such as namespace="{sanitised(action.name, lambda c: matches(NAMESPACE_PATTERN, c))}"',
        )
        return
    owner = facts.owners[namespace]
    if owner != (stage.name, action.name):
        yield found(
            "PK402",
            where,
            f"has the namespace {namespace!r}, which {'/'.join(owner)} has already",
            f'give one of them another: namespace="{namespace}2"',
        )
    if namespace in makers:
        yield found(
            "PK414",
            where,
            f"the namespace {namespace!r} is also the name of an artifact, which {'/'.join(makers[namespace])} makes",
            f'write another one, such as namespace="{namespace}Variables"',
        )


def _in_rule(facts: Facts, stage: StageDeclaration, hook: str, rule: RuleDeclaration) -> Iterator[Diagnostic]:
    for field, text in rule_fields(rule):
        where = facts.at(stage.name, hook, rule.name, field)
        yield from _references(facts, where, text)
        for variable in dict.fromkeys(variables_in(text)):
            owner = facts.owners.get(variable.namespace)
            if owner is not None and not facts.is_there(owner, stage.name, hook):
                yield found(
                    "PK405",
                    where,
                    f"refers to {str(variable)!r}, which {'/'.join(owner)} exports only later",
                    f"move the condition to a stage after {owner[0]!r}, or refer to another variable",
                )


def _references(facts: Facts, where: Location, text: str) -> Iterator[Diagnostic]:
    for match in _LIKE_A_REFERENCE.finditer(text):
        if is_settled(match[0]) and VARIABLE.fullmatch(match[0]) is None:
            yield found(
                "PK404",
                where,
                f"{match[0]!r} is not a reference to a variable",
                "write a namespace, a point and a key, such as #{Build.VERSION}",
            )
    for variable in dict.fromkeys(variables_in(text)):
        yield from _reference(facts, where, variable)


def _reference(facts: Facts, where: Location, variable: Variable) -> Iterator[Diagnostic]:
    owner = facts.owners.get(variable.namespace)
    if variable.namespace == "codepipeline":
        if variable.key != _EXECUTION_ID:
            yield found(
                "PK410",
                where,
                f"the namespace codepipeline has no key {variable.key!r}",
                f"variables of the pipeline are #{{variables.{variable.key}}}"
                if variable.key in facts.pipeline_variables
                else f"write #{{codepipeline.{_EXECUTION_ID}}}, its only one",
            )
    elif variable.namespace == "variables":
        if variable.key not in facts.pipeline_variables:
            near = did_you_mean(variable.key, facts.pipeline_variables)
            yield found(
                "PK408",
                where,
                f"refers to the pipeline variable {variable.key!r}, which the pipeline does not declare",
                near
                or f'declare it: pk.Pipeline(..., variables=[pk.PipelineVariable("{variable.key}", default="...")])',
            )
    elif owner is None:
        yield found(
            "PK403",
            where,
            f"refers to {str(variable)!r}, and no action has the namespace {variable.namespace!r}",
            _which_namespace(facts, variable),
        )
    else:
        yield from _not_exported(facts, where, variable, owner)


def _which_namespace(facts: Facts, variable: Variable) -> str:
    for name in (variable.namespace, variable.namespace.removesuffix("Variables")):
        for key in facts.called.get(name, ()):
            if facts.by_key[key].namespace is None:
                return f'write namespace="{variable.namespace}" in the action {"/".join(key)}'
    return (
        did_you_mean(variable.namespace, facts.namespace_names)
        or f'write namespace="{variable.namespace}" in the action that exports {variable.key}'
    )


def _not_exported(facts: Facts, where: Location, variable: Variable, owner: ActionKey) -> Iterator[Diagnostic]:
    only_after = _ONLY_AFTER.get(variable.key)
    connection = facts.by_key[owner].action_type_id.provider == "CodeStarSourceConnection"
    if connection and only_after is not None and not facts.started_only_by(only_after, owner[1]):
        yield found(
            "PK415",
            where,
            f"{str(variable)!r} exists only when {only_after} started the execution",
            "refer to CommitId, which is always there, or start the pipeline in that way only",
        )
    exported = facts.exported_by(owner)
    if exported is None or variable.key in exported:
        return
    yield found(
        "PK406",
        where,
        f"refers to {str(variable)!r}, which {'/'.join(owner)} does not export",
        _how_to_export(facts, variable, owner, exported),
    )


def _how_to_export(facts: Facts, variable: Variable, owner: ActionKey, exported: tuple[str, ...]) -> str:
    near = did_you_mean(variable.key, exported)
    producer = facts.by_key[owner]
    if near:
        return near
    if is_codebuild(producer):
        return f'write pk.BuildSpec(..., exported_variables=["{variable.key}"]) in {owner[1]}'
    if is_compute(producer):
        return f'write output_variables=["{variable.key}"] in {owner[1]}'
    return f"it exports {listing(exported)}" if exported else f"{owner[1]} exports nothing"


def _too_early(facts: Facts) -> Iterator[Diagnostic]:
    for edge in facts.contradicted("variable"):
        yield found(
            "PK405",
            facts.at(*edge.after),
            f"refers to {edge.carried} at run order {facts.run_orders[edge.after]}, "
            f"and {edge.before[1]} exports it at run order {facts.run_orders[edge.before]}",
            facts.how_to_wait(edge),
        )


def _skipped(facts: Facts) -> Iterator[Diagnostic]:
    """Yield who needs what a stage gives that may be skipped, unless it is skipped by the same condition."""
    stages = facts.definition.pipeline.stages
    skipped = {s.name: s.before_entry for s in stages if any(c.result == "SKIP" for c in s.before_entry)}
    if not skipped:
        return
    entries = {stage.name: stage.before_entry for stage in stages}
    for edge in facts.edges:
        giver, taker = edge.before[0], edge.after[0]
        if edge.kind != ">>" and giver in skipped and giver != taker and entries[taker] != skipped[giver]:
            yield found(
                "PK412",
                facts.at(*edge.after),
                f"needs the {edge.reason} of {'/'.join(edge.before)}, whose stage may be skipped",
                f"give {taker!r} the same condition, or make {edge.carried} in a stage that always runs",
            )
    for stage in stages:
        for hook, rule in stage.rules():
            for what, maker in _needs(facts, rule):
                if maker[0] in skipped and maker[0] != stage.name:
                    yield found(
                        "PK412",
                        facts.at(stage.name, hook, rule.name),
                        f"needs the {what} of {'/'.join(maker)}, whose stage may be skipped",
                        "ask for what a stage gives that always runs",
                    )


def _needs(facts: Facts, rule: RuleDeclaration) -> Iterator[tuple[str, ActionKey]]:
    """Yield what a rule reads, with the action that gives it."""
    for artifact in rule.input_artifacts:
        if artifact in facts.makers:
            yield f"artifact {artifact}", facts.makers[artifact]
    for variable in dict.fromkeys(variable for _, text in rule_fields(rule) for variable in variables_in(text)):
        if variable.namespace in facts.owners:
            yield f"variable {variable.namespace}.{variable.key}", facts.owners[variable.namespace]


def _never_assigned(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Warn of exported variables that commands read as if they were set, and nothing gives a value."""
    spec, project = facts.buildspec_of(action), facts.project_of(action)
    environment = setting(action, "EnvironmentVariables")
    if spec is None or project is None or for_windows(spec, project):
        return
    given = {*spec.variables, *spec.parameter_store, *spec.secrets_manager, *(v.name for v in project.environment)}
    commands = list(commands_of(spec))
    for name in spec.exported_variables:
        known = name in given or name.startswith(("CODEBUILD_", "AWS_")) or f'"{name}"' in environment
        if not known and is_settled(name) and is_read_unset(name, commands):
            yield found(
                "PK413",
                facts.at(stage.name, action.name, "buildspec", "exported_variables"),
                f"exports {name}, which commands read and none gives a value",
                f'write "{name}=..." in a command, such as \'{name}="$(cat version.txt)"\'',
            )


def _unresolved(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    for field, text in (("role", action.role_arn), ("region", action.region)):
        for variable in variables_in(text or ""):
            yield found(
                "PK407",
                facts.at(stage.name, action.name, field),
                f"{str(variable)!r} is not resolved here",
                "write the value itself, or leave it to a pk.Parameter",
            )


def _unresolved_in_projects(facts: Facts) -> Iterator[Diagnostic]:
    for name, project in facts.projects.items():
        _, action = facts.users.get(name, ("", "the rule that runs it"))
        for field, text in _texts_of(project, facts.buildspec_in(project)):
            for variable in dict.fromkeys(variables_in(text)):
                # Other programs write #{...} too, so it must be a namespace that somebody here has or could have.
                if variable.namespace in facts.likely_namespaces:
                    environment = _environment_name(variable.key)
                    yield found(
                        "PK407",
                        facts.in_project(project, field),
                        f"{str(variable)!r} is not resolved here: CodeBuild gets the text as it is",
                        f'write environment={{"{environment}": "{variable}"}} in {action}, and ${environment} here',
                    )


def _texts_of(project: Project, spec: BuildSpec | None) -> Iterator[tuple[str, str]]:
    for variable in project.environment:
        yield f"project.environment.{variable.name}", variable.value
    if spec is not None:
        for field, text in texts_of(spec):
            yield f"buildspec.{field}", text


def _environment_name(key: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[^A-Za-z0-9_]", "_", words).upper()
