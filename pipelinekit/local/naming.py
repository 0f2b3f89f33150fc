"""Whether what somebody binds to a pipeline for a run has a name that the pipeline knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, StageDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import PipelineKitError, did_you_mean
from pipelinekit.execution.dispatch import rules_to_do
from pipelinekit.local.bindings import Bindings
from pipelinekit.values import is_settled, variables_in

_Placed: TypeAlias = tuple[StageDeclaration, ActionDeclaration]


def check_names(definition: Definition, given: Bindings, approvals: Mapping[str, bool] | Literal["all"]) -> None:
    """Refuse a binding that nothing of the pipeline would ever look at: a slip of the pen, found before the run.

    Only what is given to the run itself is judged; ``LOCAL`` of a pipeline file may serve several pipelines.

    Raises:
        PipelineKitError: names the first that is unknown, what is known, and the nearest of them.
    """
    actions = list(definition.actions())
    rules = list(rules_to_do(definition))
    sources, approved = _keys(actions, "Source"), _keys(actions, "Approval")
    _need("source action", given.sources, sources, _names(sources))
    _need("deployment group", given.hosts, _configured(actions, "DeploymentGroupName"))
    _need(
        "Lambda function",
        given.functions,
        [*_configured(actions, "FunctionName"), *_configured(((r.stage, r.action) for r in rules), "FunctionName")],
    )
    _need("bucket", given.buckets, [*_configured(actions, "BucketName"), *_configured(actions, "S3Bucket")])
    if given.workers:
        _need(
            "action or action type",
            filter(_is_told, given.workers),
            [*_keys(actions), *(rule.key for rule in rules)],
            [
                *_names(_keys(actions)),
                *_types(a.action_type_id for a in (*(a for _, a in actions), *(r.action for r in rules))),
            ],
        )
    if approvals != "all":
        _need("manual approval", approvals, approved, _names(approved))


def _keys(actions: Iterable[_Placed], category: str | None = None) -> list[str]:
    """Give the keys of the actions of a category, or of all: ``Stage/Action``."""
    return [f"{stage.name}/{a.name}" for stage, a in actions if category in (None, a.action_type_id.category)]


def _is_told(key: str) -> bool:
    """Whether a stand-in's key can be judged: one for an action type of somebody's own may serve other pipelines."""
    return key.split("/")[1:2] != ["Custom"] or key.count("/") != 2


def _types(own: Iterable[ActionTypeId]) -> list[str]:
    """Give the action types of the pipeline, and those that AWS knows."""
    from pipelinekit.codepipeline.catalogue import known

    return [f"{kind.category}/{kind.owner}/{kind.provider}" for kind in (*own, *known())]


def _names(keys: Iterable[str]) -> list[str]:
    """Give the actions' names alone, which is another way to name them."""
    return [key.rpartition("/")[2] for key in keys]


def _configured(actions: Iterable[tuple[object, ActionDeclaration]], key: str) -> list[str]:
    """Give what the actions' configuration says under a key."""
    return [action.configuration[key] for _, action in actions if key in action.configuration]


def _need(what: str, given: Iterable[str], known: Collection[str], also: Collection[str] = ()) -> None:
    """Refuse the first name that is neither known nor another way to say a known one."""
    if not all(is_settled(name) and not list(variables_in(name)) for name in known):
        return  # which name it is turns out while the pipeline runs
    for name in given:
        if name not in known and name not in also:
            near = did_you_mean(name, [*known, *also])
            there = f"there is {', '.join(known)}" if known else "there is none"
            raise PipelineKitError(f"the pipeline has no {what} {name!r}: {near or there}")
