"""Which permissions each role of a pipeline needs, and why: one need after the other, from the actions.

Texts hold ``${Parameter.NAME}`` where the pipeline has a parameter, and CloudFormation's ``${AWS::Region}``,
``${AWS::AccountId}`` and ``${AWS::Partition}`` where only the place of deployment can tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, TypeAlias

from attrs import field, frozen

from pipelinekit.cloudformation.permissions import ACTIONS, RULES, USER_GUIDE, Grant
from pipelinekit.codebuild.document import examine_buildspec, is_inline
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.declaration import ActionDeclaration, ArtifactStore, RuleDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.values import VARIABLE, FrozenMap, frozen_members

PARTITION, REGION, ACCOUNT = "${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"

_BUILD_GUIDE = "https://docs.aws.amazon.com/codebuild/latest/userguide/"
_DEPLOY_GUIDE = "https://docs.aws.amazon.com/codedeploy/latest/userguide/"
_SERVICE_ROLE = f"{USER_GUIDE}how-to-custom-role.html"
_BUILD_ROLE = f"{_BUILD_GUIDE}setting-up-service-role.html"


@frozen
class Reason:
    """Why something is needed: who needs it (such as ``Build/Unit``), what for, and AWS's page about it."""

    who: str
    why: str
    source: str


@frozen(kw_only=True)
class Need:
    """IAM actions on resources, perhaps under a condition, and the reason."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: Reason
    condition: FrozenMap[object] = field(factory=FrozenMap, converter=frozen_members)


def _need(who: str, why: str, source: str, actions: str, *resources: str, **more: Mapping[str, object]) -> Need:
    service, _, names = actions.partition(":")
    spelled = tuple(f"{service}:{name}" for name in names.split())
    return Need(actions=spelled, resources=resources, reason=Reason(who, why, source), **more)


def arn(service: str, rest: str, region: str = REGION, account: str = ACCOUNT) -> str:
    """Write an ARN; S3 has neither Region nor account, IAM no Region."""
    place = "" if service in ("s3", "iam") else region
    return f"arn:{PARTITION}:{service}:{place}:{'' if service == 's3' else account}:{rest}"


# Of the pipeline and of the roles its actions bring --------------------------------------------------------------


def pipeline_needs(definition: Definition) -> Iterator[Need]:
    """Yield what the pipeline's own role needs: the artifact store, its actions, and the roles that others bring."""
    yield from _store_needs(definition, "the pipeline", _SERVICE_ROLE, writes=True)
    for who, part in parts(definition):
        if part.role_arn is None:
            yield from _needs_of(definition, who, part)
        else:
            why = "takes the role it brings"
            page = f"{USER_GUIDE}pipelines-create-cross-account.html"
            yield _need(who, why, page, "sts:AssumeRole", part.role_arn)


def given_role_needs(definition: Definition, role: str) -> Iterator[Need]:
    """Yield what a role needs that actions bring along."""
    for who, part in parts(definition):
        if part.role_arn == role:
            page = f"{USER_GUIDE}pipelines-create-cross-account.html"
            yield from _store_needs(definition, who, page, writes=True)
            yield from _needs_of(definition, who, part)


def given_roles(definition: Definition) -> tuple[str, ...]:
    """Give the roles that actions and rules bring along, each once."""
    return tuple(dict.fromkeys(part.role_arn for _, part in parts(definition) if part.role_arn is not None))


