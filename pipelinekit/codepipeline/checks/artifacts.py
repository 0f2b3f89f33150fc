"""Who makes which artifact, who reads it, and whether CodeBuild can tell them apart (PK2xx)."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codebuild.checks import commands_of, git_in
from pipelinekit.codebuild.limits import IDENTIFIER_MAX, IDENTIFIER_PATTERN
from pipelinekit.codepipeline.action import ActionType
from pipelinekit.codepipeline.checks.facts import Facts, is_codebuild, is_compute, listing, setting, type_of
from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration, StageDeclaration
from pipelinekit.codepipeline.limits import FILE_LENGTH_MAX, FILES_MAX
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, closest
from pipelinekit.values import ARTIFACT_NAME_MAX, ARTIFACT_NAME_PATTERN, is_settled, problem_with

_BOUNDS_BY_CATEGORY = {
    "Source": ((0, 0), (1, 1)),
    "Approval": ((0, 0), (0, 0)),
}
_OTHER_BOUNDS = ((0, 10), (0, 10))
"""For action types of which nothing is certain: the most that the service model lets anybody declare."""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the artifacts of each action and each rule, and between actions."""
    for stage, action in facts.actions:
        yield from _unmade(facts, stage, action)
        yield from _outputs(facts, stage, action)
        yield from _counts(facts, stage, action)
        if is_codebuild(action):
            yield from _identifiers(facts, stage, action)
            yield from _primary_source(facts, (stage.name, action.name), action)
            yield from _buildspec(facts, stage, action)
            yield from _history(facts, stage, action)
        else:
            yield from _clones(facts, (stage.name, action.name), action)
    for path, rule in facts.rules:
        if rule.rule_type_id.provider == "CodeBuild":
            yield from _with_hyphens(facts, path, "inputs", _secondary_inputs(rule))
            yield from _primary_source(facts, path, rule)
        else:
            yield from _clones(facts, path, rule)
    yield from _too_early(facts)


