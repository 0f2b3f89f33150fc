"""Versions of products in Service Catalog."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class ServiceCatalog(ReadingAction):
    """A new version of a product in Service Catalog (User Guide, action-reference-ServiceCatalog).

    Describe it here (``template_file_path``, ``product_version_name``, and ``product_type`` such as
    CLOUD_FORMATION_TEMPLATE), or in a JSON file of the artifact (``configuration_file_path``).
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "ServiceCatalog"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=60,
        region_allowed=True,
        page="action-reference-ServiceCatalog",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    product_id: str = field(converter=text, metadata=key("ProductId", required=True))
    template_file_path: str | None = field(default=None, converter=optional_text, metadata=key("TemplateFilePath"))
    product_version_name: str | None = field(default=None, converter=optional_text, metadata=key("ProductVersionName"))
    product_type: str | None = field(default=None, converter=optional_text, metadata=key("ProductType"))
    product_version_description: str | None = field(
        default=None, converter=optional_text, metadata=key("ProductVersionDescription")
    )
    configuration_file_path: str | None = field(
        default=None, converter=optional_text, metadata=key("ConfigurationFilePath")
    )
