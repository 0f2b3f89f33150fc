"""What stages are held to: which results and rules are allowed where, and how each rule is configured (PK5xx)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelinekit.codepipeline.checks.compute import problem_with_command
from pipelinekit.codepipeline.checks.facts import Facts, listing
from pipelinekit.codepipeline.declaration import ConditionDeclaration, FailureConditions, RuleDeclaration
from pipelinekit.codepipeline.declaration import StageDeclaration as Stage
from pipelinekit.codepipeline.limits import (
    COMMANDS_MAX,
    CONDITIONS_MAX,
    RETRY_MODES,
    RULE_VALUE_MAX,
    RULES_MAX,
    TIMEOUT_MINUTES,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, Severity, closest, did_you_mean
from pipelinekit.values import (
    HOW_TO_NAME_A_ROLE,
    NAME_MAX,
    NAME_PATTERN,
    is_settled,
    problem_with,
    problem_with_role,
    variables_in,
)

if TYPE_CHECKING:
    from pipelinekit.codepipeline.action import Key
    from pipelinekit.codepipeline.rule import RuleType

_RESULTS = {"before_entry": ("FAIL", "SKIP"), "on_success": ("FAIL", "ROLLBACK"), "on_failure": ("ROLLBACK",)}
"""Which results a condition may have where (User Guide, stage-conditions)."""
_WITHOUT_CONDITIONS = ("RETRY", "ROLLBACK")


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the conditions of each stage and with their rules."""
    stages = facts.definition.pipeline.stages
    if not any(stage.before_entry or stage.on_success or stage.on_failure for stage in stages):
        return
    from pipelinekit.codepipeline.rule import RULE_TYPES

    for stage in stages:
        yield from _counts(facts, stage)
        yield from _first_stage(facts, stage)
        if stage.on_failure is not None:
            yield from _failure(facts, stage, stage.on_failure)
        for hook, condition in stage.conditions():
            yield from _condition(facts, stage, hook, condition, RULE_TYPES)
    if facts.definition.pipeline.execution_mode == "PARALLEL":
        yield from _rollbacks_side_by_side(facts)


def _counts(facts: Facts, stage: Stage) -> Iterator[Diagnostic]:
    for hook, number in Counter(hook for hook, _ in stage.conditions()).items():
        if number > CONDITIONS_MAX:
            yield found(
                "PK508",
                facts.at(stage.name, hook),
                f"has {number} conditions, where AWS allows one",
                "put their rules into one condition: all of them have to succeed",
            )


def _first_stage(facts: Facts, stage: Stage) -> Iterator[Diagnostic]:
    if stage is not facts.definition.pipeline.stages[0]:
        return
    if stage.before_entry:
        yield found(
            "PK510",
            facts.at(stage.name, "before_entry"),
            "is asked before the sources were read, when no variable or artifact is there yet",
            "move the condition to the stage after it",
        )
    for hook in _rollbacks(stage):
        yield found(
            "PK515",
            facts.at(stage.name, hook),
            "rolls back the first stage, which AWS does not do",
            "write on_failure=pk.Retry(), or leave it out",
        )


def _rollbacks(stage: Stage) -> Iterator[str]:
    """Yield each hook of a stage that may roll it back."""
    hooks = [hook for hook, condition in stage.conditions() if condition.result == "ROLLBACK"]
    if stage.on_failure is not None and stage.on_failure.result == "ROLLBACK":
        hooks.append("on_failure")
    yield from dict.fromkeys(hooks)


def _rollbacks_side_by_side(facts: Facts) -> Iterator[Diagnostic]:
    for stage in facts.definition.pipeline.stages:
        for hook in _rollbacks(stage):
            yield found(
                "PK123",
                facts.at(stage.name, hook),
                "rolls back, which the execution mode PARALLEL does not have",
                'write execution_mode="QUEUED", or another result',
            )


