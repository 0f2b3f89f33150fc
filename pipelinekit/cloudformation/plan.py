"""What a template makes and what it takes as given, decided before anything is written: each with its logical id."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from attrs import field, frozen

from pipelinekit.cloudformation.events import event_sources
from pipelinekit.cloudformation.expressions import own_name, pseudo_parameters
from pipelinekit.cloudformation.iam import (
    INLINE_POLICY_MAX,
    Role,
    policies,
    size,
    split,
)
from pipelinekit.cloudformation.ids import Ids
from pipelinekit.cloudformation.needs import Part, parts
from pipelinekit.cloudformation.texts import References
from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.config import DeploymentConfig, is_predefined
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.parameters import parameters_of
from pipelinekit.values import FrozenMap, Parameter, frozen_map

BUCKET = str(Parameter("ArtifactBucket"))
"""What stands for the artifact store in a definition when nobody gave one."""

_OURS = ("ArtifactBucket", "PipelineRoleArn", "CodeBuildRoleArn", "CodeDeployRoleArn")


@frozen(kw_only=True)
class Plan:
    """What one template makes.

    ``bucket``, ``topic`` and ``notification`` are None where none is made. The maps give logical ids: ``roles`` by the
    name of a role, ``projects``, ``applications`` and ``configs`` by name, ``groups`` by ``application/name``,
    ``events`` by ``Stage/Action``; ``managed`` has the managed policies of each role whose own would be too long.
    ``elsewhere`` names projects and groups that belong into another Region, with the Region.
    """

    definition: Definition
    home: str | None
    pipeline: str
    bucket: str | None
    bucket_policy: str | None
    made_roles: tuple[Role, ...]
    roles: FrozenMap[str] = field(converter=frozen_map)
    projects: FrozenMap[str] = field(converter=frozen_map)
    applications: FrozenMap[str] = field(converter=frozen_map)
    groups: FrozenMap[str] = field(converter=frozen_map)
    configs: FrozenMap[str] = field(converter=frozen_map)
    events: FrozenMap[str] = field(converter=frozen_map)
    managed: FrozenMap[tuple[str, ...]] = field(converter=frozen_map)
    elsewhere: FrozenMap[str] = field(converter=frozen_map)
    emails: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    topic: str | None
    topic_policy: str | None
    notification: str | None

    @property
    def references(self) -> References:
        """What stands for the parameters that resources of this template give values to."""
        made = pseudo_parameters(self.definition)
        if self.bucket is not None:
            made["ArtifactBucket"] = self.bucket
        if "pipeline" in self.roles:
            made["PipelineRoleArn"] = f"{self.roles['pipeline']}.Arn"
        if "codedeploy" in self.roles:
            made["CodeDeployRoleArn"] = f"{self.roles['codedeploy']}.Arn"
        return References(made)

    def is_here(self, region: str | None) -> bool:
        """Whether an action or a rule that names this Region, or none, works in the Region of the template."""
        return _is_here(self.definition, self.home, region)

    def configs_made(self) -> Iterator[DeploymentConfig]:
        """Yield the deployment configurations that the template makes."""
        return (config for config in _configs(self.definition) if config.name in self.configs)

    def groups_made(self) -> Iterator[DeploymentGroup]:
        """Yield the deployment groups that the template makes."""
        return (group for group in self.definition.deployment_groups if group_key(group) in self.groups)

    def projects_made(self) -> Iterator[Project]:
        """Yield the projects that the template makes."""
        return (project for project in self.definition.projects if project.name in self.projects)


def group_key(group: DeploymentGroup) -> str:
    """Give what `Plan` knows a group by."""
    return f"{group.application}/{group.name}"


def plan(definition: Definition, *, notify: Iterable[str] = (), region: str | None = None) -> Plan:
    """Decide what the template of a definition makes.

    *notify* are addresses and ARNs of topics, *region* is where the pipeline stands, for one of several Regions.
    """
    home = region or _home(definition)
    elsewhere = dict(_elsewhere(definition, home))
    ids = Ids(name for name in parameters_of(definition) if name not in _OURS)
    store, told = definition.pipeline.artifact_store, list(notify)
    emails = tuple(one for one in told if "@" in one)
    makes_bucket = store is not None and store.location == BUCKET
    projects = [project for project in definition.projects if project.name not in elsewhere]
    groups = [group for group in definition.deployment_groups if group_key(group) not in elsewhere]
    roles = tuple(role for role in policies(definition) if role.arn is None and not _is_one_of(role, elsewhere))
    if not groups:
        roles = tuple(role for role in roles if role.kind != "deployments")
    return Plan(
        definition=definition,
        home=home,
        pipeline=ids.claim("Pipeline"),
        bucket=ids.claim("ArtifactBucket") if makes_bucket else None,
        bucket_policy=ids.claim("ArtifactBucketPolicy") if makes_bucket else None,
        made_roles=roles,
        roles={role.name: ids.claim(*_role_words(role), kind="Role") for role in roles},
        projects={project.name: ids.claim(project.name, kind="Project") for project in projects},
        applications={
            name: ids.claim(name, kind="Application") for name in dict.fromkeys(group.application for group in groups)
        },
        groups={group_key(g): ids.claim(g.application, g.name, kind="DeploymentGroup") for g in groups},
        configs={c.name: ids.claim(c.name, kind="DeploymentConfig") for c in _configs_of(groups)},
        events={
            f"{stage.name}/{action.name}": ids.claim(stage.name, action.name, kind="Event")
            for stage, action in event_sources(definition)
        },
        managed={role.name: tuple(_managed(role, ids)) for role in roles if size(role.statements) > INLINE_POLICY_MAX},
        elsewhere=elsewhere,
        emails=emails,
        topics=tuple(one for one in told if "@" not in one),
        topic=ids.claim("NotificationTopic") if emails else None,
        topic_policy=ids.claim("NotificationTopicPolicy") if emails else None,
        notification=ids.claim("NotificationRule") if told else None,
    )


def _managed(role: Role, ids: Ids) -> Iterator[str]:
    for number, _ in enumerate(split(role.statements), start=1):
        yield ids.claim(*_role_words(role), kind=f"Policy{number}")


def _role_words(role: Role) -> tuple[str, ...]:
    names = {"pipeline": "Pipeline", "deployments": "CodeDeploy", "events": "Event"}
    return (names.get(role.kind, role_subject(role)),)


def _is_one_of(role: Role, projects: Container[str]) -> bool:
    return role.name.startswith("project/") and role_subject(role) in projects


def role_subject(role: Role) -> str:
    """Give the name of the project that a role is for; other roles are for themselves."""
    return role.name.removeprefix("project/")


def _configs(definition: Definition) -> tuple[DeploymentConfig, ...]:
    return _configs_of(definition.deployment_groups)


def _configs_of(groups: Iterable[DeploymentGroup]) -> tuple[DeploymentConfig, ...]:
    return tuple(dict.fromkeys(group.config for group in groups if not is_predefined(group.config)))


# What belongs into another Region ------------------------------------------------------------------------------------


_OWN_REGION = str(Parameter(own_name("AWS::Region")))


def _home(definition: Definition) -> str | None:
    """Give the Region the pipeline stands in, as far as the artifact stores tell."""
    stores = definition.pipeline.artifact_stores
    return _OWN_REGION if _OWN_REGION in stores else next(iter(stores)) if len(stores) == 1 else None


def _is_here(definition: Definition, home: str | None, region: str | None) -> bool:
    return region in (None, _OWN_REGION, home) or not definition.pipeline.artifact_stores


def _elsewhere(definition: Definition, home: str | None) -> Iterator[tuple[str, str]]:
    """Yield the projects and groups that only actions of other Regions use, each with the first of these Regions."""
    users: dict[str, list[Part]] = {}
    for _, part in parts(definition):
        for thing in used(part.configuration):
            users.setdefault(thing, []).append(part)
    for thing, several in users.items():
        region = several[0].region
        if region is not None and not any(_is_here(definition, home, part.region) for part in several):
            yield thing, region


def used(configuration: Mapping[str, str]) -> Iterator[str]:
    """Yield the project or the deployment group that a configuration names, as `Plan` knows them."""
    if "ProjectName" in configuration:
        yield configuration["ProjectName"]
    if "DeploymentGroupName" in configuration:
        yield f"{configuration.get('ApplicationName', '')}/{configuration['DeploymentGroupName']}"
