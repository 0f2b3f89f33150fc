"""Stages and actions as such: how many, what they are called, of which kind, and where (PK1xx)."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codepipeline.checks.facts import Facts, listing, python_name, type_of
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.limits import (
    EXECUTION_MODES,
    PIPELINE_TYPES,
    REASON_MAX,
    REASON_PATTERN,
    RUN_ORDERS,
    TIMEOUT_MINUTES,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, Severity, did_you_mean
from pipelinekit.values import (
    HOW_TO_NAME_A_ROLE,
    NAME_MAX,
    NAME_PATTERN,
    is_settled,
    problem_with,
    problem_with_role,
    variables_in,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the pipeline, its stages, its actions and its transitions."""
    yield from _pipeline(facts)
    yield from _modes(facts)
    yield from _stores(facts)
    yield from _quotas(facts)
    yield from _stages(facts)
    for stage, action in facts.actions:
        yield from _action(facts, stage, action)
    yield from _same_names_of_actions(facts)
    yield from _transitions(facts)


def _pipeline(facts: Facts) -> Iterator[Diagnostic]:
    pipeline = facts.definition.pipeline
    yield from _name(pipeline.name, facts.at(), "pipeline")
    yield from _role(pipeline.role_arn, facts.at("role"))
    if len(pipeline.stages) < 2:
        yield found(
            "PK101",
            facts.at(),
            f"has {len(pipeline.stages) or 'no'} stage{'' if len(pipeline.stages) == 1 else 's'}, where AWS wants two",
            'add a stage that uses what the sources give: pk.Stage("Build", ...)',
        )


def _name(name: str, where: Location, what: str) -> Iterator[Diagnostic]:
    problem = problem_with(name, NAME_PATTERN, NAME_MAX)
    if problem is not None:
        yield found(
            "PK107",
            where,
            f"the {what}'s name {name[: NAME_MAX + 1]!r} {problem}",
            f"name the {what} with up to {NAME_MAX} letters, digits and . @ - _",
        )


def _role(arn: str, where: Location) -> Iterator[Diagnostic]:
    if next(variables_in(arn), None) is not None:
        return  # said of the reference: it is not resolved here
    problem = problem_with_role(arn)
    if problem is not None:
        yield found("PK122", where, problem, HOW_TO_NAME_A_ROLE)


def _modes(facts: Facts) -> Iterator[Diagnostic]:
    pipeline = facts.definition.pipeline
    if pipeline.execution_mode not in EXECUTION_MODES:
        yield _unknown(facts.at("execution_mode"), "execution mode", pipeline.execution_mode, EXECUTION_MODES)
    if pipeline.pipeline_type not in PIPELINE_TYPES:
        yield _unknown(facts.at("pipeline_type"), "pipeline type", pipeline.pipeline_type, PIPELINE_TYPES)
    if pipeline.pipeline_type == "V1" and pipeline.execution_mode in ("QUEUED", "PARALLEL"):
        yield found(
            "PK116",
            facts.at("execution_mode"),
            f"a pipeline of type V1 cannot have the execution mode {pipeline.execution_mode}",
            'write pipeline_type="V2", or leave execution_mode at "SUPERSEDED"',
        )
    if pipeline.pipeline_type == "V1":
        yield from _v2_members(facts)


def _v2_members(facts: Facts) -> Iterator[Diagnostic]:
    pipeline = facts.definition.pipeline
    given = [("variables", facts.at("variables"))] if pipeline.variables else []
    given += [("triggers", facts.at("triggers"))] if pipeline.triggers else []
    for stage in pipeline.stages:
        if stage.before_entry or stage.on_success or stage.on_failure is not None:
            given.append(("conditions", facts.at(stage.name)))
    for what, where in given:
        yield found(
            "PK117",
            where,
            f"a pipeline of type V1 cannot have {what}",
            'write pk.Pipeline(..., pipeline_type="V2"), which is the default',
        )


def _unknown(where: Location, what: str, given: str, known: tuple[str, ...]) -> Diagnostic:
    hint = did_you_mean(given, known) or f"it is one of {listing(known)}"
    return found("PK128", where, f"there is no {what} {given!r}", hint)


def _stores(facts: Facts) -> Iterator[Diagnostic]:
    pipeline = facts.definition.pipeline
    if pipeline.artifact_store is not None and pipeline.artifact_stores:
        yield found(
            "PK119",
            facts.at("artifact_store"),
            "has an artifact store and artifact stores by Region at once",
            "keep one of them; with actions in several Regions keep those by Region",
        )
    if pipeline.artifact_store is None and not pipeline.artifact_stores:
        yield found(
            "PK119",
            facts.at("artifact_store"),
            "has no artifact store",
            'write artifact_store="BUCKET", or leave it out: then it is a parameter',
        )
    single = [pipeline.artifact_store] if pipeline.artifact_store is not None else []
    if not all(store.location for store in (*single, *pipeline.artifact_stores.values())):
        yield found(
            "PK119",
            facts.at("artifact_store"),
            "has an artifact store that names no bucket",
            'write pk.ArtifactStore("BUCKET")',
        )
    yield from _regions_without_store(facts)


def _regions_without_store(facts: Facts) -> Iterator[Diagnostic]:
    stores = facts.definition.pipeline.artifact_stores
    parts: list[tuple[tuple[str, ...], str | None]] = [
        ((stage.name, action.name), action.region) for stage, action in facts.actions
    ]
    for stage in facts.definition.pipeline.stages:
        parts += [((stage.name, hook, rule.name), rule.region) for hook, rule in stage.rules()]
    regions = dict.fromkeys(region for _, region in parts if region is not None and is_settled(region))
    for path, region in parts:
        if region not in regions:
            continue
        # With a single store the pipeline's own Region is not known: the first one named may well be it.
        missing = region not in stores if stores else region != next(iter(regions))
        if missing and all(map(is_settled, stores)):
            yield found(
                "PK120",
                facts.at(*path, "region"),
                f"runs in {region}, for which there is no artifact store",
                f'add one to the pipeline: artifact_store={{"{region}": pk.ArtifactStore("BUCKET"), ...}}',
            )