def _failure(facts: Facts, stage: Stage, failure: FailureConditions) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, "on_failure")
    result, mode = failure.result, failure.retry_mode
    if result is not None and result not in _WITHOUT_CONDITIONS:
        yield _wrong_result(where, result, _WITHOUT_CONDITIONS)
    elif result is not None and failure.conditions:
        yield found(
            "PK511",
            where,
            f"has the result {result} beside a condition, and AWS documents only one of the two",
            "give the condition the result ROLLBACK and leave the other out",
        )
    if mode is not None and mode not in RETRY_MODES:
        yield found(
            "PK509",
            where,
            f"there is no retry mode {mode!r}",
            did_you_mean(mode, RETRY_MODES) or f"there are {listing(RETRY_MODES)}",
        )
    if result == "RETRY" and mode is None:
        yield found(
            "PK511",
            where,
            "retries without saying which actions",
            'write pk.Retry("FAILED_ACTIONS"), or "ALL_ACTIONS"',
        )
    if mode is not None and result != "RETRY":
        yield found("PK511", where, "has a retry mode, but does not retry", "write pk.Retry(...), or leave it out")


def _wrong_result(
    where: Location, result: str, allowed: tuple[str, ...], severity: Severity | None = None
) -> Diagnostic:
    return found(
        "PK509",
        where,
        f"cannot have the result {result!r} here",
        did_you_mean(result, allowed) or f"write {' or '.join(allowed)}",
        severity,
    )


def _condition(
    facts: Facts, stage: Stage, hook: str, condition: ConditionDeclaration, known: Mapping[str, RuleType]
) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, hook)
    allowed = _RESULTS[hook]
    if condition.result is None:
        yield found("PK509", where, "says no result", f'write result="{allowed[0]}"')
    elif condition.result not in allowed:
        # The guide's console section shows a retry with a rule, its list of considerations forbids it.
        undecided = hook == "on_failure" and condition.result == "RETRY"
        yield _wrong_result(where, condition.result, allowed, Severity.WARNING if undecided else None)
    if not 1 <= len(condition.rules) <= RULES_MAX:
        yield found(
            "PK508",
            where,
            f"has {len(condition.rules) or 'no'} rules, where AWS wants 1 to {RULES_MAX}",
            "add a rule, such as pk.rule.CloudWatchAlarm(...)" if not condition.rules else "leave some out",
        )
    for name, number in Counter(rule.name for rule in condition.rules).items():
        if number > 1:
            yield found(
                "PK521",
                facts.at(stage.name, hook, name),
                f"{number} rules of the condition are called {name!r}",
                f'give each its own name, such as "{name}2"',
            )
    for rule in condition.rules:
        kind = known.get(rule.rule_type_id.provider)
        yield from _rule(facts, stage, hook, rule)
        yield from _type(facts.at(stage.name, hook, rule.name), rule, known)
        if kind is not None:
            yield from _with_skip(facts, stage, hook, condition, rule, kind)
            yield from _configuration(facts, stage, hook, rule, kind)
            yield from _commands(facts, stage, hook, rule)
            yield from _inputs(facts, stage, hook, rule, kind)


def _rule(facts: Facts, stage: Stage, hook: str, rule: RuleDeclaration) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, hook, rule.name)
    problem = problem_with(rule.name, NAME_PATTERN, NAME_MAX)
    if problem is not None:
        hint = f"name it with up to {NAME_MAX} letters, digits and . @ - _"
        yield found("PK107", where, f"the rule's name {rule.name[: NAME_MAX + 1]!r} {problem}", hint)
    if rule.role_arn is not None:
        wrong = problem_with_role(rule.role_arn)
        if wrong is not None:
            yield found("PK122", where, wrong, HOW_TO_NAME_A_ROLE)
    minutes = rule.timeout_in_minutes
    least, most = TIMEOUT_MINUTES
    if minutes is not None and not least <= minutes <= most:
        hint = f"write timeout_minutes={min(max(minutes, least), most)}"
        yield found("PK121", where, f"a timeout of {minutes} is not from {least} to {most} minutes", hint)
    for field, text in (("role", rule.role_arn), ("region", rule.region)):
        for variable in variables_in(text or ""):
            hint = "write the value itself, or leave it to a pk.Parameter"
            at = facts.at(stage.name, hook, rule.name, field)
            yield found("PK407", at, f"{str(variable)!r} is not resolved here", hint)


