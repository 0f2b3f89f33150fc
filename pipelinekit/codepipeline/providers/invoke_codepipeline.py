"""Other pipelines that are started."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action, ActionType, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.values import Text, text, text_map


def _json(given: object) -> str:
    return json.dumps(given, separators=(",", ":"))


def _revisions(given: Mapping[str, tuple[str, Text]] | str | None) -> str | None:
    if not isinstance(given, Mapping):
        return given
    for action, revision in given.items():
        if not isinstance(revision, tuple) or len(revision) != 2:
            raise TypeError(f'the revision of {action} is written ("COMMIT_ID", "..."), not {revision!r}')
    return _json(
        [
            {"actionName": action, "revisionType": text(kind), "revisionValue": text(value)}
            for action, (kind, value) in given.items()
        ]
    )


def _variables(given: Mapping[str, Text | int] | str | None) -> str | None:
    if not isinstance(given, Mapping):
        return given
    return _json([{"name": name, "value": value} for name, value in text_map(given).items()])


@frozen(kw_only=True)
class CodePipeline(Action):
    """An execution of another pipeline (User Guide, action-reference-PipelineInvoke). Needs a V2 pipeline.

    ``source_revisions`` maps a source action there to what it takes, such as ``("COMMIT_ID", checkout.commit_id)``;
    ``variables`` gives values to the pipeline variables there. Both are kept as the JSON that AWS takes.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "CodePipeline"),
        inputs=(0, 0),
        outputs=(0, 0),
        pipeline_types=("V2",),
        region_allowed=True,
        variables=None,
        page="action-reference-PipelineInvoke",
    )

    pipeline: str = field(converter=text, metadata=key("PipelineName", required=True))
    source_revisions: str | None = field(default=None, converter=_revisions, metadata=key("SourceRevisions"))
    variables: str | None = field(default=None, converter=_variables, metadata=key("Variables"))
