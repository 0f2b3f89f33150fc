"""New versions of Lambda functions."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, OutputVariable, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text, texts

_STRATEGY = r"AllAtOnce|Canary\d+Percent\d+Minutes?|Linear\d+PercentEvery\d+Minutes?"


@frozen(kw_only=True)
class Lambda(ReadingAction):
    """A new version of a Lambda function (User Guide, action-reference-LambdaDeploy). Needs a V2 pipeline.

    The artifact is the function's code: it becomes ``$LATEST`` and a new version. With an ``alias`` the traffic moves
    to it by ``deploy_strategy``: ``AllAtOnce``, ``Canary10Percent5Minutes``, ``Linear10PercentEvery1Minute``. Without
    an ``input``, ``published_target_version`` says to which version there is already. Any of up to ten ``alarms`` fails
    the deployment.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "Lambda"),
        inputs=(0, 1),
        outputs=(0, 0),
        pipeline_types=("V2",),
        region_allowed=True,
        page="action-reference-LambdaDeploy",
    )

    function: str = field(converter=text, metadata=key("FunctionName", required=True))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
    alias: str | None = field(default=None, converter=optional_text, metadata=key("FunctionAlias"))
    published_target_version: str | None = field(
        default=None, converter=optional_text, metadata=key("PublishedTargetVersion")
    )
    deploy_strategy: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key(
            "DeployStrategy",
            form=_STRATEGY,
            meaning="AllAtOnce, CanaryXPercentYMinutes or LinearXPercentEveryYMinutes",
        ),
    )
    alarms: tuple[str, ...] = field(default=(), converter=texts, metadata=key("Alarms"))

    function_version = OutputVariable("FunctionVersion")
