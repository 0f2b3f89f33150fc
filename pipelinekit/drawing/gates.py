"""What a picture says of V2: what starts a pipeline, and the conditions at the entrance and the exit of a stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelinekit.codepipeline.declaration import (
    ConditionDeclaration,
    FilterCriteria,
    PipelineDeclaration,
    PullRequestFilter,
    PushFilter,
    StageDeclaration,
    TriggerDeclaration,
)


def beginnings(pipeline: PipelineDeclaration) -> Iterator[tuple[str, str]]:
    """Yield what starts an execution, each with the name of its source action."""
    for trigger in pipeline.triggers:
        for text in _starts(trigger):
            yield trigger.source_action_name, text


def variables(pipeline: PipelineDeclaration) -> str:
    """Tell the variables of a pipeline and what they are when a start says nothing; nothing where there are none."""
    told = (
        f"{variable.name} = {variable.default_value}" if variable.default_value else f"{variable.name} (to be given)"
        for variable in pipeline.variables
    )
    return ", ".join(told)


def at_entrance(stage: StageDeclaration) -> tuple[str, ...]:
    """Tell the conditions before a stage."""
    return tuple(f"before entry: {_condition(condition, 'else')}" for condition in stage.before_entry)


def at_exit(stage: StageDeclaration) -> tuple[str, ...]:
    """Tell what follows the success of a stage, and its failure.

    A condition before entry and on success has its result when it is not met, one on failure when it is.
    """
    return tuple(_at_exit(stage))


def _at_exit(stage: StageDeclaration) -> Iterator[str]:
    for condition in stage.on_success:
        yield f"on success: {_condition(condition, 'else')}"
    failure = stage.on_failure
    if failure is None:
        return
    for condition in failure.conditions:
        yield f"on failure: {_condition(condition, 'then')}"
    if failure.result is not None:
        yield " ".join(("on failure:", failure.result, *filter(None, [failure.retry_mode])))


def _condition(condition: ConditionDeclaration, link: str) -> str:
    rules = (
        rule.name if rule.name == rule.rule_type_id.provider else f"{rule.name} ({rule.rule_type_id.provider})"
        for rule in condition.rules
    )
    told = ", ".join(rules) or "no rules"
    return told if condition.result is None else f"{told}; {link} {condition.result}"


def _starts(trigger: TriggerDeclaration) -> Iterator[str]:
    for push in trigger.push:
        yield f"push {'; '.join(_limits(_of_push(push)))}".strip()
    for request in trigger.pull_request:
        events = f" ({', '.join(request.events)})" if request.events else ""
        yield f"pull request{events} {'; '.join(_limits(_of_request(request)))}".strip()
    if not trigger.push and not trigger.pull_request:
        yield "every push"


def _of_push(push: PushFilter) -> tuple[tuple[str, FilterCriteria | None], ...]:
    return ("to branches", push.branches), ("of tags", push.tags), ("of files", push.file_paths)


def _of_request(request: PullRequestFilter) -> tuple[tuple[str, FilterCriteria | None], ...]:
    return ("into branches", request.branches), ("of files", request.file_paths)


def _limits(criteria: Iterable[tuple[str, FilterCriteria | None]]) -> Iterator[str]:
    for what, found in criteria:
        if found is not None:
            but = f" but not {', '.join(found.excludes)}" if found.excludes else ""
            yield f"{what} {', '.join(found.includes) or 'any'}{but}"
