"""Files into a bucket."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class S3(ReadingAction):
    """Files into a bucket (User Guide, action-reference-S3Deploy).

    ``extract`` unzips the artifact into the bucket; else it is uploaded as one object called ``object_key``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "S3"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=90,
        region_allowed=True,
        page="action-reference-S3Deploy",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    bucket: str = field(converter=text, metadata=key("BucketName", required=True))
    extract: bool = field(default=True, metadata=key("Extract", required=True, values=TRUE_FALSE))
    object_key: str | None = field(default=None, converter=optional_text, metadata=key("ObjectKey"))
    kms_encryption_key_arn: str | None = field(
        default=None, converter=optional_text, metadata=key("KMSEncryptionKeyARN")
    )
    canned_acl: str | None = field(default=None, converter=optional_text, metadata=key("CannedACL"))
    cache_control: str | None = field(default=None, converter=optional_text, metadata=key("CacheControl"))
