"""What ``on-failure`` of a phase says (CodeBuild User Guide, build-spec-ref)."""

from __future__ import annotations

import enum
import re

from attrs import frozen

from pipelinekit.codebuild.limits import RETRIES, RETRIES_MAX


class OnFailureAction(enum.StrEnum):
    """What comes after a phase that failed."""

    ABORT = "ABORT"
    CONTINUE = "CONTINUE"
    RETRY = "RETRY"


_RETRY = re.compile(r"RETRY(?:-(?P<count>\d+)(?=-|$))?(?:-(?P<pattern>.+))?", re.IGNORECASE | re.DOTALL)


@frozen(kw_only=True)
class OnFailure:
    """``on-failure``, understood: ``count`` and ``pattern`` (a regular expression on the error) belong to RETRY."""

    action: OnFailureAction
    count: int = 0
    pattern: str = ".*"


def on_failure(text: str) -> OnFailure:
    """Read ABORT, CONTINUE, RETRY, RETRY-<count>, RETRY-<regex> or RETRY-<count>-<regex>.

    AWS's own examples also write ``Retry-``, so that word is taken in any case.

    Raises:
        ValueError: a sentence that says what is wrong.
    """
    if text in (OnFailureAction.ABORT, OnFailureAction.CONTINUE):
        return OnFailure(action=OnFailureAction(text))
    match = _RETRY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is none of ABORT, CONTINUE, RETRY, RETRY-<count>, RETRY-<regex>")
    count = RETRIES if match["count"] is None else int(match["count"])
    if count > RETRIES_MAX:
        raise ValueError(f"{text!r} asks for {count} retries: at most {RETRIES_MAX} are allowed")
    try:
        re.compile(match["pattern"] or ".*")
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{text!r} holds no regular expression: {error}") from None
    return OnFailure(action=OnFailureAction.RETRY, count=count, pattern=match["pattern"] or ".*")
