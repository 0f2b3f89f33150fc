"""What people ask a journal for: executions, stages and actions as tables, kept in the same transaction as the events.

Never a second source: everything here can be dropped and made again from the events.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any, Protocol

from pipelinekit.execution import events as happened

TABLES = """
CREATE TABLE executions (
    id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, trigger TEXT NOT NULL,
    detail TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, note TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1, type TEXT NOT NULL DEFAULT 'STANDARD', target TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX executions_of_pipeline ON executions (pipeline, started, id);
CREATE INDEX executions_by_start ON executions (started, id);
CREATE INDEX executions_that_live ON executions (pipeline) WHERE live;
CREATE TABLE stages (
    execution TEXT NOT NULL, stage TEXT NOT NULL, status TEXT NOT NULL, entered REAL NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (execution, stage)
) WITHOUT ROWID;
CREATE TABLE actions (
    execution TEXT NOT NULL, job TEXT NOT NULL, stage TEXT NOT NULL, action TEXT NOT NULL, attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL,
    token TEXT, expires REAL, message TEXT NOT NULL DEFAULT '', variables TEXT, artifacts TEXT,
    summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', fingerprint TEXT, reused TEXT NOT NULL DEFAULT '', pipeline TEXT NOT NULL,
    PRIMARY KEY (execution, job)
) WITHOUT ROWID;
CREATE TABLE conditions (
    execution TEXT NOT NULL, stage TEXT NOT NULL, condition TEXT NOT NULL, status TEXT NOT NULL,
    result TEXT NOT NULL, started REAL NOT NULL, changed REAL NOT NULL, PRIMARY KEY (execution, stage, condition)
) WITHOUT ROWID;
CREATE TABLE rules (
    execution TEXT NOT NULL, job TEXT NOT NULL, stage TEXT NOT NULL, condition TEXT NOT NULL, rule TEXT NOT NULL,
    attempt INTEGER NOT NULL, tries INTEGER NOT NULL, status TEXT NOT NULL, started REAL NOT NULL,
    changed REAL NOT NULL, summary TEXT NOT NULL DEFAULT '', external_id TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', PRIMARY KEY (execution, job)
) WITHOUT ROWID;
CREATE INDEX actions_of_pipeline ON actions (pipeline, started, job);
CREATE INDEX actions_by_fingerprint ON actions (fingerprint) WHERE fingerprint IS NOT NULL;
"""

GONE, REMEMBERED = 0, 2
"""Of ``executions.live``, which is 1 while an execution can go on: nothing depends on it any more, or it is over and a
rollback can go back to it."""

SHAPE = hashlib.sha256(TABLES.encode()).hexdigest()
"""Tells the tables of one release from those of another, so that a journal's are made again when they differ."""

DROP = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("executions", "stages", "actions", "conditions", "rules"))


