"""Build actions (category Build), and Commands, which AWS files under Compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.build_codebuild import CodeBuild as CodeBuild
    from pipelinekit.codepipeline.providers.build_jenkins import Jenkins as Jenkins
    from pipelinekit.codepipeline.providers.commands import Commands as Commands
    from pipelinekit.codepipeline.providers.ecr_build_and_publish import ECRBuildAndPublish as ECRBuildAndPublish
    from pipelinekit.codepipeline.providers.partners import CloudBees as CloudBees
    from pipelinekit.codepipeline.providers.partners import Solano as Solano
    from pipelinekit.codepipeline.providers.partners import TeamCity as TeamCity
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "CodeBuild": "build_codebuild",
            "Commands": "commands",
            "ECRBuildAndPublish": "ecr_build_and_publish",
            "Jenkins": "build_jenkins",
            "CloudBees": "partners",
            "TeamCity": "partners",
            "Solano": "partners",
        },
    )
    __all__ = __dir__()
