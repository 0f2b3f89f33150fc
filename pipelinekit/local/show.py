"""How far an execution is, as one object in the API's words."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import CONDITION_NAMES
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.values import timestamp

NOT_STARTED = "NotStarted"
"""Our word for what has no record in the API yet; the console says "Didn't Run"."""


class UnknownExecution(PipelineKitError):
    """No execution, or more than one, is meant."""


def find_execution(journal: Journal, reference: str) -> sqlite3.Row:
    """Find the execution that ``latest`` or a unique prefix of an id means.

    Raises:
        UnknownExecution: when it means none, or several.
    """
    if reference == "latest":
        rows = journal.query("SELECT * FROM executions ORDER BY started DESC LIMIT 1")
        if not rows:
            raise UnknownExecution(f"{journal.place.parent}: nothing was run yet; start with `pipelinekit run`")
        return rows[0]
    # As a range it is found in the index; only LIKE finds what is written in other letters, and reads all of them.
    rows = journal.query(
        "SELECT * FROM executions WHERE id >= ? AND id < ? ORDER BY started DESC", (reference, f"{reference}\U0010ffff")
    )
    if not rows:
        pattern = reference.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = journal.query("SELECT * FROM executions WHERE id LIKE ? ESCAPE '\\' ORDER BY started DESC", (pattern,))
    if not rows:
        raise UnknownExecution(
            f"there is no execution {reference!r} in {journal.place.parent}; `pipelinekit history` lists them"
        )
    if len(rows) > 1:
        found = ", ".join(row["id"][:13] for row in rows[:5])
        raise UnknownExecution(f"{reference!r} means several executions: {found}; write more of the id")
    return rows[0]


def definition_of(journal: Journal, execution: sqlite3.Row) -> Definition:
    """Give the definition that an execution runs by."""
    event = journal.definition_event(execution["pipeline"], execution["version"])
    if not isinstance(event, (happened.PipelineCreated, happened.PipelineUpdated)):
        raise UnknownExecution(f"the definition of execution {execution['id']} is missing from {journal.place}")
    return event.definition


def show(journal: Journal, execution: sqlite3.Row) -> dict[str, Any]:
    """Describe an execution: its status, and that of every stage and action of its pipeline, in order."""
    definition = definition_of(journal, execution)
    stages = {
        row["stage"]: row for row in journal.query("SELECT * FROM stages WHERE execution = ?", (execution["id"],))
    }
    attempts = journal.query("SELECT * FROM actions WHERE execution = ? ORDER BY attempt, tries", (execution["id"],))
    actions = {(row["stage"], row["action"]): row for row in attempts}  # the newest attempt stands
    conditions = _conditions(journal, execution["id"])
    shown = {
        "pipelineName": execution["pipeline"],
        "pipelineVersion": execution["version"],
        "pipelineExecutionId": execution["id"],
        "status": execution["status"],
        "statusSummary": execution["note"],
        "trigger": {"triggerType": execution["trigger"], "triggerDetail": execution["detail"]},
        "startTime": timestamp(execution["started"]),
        "lastUpdateTime": timestamp(execution["changed"]),
        "stages": [
            {
                "name": stage.name,
                "status": stages[stage.name]["status"] if stage.name in stages else NOT_STARTED,
                "actions": [_action(action, actions.get((stage.name, action.name))) for action in stage.actions],
                **conditions.get(stage.name, {}),
            }
            for stage in definition.pipeline.stages
        ],
    }
    waits = _waits(journal, execution)
    return {**shown, "waits": waits} if waits else shown


def attempts_of(journal: Journal, execution: str) -> list[sqlite3.Row]:
    """Give every attempt at an action and every evaluation of a rule of an execution, in the order they started.

    ``condition`` says where a rule stands, and is None for an action; ``name`` is that of the action or the rule.
    """
    columns = "job, stage, {} AS condition, {} AS name, attempt, tries, status, started, changed"
    return journal.query(
        f"SELECT {columns.format('NULL', 'action')} FROM actions WHERE execution = ? UNION ALL"
        f" SELECT {columns.format('condition', 'rule')} FROM rules WHERE execution = ?"
        " ORDER BY started, attempt, tries",
        (execution, execution),
    )


def _conditions(journal: Journal, execution: str) -> dict[str, dict[str, Any]]:
    """Describe the conditions that were evaluated, by stage, as the API's ``onSuccessConditionState`` and its like."""
    shown: dict[str, dict[str, Any]] = {}
    for row in journal.query("SELECT * FROM conditions WHERE execution = ?", (execution,)):
        rules = journal.query(
            "SELECT * FROM rules WHERE execution = ? AND stage = ? AND condition = ? ORDER BY attempt, tries, started",
            (execution, row["stage"], row["condition"]),
        )
        newest = {rule["rule"]: rule for rule in rules}
        shown.setdefault(row["stage"], {})[f"{CONDITION_NAMES[row['condition']]}ConditionState"] = {
            "status": row["status"],
            "result": row["result"],
            "rules": [_rule(rule) for rule in newest.values()],
        }
    return shown


def _rule(row: sqlite3.Row) -> dict[str, Any]:
    shown = {
        "name": row["rule"],
        "status": row["status"],
        "startTime": timestamp(row["started"]),
        "lastStatusChange": timestamp(row["changed"]),
        "summary": row["summary"],
    }
    if row["status"] == "Failed":
        shown["errorDetails"] = {"code": row["code"], "message": row["error"]}
    return shown


def _waits(journal: Journal, execution: sqlite3.Row) -> dict[str, Any]:
    """Tell what an execution waits for in front of a stage: a disabled transition, or the execution inside."""
    state = journal.state(execution["pipeline"])
    found = state.executions.get(execution["id"])
    if found is None or not found.waiting or found.stage is None:
        return {}
    gate = state.gates[found.stage]
    waits: dict[str, Any] = {"stage": found.stage, "transitionEnabled": gate.enabled}
    if not gate.enabled:
        waits["disabledReason"] = gate.reason
    if gate.holder is not None:
        waits["heldBy"] = gate.holder
        waits["heldByIsDriven"] = is_driven(journal.place.parent, gate.holder)
    return waits


def _action(action: ActionDeclaration, row: sqlite3.Row | None) -> dict[str, Any]:
    if row is None:
        return {"name": action.name, "status": NOT_STARTED, "runOrder": action.run_order}
    shown: dict[str, Any] = {
        "name": action.name,
        "status": row["status"],
        "runOrder": action.run_order,
        "startTime": timestamp(row["started"]),
        "lastStatusChange": timestamp(row["changed"]),
        "summary": row["summary"],
        "attempt": row["attempt"],
        "outputVariables": json.loads(row["variables"]) if row["variables"] else {},
    }
    if row["reused"]:
        shown["reusedFrom"] = row["reused"]
    if row["external_id"]:
        shown["externalExecutionId"] = row["external_id"]
    if row["status"] == "Failed":
        shown["errorDetails"] = {"code": row["code"], "message": row["error"]}
    if row["token"]:
        shown["approval"] = {
            "token": row["token"],
            "expires": timestamp(row["expires"]),
            "customData": row["message"],
        }
    return shown
