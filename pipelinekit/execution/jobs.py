"""What the machine asks its shell to do: one job for each attempt at an action."""

from __future__ import annotations

import uuid

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration

_NAMESPACE = uuid.UUID("6e7a4d3c-5f0b-5b52-9d0e-0f6f2c9e4b11")


@frozen(kw_only=True)
class Job:
    """One attempt at an action. Its declaration has every variable resolved.

    ``kind`` is ``action`` (rules of conditions will be jobs too). ``deadline`` is in seconds since 1970; an action that
    is not over by then has failed. ``dispatched``: a worker is known to have begun it.
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

    @property
    def key(self) -> str:
        """The action as people name it: ``Stage/Action``."""
        return f"{self.stage}/{self.action.name}"


def job_id(execution: str, stage: str, action: str, attempt: int, tries: int = 0) -> str:
    """Derive the id of an attempt, so that the same commands give the same ids; *tries* counts lost engines."""
    return str(uuid.uuid5(_NAMESPACE, f"{execution}/{stage}/{action}/{attempt}.{tries}"))


def approval_token(job: str) -> str:
    """Derive the token that an answer to a manual approval must carry (API: PutApprovalResult, ``token``)."""
    return str(uuid.uuid5(_NAMESPACE, f"{job}/approval"))
