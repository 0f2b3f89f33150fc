"""The IAM policies of a pipeline: for each role its statements, merged, and why each stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from attrs import evolve, field, frozen

from pipelinekit.cloudformation.events import event_sources
from pipelinekit.cloudformation.expressions import pseudo_parameters
from pipelinekit.cloudformation.needs import (
    Need,
    Reason,
    Uses,
    deployment_needs,
    event_needs,
    given_role_needs,
    given_roles,
    pipeline_needs,
    project_needs,
)
from pipelinekit.cloudformation.texts import put_in
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.values import FrozenMap, Parameter, frozen_members

INLINE_POLICY_MAX = 10_240
"""Characters of all inline policies of a role together, without white space (IAM User Guide, iam-limits)."""
MANAGED_POLICY_MAX = 6_144
MANAGED_POLICIES_MAX = 10
"""How many managed policies a role can have, unless the account's quota was raised."""


@frozen(kw_only=True)
class Statement:
    """One statement of a policy that allows, and the reasons for it."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    reasons: tuple[Reason, ...] = ()


Kind = Literal["pipeline", "action", "project", "deployments", "events"]


@frozen(kw_only=True)
class Role:
    """A role that the pipeline needs: for whom, which service takes it, and what it may do.

    ``name`` is what a person calls it: ``pipeline``, ``project/NAME``, ``codedeploy``, ``events``, or the ARN of a role
    that actions bring. ``arn`` is the role that was given, None where nobody gave one.
    """

    name: str
    kind: Kind
    principal: str
    needs: tuple[Need, ...]
    arn: str | None = None

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its needs, merged."""
        return merged(self.needs)

    @property
    def policy(self) -> dict[str, Any]:
        """The whole policy, as IAM takes it."""
        return policy_document(self.statements)


def policies(given: Pipeline | Definition) -> tuple[Role, ...]:
    """Give every role a pipeline needs with its least privileges: the pipeline's, then those beside it.

    Texts hold ``${Parameter.NAME}``, ``${AWS::Region}``, ``${AWS::AccountId}`` and ``${AWS::Partition}`` where a value
    comes later.
    """
    from pipelinekit.codepipeline.define import compile_pipeline

    definition = given if isinstance(given, Definition) else compile_pipeline(given)
    own = {name: f"${{{pseudo}}}" for name, pseudo in pseudo_parameters(definition).items()}
    return tuple(_located(role, lambda text: put_in(text, own)) for role in _roles(definition))


PIPELINE_ROLE = str(Parameter("PipelineRoleArn"))
BUILD_ROLE = str(Parameter("CodeBuildRoleArn"))
DEPLOY_ROLE = str(Parameter("CodeDeployRoleArn"))
"""What stands for a role in a definition when nobody gave one."""


def _roles(definition: Definition) -> Iterator[Role]:
    pipeline = "codepipeline.amazonaws.com"
    yield _role(
        "pipeline",
        "pipeline",
        pipeline,
        pipeline_needs(definition),
        _given(definition.pipeline.role_arn, PIPELINE_ROLE),
    )
    for arn in given_roles(definition):
        yield _role(arn, "action", pipeline, given_role_needs(definition, arn), arn)
    uses = Uses(definition)
    for project in definition.projects:
        needs = project_needs(uses, project)
        given = _given(project.role, BUILD_ROLE)
        yield _role(f"project/{project.name}", "project", "codebuild.amazonaws.com", needs, given)
    yield from _deployment_roles(definition)
    sources = [f"{stage.name}/{action.name}" for stage, action in event_sources(definition)]
    if sources:
        yield _role("events", "events", "events.amazonaws.com", event_needs(definition, sources), None)


def _deployment_roles(definition: Definition) -> Iterator[Role]:
    for arn in dict.fromkeys(group.role for group in definition.deployment_groups):
        groups = tuple(group for group in definition.deployment_groups if group.role == arn)
        needs = deployment_needs(evolve(definition, deployment_groups=groups))
        given = _given(arn, DEPLOY_ROLE)
        yield _role(given or "codedeploy", "deployments", "codedeploy.amazonaws.com", needs, given)


def _given(role: str, by_default: str) -> str | None:
    return None if role == by_default else role


def _role(name: str, kind: Kind, principal: str, needs: Iterable[Need], arn: str | None) -> Role:
    return Role(name=name, kind=kind, principal=principal, needs=tuple(needs), arn=arn)


