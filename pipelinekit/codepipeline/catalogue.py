"""Which class stands for which action type, and what is known of the others; imported only when asked."""

from __future__ import annotations

import functools
import importlib

from pipelinekit.codepipeline.action import Action, ActionType, action_type
from pipelinekit.codepipeline.declaration import ActionTypeId

_CLASSES = {
    ("Source", "AWS", "CodeStarSourceConnection"): "source:CodeConnections",
    ("Source", "AWS", "CodeCommit"): "source:CodeCommit",
    ("Source", "AWS", "S3"): "source:S3",
    ("Source", "AWS", "ECR"): "source:ECR",
    ("Build", "AWS", "CodeBuild"): "build:CodeBuild",
    ("Test", "AWS", "CodeBuild"): "test:CodeBuild",
    ("Compute", "AWS", "Commands"): "build:Commands",
    ("Approval", "AWS", "Manual"): "approval:Manual",
    ("Deploy", "AWS", "CodeDeploy"): "deploy:CodeDeploy",
    ("Deploy", "AWS", "S3"): "deploy:S3",
    ("Deploy", "AWS", "CloudFormation"): "deploy:CloudFormation",
    ("Deploy", "AWS", "ECS"): "deploy:ECS",
    ("Invoke", "AWS", "Lambda"): "invoke:Lambda",
    ("Invoke", "AWS", "StepFunctions"): "invoke:StepFunctions",
}

DEFAULT_TIMEOUT_MINUTES = 60
"""What AWS gives the action types that it does not name (User Guide, limits)."""

_TIMEOUTS_BY_CATEGORY = {"Test": 480}
_CUSTOM_TIMEOUT_MINUTES = 1440


@functools.cache
def find(type_id: ActionTypeId) -> ActionType | None:
    """Give the facts of an action type, or None when they are not known here."""
    if type_id.version != "1":
        return None
    kind = (type_id.category, type_id.owner, type_id.provider)
    found = class_of(type_id)
    if found is None:
        from pipelinekit.codepipeline.listed import LISTED

        return LISTED.get(kind)
    return action_type(found[1])


def class_of(type_id: ActionTypeId) -> tuple[str, type[Action]] | None:
    """Give the class of an action type with its public name, such as ``source.S3``; None where there is none."""
    name = _CLASSES.get((type_id.category, type_id.owner, type_id.provider)) if type_id.version == "1" else None
    if name is None:
        return None
    module, _, attribute = name.partition(":")
    cls: type[Action] = getattr(importlib.import_module(f"pipelinekit.codepipeline.{module}"), attribute)
    return f"{module}.{attribute}", cls


def known() -> tuple[ActionTypeId, ...]:
    """Give every modelled action type, in the order of the categories."""
    return tuple(ActionTypeId(*parts) for parts in _CLASSES)


def all_types() -> tuple[ActionTypeId, ...]:
    """Give every action type whose facts are known, with a class or without."""
    from pipelinekit.codepipeline.listed import LISTED

    return (*known(), *(facts.id for facts in LISTED.values()))


def timeout_minutes(type_id: ActionTypeId) -> int:
    """Give how long AWS waits for an action of that type (User Guide, limits)."""
    facts = find(type_id)
    if facts is not None:
        return facts.timeout_minutes
    if type_id.owner == "Custom":
        return _CUSTOM_TIMEOUT_MINUTES
    return _TIMEOUTS_BY_CATEGORY.get(type_id.category, DEFAULT_TIMEOUT_MINUTES)
