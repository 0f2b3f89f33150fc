"""Accounts, Regions and keys, and what strangers could bring into a command (PK8xx)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from pipelinekit.codebuild.checks import check_likely_secret
from pipelinekit.codepipeline.checks.facts import Facts, is_codebuild, is_compute, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, ArtifactStore, RuleDeclaration, StageDeclaration
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.values import Variable, is_settled, variables_in

_ROLE = re.compile(r"arn:(aws[\w-]*):iam::(\d{12}):role/")
_KEY = re.compile(r"arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)/")
_BUCKET_OF_AWS = re.compile(r"codepipeline-([a-z]{2}(?:-[a-z]+)+-\d)-\d+")
"""How CodePipeline names the buckets that it makes itself."""
_WRITTEN_BY_ANYBODY = ("CommitMessage", "PullRequestTitle", "SourceBranchName", "TagName", "AuthorDisplayName")
"""Variables of sources whose text is chosen by whoever pushes or opens a pull request."""

_HOW_IN_A_RULE = "let a CodeBuild rule do it: pk.rule.CodeBuild(..., environment={...}); this one has no environment"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with accounts, keys and secrets, action by action."""
    yield from _stores(facts)
    home = _ROLE.match(facts.definition.pipeline.role_arn)
    for stage, action in facts.actions:
        yield from _commands_of_strangers(facts, stage, action)
        yield from _likely_secrets(facts, stage, action)
        yield from _open_upload(facts, stage, action)
        role = _ROLE.match(action.role_arn or "")
        if home is not None and role is not None:
            yield from _across(facts, (stage.name, action.name), action, home, role)
    for path, rule in facts.rules:
        yield from _in_rule(facts, path, rule)
        role = _ROLE.match(rule.role_arn or "")
        if home is not None and role is not None:
            yield from _across(facts, path, rule, home, role)


def _stores(facts: Facts) -> Iterator[Diagnostic]:
    for region, store in facts.definition.pipeline.artifact_stores.items():
        key = _KEY.match(store.encryption_key or "")
        if key is not None and is_settled(region) and key[1] != region:
            yield found(
                "PK811",
                facts.at("artifact_store", region),
                f"the key of the store in {region} is of {key[1]}",
                f"give the store a key of {region}: KMS keys do not leave their Region",
            )
        bucket = _BUCKET_OF_AWS.fullmatch(store.location)
        if bucket is not None and is_settled(region) and bucket[1] != region:
            yield found(
                "PK812",
                facts.at("artifact_store", region),
                f"the bucket {store.location} of the store in {region} is of {bucket[1]} by its name",
                f"give the store a bucket in {region}",
            )


def _in_rule(facts: Facts, path: tuple[str, ...], rule: RuleDeclaration) -> Iterator[Diagnostic]:
    for index, command in enumerate(rule.commands):
        yield from _text_of_strangers(facts, (*path, f"commands[{index}]"), command, lambda _: _HOW_IN_A_RULE)
    if rule.rule_type_id.provider == "CodeBuild":
        where = facts.at(*path, "configuration.EnvironmentVariables")
        for name, value in _plain_variables(setting(rule, "EnvironmentVariables")):
            yield from check_likely_secret(name, value, where)


def _across(
    facts: Facts,
    path: tuple[str, ...],
    action: ActionDeclaration | RuleDeclaration,
    home: re.Match[str],
    role: re.Match[str],
) -> Iterator[Diagnostic]:
    where = facts.at(*path, "role")
    if role[1] != home[1]:
        yield found(
            "PK804",
            where,
            f"the role is of the partition {role[1]}, and the pipeline of {home[1]}: nobody can assume a role across",
            "use a pipeline in that partition",
        )
    elif role[2] != home[2] and (action.input_artifacts or getattr(action, "output_artifacts", ())):
        store = _store_of(facts, action)
        if store is None:
            return
        if store.encryption_key is None:
            yield found(
                "PK801",
                where,
                f"the account {role[2]} cannot read the artifacts: the store in {home[2]} has no key of its own",
                'write artifact_store=pk.ArtifactStore("BUCKET", encryption_key="KEY_ARN"), and allow that account',
            )
        elif store.encryption_key.startswith("alias/") or ":alias/" in store.encryption_key:
            yield found(
                "PK802",
                where,
                f"the account {role[2]} cannot find the key of the artifacts by its alias",
                "give the store's key by its ARN: arn:aws:kms:REGION:ACCOUNT:key/ID",
            )


def _store_of(facts: Facts, action: ActionDeclaration | RuleDeclaration) -> ArtifactStore | None:
    pipeline = facts.definition.pipeline
    if pipeline.artifact_store is not None:
        return pipeline.artifact_store
    stores = pipeline.artifact_stores
    if action.region is not None:
        return stores.get(action.region)
    return next(iter(stores.values())) if len(stores) == 1 else None


def _commands_of_strangers(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    texts = [(f"commands[{index}]", text) for index, text in enumerate(action.commands)] if is_compute(action) else []
    if is_codebuild(action):
        texts.append(("configuration.BuildspecOverride", setting(action, "BuildspecOverride")))

    def hint(variable: Variable) -> str:
        name = variable.key.upper()
        return f'write environment={{"{name}": "{variable}"}} in {action.name}, and "${name}" in the command'

    for field, text in texts:
        yield from _text_of_strangers(facts, (stage.name, action.name, field), text, hint)


def _text_of_strangers(
    facts: Facts, path: tuple[str, ...], text: str, hint: Callable[[Variable], str]
) -> Iterator[Diagnostic]:
    for variable in dict.fromkeys(variables_in(text)):
        maker = facts.by_key.get(facts.owners.get(variable.namespace, ("", "")))
        if maker is None or maker.action_type_id.category != "Source" or variable.key not in _WRITTEN_BY_ANYBODY:
            continue
        yield found(
            "PK820",
            facts.at(*path),
            f"{str(variable)!r} becomes part of the command, so whoever may push can run commands here",
            hint(variable),
        )


def _likely_secrets(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    for variable in action.environment_variables:
        if variable.type == "PLAINTEXT":
            where = facts.at(stage.name, action.name, f"environmentVariables.{variable.name}")
            yield from check_likely_secret(variable.name, variable.value, where)
    if is_codebuild(action) and "EnvironmentVariables" in action.configuration:
        where = facts.at(stage.name, action.name, "configuration.EnvironmentVariables")
        for name, value in _plain_variables(setting(action, "EnvironmentVariables")):
            yield from check_likely_secret(name, value, where)


def _plain_variables(text: str) -> Iterator[tuple[str, str]]:
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError):  # said by the checks of the configuration
        return
    for variable in variables if isinstance(variables, list) else ():
        match variable:
            case {"name": str(name), "value": str(value)} if variable.get("type", "PLAINTEXT") == "PLAINTEXT":
                yield name, value


def _open_upload(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = action.action_type_id
    if (kind.category, kind.owner, kind.provider) != ("Deploy", "AWS", "S3"):
        return
    if setting(action, "CannedACL") == "public-read-write":
        yield found(
            "PK821",
            facts.at(stage.name, action.name, "configuration.CannedACL"),
            "everybody may write to the objects that it uploads",
            'write canned_acl="public-read", or leave it out and let CloudFront read the bucket',
        )
