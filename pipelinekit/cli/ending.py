"""How an execution ended, or where it stands, and what a person can do next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from pipelinekit.execution.state import CONDITION_NAMES

COLOURS = {"Succeeded": "green", "Failed": "red", "InProgress": "cyan"}


def command_line(*words: str, state: Path | None) -> str:
    """Write a command that can be copied as it is."""
    return shlex.join(["pipelinekit", *words, *(["--state", str(state)] if state is not None else [])])


def tell_end(console: Console, shown: Mapping[str, Any], state: Path | None) -> None:
    """Tell how an execution ended: what failed of it with its last lines, and what to do next."""
    short = shown["pipelineExecutionId"][:8]
    for key, action in actions_of(shown):
        if action["status"] == "Failed":
            _tell_failure(console, short, key, action, state)
            retry = command_line("retry", short, key.partition("/")[0], state=state)
            console.print(f"  to try again:  {escape(retry)}")
    for stage in shown["stages"]:
        for condition, held in conditions_of(stage):
            if stage["status"] == "Failed" and held["status"] == "Failed" and condition != "onFailure":
                for rule in held["rules"]:
                    if rule["status"] == "Failed":
                        _tell_failure(console, short, f"{stage['name']}/{condition}/{rule['name']}", rule, state)
                which = [] if condition == "beforeEntry" else ["--condition", condition]
                override = command_line("override", short, stage["name"], *which, state=state)
                console.print(f"  to go on in spite of it: {escape(override)}")
    for line in next_steps(shown, state=state):
        console.print(f"  {escape(harmless(line))}")


def _tell_failure(console: Console, execution: str, key: str, failed: Mapping[str, Any], state: Path | None) -> None:
    """Tell of an action or a rule that failed, with the last lines it wrote."""
    from pipelinekit.local.log_files import last_lines

    message = " ".join(harmless(line) for line in failed["errorDetails"]["message"].splitlines())
    console.print(f"\n[red]{escape(key)} failed[/]: {escape(message)}")
    lines = last_lines(execution, key, state=state)
    for line in lines:
        console.print(f"  [dim]|[/] {escape(harmless(line))}")
    if lines:
        console.print(f"  the whole log: {escape(command_line('logs', execution, key, state=state))}")


_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")


def harmless(line: str) -> str:
    """Take from a line of a log what would move the cursor, clear the screen or change the title of a terminal."""
    return "".join(c for c in _ESCAPE.sub("", line.expandtabs()) if c.isprintable())


def actions_of(shown: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each action of what `show` gives, with its ``Stage/Action``."""
    for stage in shown["stages"]:
        for action in stage["actions"]:
            yield f"{stage['name']}/{action['name']}", action


def conditions_of(stage: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each condition of a stage of what `show` gives that was evaluated, with what a declaration calls it."""
    for name in CONDITION_NAMES.values():
        if f"{name}ConditionState" in stage:
            yield name, stage[f"{name}ConditionState"]


def next_steps(shown: Mapping[str, Any], *, state: Path | None, driven: bool = False) -> Iterator[str]:
    """Yield what a person can do to move an execution on."""
    short = shown["pipelineExecutionId"][:8]
    if shown["status"] not in ("InProgress", "Stopping"):
        return
    goes_on = "" if driven else f" && {command_line('resume', short, state=state)}"
    asked = False
    for key, action in actions_of(shown):
        if "approval" in action:
            asked = True
            message = action["approval"]["customData"]
            said = " ↵ ".join(harmless(line) for line in message.splitlines())
            yield f"{key} waits for an answer{f': {said}' if said else ''}"
            yield f"  {command_line('approve', short, key, state=state)}{goes_on}"
            yield f"  {command_line('reject', short, key, state=state)}{goes_on}"
    waits = shown.get("waits", {})
    if waits:
        yield from _waiting(shown["pipelineName"], waits, goes_on, state)
    elif not asked and not driven:
        yield f"nobody drives it: {command_line('resume', short, state=state)}"


def _waiting(pipeline: str, waits: Mapping[str, Any], goes_on: str, state: Path | None) -> Iterator[str]:
    stage = waits["stage"]
    if not waits["transitionEnabled"]:
        reason = f" ({waits['disabledReason']})" if waits["disabledReason"] else ""
        yield f"waits in front of {stage}, whose transition is disabled{reason}"
        yield f"  {command_line('transition', pipeline, stage, 'enable', state=state)}{goes_on}"
    elif waits["heldByIsDriven"]:
        yield f"waits in front of {stage} for execution {waits['heldBy'][:8]}, which another process drives"
    else:
        yield f"waits in front of {stage} for execution {waits['heldBy'][:8]}, which nobody drives"
        yield f"  {command_line('resume', waits['heldBy'][:8], state=state)}{goes_on}"


def shown_lines(shown: Mapping[str, Any], *, driven: bool, state: Path | None) -> Iterator[str]:
    """Write what `show` knows as text."""
    note = f" ({shown['statusSummary']})" if shown["statusSummary"] else ""
    yield f"{shown['pipelineName']} {shown['pipelineExecutionId']}: {click.style(shown['status'], bold=True)}{note}"
    for stage in shown["stages"]:
        yield f"{stage['name']}: {stage['status']}"
        conditions = dict(conditions_of(stage))
        yield from _rule_lines("beforeEntry", conditions.pop("beforeEntry", {}))
        for action in stage["actions"]:
            yield f"  {action['runOrder']}. {action['name']}: {action['status']}{_more(action)}"
        for name, condition in conditions.items():
            yield from _rule_lines(name, condition)
    yield from next_steps(shown, state=state, driven=driven)


def _rule_lines(name: str, condition: Mapping[str, Any]) -> Iterator[str]:
    for rule in condition.get("rules", ()):
        yield f"  {name}/{rule['name']}: {rule['status']}{_more(rule)}"


def _more(action: Mapping[str, Any]) -> str:
    if "errorDetails" in action:
        return f": {action['errorDetails']['message']}"
    return f": {action['summary']}" if action.get("summary") else ""
