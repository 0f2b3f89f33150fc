"""Conditions of a stage: their rules are evaluated side by side, and the result engages by how they end.

What follows for the stage is decided in `flow`. Two kinds of rules the machine evaluates itself, as they need nothing
but what it knows: VariableCheck at once, DeploymentWindow by the time.
"""

from __future__ import annotations

from pipelinekit.codepipeline.declaration import ConditionDeclaration, RuleDeclaration
from pipelinekit.codepipeline.window import Cron, CronError
from pipelinekit.execution import assumptions
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.jobs import rule_job_id
from pipelinekit.execution.state import CONDITION_NAMES, Checking, ConditionType, Execution, Plan, RuleRun
from pipelinekit.execution.variable_check import CheckError, holds
from pipelinekit.execution.variables import Unresolved, resolve_rule
from pipelinekit.values import in_words


def declared(plan: Plan, execution: Execution, stage: str, condition: ConditionType) -> ConditionDeclaration | None:
    """Give a condition that an execution has to meet; None where it has none, or none with a rule."""
    if is_unconditional(execution):
        return None
    of = plan.declared[stage]
    if condition == "ON_FAILURE":
        several = of.on_failure.conditions if of.on_failure is not None else ()
    else:
        several = of.before_entry if condition == "BEFORE_ENTRY" else of.on_success
    return several[0] if several and several[0].rules else None


def is_unconditional(execution: Execution) -> bool:
    """Whether nothing but the actions of a stage counts for an execution."""
    return execution.only is not None and assumptions.ROLLBACKS_ARE_UNCONDITIONAL


def begin(deciding: Deciding, execution: str, stage: str, which: ConditionType, result: str) -> None:
    """Begin to evaluate a condition."""
    deciding.emit(
        happened.ConditionStarted(at=deciding.now, execution=execution, stage=stage, condition=which, result=result)
    )
    for rule in deciding.plan(execution).rules(stage, which):
        start_rule(deciding, execution, stage, which, rule)


def start_rule(
    deciding: Deciding, execution_id: str, stage: str, which: ConditionType, rule: RuleDeclaration, tries: int = 0
) -> None:
    """Begin to evaluate a rule; what the machine knows itself ends at once."""
    execution = deciding.state.executions[execution_id]
    job = rule_job_id(execution_id, stage, CONDITION_NAMES[which], rule.name, execution.attempt, tries)
    problem = ""
    opens: float | None = None
    try:
        resolved = resolve_rule(rule, execution_id, execution.variables)
        opens = _opens(resolved, deciding.now)
    except Unresolved as missing:
        resolved, problem = rule, f"{missing} has no value: its producer gave none"
    except CronError as error:
        resolved, problem = rule, str(error)
    deciding.emit(
        happened.RuleStarted(
            at=deciding.now,
            execution=execution_id,
            stage=stage,
            condition=which,
            rule=rule.name,
            job=job,
            attempt=execution.attempt,
            deadline=deciding.now + 60 * rule_timeout_minutes(resolved),
            tries=tries,
            opens=opens,
            resolved=None if resolved is rule else resolved,
        )
    )
    run = RuleRun(rule=rule.name, job=job, deadline=0.0)
    if problem:
        rule_failed(deciding, execution_id, stage, which, run, problem, code="ConfigurationError")
    elif rule.rule_type_id.provider == "VariableCheck":
        _check_variable(deciding, execution_id, stage, which, run, resolved)
    elif rule.rule_type_id.provider == "DeploymentWindow":
        _look_at_window(deciding, execution_id, stage, which, run, opens)


def _check_variable(
    deciding: Deciding, execution: str, stage: str, which: ConditionType, run: RuleRun, rule: RuleDeclaration
) -> None:
    try:
        met = holds(rule.configuration)
    except CheckError as error:
        rule_failed(deciding, execution, stage, which, run, str(error), code="ConfigurationError")
        return
    said = " ".join(rule.configuration.get(key, "") for key in ("Variable", "Operator", "Value"))
    if met:
        rule_succeeded(deciding, execution, stage, which, run, said)
    else:
        rule_failed(deciding, execution, stage, which, run, f"does not hold: {said}")


