"""Tests by Jenkins."""

from __future__ import annotations

from typing import ClassVar

from pipelinekit.codepipeline.action import ActionType
from pipelinekit.codepipeline.providers.jenkins import JenkinsAction, jenkins_type


class Jenkins(JenkinsAction):
    """Tests by Jenkins (User Guide, tutorials-four-stage-pipeline). See `JenkinsAction` for the fields."""

    __slots__ = ()
    type: ClassVar[ActionType] = jenkins_type("Test")
