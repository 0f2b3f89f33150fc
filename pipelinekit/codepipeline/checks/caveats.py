"""What AWS accepts, and few people expect: of sources, of secrets, and of pipelines that start themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codepipeline.checks.facts import Facts, is_cloudformation, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.order import references
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.values import is_settled

_ZIPPED = ("CodeStarSourceConnection", "CodeCommit")
"""Providers of sources that give a zip unless they are asked for a reference to clone from."""
_SHOWN_SECRET = "****"
"""What AWS shows in place of a secret when a pipeline is asked for (User Guide, pipeline-requirements)."""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what works otherwise than it looks, action by action."""
    yield from _one_repository(facts)
    referred = _referred(facts)
    for stage, action in facts.actions:
        path = (stage.name, action.name)
        if action.action_type_id.category == "Source":
            yield from _submodules(facts, path, action)
            yield from _polls(facts, path, action)
        yield from _stars(facts, path, action)
        yield from _starts_itself(facts, path, action)
        if is_cloudformation(action) and action.namespace in referred and "OutputFileName" in action.configuration:
            yield found(
                "PK328",
                facts.at(*path, "configuration.OutputFileName"),
                f"is referred to as #{{{action.namespace}.KEY}}, and writes outputs of the stack into a file as well",
                "leave output_file_name out: it is reported that with it no variable is exported",
            )


def _referred(facts: Facts) -> frozenset[str]:
    stages = facts.definition.pipeline.stages
    return frozenset(variable.namespace for stage in stages for variable in references(stage))


def _one_repository(facts: Facts) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], ActionDeclaration] = {}
    for stage, action in facts.actions:
        if action.action_type_id.provider != "CodeStarSourceConnection":
            continue
        key = (setting(action, "ConnectionArn"), setting(action, "FullRepositoryId"))
        other = first.setdefault(key, action)
        if other is not action and all(key) and setting(other, "BranchName") != setting(action, "BranchName"):
            yield found(
                "PK339",
                facts.at(stage.name, action.name),
                f"reads another branch of the repository that {other.name} reads: only one of them starts executions",
                "give each branch a pipeline of its own",
            )


def _submodules(facts: Facts, path: tuple[str, str], action: ActionDeclaration) -> Iterator[Diagnostic]:
    zipped = setting(action, "OutputArtifactFormat") in ("", "CODE_ZIP")
    if action.action_type_id.provider in _ZIPPED and zipped and ".gitmodules" in facts.files.get(action.name, ()):
        yield found(
            "PK217",
            facts.at(*path),
            "gives a zip, in which the submodules of the repository are empty",
            'write output_artifact_format="CODEBUILD_CLONE_REF", and fetch them in a build',
        )


def _polls(facts: Facts, path: tuple[str, str], action: ActionDeclaration) -> Iterator[Diagnostic]:
    if setting(action, "PollForSourceChanges") == "true":
        yield found(
            "PK325",
            facts.at(*path, "configuration.PollForSourceChanges"),
            "polls for changes; with a rule of EventBridge or a webhook beside it each change starts two executions",
            "write poll_for_source_changes=False, and let events start the pipeline",
        )


def _stars(facts: Facts, path: tuple[str, str], action: ActionDeclaration) -> Iterator[Diagnostic]:
    for name in action.configuration:
        if setting(action, name) == _SHOWN_SECRET:
            yield found(
                "PK338",
                facts.at(*path, f"configuration.{name}"),
                f"is {_SHOWN_SECRET}, which AWS shows in place of a secret",
                f'write the secret anew where the pipeline is made: "{name}": "${{Parameter.{name}}}"',
            )


def _starts_itself(facts: Facts, path: tuple[str, str], action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = action.action_type_id
    name = facts.definition.pipeline.name
    invokes = (kind.category, kind.owner, kind.provider) == ("Invoke", "AWS", "CodePipeline")
    if invokes and is_settled(name) and setting(action, "PipelineName") == name:
        yield found(
            "PK327",
            facts.at(*path, "configuration.PipelineName"),
            f"starts the pipeline {name!r} itself, which starts itself again",
            "name another pipeline, or use a retry: pk.Stage(..., on_failure=pk.Retry())",
        )