def located(role: Role, *, region: str | None = None, account: str | None = None) -> Role:
    """Put the Region, the account and with the Region its partition in, where they are known."""
    values = {"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": _partition(region)}

    return _located(role, lambda text: _LATER.sub(lambda match: values.get(match[1]) or match[0], text))


def _located(role: Role, put: Callable[[str], str]) -> Role:
    return evolve(role, needs=tuple(evolve(one, resources=tuple(map(put, one.resources))) for one in role.needs))


def _partition(region: str | None) -> str | None:
    if region is None:
        return None
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")


# Statements ----------------------------------------------------------------------------------------------------------


def merged(needs: Iterable[Need]) -> tuple[Statement, ...]:
    """Merge needs into as few statements as say the same: every action stands once for each condition."""
    resources: dict[tuple[str, str], dict[str, None]] = {}
    reasons: dict[tuple[str, str], dict[Reason, None]] = {}
    conditions: dict[str, FrozenMap[Any]] = {}
    for need in needs:
        condition = json.dumps(plain(need.condition), sort_keys=True)
        conditions[condition] = need.condition
        for action in need.actions:
            resources.setdefault((action, condition), {}).update(dict.fromkeys(need.resources))
            reasons.setdefault((action, condition), {})[need.reason] = None
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (action, condition), found in resources.items():
        groups.setdefault((condition, _fewest(found)), []).append(action)
    return tuple(
        Statement(
            actions=tuple(sorted(actions)),
            resources=fewest,
            condition=conditions[condition],
            reasons=tuple(dict.fromkeys(reason for action in actions for reason in reasons[action, condition])),
        )
        for (condition, fewest), actions in groups.items()
    )


def _fewest(resources: Iterable[str]) -> tuple[str, ...]:
    found = sorted(set(resources))
    return ("*",) if "*" in found else tuple(found)


def plain(value: Any) -> Any:
    """Give a frozen value as JSON has it."""
    match value:
        case Mapping():
            return {key: plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [plain(inner) for inner in value]
    return value


def policy_document(statements: Iterable[Statement]) -> dict[str, Any]:
    """Write statements as a policy document."""
    return {"Version": "2012-10-17", "Statement": [_statement(statement) for statement in statements]}


def _statement(statement: Statement) -> dict[str, Any]:
    condition = {"Condition": plain(statement.condition)} if statement.condition else {}
    return {
        "Effect": "Allow",
        "Action": _one_or_several(statement.actions),
        "Resource": _one_or_several(statement.resources),
        **condition,
    }


def _one_or_several(texts: Sequence[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


# Sizes ---------------------------------------------------------------------------------------------------------------

_LONGEST = {"AWS::Partition": "aws-us-gov", "AWS::Region": "ap-southeast-1", "AWS::AccountId": "111122223333"}
_LONGEST_PARAMETER = 128
_LATER = re.compile(r"\$\{([^{}]+)\}")


def size(statements: Iterable[Statement]) -> int:
    """Count the characters of a policy as IAM does, without white space; what comes later counts with its longest."""
    text = json.dumps(policy_document(statements), separators=(",", ":"), ensure_ascii=False)
    return len(_LATER.sub(lambda match: _LONGEST.get(match[1], "x" * _LONGEST_PARAMETER), text))


def split(statements: Sequence[Statement], most: int = MANAGED_POLICY_MAX) -> list[tuple[Statement, ...]]:
    """Distribute statements among as few policies of at most *most* characters as their order allows.

    A statement that is too long by itself is cut in two, again and again: first its resources, then its actions.
    """
    parts: list[tuple[Statement, ...]] = []
    current: tuple[Statement, ...] = ()
    for statement in (piece for whole in statements for piece in _pieces(whole, most)):
        if current and size((*current, statement)) > most:
            parts.append(current)
            current = ()
        current = (*current, statement)
    return [*parts, current] if current else parts


def _pieces(statement: Statement, most: int) -> Iterator[Statement]:
    if size((statement,)) <= most:
        yield statement
    elif len(statement.resources) > 1:
        middle = len(statement.resources) // 2
        for resources in (statement.resources[:middle], statement.resources[middle:]):
            yield from _pieces(evolve(statement, resources=resources), most)
    elif len(statement.actions) > 1:
        middle = len(statement.actions) // 2
        for actions in (statement.actions[:middle], statement.actions[middle:]):
            yield from _pieces(evolve(statement, actions=actions), most)
    else:
        yield statement
