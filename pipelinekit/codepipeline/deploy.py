"""Deploy actions (category Deploy)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.alexa_skills_kit import AlexaSkillsKit as AlexaSkillsKit
    from pipelinekit.codepipeline.providers.appconfig import AppConfig as AppConfig
    from pipelinekit.codepipeline.providers.cloudformation import CloudFormation as CloudFormation
    from pipelinekit.codepipeline.providers.cloudformation_stack_instances import (
        CloudFormationStackInstances as CloudFormationStackInstances,
    )
    from pipelinekit.codepipeline.providers.cloudformation_stack_set import (
        CloudFormationStackSet as CloudFormationStackSet,
    )
    from pipelinekit.codepipeline.providers.codedeploy import CodeDeploy as CodeDeploy
    from pipelinekit.codepipeline.providers.codedeploy_to_ecs import CodeDeployToECS as CodeDeployToECS
    from pipelinekit.codepipeline.providers.deploy_lambda import Lambda as Lambda
    from pipelinekit.codepipeline.providers.deploy_s3 import S3 as S3
    from pipelinekit.codepipeline.providers.ec2 import EC2 as EC2
    from pipelinekit.codepipeline.providers.ecs import ECS as ECS
    from pipelinekit.codepipeline.providers.eks import EKS as EKS
    from pipelinekit.codepipeline.providers.elastic_beanstalk import ElasticBeanstalk as ElasticBeanstalk
    from pipelinekit.codepipeline.providers.opsworks import OpsWorks as OpsWorks
    from pipelinekit.codepipeline.providers.partners import XebiaLabs as XebiaLabs
    from pipelinekit.codepipeline.providers.service_catalog import ServiceCatalog as ServiceCatalog
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "CodeDeploy": "codedeploy",
            "S3": "deploy_s3",
            "CloudFormation": "cloudformation",
            "CloudFormationStackSet": "cloudformation_stack_set",
            "CloudFormationStackInstances": "cloudformation_stack_instances",
            "ECS": "ecs",
            "CodeDeployToECS": "codedeploy_to_ecs",
            "EC2": "ec2",
            "EKS": "eks",
            "Lambda": "deploy_lambda",
            "ElasticBeanstalk": "elastic_beanstalk",
            "AppConfig": "appconfig",
            "ServiceCatalog": "service_catalog",
            "OpsWorks": "opsworks",
            "AlexaSkillsKit": "alexa_skills_kit",
            "XebiaLabs": "partners",
        },
    )
    __all__ = __dir__()
