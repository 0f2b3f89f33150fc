"""The table of permissions is held against the specification's table of action types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipelinekit.cloudformation.permissions import ACTIONS, RULES, Grant
from pipelinekit.documents import plain, read

DERIVED = {"partition", "region", "account", "pipeline", "DeploymentConfigName", "StateMachineExecutions"}


def rows(shared: Path, table: str) -> list[dict[str, Any]]:
    file = shared / "spec" / "action_providers.yaml"
    found: list[dict[str, Any]] = plain(read(file.read_text(encoding="utf-8"), file.name))[table]
    return found


def keys_of(grants: Iterable[Grant]) -> set[str]:
    texts = [text for grant in grants for text in (*grant.resources, str(grant.condition))]
    placed = {key for text in texts for key in re.findall(r"\{\*?([A-Za-z0-9]+)\}", text)}
    return (placed | {key for grant in grants for key in (*grant.only, *grant.unless)}) - DERIVED


def test_every_action_type_of_aws_has_its_permissions(shared: Path) -> None:
    types = {(row["category"], row["owner"], row["provider"]) for row in rows(shared, "action_types")}

    assert {kind for kind in types if kind[1] == "AWS"} <= set(ACTIONS) <= types


def test_every_rule_has_its_permissions(shared: Path) -> None:
    assert {row["provider"] for row in rows(shared, "rule_types")} == set(RULES)


def test_permissions_speak_of_keys_that_the_action_type_has(shared: Path) -> None:
    known = {
        (row["category"], row["owner"], row["provider"]): set(row["configuration"])
        for row in rows(shared, "action_types")
    }
    rules = {row["provider"]: set(row["configuration"]) for row in rows(shared, "rule_types")}

    assert {
        kind: keys_of(grants) - known[kind] for kind, grants in ACTIONS.items() if keys_of(grants) - known[kind]
    } == {}
    # The page of the rule lists no BatchEnabled of its own values; it is the action's.
    assert {
        name: keys_of(grants) - rules[name] for name, grants in RULES.items() if keys_of(grants) - rules[name]
    } == {}


@pytest.mark.parametrize(
    "grant", [grant for grants in (*ACTIONS.values(), *RULES.values()) for grant in grants], ids=str
)
def test_each_is_well_formed_and_has_its_page(grant: Grant) -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+:([A-Za-z]+|\*)", action) for action in grant.actions)
    assert all(re.fullmatch(r"\*|\{\w+\}|arn:\{partition\}:[a-z0-9-]+:\S*", resource) for resource in grant.resources)
    assert grant.source.startswith("https://docs.aws.amazon.com/")
    assert grant.resources
    assert grant.why
