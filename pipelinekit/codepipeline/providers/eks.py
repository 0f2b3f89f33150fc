"""Manifests and charts to EKS clusters."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable, environment
from pipelinekit.codepipeline.action import ActionType, Artifact, OutputVariable, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text, texts


@frozen(kw_only=True)
class EKS(ReadingAction):
    """Manifests by kubectl, or a chart by Helm, to an EKS cluster (User Guide, action-reference-EKS). Needs V2.

    For kubectl give ``manifest_files``, paths in the artifact; for Helm ``helm_release_name`` and
    ``helm_chart_location``, and perhaps ``helm_values_files``. ``kubernetes_namespace`` is the one of the cluster,
    where ``namespace`` is the prefix of the output variables, as for every action. ``environment`` replaces ``$NAME``
    in manifests and values; it is plain text only.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "EKS"),
        inputs=(1, 1),
        outputs=(0, 0),
        pipeline_types=("V2",),
        region_allowed=True,
        environment_types=("PLAINTEXT",),
        page="action-reference-EKS",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    cluster: str = field(converter=text, metadata=key("ClusterName", required=True))
    manifest_files: tuple[str, ...] = field(default=(), converter=texts, metadata=key("ManifestFiles"))
    helm_release_name: str | None = field(default=None, converter=optional_text, metadata=key("HelmReleaseName"))
    helm_chart_location: str | None = field(default=None, converter=optional_text, metadata=key("HelmChartLocation"))
    helm_values_files: tuple[str, ...] = field(default=(), converter=texts, metadata=key("HelmValuesFiles"))
    kubernetes_namespace: str | None = field(default=None, converter=optional_text, metadata=key("Namespace"))
    subnets: tuple[str, ...] = field(default=(), converter=texts, metadata=key("Subnets"))
    security_group_ids: tuple[str, ...] = field(default=(), converter=texts, metadata=key("SecurityGroupIds"))
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)

    cluster_name = OutputVariable("EKSClusterName")

    @property
    def environment_variables(self) -> tuple[EnvironmentVariable, ...]:
        """Its environment variables."""
        return self.environment
