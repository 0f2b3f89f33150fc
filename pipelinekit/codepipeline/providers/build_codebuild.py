"""Builds by CodeBuild."""

from __future__ import annotations

from typing import ClassVar

from pipelinekit.codepipeline.action import ActionType
from pipelinekit.codepipeline.providers.codebuild import CodeBuildAction, codebuild_type


class CodeBuild(CodeBuildAction):
    """A build by CodeBuild (User Guide, action-reference-CodeBuild). See `CodeBuildAction` for the fields."""

    __slots__ = ()
    type: ClassVar[ActionType] = codebuild_type("Build", timeout_minutes=2160)
