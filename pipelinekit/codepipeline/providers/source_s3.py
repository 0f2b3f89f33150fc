"""Objects of a bucket as a source."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import SourceAction
from pipelinekit.values import text


@frozen(kw_only=True)
class S3(SourceAction):
    """An object in a versioned bucket, normally a zip (User Guide, action-reference-S3)."""

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "AWS", "S3"), inputs=(0, 0), outputs=(1, 1), page="action-reference-S3"
    )

    bucket: str = field(converter=text, metadata=key("S3Bucket", required=True))
    object_key: str = field(converter=text, metadata=key("S3ObjectKey", required=True))
    poll_for_source_changes: bool | None = field(default=None, metadata=key("PollForSourceChanges", values=TRUE_FALSE))
    allow_override_for_s3_object_key: bool | None = field(
        default=None, metadata=key("AllowOverrideForS3ObjectKey", values=TRUE_FALSE)
    )

    bucket_name = OutputVariable("BucketName")
    etag = OutputVariable("ETag")
    s3_object_key = OutputVariable("ObjectKey")
    version_id = OutputVariable("VersionId")