def _unmade(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    for artifact in action.input_artifacts:
        if artifact not in facts.makers and is_settled(artifact):
            yield found(
                "PK201",
                facts.at(stage.name, action.name, "inputs"),
                f"reads the artifact {artifact!r}, which no action makes",
                _how_to_make(facts, stage, artifact),
            )


def _how_to_make(facts: Facts, stage: StageDeclaration, artifact: str) -> str:
    maker = facts.definition.origin.makers.get(artifact)
    here = ["/".join(key) for key in facts.called.get(maker or "", ())]
    if maker is not None and not here:
        return f"{maker} makes it, but stands in no stage: put {maker} into a stage before {stage.name!r}, or into it"
    if maker is not None:
        return f'{here[0]} was meant to make it, but its outputs are others now: say outputs=["{artifact}"] there'
    near = closest(artifact, facts.artifact_names)
    if near is not None:
        return f"did you mean {near}, which {'/'.join(facts.makers[near])} makes?"
    return f'name it as the output of an action before this one: outputs=["{artifact}"]'


def _outputs(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    where = facts.at(stage.name, action.name, "outputs")
    for artifact in action.output_artifacts:
        problem = problem_with(artifact.name, ARTIFACT_NAME_PATTERN, ARTIFACT_NAME_MAX)
        if problem is not None:
            yield found(
                "PK204",
                where,
                f"the artifact's name {artifact.name[: ARTIFACT_NAME_MAX + 1]!r} {problem}",
                f"name it with up to {ARTIFACT_NAME_MAX} letters, digits, - and _",
            )
        maker = facts.makers[artifact.name]
        if artifact.name in seen or maker != (stage.name, action.name):
            yield found(
                "PK203",
                where,
                f"makes the artifact {artifact.name!r}, which {'/'.join(maker)} makes already",
                f'give one of them another name: outputs=["{artifact.name}2"]',
            )
        seen.add(artifact.name)
        yield from _files(where, action, artifact.files)


def _files(where: Location, action: ActionDeclaration, files: tuple[str, ...]) -> Iterator[Diagnostic]:
    if files and not is_compute(action):
        yield found(
            "PK220",
            where,
            f"chooses files for its artifact, which a {action.action_type_id.provider} action cannot",
            "choose them where they are made, such as BuildSpec(artifacts=[...]) or pk.build.Commands(files=[...])",
        )
        return
    if len(files) > FILES_MAX:
        yield found(
            "PK216",
            where,
            f"has {len(files)} file patterns, where AWS allows {FILES_MAX}",
            'collect the files in a directory, and write files=["dist/**/*"]',
        )
    for pattern in files:
        if is_settled(pattern) and not 1 <= len(pattern) <= FILE_LENGTH_MAX:
            yield found(
                "PK216",
                where,
                f"the file pattern {pattern[:40]!r} has {len(pattern)} characters, not 1 to {FILE_LENGTH_MAX}",
                'write a shorter one, such as "dist/**/*"',
            )


def _counts(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    inputs, outputs = _bounds(action, type_of(action))
    provider = action.action_type_id.provider
    given, made = len(action.input_artifacts), len(action.output_artifacts)
    if not inputs[0] <= given <= inputs[1]:
        hint = "pass input=other.output" if given < inputs[0] else "leave some of its inputs out"
        yield found(
            "PK205",
            facts.at(stage.name, action.name, "inputs"),
            f"reads {_counted(given)}, where {provider} reads {_range(*inputs)}",
            hint,
        )
    if not outputs[0] <= made <= outputs[1]:
        hint = 'name its output: outputs=["NAME"]' if made < outputs[0] else "leave some of its outputs out"
        yield found(
            "PK206",
            facts.at(stage.name, action.name, "outputs"),
            f"makes {_counted(made)}, where {provider} makes {_range(*outputs)}",
            hint,
        )


def _bounds(action: ActionDeclaration, kind: ActionType | None) -> tuple[tuple[int, int], tuple[int, int]]:
    if kind is None or not kind.confirmed:
        return _BOUNDS_BY_CATEGORY.get(action.action_type_id.category, _OTHER_BOUNDS)
    return kind.inputs, kind.outputs


def _counted(number: int) -> str:
    return f"{number or 'no'} artifact{'' if number == 1 else 's'}"


def _range(least: int, most: int) -> str:
    if least == most:
        return str(most or "none")
    return f"{least} to {most}" if least else f"at most {most}"


def _identifiers(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    outputs = [artifact.name for artifact in action.output_artifacts] if len(action.output_artifacts) > 1 else []
    yield from _with_hyphens(facts, (stage.name, action.name), "inputs", _secondary_inputs(action))
    yield from _with_hyphens(facts, (stage.name, action.name), "outputs", outputs)


def _secondary_inputs(build: ActionDeclaration | RuleDeclaration) -> list[str]:
    primary = setting(build, "PrimarySource")
    return [name for name in build.input_artifacts if name != primary] if len(build.input_artifacts) > 1 else []


def _with_hyphens(facts: Facts, path: tuple[str, ...], field: str, names: list[str]) -> Iterator[Diagnostic]:
    for name in names:
        # What CodePipeline refuses as well has been said already.
        if problem_with(name, ARTIFACT_NAME_PATTERN, ARTIFACT_NAME_MAX) is None and problem_with(
            name, IDENTIFIER_PATTERN, IDENTIFIER_MAX
        ):
            yield found(
                "PK207",
                facts.at(*path, field),
                f"has several {field}, and CodeBuild cannot tell them apart by a name with a hyphen: {name!r}",
                f'name the artifact with letters, digits and _: "{name.replace("-", "_")}"',
            )


def _primary_source(
    facts: Facts, path: tuple[str, ...], action: ActionDeclaration | RuleDeclaration
) -> Iterator[Diagnostic]:
    primary = setting(action, "PrimarySource")
    where = facts.at(*path, "configuration.PrimarySource")
    if "PrimarySource" not in action.configuration and len(action.input_artifacts) > 1:
        yield found(
            "PK208",
            where,
            f"has {len(action.input_artifacts)} input artifacts and names none of them as its primary source",
            f'write PrimarySource="{action.input_artifacts[0]}", the one that holds the buildspec',
        )
    if primary and is_settled(primary) and primary not in action.input_artifacts:
        yield found(
            "PK209",
            where,
            f"the primary source {primary!r} is none of its inputs",
            _which_input(primary, action),
        )


def _which_input(primary: str, action: ActionDeclaration | RuleDeclaration) -> str:
    if not action.input_artifacts:
        return "leave PrimarySource out"
    return f'write PrimarySource="{closest(primary, action.input_artifacts) or action.input_artifacts[0]}"'


def _buildspec(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    spec = facts.buildspec_of(action)
    outputs = [artifact.name for artifact in action.output_artifacts]
    if spec is None or not outputs:
        return
    where = facts.at(stage.name, action.name, "outputs")
    secondary = list(spec.artifacts.secondary) if spec.artifacts is not None else []
    if spec.artifacts is None:
        yield found(
            "PK212",
            where,
            f"has the output {listing(outputs)}, but its buildspec keeps no files",
            'say which: pk.BuildSpec(..., artifacts=["dist/**/*"])',
        )
    elif len(outputs) == 1 and secondary:
        yield found(
            "PK219",
            where,
            f"its one output {outputs[0]!r} gets the files of the primary artifacts, not of {listing(secondary)}",
            "put the files into artifacts=pk.Artifacts([...]) itself, or give the action several outputs",
        )
    elif len(outputs) > 1 and not secondary:
        yield found(
            "PK210",
            where,
            f"has the outputs {listing(outputs)}, but its buildspec has no secondary artifacts",
            f'write artifacts=pk.Artifacts([...], secondary={{"{outputs[0]}": pk.Artifacts([...]), ...}})',
        )
    elif len(outputs) > 1 and set(outputs) != set(secondary):
        yield found(
            "PK211",
            where,
            f"has the outputs {listing(outputs)}, and its buildspec the secondary artifacts {listing(secondary)}",
            _differences(outputs, secondary),
        )


def _differences(outputs: list[str], secondary: list[str]) -> str:
    missing = [name for name in outputs if name not in secondary]
    extra = [name for name in secondary if name not in outputs]
    parts = []
    if missing:
        parts.append(f"add secondary artifacts called {listing(missing)}")
    if extra:
        parts.append(f"add {listing(extra)} to outputs=[...] or leave it out of the buildspec")
    return "; ".join(parts)


def _clones(facts: Facts, path: tuple[str, ...], action: ActionDeclaration | RuleDeclaration) -> Iterator[Diagnostic]:
    for artifact in action.input_artifacts:
        maker = facts.makers.get(artifact)
        source = facts.by_key.get(maker) if maker is not None else None
        if source is not None and setting(source, "OutputArtifactFormat") == "CODEBUILD_CLONE_REF":
            yield found(
                "PK213",
                facts.at(*path, "inputs"),
                f"reads {artifact!r}, which is a reference to clone from and not the files",
                f"leave output_artifact_format out of {source.name}, or let a CodeBuild action pass the files on",
            )


def _history(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Warn of a build that asks git about a source which comes as a zip of the files alone."""
    spec = facts.buildspec_of(action)
    if spec is None or not action.input_artifacts:
        return
    primary = setting(action, "PrimarySource") or action.input_artifacts[0]
    source = facts.by_key.get(facts.makers.get(primary, ("", "")))
    if source is None or source.action_type_id.provider not in ("CodeStarSourceConnection", "CodeCommit"):
        return
    asked = git_in(commands_of(spec)) if setting(source, "OutputArtifactFormat") in ("", "CODE_ZIP") else None
    if asked is not None:
        field, words = asked
        yield found(
            "PK224",
            facts.at(stage.name, action.name, "buildspec", field),
            f"{words!r} fails: {source.name} gives the files alone, without .git",
            f'write output_artifact_format="CODEBUILD_CLONE_REF" in {source.name}, or use its variables,'
            f" such as #{{{source.namespace or source.name}.CommitId}}",
        )


def _too_early(facts: Facts) -> Iterator[Diagnostic]:
    for edge in facts.contradicted("artifact"):
        yield found(
            "PK202",
            facts.at(*edge.after, "inputs"),
            f"reads {edge.carried!r} at run order {facts.run_orders[edge.after]}, "
            f"and {edge.before[1]} makes it at run order {facts.run_orders[edge.before]}",
            facts.how_to_wait(edge),
        )
