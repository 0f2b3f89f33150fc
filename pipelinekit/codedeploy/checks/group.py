"""Deployment groups and their configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.checks.appspec import clash
from pipelinekit.codedeploy.config import DeploymentConfig, is_predefined
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codedeploy.lifecycle import IN_PLACE, SCRIPTED
from pipelinekit.codedeploy.limits import (
    FLEET_PERCENT,
    MINIMUM_HEALTHY_HOSTS_TYPES,
    NAME_MAX,
    NAME_PATTERN,
    PREDEFINED_PREFIX,
    TAG_KEY_MAX,
    TAG_VALUE_MAX,
    TAGS_MAX,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location
from pipelinekit.values import HOW_TO_NAME_A_ROLE, is_settled, problem_with, problem_with_role


def check_groups(
    groups: Sequence[DeploymentGroup], locate: Callable[[DeploymentGroup], Location]
) -> Iterator[Diagnostic]:
    """Yield what is wrong between groups."""
    seen: set[tuple[str, str]] = set()
    for group in groups:
        key = (group.application, group.name)
        if key in seen:
            yield found(
                "PK729",
                locate(group),
                f"there are two different groups called {group.name!r} of the application {group.application!r}",
                "give this one another name, or pass the same pk.DeploymentGroup object to both actions",
            )
        seen.add(key)
    yield from _configs(groups, locate)


def _configs(groups: Iterable[DeploymentGroup], locate: Callable[[DeploymentGroup], Location]) -> Iterator[Diagnostic]:
    seen: dict[str, DeploymentConfig] = {}
    for group in groups:
        if seen.setdefault(group.config.name, group.config) != group.config:
            yield found(
                "PK729",
                locate(group),
                f"there are two different configurations called {group.config.name!r}",
                "give one of them another name",
            )


def check_group(group: DeploymentGroup, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong with a deployment group."""
    for field, what, name in (("name", "group", group.name), ("application", "application", group.application)):
        yield from _name(name, what, locate, field)
    problem = problem_with_role(group.role)
    if problem is not None:
        yield found("PK122", locate("group", "role"), problem, HOW_TO_NAME_A_ROLE)
    yield from _tags(group, locate)
    yield from _config(group.config, locate)


def _tags(group: DeploymentGroup, locate: Locate) -> Iterator[Diagnostic]:
    if len(group.tags) > TAGS_MAX:
        yield found(
            "PK747",
            locate("group", "tags"),
            f"has {len(group.tags)} tags, where CodeDeploy allows {TAGS_MAX}",
            "give the hosts one tag that says to which group they belong",
        )
    for key, value in group.tags.items():
        for what, text, most in (("key", key, TAG_KEY_MAX), ("value", value, TAG_VALUE_MAX)):
            if is_settled(text) and len(text) > most:
                yield found(
                    "PK747",
                    locate("group", "tags"),
                    f"the {what} {text[:40]!r} of a tag has {len(text)} characters, where EC2 allows {most}",
                    "write a shorter one",
                )


def check_traffic(group: DeploymentGroup, appspec: AppSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Yield the hooks of an AppSpec that never run in a group, which has no load balancer."""
    for event in appspec.hooks:
        if event in SCRIPTED and event not in IN_PLACE:
            yield found(
                "PK748",
                locate(f"hooks.{event}"),
                f"its scripts never run: the event {event} comes only behind a load balancer, and the group"
                f" {group.name!r} has none",
                "tie them to ApplicationStop or ApplicationStart",
            )


def check_neighbours(
    used: Sequence[tuple[DeploymentGroup, AppSpec, Locate]],
) -> Iterator[Diagnostic]:
    """Yield the files that one group installs where another one does, on hosts of the same tags.

    *used* are the groups in the order of their deployments, each with its AppSpec and where that one's parts are.
    """
    for number, (group, appspec, locate) in enumerate(used):
        if appspec.file_exists_behavior not in (None, "DISALLOW") or not _is_known(group):
            continue
        for other, earlier, _ in used[:number]:
            if (other.application, other.name) == (group.application, group.name) or other.tags != group.tags:
                continue
            for index, mapping in enumerate(appspec.files):
                same = clash(mapping, earlier.files)
                if same is not None and is_settled(mapping.source) and is_settled(mapping.destination):
                    yield found(
                        "PK749",
                        locate(f"files[{index}]"),
                        f"installs {mapping.source!r} to {mapping.destination!r}, where the group {other.name!r} has"
                        " installed it on hosts of the same tags: it is in the way",
                        "use one group for both, another destination, or hosts of other tags",
                    )


def _is_known(group: DeploymentGroup) -> bool:
    return bool(group.tags) and all(is_settled(text) for pair in group.tags.items() for text in pair)


def _name(name: str, what: str, locate: Locate, field: str) -> Iterator[Diagnostic]:
    problem = problem_with(name, NAME_PATTERN, NAME_MAX)
    if problem is not None:
        yield found(
            "PK727",
            locate("group", field),
            f"the {what}'s name {name[: NAME_MAX + 1]!r} {problem}",
            f"name it with up to {NAME_MAX} letters, digits and . _ + = , @ -",
        )


def _config(config: DeploymentConfig, locate: Locate) -> Iterator[Diagnostic]:
    if is_predefined(config):
        return
    where = locate("group", "config")
    yield from _name(config.name, "configuration", locate, "config")
    if config.name.startswith(PREDEFINED_PREFIX):
        yield found(
            "PK726",
            where,
            f"the name {config.name!r} belongs to AWS's own configurations",
            f'name it "{config.name.removeprefix(PREDEFINED_PREFIX) or "Custom"}"',
        )
    least, most = FLEET_PERCENT
    if config.type not in MINIMUM_HEALTHY_HOSTS_TYPES:
        yield found(
            "PK726",
            where,
            f"a configuration of your own cannot be of the type {config.type}",
            'write type="HOST_COUNT" with a number of hosts, or type="FLEET_PERCENT" with percent',
        )
    elif config.value < 0:
        yield found("PK726", where, f"{config.value} hosts cannot stay healthy", "write value=0 or more")
    elif config.type == "FLEET_PERCENT" and config.value > most:
        yield found(
            "PK726",
            where,
            f"{config.value} percent is not from {least} to {most}: one host at least must be worked on",
            f"write value={most} or less",
        )