def project(database: sqlite3.Connection, pipeline: str, event: happened.Event) -> None:
    """Write down what an event changes in the tables."""
    match event:
        case happened.ExecutionStarted():
            row = (
                event.execution,
                pipeline,
                event.version,
                "InProgress",
                event.trigger,
                event.detail,
                event.at,
                event.at,
                event.type,
                event.target,
            )
            database.execute(
                "INSERT INTO executions"
                " (id, pipeline, version, status, trigger, detail, started, changed, type, target)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        case happened.ExecutionArrived():
            _execution(database, event, "InProgress", f"waits in front of {event.stage}")
        case happened.ExecutionSuperseded():
            _execution(database, event, "Superseded", f"by {event.by} in front of {event.stage}")
        case happened.ExecutionStopping():
            _execution(database, event, "Stopping", event.reason)
        case happened.ExecutionSucceeded():
            _execution(database, event, "Succeeded")
        case happened.ExecutionFailed():
            _execution(database, event, "Failed")
        case happened.ExecutionStopped():
            _execution(database, event, "Stopped")
        case happened.InboundExpired():
            _execution(database, event, "InProgress", f"waited for too long in front of {event.stage}")
        case happened.ExecutionCancelled():
            _cancelled(database, event)
        case happened.ConditionOverridden():
            _condition(database, event, "Overridden")
            _execution(database, event, "InProgress")
            _stage(database, event.execution, event.stage, "InProgress", event.at)
        case happened.ConditionStarted():
            database.execute(
                "INSERT INTO conditions VALUES (?, ?, ?, 'InProgress', ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET status = 'InProgress', started = excluded.started, changed = excluded.changed",
                (event.execution, event.stage, event.condition, event.result, event.at, event.at),
            )
        case happened.ConditionEnded():
            _condition(database, event, event.status)
        case happened.RuleStarted():
            _rule_started(database, event)
        case happened.RuleSucceeded():
            _rule(database, event, "Succeeded", summary=event.summary, external_id=event.external_id)
        case happened.RuleFailed():
            _rule(database, event, "Failed", code=event.code, error=event.message, external_id=event.external_id)
        case happened.RuleAbandoned():
            _rule(database, event, "Abandoned")
        case happened.StageEntered() | happened.StageRetried():
            _execution(database, event, "InProgress")
            database.execute(
                "INSERT INTO stages VALUES (?, ?, 'InProgress', ?, ?)"
                " ON CONFLICT DO UPDATE SET status = 'InProgress', changed = excluded.changed",
                (event.execution, event.stage, event.at, event.at),
            )
        case happened.StageSucceeded():
            _stage(database, event.execution, event.stage, "Succeeded", event.at)
        case happened.StageFailed():
            _stage(database, event.execution, event.stage, "Failed", event.at)
        case happened.StageSkipped():
            _stage(database, event.execution, event.stage, "Skipped", event.at)
        case happened.StageStopped():
            _stage(database, event.execution, event.stage, event.status, event.at)
        case happened.ActionStarted():
            _action_started(database, pipeline, event)
        case happened.ApprovalOpened():
            _action(database, event, token=event.token, expires=event.expires, message=event.message)
        case happened.ActionProgressed():
            _action(database, event, summary=event.summary)
        case happened.ActionSucceeded():
            _action(
                database,
                event,
                status="Succeeded",
                changed=event.at,
                token=None,
                summary=event.summary,
                external_id=event.external_id,
                variables=json.dumps(dict(event.variables)) if event.variables else None,
                artifacts=json.dumps(dict(event.artifacts)) if event.artifacts else None,
                fingerprint=event.fingerprint or None,
                reused=event.reused,
            )
        case happened.ActionFailed():
            _action(
                database,
                event,
                status="Failed",
                changed=event.at,
                token=None,
                code=event.code,
                error=event.message,
                external_id=event.external_id,
            )
        case happened.ActionAbandoned():
            _action(database, event, status="Abandoned", changed=event.at, token=None)


def _cancelled(database: sqlite3.Connection, event: happened.ExecutionCancelled) -> None:
    database.execute(
        "UPDATE executions SET status = 'Cancelled', changed = ?, note = CASE WHEN note LIKE 'waited for too long %'"
        " THEN note ELSE 'the pipeline was updated' END WHERE id = ?",
        (event.at, event.execution),
    )


def _action_started(database: sqlite3.Connection, pipeline: str, event: happened.ActionStarted) -> None:
    if event.tries:  # the attempt before it was lost with its engine
        database.execute(
            "UPDATE actions SET status = 'Abandoned', changed = ? WHERE execution = ? AND stage = ? AND action = ?"
            " AND status = 'InProgress'",
            (event.at, event.execution, event.stage, event.action),
        )
    database.execute(
        "INSERT INTO actions (pipeline, job, execution, stage, action, attempt, tries, status, started, changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'InProgress', ?, ?)",
        (
            pipeline,
            event.job,
            event.execution,
            event.stage,
            event.action,
            event.attempt,
            event.tries,
            event.at,
            event.at,
        ),
    )


def _execution(database: sqlite3.Connection, event: happened.ExecutionEvent, status: str, note: str = "") -> None:
    database.execute(
        "UPDATE executions SET status = ?, note = ?, changed = ? WHERE id = ?",
        (status, note, event.at, event.execution),
    )


def _stage(database: sqlite3.Connection, execution: str, stage: str, status: str, at: float) -> None:
    database.execute(
        "UPDATE stages SET status = ?, changed = ? WHERE execution = ? AND stage = ?", (status, at, execution, stage)
    )


def _condition(
    database: sqlite3.Connection, event: happened.ConditionEnded | happened.ConditionOverridden, status: str
) -> None:
    database.execute(
        "UPDATE conditions SET status = ?, changed = ? WHERE execution = ? AND stage = ? AND condition = ?",
        (status, event.at, event.execution, event.stage, event.condition),
    )


def _rule_started(database: sqlite3.Connection, event: happened.RuleStarted) -> None:
    if event.tries:  # the evaluation before it was lost with its engine
        database.execute(
            "UPDATE rules SET status = 'Abandoned', changed = ? WHERE execution = ? AND stage = ? AND condition = ?"
            " AND rule = ? AND status = 'InProgress'",
            (event.at, event.execution, event.stage, event.condition, event.rule),
        )
    database.execute(
        "INSERT INTO rules (execution, job, stage, condition, rule, attempt, tries, status, started, changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'InProgress', ?, ?)",
        (
            event.execution,
            event.job,
            event.stage,
            event.condition,
            event.rule,
            event.attempt,
            event.tries,
            event.at,
            event.at,
        ),
    )


def _rule(
    database: sqlite3.Connection,
    event: happened.RuleSucceeded | happened.RuleFailed | happened.RuleAbandoned,
    status: str,
    **values: Any,
) -> None:
    columns = "".join(f", {name} = ?" for name in values)
    database.execute(
        f"UPDATE rules SET status = ?, changed = ?{columns} WHERE execution = ? AND job = ?",
        (status, event.at, *values.values(), event.execution, event.job),
    )


class _OfJob(Protocol):
    @property
    def execution(self) -> str: ...
    @property
    def job(self) -> str: ...


def _action(database: sqlite3.Connection, event: _OfJob, **values: Any) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    database.execute(
        f"UPDATE actions SET {columns} WHERE execution = ? AND job = ?", (*values.values(), event.execution, event.job)
    )