def _opens(rule: RuleDeclaration, now: float) -> float | None:
    """Give when a deployment window opens: now, where it is open; None for other rules, and where it never does."""
    if rule.rule_type_id.provider != "DeploymentWindow":
        return None
    cron = Cron.read(rule.configuration.get("Cron", ""), rule.configuration.get("TimeZone", "UTC"))
    until = now + 60 * rule_timeout_minutes(rule)
    return cron.opens(now, until)


def _look_at_window(
    deciding: Deciding, execution: str, stage: str, which: ConditionType, run: RuleRun, opens: float | None
) -> None:
    if opens is not None and opens <= deciding.now:
        rule_succeeded(deciding, execution, stage, which, run, "the window is open")
    elif not assumptions.DEPLOYMENT_WINDOW_WAITS:
        rule_failed(deciding, execution, stage, which, run, "the window is closed")


def rule_timeout_minutes(rule: RuleDeclaration) -> int:
    """Give how long a rule may take; an alarm is waited for as long as it says."""
    if rule.timeout_in_minutes is not None:
        return rule.timeout_in_minutes
    wait = rule.configuration.get("WaitTime", "")
    return assumptions.RULE_TIMEOUT_MINUTES + (int(wait) if wait.isdecimal() else 0)


def rule_succeeded(
    deciding: Deciding,
    execution: str,
    stage: str,
    which: ConditionType,
    run: RuleRun,
    summary: str = "",
    external_id: str = "",
) -> None:
    """Let a rule hold."""
    deciding.emit(
        happened.RuleSucceeded(
            at=deciding.now,
            execution=execution,
            stage=stage,
            condition=which,
            rule=run.rule,
            job=run.job,
            summary=summary,
            external_id=external_id,
        )
    )


def rule_failed(
    deciding: Deciding,
    execution: str,
    stage: str,
    which: ConditionType,
    run: RuleRun,
    message: str,
    *,
    code: str = "JobFailed",
    external_id: str = "",
) -> None:
    """Let a rule not hold."""
    deciding.emit(
        happened.RuleFailed(
            at=deciding.now,
            execution=execution,
            stage=stage,
            condition=which,
            rule=run.rule,
            job=run.job,
            code=code,
            message=message,
            external_id=external_id,
        )
    )


def time_out(deciding: Deciding, execution: str, stage: str, which: ConditionType, run: RuleRun) -> None:
    """Let a rule end that is past its deadline, or whose window opens."""
    if run.opens is not None and run.opens <= deciding.now:
        rule_succeeded(deciding, execution, stage, which, run, "the window is open")
        return
    rule = deciding.plan(execution).rule(stage, which, run.rule)
    waited = in_words(60 * rule_timeout_minutes(rule))
    rule_failed(deciding, execution, stage, which, run, f"timed out after {waited}")


def abandon(deciding: Deciding, execution: Execution, runs: list[RuleRun]) -> None:
    """Wait no longer for rules."""
    if execution.checking is None or execution.stage is None:
        return
    for run in runs:
        deciding.emit(
            happened.RuleAbandoned(
                at=deciding.now,
                execution=execution.id,
                stage=execution.stage,
                condition=execution.checking.condition,
                rule=run.rule,
                job=run.job,
            )
        )


def windows(plan: Plan, execution: Execution) -> list[RuleRun]:
    """Give the rules under way that wait for a deployment window."""
    checking, stage = execution.checking, execution.stage
    if checking is None or stage is None:
        return []
    rules = {rule.name: rule.rule_type_id.provider for rule in plan.rules(stage, checking.condition)}
    return [run for run in checking.rules.values() if rules[run.rule] == "DeploymentWindow"]


def verdict(plan: Plan, stage: str, checking: Checking) -> tuple[str, bool]:
    """Give the status of a condition whose rules are over, and whether it is met.

    Before entry and on success the result engages when it is not met; on failure when it is.
    """
    met = all(_is_met(rule, checking) for rule in plan.rules(stage, checking.condition))
    if checking.errored:
        return "Errored", met
    return ("Succeeded" if met else "Failed"), met


def _is_met(rule: RuleDeclaration, checking: Checking) -> bool:
    if rule.name in checking.errored:
        return False
    failed = rule.name in checking.failed
    by_failure = (
        checking.condition == "ON_FAILURE" and rule.rule_type_id.provider in assumptions.ON_FAILURE_MET_BY_FAILURE
    )
    return failed if by_failure else not failed
