"""Lists of what ran here, the newest first: executions, and attempts at actions and at rules."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from attrs import field, frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.state import CONDITION_NAMES
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.paging import Cursor, from_token, to_token
from pipelinekit.local.paging import Page as Page
from pipelinekit.local.periods import Moment, bounds
from pipelinekit.local.records import existing_state
from pipelinekit.local.removals import removed_before
from pipelinekit.local.show import find_execution
from pipelinekit.values import timestamp

STATUSES = ("InProgress", "Stopping", "Stopped", "Succeeded", "Superseded", "Failed", "Cancelled")
"""Statuses of an execution (API: PipelineExecutionStatus)."""
ACTION_STATUSES = ("InProgress", "Abandoned", "Succeeded", "Failed")
"""Statuses of an attempt at an action (API: ActionExecutionStatus)."""
TRIGGERS = (
    "CreatePipeline",
    "StartPipelineExecution",
    "PollForSourceChanges",
    "Webhook",
    "CloudWatchEvent",
    "PutActionRevision",
    "WebhookV2",
    "ManualRollback",
    "AutomatedRollback",
)
"""What can start an execution (API: TriggerType)."""


@frozen
class _Condition:
    """A part of a WHERE clause and its values."""

    sql: str
    values: tuple[Any, ...] = field(converter=tuple[Any, ...])


def history(
    pipeline: str | None = None,
    *,
    status: str | Iterable[str] | None = None,
    trigger: str | Iterable[str] | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    succeeded_in_stage: str | None = None,
    limit: int = 20,
    next_token: str | None = None,
    state: PathLike | None = None,
) -> Page:
    """List executions, the newest first (API: ListPipelineExecutions): of one pipeline, or of all there are.

    *status* and *trigger* pick those of one or of several; *since* and *until* those started in between, each a date or
    how long ago (``7d``); *succeeded_in_stage* those that succeeded in that stage. At most *limit* are given; where
    there are more, ``next_token`` of the page asks for the next one. New executions do not move what is on it.

    Raises:
        PipelineKitError: for a pipeline, status, trigger, stage, time or token that does not exist.
    """
    conditions = [
        *_one_of("status", status, STATUSES, "status"),
        *_one_of("trigger", trigger, TRIGGERS, "trigger type"),
    ]
    if succeeded_in_stage is not None:
        within = "EXISTS (SELECT 1 FROM stages WHERE execution = id AND stage = ? AND stages.status = 'Succeeded')"
        conditions.append(_Condition(within, [succeeded_in_stage]))
    with closing(Journal(existing_state(state))) as journal:
        conditions += _of_pipeline(journal, pipeline)
        asked = ("executions", *conditions)
        conditions += _within("started", since, until)
        page = _page(journal, "SELECT * FROM executions", "id", conditions, asked, limit, next_token, _execution)
        page.removed_before = removed_before(journal, pipeline)
        if not page and succeeded_in_stage is not None:
            _need_stage(journal, pipeline, succeeded_in_stage)
    return page


def action_history(
    pipeline: str | None = None,
    *,
    execution: str | None = None,
    status: str | Iterable[str] | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    limit: int = 100,
    next_token: str | None = None,
    state: PathLike | None = None,
) -> Page:
    """List every attempt at an action, the newest first (API: ListActionExecutions): of a pipeline, or of an execution.

    *execution* is a unique prefix of an id, or ``latest``; the other filters are as in `history`. An approval is an
    action, and takes as long as its answer does. What was reused says from which execution (``reusedFrom``).

    Raises:
        PipelineKitError: for a pipeline, execution, status, time or token that does not exist.
    """
    return _attempts(_ACTIONS, pipeline, execution, status, (since, until), limit, next_token, state)


def rule_history(
    pipeline: str | None = None,
    *,
    execution: str | None = None,
    status: str | Iterable[str] | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    limit: int = 100,
    next_token: str | None = None,
    state: PathLike | None = None,
) -> Page:
    """List every evaluation of a rule of a condition, the newest first (API: ListRuleExecutions).

    The filters are those of `action_history`. ``stageCondition`` says where the rule stands: ``beforeEntry``,
    ``onSuccess`` or ``onFailure``.

    Raises:
        PipelineKitError: for a pipeline, execution, status, time or token that does not exist.
    """
    return _attempts(_RULES, pipeline, execution, status, (since, until), limit, next_token, state)


@frozen
class _Kind:
    """What there are attempts at: its table, the columns beside those of it, and how a row is shown."""

    what: str
    table: str
    columns: str
    pipeline: str
    shown: Callable[[sqlite3.Row], dict[str, Any]]


def _attempts(
    kind: _Kind,
    pipeline: str | None,
    execution: str | None,
    status: str | Iterable[str] | None,
    period: tuple[Moment | None, Moment | None],
    limit: int,
    next_token: str | None,
    state: PathLike | None,
) -> Page:
    table = kind.table
    conditions = [*_one_of(f"{table}.status", status, ACTION_STATUSES, f"status of {kind.what}")]
    with closing(Journal(existing_state(state))) as journal:
        conditions += _of_pipeline(journal, pipeline, kind.pipeline)
        if execution is not None:
            conditions.append(_Condition("execution = ?", [find_execution(journal, execution)["id"]]))
        asked = (table, *conditions)
        conditions += _within(f"{table}.started", *period)
        select = f"SELECT {table}.*, {kind.columns} FROM {table} JOIN executions ON executions.id = execution"
        page = _page(journal, select, "job", conditions, asked, limit, next_token, kind.shown, f"{table}.started")
        page.removed_before = removed_before(journal, pipeline) if execution is None else None
    return page


def _one_of(column: str, given: str | Iterable[str] | None, known: Sequence[str], what: str) -> Iterator[_Condition]:
    """Pick rows of one value or of several; none is asked for where all are good."""
    wanted = [given] if isinstance(given, str) else sorted(set(given or ()))
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise PipelineKitError(f"there is no {what} {unknown[0]!r}: there are {', '.join(known)}")
    if wanted:
        yield _Condition(f"{column} IN ({', '.join('?' * len(wanted))})", wanted)


def _of_pipeline(journal: Journal, pipeline: str | None, column: str = "pipeline") -> Iterator[_Condition]:
    if pipeline is None:
        return
    need_pipeline(journal, pipeline)
    yield _Condition(f"{column} = ?", [pipeline])


def need_pipeline(journal: Journal, pipeline: str) -> None:
    """Make sure that a pipeline ran here.

    Raises:
        PipelineKitError: when it did not, with the names of those that did.
    """
    known = journal.pipelines()
    if pipeline not in known:
        raise PipelineKitError(f"no pipeline {pipeline!r} was run here; there are {', '.join(known) or 'none'}")


def _within(column: str, since: Moment | None, until: Moment | None) -> Iterator[_Condition]:
    start, end = bounds(since, until, time.time())
    if start is not None:
        yield _Condition(f"{column} >= ?", [start])
    if end is not None:
        yield _Condition(f"{column} < ?", [end])


def _page(
    journal: Journal,
    select: str,
    id: str,
    conditions: Iterable[_Condition],
    asked: object,
    limit: int,
    token: str | None,
    shown: Callable[[sqlite3.Row], dict[str, Any]],
    started: str = "started",
) -> Page:
    """Ask for one row more than wanted: it tells whether there is another page."""
    if limit < 1:
        raise PipelineKitError(f"at least 1 is listed at a time, not {limit}")
    conditions = list(conditions)
    if token is not None:
        cursor = from_token(token, asked)
        conditions.append(_Condition(f"({started}, {id}) < (?, ?)", [cursor.started, cursor.id]))
    where = f" WHERE {' AND '.join(condition.sql for condition in conditions)}" if conditions else ""
    values = [value for condition in conditions for value in condition.values]
    rows = journal.query(f"{select}{where} ORDER BY {started} DESC, {id} DESC LIMIT ?", [*values, limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    following = to_token(Cursor(last["started"], last[id]), asked) if last is not None else None
    return Page([shown(row) for row in rows[:limit]], next_token=following)


def _need_stage(journal: Journal, pipeline: str | None, stage: str) -> None:
    """Make sure that a stage was entered at all: where it was, nothing has succeeded in it."""
    rows = journal.query(
        "SELECT DISTINCT stage FROM stages JOIN executions ON executions.id = execution"
        " WHERE ? IS NULL OR pipeline = ? ORDER BY 1",
        (pipeline, pipeline),
    )
    known = [row["stage"] for row in rows]
    if known and stage not in known:
        raise PipelineKitError(f"no execution has entered a stage {stage!r}; they have entered {', '.join(known)}")


def _execution(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "pipelineName": row["pipeline"],
        "pipelineExecutionId": row["id"],
        "status": row["status"],
        "statusSummary": row["note"],
        "startTime": timestamp(row["started"]),
        "lastUpdateTime": timestamp(row["changed"]),
        "durationInSeconds": round(row["changed"] - row["started"], 3),
        "pipelineVersion": row["version"],
        "trigger": {"triggerType": row["trigger"], "triggerDetail": row["detail"]},
    }


def _took(row: sqlite3.Row) -> float:
    ended = row["changed"] if row["status"] != "InProgress" else time.time()
    return round(max(0.0, float(ended - row["started"])), 3)


def _outcome(row: sqlite3.Row) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if row["external_id"]:
        result["externalExecutionId"] = row["external_id"]
    if row["summary"]:
        result["externalExecutionSummary"] = row["summary"]
    if row["status"] == "Failed":
        result["errorDetails"] = {"code": row["code"], "message": row["error"]}
    return result


def _rule(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "pipelineName": row["pipeline"],
        "pipelineExecutionId": row["execution"],
        "ruleExecutionId": row["job"],
        "pipelineVersion": row["version"],
        "stageName": row["stage"],
        "stageCondition": CONDITION_NAMES[row["condition"]],
        "ruleName": row["rule"],
        "attempt": row["attempt"],
        "status": row["status"],
        "startTime": timestamp(row["started"]),
        "lastUpdateTime": timestamp(row["changed"]),
        "durationInSeconds": _took(row),
        "output": {"executionResult": _outcome(row)},
    }


def _action(row: sqlite3.Row) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "pipelineName": row["pipeline"],
        "pipelineExecutionId": row["execution"],
        "actionExecutionId": row["job"],
        "pipelineVersion": row["version"],
        "stageName": row["stage"],
        "actionName": row["action"],
        "attempt": row["attempt"],
        "status": row["status"],
        "startTime": timestamp(row["started"]),
        "lastUpdateTime": timestamp(row["changed"]),
        "durationInSeconds": _took(row),
        "output": {
            "executionResult": _outcome(row),
            "outputVariables": json.loads(row["variables"]) if row["variables"] else {},
        },
    }
    return {**shown, "reusedFrom": row["reused"]} if row["reused"] else shown


_ACTIONS = _Kind("an action", "actions", "version", "actions.pipeline", _action)
_RULES = _Kind("a rule", "rules", "version, executions.pipeline", "executions.pipeline", _rule)
