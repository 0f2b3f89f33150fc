"""Deployment groups and their configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelinekit.codedeploy.config import DeploymentConfig, is_predefined
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codedeploy.limits import (
    FLEET_PERCENT,
    MINIMUM_HEALTHY_HOSTS_TYPES,
    NAME_MAX,
    NAME_PATTERN,
    PREDEFINED_PREFIX,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location
from pipelinekit.values import HOW_TO_NAME_A_ROLE, problem_with, problem_with_role


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
    yield from _config(group.config, locate)


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