def _quotas(facts: Facts) -> Iterator[Diagnostic]:
    profile, stages = facts.profile, facts.definition.pipeline.stages
    if len(stages) > profile.stages:
        yield found(
            "PK108",
            facts.at(),
            f"has {len(stages)} stages, where {profile.name} allows {profile.stages}",
            "split it into two pipelines, or put actions of several stages into one",
            profile.severity,
        )
    if len(facts.actions) > profile.actions:
        yield found(
            "PK110",
            facts.at(),
            f"has {len(facts.actions)} actions, where {profile.name} allows {profile.actions}",
            "split it into two pipelines",
            profile.severity,
        )
    for stage in stages:
        if len(stage.actions) > profile.actions_per_stage_advised:
            too_many = len(stage.actions) > profile.actions_per_stage
            allowed = profile.actions_per_stage if too_many else profile.actions_per_stage_advised
            yield found(
                "PK109",
                facts.at(stage.name),
                f"has {len(stage.actions)} actions, where {profile.name} allows {allowed}",
                "split it into two stages, or do several things in one action",
                profile.severity if too_many else Severity.WARNING,
            )


def _stages(facts: Facts) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for stage in facts.definition.pipeline.stages:
        yield from _name(stage.name, facts.at(stage.name), "stage")
        if stage.name in seen:
            yield found(
                "PK105",
                facts.at(stage.name),
                f"there are two stages called {stage.name!r}",
                f'give this one another name, such as pk.Stage("{stage.name}2", ...)',
            )
        seen.add(stage.name)
        if not stage.actions:
            yield found(
                "PK104", facts.at(stage.name), "has no action", f'put one into it: pk.Stage("{stage.name}", action)'
            )


def _same_names_of_actions(facts: Facts) -> Iterator[Diagnostic]:
    for stage in facts.definition.pipeline.stages:
        seen: set[str] = set()
        for action in stage.actions:
            if action.name in seen:
                yield found(
                    "PK106",
                    facts.at(stage.name, action.name),
                    f"the stage has two actions called {action.name!r}",
                    f'give one of them another name, such as "{action.name}2"',
                )
            seen.add(action.name)


def _action(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    yield from _name(action.name, facts.at(stage.name, action.name), "action")
    if action.role_arn is not None:
        yield from _role(action.role_arn, facts.at(stage.name, action.name, "role"))
    yield from _place_of_sources(facts, stage, action)
    yield from _run_order_and_timeout(facts, stage, action)
    kind = type_of(action)
    if facts.definition.pipeline.pipeline_type == "V1" and kind is not None and "V1" not in kind.pipeline_types:
        yield found(
            "PK117",
            facts.at(stage.name, action.name),
            f"a pipeline of type V1 cannot have the action type {action.action_type_id.provider}",
            'write pk.Pipeline(..., pipeline_type="V2"), which is the default',
        )


def _place_of_sources(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    first = facts.definition.pipeline.stages[0]
    category = action.action_type_id.category
    if stage is first and category != "Source":
        yield found(
            "PK102",
            facts.at(stage.name, action.name),
            f"is a {category} action in the first stage, which is for sources only",
            f'move it into a stage after it: pk.Stage("{category}", {python_name(action.name)})',
        )
    if stage is not first and category == "Source":
        yield found(
            "PK103",
            facts.at(stage.name, action.name),
            f"is a source, but stands in the stage {stage.name!r}",
            f"move it into the first stage, {first.name!r}",
        )


def _run_order_and_timeout(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    least, most = RUN_ORDERS
    if not least <= action.run_order <= most:
        yield found(
            "PK111",
            facts.at(stage.name, action.name, "run_order"),
            f"the run order {action.run_order} is not from {least} to {most}",
            "leave run_order out: it follows from what the action waits for",
        )
    minutes = action.timeout_in_minutes
    if minutes is None:
        return
    where = facts.at(stage.name, action.name, "timeout_minutes")
    if action.action_type_id.category != "Approval":
        yield found(
            "PK130", where, f"a {action.action_type_id.category} action takes no timeout", "leave the timeout out"
        )
    elif not TIMEOUT_MINUTES[0] <= minutes <= TIMEOUT_MINUTES[1]:
        least, most = TIMEOUT_MINUTES
        yield found(
            "PK121",
            where,
            f"a timeout of {minutes} is not from {least} to {most} minutes",
            f"write timeout_minutes={min(max(minutes, least), most)}, or leave it out: then it is seven days",
        )


def _transitions(facts: Facts) -> Iterator[Diagnostic]:
    stages = [stage.name for stage in facts.definition.pipeline.stages]
    for transition in facts.definition.disabled_transitions:
        where = facts.at("transition", transition.stage)
        if transition.stage not in stages:
            hint = did_you_mean(transition.stage, stages) or f"the stages are {listing(stages)}"
            yield found("PK129", where, f"there is no stage {transition.stage!r}", hint)
        problem = problem_with(transition.reason, REASON_PATTERN, REASON_MAX)
        if problem is not None:
            yield found(
                "PK124",
                where,
                f"the reason {transition.reason[: REASON_MAX + 1]!r} {problem}",
                'say why it is closed, in letters, digits, blanks and ! @ ( ) . * ? -, such as reason="Change freeze"',
            )
