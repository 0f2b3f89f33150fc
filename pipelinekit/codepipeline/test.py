"""Test actions (category Test)."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from pipelinekit.codepipeline._codebuild import CodeBuildAction, codebuild_type
from pipelinekit.codepipeline.action import ActionType


@frozen(kw_only=True)
class CodeBuild(CodeBuildAction):
    """Tests by CodeBuild (User Guide, action-reference-CodeBuild). See `CodeBuildAction` for the fields."""

    type: ClassVar[ActionType] = codebuild_type("Test", timeout_minutes=480)
