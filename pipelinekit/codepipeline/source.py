"""Source actions: where the files of a pipeline come from (category Source)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.codecommit import CodeCommit as CodeCommit
    from pipelinekit.codepipeline.providers.codeconnections import CodeConnections as CodeConnections
    from pipelinekit.codepipeline.providers.ecr import ECR as ECR
    from pipelinekit.codepipeline.providers.github import GitHub as GitHub
    from pipelinekit.codepipeline.providers.source_s3 import S3 as S3
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "CodeConnections": "codeconnections",
            "CodeCommit": "codecommit",
            "S3": "source_s3",
            "ECR": "ecr",
            "GitHub": "github",
        },
    )
    __all__ = __dir__()
