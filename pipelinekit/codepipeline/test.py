"""Test actions (category Test)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.device_farm import DeviceFarm as DeviceFarm
    from pipelinekit.codepipeline.providers.partners import BlazeMeter as BlazeMeter
    from pipelinekit.codepipeline.providers.partners import GhostInspector as GhostInspector
    from pipelinekit.codepipeline.providers.partners import Nouvola as Nouvola
    from pipelinekit.codepipeline.providers.partners import Runscope as Runscope
    from pipelinekit.codepipeline.providers.partners import StormRunnerLoad as StormRunnerLoad
    from pipelinekit.codepipeline.providers.test_codebuild import CodeBuild as CodeBuild
    from pipelinekit.codepipeline.providers.test_jenkins import Jenkins as Jenkins
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "CodeBuild": "test_codebuild",
            "DeviceFarm": "device_farm",
            "Jenkins": "test_jenkins",
            "BlazeMeter": "partners",
            "GhostInspector": "partners",
            "StormRunnerLoad": "partners",
            "Nouvola": "partners",
            "Runscope": "partners",
        },
    )
    __all__ = __dir__()
