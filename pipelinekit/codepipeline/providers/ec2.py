"""Files and scripts to EC2 instances and managed nodes, without CodeDeploy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text, texts, written_out

if TYPE_CHECKING:
    from pipelinekit.values import Text


def _number(given: Text | int | None) -> str | None:
    """Take a number of instances, or text such as ``25%``."""
    return None if given is None else written_out(given)


@frozen(kw_only=True)
class EC2(ReadingAction):
    """Files and scripts to Linux instances (User Guide, action-reference-EC2Deploy). Needs a V2 pipeline.

    ``tag_key`` and ``tag_value`` select up to 500 instances; without a value any value of the key will do.
    ``instance_type`` is ``EC2`` or ``SSM_MANAGED_NODE``. Say either where the files go and what is run
    (``target_directory``, ``pre_script``, ``post_script``, paths in the artifact), or name the file of the artifact
    that says it (``deploy_spec``). ``max_batch`` and ``max_error`` are a number of instances, or text such as
    ``"25%"``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "EC2"),
        inputs=(1, 1),
        outputs=(0, 0),
        pipeline_types=("V2",),
        region_allowed=True,
        page="action-reference-EC2Deploy",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    tag_key: str = field(converter=text, metadata=key("InstanceTagKey", required=True))
    tag_value: str | None = field(default=None, converter=optional_text, metadata=key("InstanceTagValue"))
    instance_type: str = field(
        converter=text, metadata=key("InstanceType", required=True, values=("EC2", "SSM_MANAGED_NODE"))
    )
    target_directory: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key("TargetDirectory", form=r"/.*", meaning="an absolute path, such as /srv/shop"),
    )
    pre_script: str | None = field(default=None, converter=optional_text, metadata=key("PreScript"))
    post_script: str | None = field(default=None, converter=optional_text, metadata=key("PostScript"))
    deploy_spec: str | None = field(default=None, converter=optional_text, metadata=key("DeploySpec"))
    max_batch: str | None = field(
        default=None,
        converter=_number,
        metadata=key("MaxBatch", form=r"0*[1-9]\d*|0*([1-9]\d?|100)%", meaning="a number from 1, or 1% to 100%"),
    )
    max_error: str | None = field(
        default=None,
        converter=_number,
        metadata=key("MaxError", form=r"\d+|0*(\d\d?|100)%", meaning="a number, or 0% to 100%"),
    )
    target_groups: tuple[str, ...] = field(default=(), converter=texts, metadata=key("TargetGroupNameList"))
