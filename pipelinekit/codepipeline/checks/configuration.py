"""What each action is configured with, by what is known of its type (PK3xx)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelinekit.codebuild.limits import ENVIRONMENT_TYPES as BUILD_ENVIRONMENT_TYPES
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import ActionType
from pipelinekit.codepipeline.checks.cloudformation import check_change_sets, check_cloudformation
from pipelinekit.codepipeline.checks.compute import check_compute
from pipelinekit.codepipeline.checks.facts import Facts, is_cloudformation, is_codebuild, listing, setting, type_of
from pipelinekit.codepipeline.checks.forms import check_form
from pipelinekit.codepipeline.checks.kinds import check_kind, is_about_an_image
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, RuleDeclaration, StageDeclaration
from pipelinekit.codepipeline.limits import (
    CATEGORIES,
    CONFIGURATION_KEY_MAX,
    CONFIGURATION_VALUE_MAX,
    OWNERS,
    PROVIDER_MAX,
    PROVIDER_PATTERN,
    VERSION_MAX,
    VERSION_PATTERN,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Severity, closest, did_you_mean
from pipelinekit.values import is_settled, problem_with

_GITHUB = ("Source", "ThirdParty", "GitHub")


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the type, the configuration, the role and the Region of each action."""
    for stage, action in facts.actions:
        yield from _type(facts, stage, action)
        yield from _keys(facts, stage, action)
        yield from _values(facts, stage, action)
        yield from check_compute(facts, stage, action)
        if is_codebuild(action):
            yield from _environment(facts, (stage.name, action.name), action)
        if is_cloudformation(action):
            yield from check_cloudformation(facts, stage, action)
        yield from check_kind(facts, stage, action)
        yield from _role(facts, stage, action)
    for path, rule in facts.rules:
        if rule.rule_type_id.provider == "CodeBuild":
            yield from _environment(facts, path, rule)
    yield from check_change_sets(facts)
    yield from _home_regions(facts)


def _kind(action: ActionDeclaration) -> tuple[str, str, str]:
    kind = action.action_type_id
    return kind.category, kind.owner, kind.provider


