"""Pipelines for the tests of the machine: small, of custom actions, with what a test asks for."""

from __future__ import annotations

from typing import Any

import pipelinekit as pk

KIND = pk.ActionTypeId("Test", "Custom", "T")
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")


def act(name: str, **options: Any) -> pk.CustomAction:
    return pk.CustomAction(name, action_type=KIND, input=checkout.output, **options)


def line(*, build: Any = None, live: Any = None, mode: Any = "SUPERSEDED", **live_options: Any) -> pk.Pipeline:
    """Source, Build and Live, of one action each unless a test gives others."""
    return pk.Pipeline(
        "line",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", build if build is not None else act("Make")),
            pk.Stage("Live", live if live is not None else act("Ship"), **live_options),
        ],
        execution_mode=mode,
    )


def check(name: str = "Check", value: str = "yes", variable: str = "yes") -> pk.rule.VariableCheck:
    return pk.rule.VariableCheck(name, variable=variable, operator="EQ", value=value)


def alarm(name: str = "Errors", **options: Any) -> pk.rule.CloudWatchAlarm:
    return pk.rule.CloudWatchAlarm(name, alarm="errors", **options)


MET, UNMET = check(), check(value="no")
