"""Scans for vulnerabilities by Inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, OutputVariable, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from pipelinekit.codepipeline.providers.bases import ActionOptions
    from pipelinekit.values import Text

_ANY = (0, 2**31 - 1)


@frozen(kw_only=True)
class InspectorScan(ReadingAction):
    """A scan by Inspector, of source or of an image (User Guide, action-reference-InspectorScan).

    `of_source` and `of_image` make one of each. It fails above the number of findings that a threshold allows; its
    output artifact is a list of what is in the software (SBOM).
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "InspectorScan"),
        inputs=(0, 1),
        outputs=(1, 1),
        region_allowed=True,
        page="action-reference-InspectorScan",
    )

    run_mode: str = field(
        converter=text, metadata=key("InspectorRunMode", required=True, values=("SourceCodeScan", "ECRImageScan"))
    )
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
    repository: str | None = field(default=None, converter=optional_text, metadata=key("ECRRepositoryName"))
    tag: str | None = field(default=None, converter=optional_text, metadata=key("ImageTag"))
    critical_threshold: int | None = field(default=None, metadata=key("CriticalThreshold", whole=_ANY))
    high_threshold: int | None = field(default=None, metadata=key("HighThreshold", whole=_ANY))
    medium_threshold: int | None = field(default=None, metadata=key("MediumThreshold", whole=_ANY))
    low_threshold: int | None = field(default=None, metadata=key("LowThreshold", whole=_ANY))

    highest_scanned_severity = OutputVariable("HighestScannedSeverity")

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One, named after the action."""
        return (self.default_output,)

    @classmethod
    def of_source(
        cls,
        name: str,
        *,
        input: Artifact | Iterable[Artifact],
        critical_threshold: int | None = None,
        high_threshold: int | None = None,
        medium_threshold: int | None = None,
        low_threshold: int | None = None,
        **options: Unpack[ActionOptions],
    ) -> InspectorScan:
        """Scan the dependencies of the source in an artifact."""
        return cls(
            name,
            run_mode="SourceCodeScan",
            input=input,
            critical_threshold=critical_threshold,
            high_threshold=high_threshold,
            medium_threshold=medium_threshold,
            low_threshold=low_threshold,
            **options,
        )

    @classmethod
    def of_image(
        cls,
        name: str,
        *,
        repository: Text,
        tag: Text | None = None,
        critical_threshold: int | None = None,
        high_threshold: int | None = None,
        medium_threshold: int | None = None,
        low_threshold: int | None = None,
        **options: Unpack[ActionOptions],
    ) -> InspectorScan:
        """Scan an image of an ECR repository, ``latest`` when no tag is given."""
        return cls(
            name,
            run_mode="ECRImageScan",
            repository=repository,
            tag=tag,
            critical_threshold=critical_threshold,
            high_threshold=high_threshold,
            medium_threshold=medium_threshold,
            low_threshold=low_threshold,
            **options,
        )
