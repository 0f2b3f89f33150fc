"""What a template cannot say, cannot make, or should be looked at for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelinekit.cloudformation.iam import (
    INLINE_POLICY_MAX,
    MANAGED_POLICIES_MAX,
    size,
)
from pipelinekit.cloudformation.needs import account_of, given_roles, unknown_types
from pipelinekit.cloudformation.plan import Plan, group_key
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.revisions import Revisions
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Severity

RESOURCES_MAX, PARAMETERS_MAX, BYTES_MAX, INLINE_BYTES_MAX = 500, 200, 1_000_000, 51_200
"""CloudFormation User Guide, cloudformation-limits; above the last one a template has to come from a bucket."""


def refuse_unsayable(definition: Definition, notify: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield the errors for what no template can hold."""
    for target in notify:
        if "@" not in target and not target.startswith(("arn:", "${Parameter.")):
            yield found(
                "PK187",
                definition.location(),
                f"{target!r} is neither an e-mail address nor the ARN of a topic",
                "write notify=['team@example.com'] or the ARN of an SNS topic",
            )
    configs = {group.config for group in definition.deployment_groups}
    named = [config.name for config in configs]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield found(
            "PK143",
            definition.location(),
            f"two different deployment configurations are called {name}",
            "AWS knows each by its name: give one of them another, or make them the same",
        )


def findings_of(plan: Plan, revisions: Revisions, body: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Yield what is left for people to do, and what a template of this size needs."""
    yield from _stores(plan)
    yield from _elsewhere(plan)
    yield from _roles(plan)
    yield from _policies(plan)
    yield from _sizes(plan, body)
    yield from _rule_timeouts(plan)
    yield from _buckets_without_events(plan)
    yield from _appspecs(plan, revisions)


def _stores(plan: Plan) -> Iterator[Diagnostic]:
    stores = plan.definition.pipeline.artifact_stores
    if stores:
        names = ", ".join(f"{store.location} in {region}" for region, store in stores.items())
        yield found(
            "PK180",
            plan.definition.location("artifactStores"),
            f"the artifact stores are not made by the template: {names}",
            "a template makes things in one Region only: make each bucket and its key in its own",
        )


def _elsewhere(plan: Plan) -> Iterator[Diagnostic]:
    described = {project.name for project in plan.definition.projects}
    described |= {group_key(group) for group in plan.definition.deployment_groups}
    for thing, region in plan.elsewhere.items():
        if thing in described:
            yield found(
                "PK181",
                plan.definition.location(),
                f"{thing} is not made by the template, since its action works in {region}",
                f"make it there, or say region={region!r} if that is where the pipeline stands",
            )


def _roles(plan: Plan) -> Iterator[Diagnostic]:
    for role in given_roles(plan.definition):
        account = account_of(role)
        where = f" of account {account}" if account else ""
        yield found(
            "PK182",
            plan.definition.location(),
            f"the permissions of {role}{where} are not in the template, since an action brings it",
            f"pipelinekit iam ... --role {role} prints what it needs",
        )
    for stage, name, kind in unknown_types(plan.definition):
        yield found(
            "PK183",
            plan.definition.location(stage, name),
            f"which permissions {kind} needs is not known here",
            "add a policy to the pipeline's role",
        )


def _policies(plan: Plan) -> Iterator[Diagnostic]:
    for role in plan.made_roles:
        parts = len(plan.managed.get(role.name, ()))
        if parts:
            yield found(
                "PK184",
                plan.definition.location(),
                f"the policy of {role.name} has {size(role.statements):,} characters, more than an inline policy may "
                f"have ({INLINE_POLICY_MAX:,}): the template makes {parts} managed policies of it",
                f"have the quota of {MANAGED_POLICIES_MAX} managed policies a role raised, or share projects"
                if parts > MANAGED_POLICIES_MAX
                else "nothing needs to be done; actions that share a project need less",
            )


def _sizes(plan: Plan, body: Mapping[str, Any]) -> Iterator[Diagnostic]:
    resources, parameters = len(body["Resources"]), len(body.get("Parameters", ()))
    characters = len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
    for count, most, what in (
        (resources, RESOURCES_MAX, "resources"),
        (parameters, PARAMETERS_MAX, "parameters"),
        (characters, BYTES_MAX, "bytes"),
    ):
        if count > most:
            yield found(
                "PK185",
                plan.definition.location(),
                f"the template has {count:,} {what}, where CloudFormation takes {most:,}",
                "let actions share projects: project=pk.Project(...) or the name of one",
            )
    if INLINE_BYTES_MAX < characters <= BYTES_MAX:
        yield found(
            "PK185",
            plan.definition.location(),
            f"the template has more than {INLINE_BYTES_MAX:,} bytes, so CloudFormation takes it from a bucket only",
            "aws cloudformation deploy --s3-bucket BUCKET ... puts it there",
            Severity.HINT,
        )


def _rule_timeouts(plan: Plan) -> Iterator[Diagnostic]:
    for stage in plan.definition.pipeline.stages:
        for _, rule in stage.rules():
            if rule.timeout_in_minutes is not None:
                yield found(
                    "PK186",
                    plan.definition.location(stage.name, rule.name),
                    f"its timeout of {rule.timeout_in_minutes} minutes is left out: CloudFormation has none for rules",
                    "set it with aws codepipeline update-pipeline, or do without",
                )


def _buckets_without_events(plan: Plan) -> Iterator[Diagnostic]:
    for stage, action in plan.definition.actions():
        if action.action_type_id.provider == "S3" and f"{stage.name}/{action.name}" in plan.events:
            bucket = action.configuration.get("S3Bucket", "")
            yield found(
                "PK188",
                plan.definition.location(stage.name, action.name),
                f"the bucket {bucket} is not part of the template, and has to send its events to EventBridge",
                "aws s3api put-bucket-notification-configuration --notification-configuration "
                f"EventBridgeConfiguration={{}} --bucket {bucket}",
            )


def _appspecs(plan: Plan, revisions: Revisions) -> Iterator[Diagnostic]:
    for key in plan.definition.appspecs:
        if key not in revisions.writers:
            artifact = revisions.artifacts.get(key, "its revision")
            reason = revisions.obstacles.get(key, "it reads no artifact")
            yield found(
                "PK719",
                plan.definition.location(*key.split("/", 1)),
                f"its AppSpec does not get into {artifact} by itself: {reason}",
                f"pipelinekit emit -o DIR writes it: put it at the root of {artifact}",
            )
