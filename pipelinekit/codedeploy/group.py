"""What a deployment group is (CodeDeploy API: CreateDeploymentGroup)."""

from __future__ import annotations

from attrs import field, frozen

from pipelinekit.codedeploy.config import ONE_AT_A_TIME, DeploymentConfig
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, Parameter, reasons, text, text_map


@frozen(kw_only=True)
class DeploymentGroup:
    """The hosts of one application that are deployed to together (CodeDeploy API: CreateDeploymentGroup).

    ``tags`` select EC2 instances: one that has any of them belongs to the group (``ec2TagFilters``).
    """

    name: str = field(converter=text, kw_only=False)
    application: str = field(converter=text)
    tags: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    config: DeploymentConfig = ONE_AT_A_TIME
    role: str = field(default=str(Parameter("CodeDeployRoleArn")), converter=text)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)
