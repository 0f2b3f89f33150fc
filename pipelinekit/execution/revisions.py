"""Source revision overrides: a start that says which revision a source takes.

User Guide, pipelines-trigger-source-overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.refusals import Refused
from pipelinekit.values import FrozenMap

SourceRevisions: TypeAlias = Mapping[str, str | Mapping[str, str]]
"""By source action: the revision, of the type that its provider has, or revisions by type (S3_OBJECT_KEY, ...)."""

_TYPES: Mapping[str, tuple[str, ...]] = {
    "CodeStarSourceConnection": ("COMMIT_ID",),
    "CodeCommit": ("COMMIT_ID",),
    "ECR": ("IMAGE_DIGEST",),
    "S3": ("S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"),
}
"""What each provider's revisions can be; the first is meant where no type is said."""

VARIABLES: Mapping[str, str] = {
    "COMMIT_ID": "CommitId",
    "IMAGE_DIGEST": "ImageDigest",
    "S3_OBJECT_VERSION_ID": "VersionId",
    "S3_OBJECT_KEY": "ObjectKey",
}
"""The output variable of the source that each type of revision is."""

_MOST = 50
_LONGEST = 1500


def overrides(definition: Definition, given: SourceRevisions) -> FrozenMap[FrozenMap[str]]:
    """Check the revisions of a start (API: StartPipelineExecution, ``sourceRevisions``); give them by action and type.

    Raises:
        Refused: ValidationException, where AWS would take one of them for none.
    """
    if not given:
        return FrozenMap()
    if definition.pipeline.pipeline_type != "V2":
        raise _refused(f"source revisions need a pipeline of type V2, and {definition.name} is V1")
    sources = {a.name: a for _, a in definition.actions() if a.action_type_id.category == "Source"}
    checked = {name: _of_action(sources, name, revision) for name, revision in given.items()}
    if sum(map(len, checked.values())) > _MOST:
        raise _refused(f"a start takes at most {_MOST} source revisions")
    return FrozenMap(checked)


def _of_action(sources: Mapping[str, ActionDeclaration], name: str, given: str | Mapping[str, str]) -> FrozenMap[str]:
    if name not in sources:
        raise _refused(f"there is no source action {name!r}: there are {', '.join(sources)}")
    provider = sources[name].action_type_id.provider
    types = _TYPES.get(provider, ())
    if not types:
        raise _refused(f"{name} reads {provider}, whose revision a start cannot choose")
    by_type = {types[0]: given} if isinstance(given, str) else dict(given)
    if not by_type:
        raise _refused(f"no revision is given for {name}: give it as {types[0]}")
    for kind, value in by_type.items():
        if kind not in types:
            raise _refused(f"{name} reads {provider}, whose revisions are {' and '.join(types)}, not {kind}")
        if not 1 <= len(value) <= _LONGEST:
            raise _refused(f"the {kind} of {name} has {len(value)} characters, where AWS takes 1 to {_LONGEST}")
    allowed = sources[name].configuration.get("AllowOverrideForS3ObjectKey", "false")
    if "S3_OBJECT_KEY" in by_type and allowed != "true":
        raise _refused(f"{name} takes no other S3_OBJECT_KEY: set its AllowOverrideForS3ObjectKey to true")
    return FrozenMap(by_type)


def _refused(message: str) -> Refused:
    return Refused("ValidationException", message)
