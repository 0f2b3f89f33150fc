"""What the machine asks its shell to do: one job for each attempt at an action, and for each evaluation of a rule."""

from __future__ import annotations

import uuid
from hashlib import sha1

from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, RuleDeclaration
from pipelinekit.execution.state import CONDITION_NAMES, ConditionType
from pipelinekit.values import FrozenMap

_NAMESPACE = uuid.UUID("6e7a4d3c-5f0b-5b52-9d0e-0f6f2c9e4b11")


@frozen(kw_only=True)
class Job:
    """One attempt at an action, or at a rule of a condition. Its declaration has every variable resolved.

    ``kind`` is ``action`` or ``rule``. ``deadline`` is in seconds since 1970; what is not over by then has failed.
    ``dispatched``: a worker is known to have begun it. The ``action`` of a rule is what would do its work as an action;
    ``condition`` says where the rule stands. ``source_revision`` is what the start chose for a source, by type
    (COMMIT_ID, IMAGE_DIGEST, S3_OBJECT_VERSION_ID, S3_OBJECT_KEY); empty for its newest.
    """

    id: str
    kind: str = "action"
    pipeline: str
    execution: str
    stage: str
    attempt: int
    action: ActionDeclaration
    deadline: float
    dispatched: bool = False
    condition: ConditionType | None = None
    source_revision: FrozenMap[str] = field(factory=FrozenMap)

    @property
    def key(self) -> str:
        """The action as people name it: ``Stage/Action``; a rule: ``Stage/onSuccess/Rule``."""
        return key_of(self.stage, self.condition, self.action.name)


def key_of(stage: str, condition: str | None, name: str) -> str:
    """Give what people call an action, ``Stage/Action``, or a rule of a condition: ``Stage/onSuccess/Rule``."""
    return f"{stage}/{name}" if condition is None else f"{stage}/{CONDITION_NAMES[condition]}/{name}"


_AS_ACTIONS = {
    "CodeBuild": ActionTypeId("Test", "AWS", "CodeBuild"),
    "Commands": ActionTypeId("Compute", "AWS", "Commands"),
    "LambdaInvoke": ActionTypeId("Invoke", "AWS", "Lambda"),
}
"""Rules that do what an action does, with the same configuration."""


def as_action(rule: RuleDeclaration) -> ActionDeclaration:
    """Give the action that does the work of a rule; of category Rule where there is none such."""
    kind = rule.rule_type_id
    return ActionDeclaration(
        rule.name,
        action_type_id=_AS_ACTIONS.get(kind.provider, ActionTypeId("Rule", "AWS", kind.provider)),
        configuration=rule.configuration,
        commands=rule.commands,
        input_artifacts=rule.input_artifacts,
        role_arn=rule.role_arn,
        region=rule.region,
        timeout_in_minutes=rule.timeout_in_minutes,
    )


def job_id(execution: str, stage: str, action: str, attempt: int, tries: int = 0) -> str:
    """Derive the id of an attempt, so that the same commands give the same ids; *tries* counts lost engines."""
    return _uuid5(f"{execution}/{stage}/{action}/{attempt}.{tries}")


def approval_token(job: str) -> str:
    """Derive the token that an answer to a manual approval must carry (API: PutApprovalResult, ``token``)."""
    return _uuid5(f"{job}/approval")


def rule_job_id(execution: str, stage: str, condition: str, rule: str, attempt: int, tries: int = 0) -> str:
    """Derive the id of a rule's evaluation."""
    return _uuid5(f"{execution}/{stage}//{condition}/{rule}/{attempt}.{tries}")


def rollback_id(execution: str, stage: str, attempt: int) -> str:
    """Derive the id of the execution that rolls a stage back when *execution* failed in it."""
    return _uuid5(f"{execution}/{stage}/{attempt}/rollback")


def _uuid5(name: str) -> str:
    """Give what ``uuid.uuid5`` would, at a third of its cost: every action that starts wants one."""
    digest = bytearray(sha1(_NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