def _type(where: Location, rule: RuleDeclaration, known: Mapping[str, RuleType]) -> Iterator[Diagnostic]:
    kind = rule.rule_type_id
    if not is_settled(str(kind)):
        return
    if kind.category != "Rule" or kind.owner not in ("AWS", None) or kind.version not in ("1", None):
        yield found("PK513", where, f"there is no rule type {kind}", f"write Rule/AWS/{kind.provider}/1")
    elif kind.provider not in known:
        near = did_you_mean(kind.provider, known)
        yield found(
            "PK513",
            where,
            f"there is no rule of the provider {kind.provider!r}",
            near or f"the User Guide knows {listing(known)}",
            Severity.ERROR if near or not kind.provider else Severity.WARNING,
        )


def _with_skip(
    facts: Facts, stage: Stage, hook: str, condition: ConditionDeclaration, rule: RuleDeclaration, kind: RuleType
) -> Iterator[Diagnostic]:
    if condition.result == "SKIP" and hook == "before_entry" and not kind.with_skip:
        yield found(
            "PK522",
            facts.at(stage.name, hook, rule.name),
            f"a condition cannot skip by a {kind.id.provider} rule",
            'skip by VariableCheck or LambdaInvoke, or write result="FAIL"',
        )


# How a rule is configured -------------------------------------------------------------------------------------------


def _configuration(
    facts: Facts, stage: Stage, hook: str, rule: RuleDeclaration, kind: RuleType
) -> Iterator[Diagnostic]:
    provider = kind.id.provider
    for name, key in kind.keys.items():
        if key.required and name not in rule.configuration:
            yield found(
                "PK517",
                facts.at(stage.name, hook, rule.name, "configuration"),
                f"lacks {name}, which a {provider} rule needs",
                f'write "{name}": "..." in its configuration',
            )
    for name, value in rule.configuration.items():
        where = facts.at(stage.name, hook, rule.name, f"configuration.{name}")
        if name not in kind.keys:
            near = closest(name, (key for key in kind.keys if key not in rule.configuration))
            yield found(
                "PK518",
                where,
                f"a {provider} rule has no key {name!r}",
                f"did you mean {near}?" if near else f"the User Guide knows {listing(kind.keys)}",
                Severity.ERROR if near else Severity.WARNING,
            )
        elif is_settled(value):
            yield from _value(where, provider, kind.keys[name], value)


def _value(where: Location, provider: str, key: Key, value: str) -> Iterator[Diagnostic]:
    if not 1 <= len(value) <= RULE_VALUE_MAX:
        yield found(
            "PK519",
            where,
            f"has {len(value)} characters, where AWS allows 1 to {RULE_VALUE_MAX}",
            "leave the key out" if not value else "write a shorter value",
        )
        return
    if "#{" in value and key.name != "Variable":
        return  # known when it is resolved
    match key.name:
        case "AlarmStates":
            for state in value.split(","):
                if state.strip() not in key.values:
                    # How several states are written is documented nowhere, so this much is certain for one alone.
                    yield _no_value(where, state.strip(), key, Severity.WARNING if "," in value else None)
        case "WaitTime":
            if not value.isdecimal():
                yield found("PK519", where, f"{value!r} is no number of minutes", "write wait_minutes=10")
        case "Cron":
            yield from _cron(where, value)
        case "TimeZone":
            yield from _time_zone(where, value)
        case "Variable":
            if next(variables_in(value), None) is None:
                hint = f'write the reference: "#{{{value if "." in value else "Namespace.KEY"}}}"'
                yield found("PK519", where, f"{value!r} refers to no variable", hint)
        case _:
            if key.values and value not in key.values:
                yield _no_value(where, value, key)