def unknown_types(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """Yield the actions and rules of AWS's own whose permissions are not known here: stage, name and type."""
    for stage in definition.pipeline.stages:
        for action in stage.actions:
            kind = action.action_type_id
            if kind.owner == "AWS" and (kind.category, kind.owner, kind.provider) not in ACTIONS:
                yield stage.name, action.name, str(kind)
        for _, rule in stage.rules():
            if rule.rule_type_id.provider not in RULES:
                yield stage.name, rule.name, str(rule.rule_type_id)


Part: TypeAlias = ActionDeclaration | RuleDeclaration
"""What works for a pipeline with permissions: an action, or a rule of a condition."""


def parts(definition: Definition) -> Iterator[tuple[str, Part]]:
    """Yield every action and every rule, with what a person calls it: ``Stage/Action``, ``Stage/Rule (rule)``."""
    for stage in definition.pipeline.stages:
        for action in stage.actions:
            yield f"{stage.name}/{action.name}", action
        for _, rule in stage.rules():
            yield f"{stage.name}/{rule.name} (rule)", rule


def _grants(part: Part) -> tuple[Grant, ...]:
    if isinstance(part, RuleDeclaration):
        return RULES.get(part.rule_type_id.provider, ())
    kind = part.action_type_id
    return ACTIONS.get((kind.category, kind.owner, kind.provider), ())


def _needs_of(definition: Definition, who: str, part: Part) -> Iterator[Need]:
    values = _values(definition, part)
    for grant in _grants(part):
        if _applies(grant, part.configuration):
            yield Need(
                actions=grant.actions,
                resources=tuple(filled for one in grant.resources for filled in _filled(one, values)),
                condition=_condition(grant.condition, values),
                reason=Reason(who, grant.why, grant.source),
            )
    if isinstance(part, ActionDeclaration):
        page = f"{USER_GUIDE}action-reference-Commands.html"
        yield from _secret_needs(who, part.environment_variables, page, values["region"], values["account"])


def _applies(grant: Grant, configuration: Mapping[str, str]) -> bool:
    def has(key: str, patterns: Iterable[str]) -> bool:
        value = configuration.get(key, "")
        return bool(value) and any(fnmatchcase(value, pattern) for pattern in patterns)

    return all(has(*one) for one in grant.only.items()) and not any(has(*one) for one in grant.unless.items())


def _values(definition: Definition, part: Part) -> dict[str, str]:
    found = {
        **{key: VARIABLE.sub("*", value) for key, value in part.configuration.items()},
        "partition": PARTITION,
        "region": part.region or REGION,
        "account": account_of(part.role_arn) or ACCOUNT,
        "pipeline": definition.name,
    }
    group = definition.deployment_group(found.get("ApplicationName", ""), found.get("DeploymentGroupName", ""))
    if group is not None:
        found["DeploymentConfigName"] = group.config.name
    found["StateMachineExecutions"] = _executions(found.get("StateMachineArn", ""), found)
    return found


def account_of(role: str | None) -> str | None:
    """Give the account of a role's ARN, where it is written there."""
    match = re.fullmatch(r"arn:[\w-]+:iam::(\d{12}):role/.*", role or "")
    return match[1] if match else None


def _executions(machine: str, values: Mapping[str, str]) -> str:
    if ":stateMachine:" in machine:
        return f"{machine.replace(':stateMachine:', ':execution:', 1)}:*"
    return arn("states", "execution:*:*", values["region"], values["account"])


_PLACEHOLDER = re.compile(r"(?<!\$)\{(\*?)([A-Za-z0-9]+)\}")


def _filled(template: str, values: Mapping[str, str]) -> Iterator[str]:
    """Put values in; one resource for each item where a list is asked for."""
    listed = next((match[2] for match in _PLACEHOLDER.finditer(template) if match[1]), None)
    for item in [""] if listed is None else values.get(listed, "*").split(","):
        yield _put_in(template, values, item.strip())


def _put_in(template: str, values: Mapping[str, str], item: str) -> str:
    return _PLACEHOLDER.sub(lambda match: (item if match[1] else values.get(match[2])) or "*", template)


def _condition(condition: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    def put(value: object) -> object:
        match value:
            case str():
                return _put_in(value, values, "")
            case Mapping():
                return {str(put(key)): put(inner) for key, inner in value.items()}
            case tuple():
                return [put(inner) for inner in value]
        return value

    made = {operator: put(inner) for operator, inner in condition.items()}
    if "*" in json.dumps(made.get("StringEquals", "")):  # a variable tells the value only when it runs
        made["StringLike"] = made.pop("StringEquals")
    return made


# The artifact store --------------------------------------------------------------------------------------------------


def _stores(definition: Definition) -> Iterator[tuple[str, ArtifactStore]]:
    """Yield every artifact store of a pipeline with its Region."""
    store = definition.pipeline.artifact_store
    if store is not None:
        yield REGION, store
    yield from definition.pipeline.artifact_stores.items()


def _store_needs(definition: Definition, who: str, source: str, *, writes: bool) -> Iterator[Need]:
    for region, store in _stores(definition):
        bucket = arn("s3", store.location)
        looks = "s3:GetBucketAcl GetBucketLocation" + ("" if source == _BUILD_ROLE else " GetBucketVersioning")
        yield _need(who, "looks at the artifact store", source, looks, bucket)
        yield _need(who, "reads artifacts", source, "s3:GetObject GetObjectVersion", f"{bucket}/*")
        if writes:
            yield _need(who, "stores artifacts", source, "s3:PutObject", f"{bucket}/*")
        if store.encryption_key:
            why = "reads and writes with the artifact store's key" if writes else "reads with the artifact store's key"
            yield from _key_needs(who, why, store.encryption_key, region, writes=writes)


def _key_needs(who: str, why: str, key: str, region: str = REGION, *, writes: bool) -> Iterator[Need]:
    actions = "kms:Decrypt DescribeKey" + (" Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo" if writes else "")
    source = f"{USER_GUIDE}S3-artifact-encryption.html"
    if key.startswith("alias/"):  # an alias is no resource: the key is whichever has it
        condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": key}}
        yield _need(who, why, source, actions, arn("kms", "key/*", region), condition=condition)
    elif re.fullmatch(r"(mrk-)?[0-9a-f-]+", key):
        yield _need(who, why, source, actions, arn("kms", f"key/{key}", region))
    else:
        yield _need(who, why, source, actions, key)


# Secrets and parameters ----------------------------------------------------------------------------------------------


def _secret_needs(
    who: str, variables: Iterable[EnvironmentVariable], source: str, region: str = REGION, account: str = ACCOUNT
) -> Iterator[Need]:
    """Yield what reading the secrets of variables needs, in the Region and the account of who reads them."""
    for variable in variables:
        why = f"reads its variable {variable.name}"
        if variable.type == "SECRETS_MANAGER":
            secret = _secret(variable.value, region, account)
            yield _need(who, why, source, "secretsmanager:GetSecretValue", secret)
        elif variable.type == "PARAMETER_STORE":
            yield _need(who, why, source, "ssm:GetParameters", _parameter(variable.value, region, account))


def _secret(reference: str, region: str = REGION, account: str = ACCOUNT) -> str:
    """Give the resource of ``name[:key[:stage[:version]]]``, or of an ARN with the same at its end."""
    reference = VARIABLE.sub("*", reference)
    if reference.startswith("arn:"):
        return ":".join(reference.split(":")[:7])
    return arn("secretsmanager", f"secret:{_head(reference)}-??????", region, account)


def _head(reference: str) -> str:
    """Give what stands before the first ``:`` that belongs to no ``${AWS::...}``."""
    return re.split(r":(?![^{]*\})", reference, maxsplit=1)[0]


def _parameter(name: str, region: str, account: str) -> str:
    name = VARIABLE.sub("*", name)
    return name if name.startswith("arn:") else arn("ssm", f"parameter/{name.removeprefix('/')}", region, account)


# Of a project --------------------------------------------------------------------------------------------------------


class Uses:
    """Which parts of a pipeline use which project, and which sources are cloned by builds; worked out once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @cached_property
    def users(self) -> dict[str, list[tuple[str, Part]]]:
        """Project -> the actions and rules that run its builds, with what a person calls them."""
        found: dict[str, list[tuple[str, Part]]] = {}
        for who, part in parts(self.definition):
            kind = part.rule_type_id if isinstance(part, RuleDeclaration) else part.action_type_id
            if kind.provider == "CodeBuild" and "ProjectName" in part.configuration:
                found.setdefault(part.configuration["ProjectName"], []).append((who, part))
        return found

    @cached_property
    def clones(self) -> dict[str, ActionDeclaration]:
        """Artifact -> the source action that only tells where to clone it from."""
        return {
            artifact.name: action
            for _, action in self.definition.actions()
            if action.configuration.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF"
            for artifact in action.output_artifacts
        }


def project_needs(uses: Uses, project: Project) -> Iterator[Need]:
    """Yield what the service role of a CodeBuild project needs. What its commands call on AWS is not known here."""
    who, users = project.name, uses.users.get(project.name, [])
    yield from _log_needs(project)
    writes = any(isinstance(part, ActionDeclaration) and part.output_artifacts for _, part in users)
    yield from _store_needs(uses.definition, who, _BUILD_ROLE, writes=writes)
    if project.encryption_key:
        yield from _key_needs(who, "encrypts with its own key", project.encryption_key, writes=True)
    yield from _setting_needs(project)
    page = f"{_BUILD_GUIDE}build-env-ref-env-vars.html"
    yield from _secret_needs(who, project.environment, page)
    for user, part in users:
        account = account_of(part.role_arn) or ACCOUNT
        yield from _secret_needs(user, _extra_variables(part), page, part.region or REGION, account)
    for spec in _buildspecs(project, users):
        yield from _buildspec_needs(project, spec)
    yield from _clone_needs(uses, users)
    for user, part in users:
        if part.configuration.get("BatchEnabled") == "true":
            source = f"{_BUILD_GUIDE}batch-build.html"
            actions, itself = "codebuild:RetryBuild StartBuild StopBuild", arn("codebuild", f"project/{project.name}")
            yield _need(user, "starts the builds of its batch", source, actions, itself)


def _inside(members: object, *names: str) -> Any:
    """Give a member inside members that people may have written in any form; None where there is none."""
    for name in names:
        members = members.get(name) if isinstance(members, Mapping) else None
    return members


def _log_needs(project: Project) -> Iterator[Need]:
    """Yield what writing its logs needs: to CloudWatch unless that is turned off, and to a bucket where it is told."""
    who, actions = project.name, "logs:CreateLogGroup CreateLogStream PutLogEvents"
    if _inside(project.more, "logsConfig", "cloudWatchLogs", "status") != "DISABLED":
        name = _inside(project.more, "logsConfig", "cloudWatchLogs", "groupName") or f"/aws/codebuild/{project.name}"
        group = arn("logs", f"log-group:{name}")
        yield _need(who, "writes its log", _BUILD_ROLE, actions, group, f"{group}:*")
    place = _inside(project.more, "logsConfig", "s3Logs", "location")
    if isinstance(place, str) and _inside(project.more, "logsConfig", "s3Logs", "status") == "ENABLED":
        yield from _bucket_needs(who, "its log", place, "s3:PutObject")


def _bucket_needs(who: str, what: str, place: str, actions: str) -> Iterator[Need]:
    """Yield what keeping something below ``bucket/prefix`` needs."""
    bucket, _, prefix = place.removeprefix(f"arn:{PARTITION}:s3:::").removeprefix("arn:aws:s3:::").partition("/")
    below = "/".join(part for part in (bucket, prefix.strip("/"), "*") if part)
    yield _need(who, f"keeps {what} in a bucket", _BUILD_ROLE, actions, arn("s3", below))
    looks = "s3:GetBucketAcl GetBucketLocation"
    yield _need(who, f"looks at the bucket of {what}", _BUILD_ROLE, looks, arn("s3", bucket))


def _setting_needs(project: Project) -> Iterator[Need]:
    """Yield what those of its members need that have no field of their own: network, cache, image and certificate."""
    who, more = project.name, project.more
    if _inside(more, "vpcConfig", "vpcId"):
        page = f"{_BUILD_GUIDE}auth-and-access-control-iam-identity-based-access-control.html"
        looks = (
            "ec2:CreateNetworkInterface DeleteNetworkInterface DescribeDhcpOptions DescribeNetworkInterfaces "
            "DescribeSecurityGroups DescribeSubnets DescribeVpcs"
        )
        yield _need(who, "joins its builds to the VPC", page, looks, "*")
        condition: dict[str, object] = {"StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"}}
        subnets = _inside(more, "vpcConfig", "subnets")
        if isinstance(subnets, tuple) and subnets and all(isinstance(one, str) for one in subnets):
            condition["ArnEquals"] = {"ec2:Subnet": [arn("ec2", f"subnet/{one}") for one in subnets]}
        why = "lets its builds use the network interface they made"
        interfaces = arn("ec2", "network-interface/*")
        yield _need(who, why, page, "ec2:CreateNetworkInterfacePermission", interfaces, condition=condition)
    cache = _inside(more, "cache", "location")
    if isinstance(cache, str) and _inside(more, "cache", "type") == "S3":
        yield from _bucket_needs(who, "its cache", cache, "s3:GetObject GetObjectVersion PutObject")
    credential = _inside(more, "environment", "registryCredential", "credential")
    if isinstance(credential, str):
        page = f"{_BUILD_GUIDE}sample-private-registry.html"
        why = "reads the credential of its image's registry"
        yield _need(who, why, page, "secretsmanager:GetSecretValue", _secret(credential))
    certificate = _inside(more, "environment", "certificate")
    if isinstance(certificate, str):
        place = certificate.removeprefix("arn:aws:s3:::")
        yield _need(who, "reads its certificate", _BUILD_ROLE, "s3:GetObject GetObjectVersion", arn("s3", place))
    image = _ECR_IMAGE.fullmatch(project.image)
    if image is not None and _inside(more, "environment", "imagePullCredentialsType") == "SERVICE_ROLE":
        page = f"{_BUILD_GUIDE}sample-ecr.html"
        repository = arn("ecr", f"repository/{image['name']}", image["region"], image["account"])
        pulls = "ecr:BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"
        yield _need(who, "pulls its image", page, pulls, repository)
        yield _need(who, "logs in to the registry of its image", page, "ecr:GetAuthorizationToken", "*")


_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?P<name>[^:@]+)([:@].*)?"
)


def _extra_variables(part: Part) -> Iterator[EnvironmentVariable]:
    """Yield the variables that an action gives to its build: JSON in its configuration."""
    try:
        listed = json.loads(part.configuration.get("EnvironmentVariables", "[]"))
    except ValueError:  # a check tells it (PK306)
        return
    for one in listed if isinstance(listed, list) else ():
        match one:
            case {"name": str(name), "value": str(value), "type": str(kind)}:
                yield EnvironmentVariable(name=name, value=value, type=kind)


def _buildspecs(project: Project, users: Iterable[tuple[str, Part]]) -> Iterator[BuildSpec]:
    if isinstance(project.buildspec, BuildSpec):
        yield project.buildspec
    for who, part in users:
        text = part.configuration.get("BuildspecOverride", "")
        spec = examine_buildspec(text, who).spec if is_inline(text) else None
        if spec is not None:
            yield spec


def _buildspec_needs(project: Project, spec: BuildSpec) -> Iterator[Need]:
    page = f"{_BUILD_GUIDE}build-spec-ref.html"
    named = {"PARAMETER_STORE": spec.parameter_store, "SECRETS_MANAGER": spec.secrets_manager}
    variables = [
        EnvironmentVariable(name=name, value=value, type=kind)
        for kind, values in named.items()
        for name, value in values.items()
    ]
    yield from _secret_needs(project.name, variables, page)
    reports = spec.sections.get("reports")
    for name in reports if isinstance(reports, Mapping) else ():
        yield _need(
            project.name,
            f"writes its report {name}",
            f"{_BUILD_GUIDE}test-permissions.html",
            "codebuild:BatchPutCodeCoverages BatchPutTestCases CreateReport CreateReportGroup UpdateReport",
            name if name.startswith("arn:") else arn("codebuild", f"report-group/{project.name}-{name}"),
        )


def _clone_needs(uses: Uses, users: Iterable[tuple[str, Part]]) -> Iterator[Need]:
    """Yield what a build needs that clones its source itself."""
    for who, part in users:
        for source in (uses.clones[name] for name in part.input_artifacts if name in uses.clones):
            why = f"clones the source of {source.name}"
            values = {key: VARIABLE.sub("*", value) for key, value in source.configuration.items()}
            if source.action_type_id.provider == "CodeCommit":
                page = f"{USER_GUIDE}action-reference-CodeCommit.html"
                yield _need(who, why, page, "codecommit:GitPull", arn("codecommit", values.get("RepositoryName", "*")))
            else:
                page = f"{USER_GUIDE}action-reference-CodestarConnectionSource.html"
                for service in ("codeconnections", "codestar-connections"):
                    connection = values.get("ConnectionArn", "*")
                    yield _need(who, why, page, f"{service}:UseConnection", connection)


# Of deployments and events -------------------------------------------------------------------------------------------


def deployment_needs(definition: Definition) -> Iterator[Need]:
    """Yield what the service role of the deployment groups needs, which find their servers by tags."""
    for group in definition.deployment_groups:
        yield _need(
            f"{group.application}/{group.name}",
            "finds its instances by their tags",
            f"{_DEPLOY_GUIDE}getting-started-create-service-role.html",
            "ec2:DescribeInstanceStatus DescribeInstances",
            "*",
        )
        yield _need(
            f"{group.application}/{group.name}",
            "finds its instances by their tags",
            f"{_DEPLOY_GUIDE}getting-started-create-service-role.html",
            "tag:GetResources",
            "*",
        )


def event_needs(definition: Definition, sources: Iterable[str]) -> Iterator[Need]:
    """Yield what the role needs with which events start the pipeline; *sources* are the actions that wait for them."""
    for source in sources:
        page = f"{USER_GUIDE}pipelines-trigger-source-repo-changes-cfn.html"
        itself = arn("codepipeline", definition.name)
        yield _need(source, "starts the pipeline", page, "codepipeline:StartPipelineExecution", itself)