def _type(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = action.action_type_id
    if all(map(is_settled, (kind.category, kind.owner, kind.provider, kind.version))):
        problem = _problem_with_type(kind)
        if problem is not None:
            yield found("PK301", facts.at(stage.name, action.name), *problem)
    if _kind(action) == _GITHUB:
        yield found(
            "PK324",
            facts.at(stage.name, action.name),
            "reads GitHub with an OAuth token, which AWS advises against",
            'write pk.source.CodeConnections(..., repository="owner/name", connection=pk.Parameter("ConnectionArn"))',
        )
    facts_of_type = type_of(action)
    if facts_of_type is not None and facts_of_type.retired:
        yield found(
            "PK336",
            facts.at(stage.name, action.name),
            f"is of the type {kind.provider}, and {facts_of_type.retired}",
            "replace the action by one of a type that AWS still has",
        )


def _problem_with_type(kind: ActionTypeId) -> tuple[str, str] | None:
    if kind.category not in CATEGORIES:
        hint = did_you_mean(kind.category, CATEGORIES) or f"it is one of {listing(CATEGORIES)}"
        return f"there is no category {kind.category!r}", hint
    if kind.owner not in OWNERS:
        hint = did_you_mean(kind.owner, OWNERS) or f"it is one of {listing(OWNERS)}"
        return f"there is no owner {kind.owner!r}", hint
    if kind.owner == "AWS":
        return _problem_with_aws_type(kind)
    problem = problem_with(kind.provider, PROVIDER_PATTERN, PROVIDER_MAX)
    if problem is not None:
        return f"the provider {kind.provider!r} {problem}", "name it with up to 35 letters, digits, - and _"
    problem = problem_with(kind.version, VERSION_PATTERN, VERSION_MAX)
    if problem is not None:
        return f"the version {kind.version!r} {problem}", 'write a version such as "1"'
    return None


def _problem_with_aws_type(kind: ActionTypeId) -> tuple[str, str] | None:
    if catalogue.find(ActionTypeId(kind.category, kind.owner, kind.provider)) is None:
        return f"AWS has no {kind.category} action {kind.provider!r}", _which_provider(kind)
    if kind.version != "1":
        return f"AWS has no version {kind.version!r} of {kind.provider}", 'write version "1"'
    return None


def _which_provider(kind: ActionTypeId) -> str:
    known = catalogue.known()
    elsewhere = [other.category for other in known if other.provider == kind.provider and other.owner == "AWS"]
    if elsewhere:
        return f"{kind.provider} is a {' or '.join(elsewhere)} action"
    providers = [other.provider for other in known if other.category == kind.category and other.owner == "AWS"]
    return did_you_mean(kind.provider, providers) or f"there are {listing(providers)}"


def _keys(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = type_of(action)
    for name in action.configuration:
        if not 1 <= len(name) <= CONFIGURATION_KEY_MAX:
            yield found(
                "PK304",
                facts.at(stage.name, action.name, "configuration"),
                f"the key {name[:60]!r} has {len(name)} characters, where AWS allows 1 to {CONFIGURATION_KEY_MAX}",
                "write a key that the action type has",
            )
        elif kind is not None and name not in kind.keys and not (_is_open(kind) or is_about_an_image(kind.id, name)):
            yield _unknown_key(facts, stage, action, kind, name)
    if kind is None:
        return
    for key in kind.keys.values():
        if key.required and key.name not in action.configuration:
            yield found(
                "PK303",
                facts.at(stage.name, action.name, "configuration"),
                f"lacks {key.name}, which {kind.id.provider} needs",
                f'write "{key.name}": "..." in its configuration',
                Severity.WARNING if _is_vague(kind) else None,
            )


def _is_open(kind: ActionType) -> bool:
    """Whether others say which keys there are: a partner, or whoever registered the custom action in the account."""
    return not kind.confirmed or kind.id.owner == "Custom"


def _is_vague(kind: ActionType) -> bool:
    """Whether old pipelines may be right against the guide of today."""
    return kind.id.owner == "Custom" or bool(kind.retired)


def _unknown_key(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, kind: ActionType, name: str
) -> Diagnostic:
    near = closest(name, (key for key in kind.keys if key not in action.configuration))
    return found(
        "PK302",
        facts.at(stage.name, action.name, f"configuration.{name}"),
        f"{kind.id.provider} has no key {name!r}",
        f"did you mean {near}?" if near else f"the User Guide knows {listing(kind.keys)}",
        Severity.ERROR if near and not _is_vague(kind) else Severity.WARNING,
    )


def _values(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = type_of(action)
    for name, value in action.configuration.items():
        where = facts.at(stage.name, action.name, f"configuration.{name}")
        if not isinstance(value, str):
            yield found("PK305", where, f"{_said(value)} is not text", f'write "{name}": {_as_text(value)}')
        elif not value:
            yield found("PK304", where, "is empty, where AWS wants 1 to 1000 characters", "leave the key out")
        elif len(value) > CONFIGURATION_VALUE_MAX and is_settled(value):
            yield found(
                "PK304",
                where,
                f"has {len(value)} characters, where AWS allows {CONFIGURATION_VALUE_MAX}",
                _how_to_shorten(name),
            )
        elif kind is not None and name in kind.keys:
            yield from check_form(facts, stage, action, kind.keys[name], value)


def _said(value: Any) -> str:
    return f"the value {value!r}" if len(repr(value)) < 60 else f"a {type(value).__name__}"


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return f'"{text}"' if len(text) < 60 and '"' not in text else "the JSON of it, as text"


def _how_to_shorten(name: str) -> str:
    if name == "EnvironmentVariables":
        return "move fixed values into the project: pk.Project(..., environment={...}), or into the buildspec"
    if name == "ParameterOverrides":
        return 'move fixed values into a file: template_configuration=build.output.at("parameters.json")'
    return "keep the long text in a file of the source, and write its path here"


def _environment(
    facts: Facts, path: tuple[str, ...], action: ActionDeclaration | RuleDeclaration
) -> Iterator[Diagnostic]:
    text = setting(action, "EnvironmentVariables")
    if not text:
        return
    for problem in _problems_with_environment(text):
        yield found(
            "PK306",
            facts.at(*path, "configuration.EnvironmentVariables"),
            problem,
            'write environment={"NAME": "value"}, that is [{"name": "NAME", "value": "value", "type": "PLAINTEXT"}]',
        )


def _problems_with_environment(text: str) -> Iterator[str]:
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError):
        if is_settled(text):
            yield f"{text[:40]!r} is not JSON"
        return
    if not isinstance(variables, list):
        yield "is not a list"
        return
    names: set[str] = set()
    for index, variable in enumerate(variables):
        if not isinstance(variable, dict) or not isinstance(variable.get("name"), str) or "value" not in variable:
            yield f"entry {index} is not an object with a name and a value"
            continue
        name, kind = variable["name"], variable.get("type", "PLAINTEXT")
        if not isinstance(variable["value"], str):
            yield f"the value of {name!r} is not text"
        if kind not in BUILD_ENVIRONMENT_TYPES:
            yield f"the type of {name!r} is {kind!r}, which is none of {listing(BUILD_ENVIRONMENT_TYPES)}"
        extra = [key for key in variable if key not in ("name", "value", "type")]
        if extra:
            yield f"{name!r} has the key {extra[0]!r}, which is none of name, value and type"
        if name in names:
            yield f"{name!r} is there twice"
        names.add(name)


def _role(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    owner = action.action_type_id.owner
    if action.role_arn is not None and owner in ("Custom", "ThirdParty"):
        yield found(
            "PK322",
            facts.at(stage.name, action.name, "role"),
            f"has a role, which no action of the owner {owner} takes",
            "leave role out",
        )


def _home_regions(facts: Facts) -> Iterator[Diagnostic]:
    """Sources, partner and custom actions run in the pipeline's Region; so those that name one must agree."""
    home: tuple[str, str] | None = None
    for stage, action in facts.actions:
        kind = action.action_type_id
        region = action.region
        if region is None or not is_settled(region) or (kind.owner == "AWS" and kind.category != "Source"):
            continue
        if home is None:
            home = (region, action.name)
        elif region != home[0]:
            yield found(
                "PK323",
                facts.at(stage.name, action.name, "region"),
                f"runs in {region}, and {home[1]} in {home[0]}: both can only run in the pipeline's own Region",
                "leave region out",
            )