def _no_value(where: Location, value: str, key: Key, severity: Severity | None = None) -> Diagnostic:
    hint = did_you_mean(value, key.values) or f"write one of {listing(key.values)}"
    return found("PK519", where, f"{value!r} is not a value of {key.name}", hint, severity)


def _time_zone(where: Location, text: str) -> Iterator[Diagnostic]:
    from pipelinekit.codepipeline.window import CronError, UnknownZone, time_zone

    hint = "write Region/City, such as Europe/Berlin, or UTC, or UTC+02:00"
    try:
        time_zone(text)
    except UnknownZone:
        message = f"{text!r} is a time zone of which nobody here knows what it means to AWS"
        yield found("PK512", where, message, hint, Severity.WARNING)
    except CronError:
        yield found("PK512", where, f"{text!r} is no time zone", hint)


def _cron(where: Location, text: str) -> Iterator[Diagnostic]:
    # Here and not above: most pipelines have no window, and calendars take their time to import.
    from pipelinekit.codepipeline.window import names_both_days, problems_with_cron

    hint = 'write seconds to day of the week, such as "* * 9-17 ? * MON-FRI"'
    problems = list(problems_with_cron(text))
    for problem in problems:
        yield found("PK512", where, f"{text!r} {problem}", hint)
    if not problems and names_both_days(text):
        yield found(
            "PK512",
            where,
            f"{text!r} does not have ? for exactly one of the day of the month and the day of the week",
            hint,
            Severity.WARNING,
        )


def _commands(facts: Facts, stage: Stage, hook: str, rule: RuleDeclaration) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, hook, rule.name, "commands")
    if rule.rule_type_id.provider != "Commands":
        if rule.commands:
            hint = "write pk.rule.Commands(...)"
            yield found("PK520", where, f"a {rule.rule_type_id.provider} rule takes no commands", hint)
        return
    if not 1 <= len(rule.commands) <= COMMANDS_MAX:
        yield found(
            "PK520",
            where,
            f"has {len(rule.commands) or 'no'} commands, where AWS wants 1 to {COMMANDS_MAX}",
            'write commands=["sh ready.sh"]',
        )
    for index, command in enumerate(rule.commands):
        problem = problem_with_command(command)
        if problem is not None:
            yield found("PK520", facts.at(stage.name, hook, rule.name, f"commands[{index}]"), *problem)


def _inputs(facts: Facts, stage: Stage, hook: str, rule: RuleDeclaration, kind: RuleType) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, hook, rule.name, "inputs")
    if rule.input_artifacts and kind.inputs == (0, 0):
        yield found("PK523", where, f"reads artifacts, which a {kind.id.provider} rule does not", "leave them out")
        return
    least, most = kind.inputs
    given = len(rule.input_artifacts)
    if not least <= given <= most:
        yield found(
            "PK205",
            where,
            f"reads {given or 'no'} artifact{'' if given == 1 else 's'}, where a {kind.id.provider} rule reads "
            + (f"{least} to {most}" if least else f"at most {most}"),
            "pass input=other.output" if given < least else "leave some of its inputs out",
            None if kind.bounds_confirmed else Severity.WARNING,
        )
    for artifact in rule.input_artifacts:
        if not is_settled(artifact):
            continue
        maker = facts.makers.get(artifact)
        if maker is None:
            near = closest(artifact, facts.artifact_names)
            hint = f"did you mean {near}?" if near else "name the output of an action before it"
            yield found("PK514", where, f"reads the artifact {artifact!r}, which no action makes", hint)
        elif not facts.is_there(maker, stage.name, hook):
            yield found(
                "PK514",
                where,
                f"reads the artifact {artifact!r}, which {'/'.join(maker)} makes only later",
                f"move the condition to a stage after {maker[0]!r}" if hook == "before_entry" else "read another one",
            )
