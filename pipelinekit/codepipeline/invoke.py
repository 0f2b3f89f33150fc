"""Invoke actions (category Invoke)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.inspector_scan import InspectorScan as InspectorScan
    from pipelinekit.codepipeline.providers.invoke_codepipeline import CodePipeline as CodePipeline
    from pipelinekit.codepipeline.providers.invoke_lambda import Lambda as Lambda
    from pipelinekit.codepipeline.providers.partners import Snyk as Snyk
    from pipelinekit.codepipeline.providers.step_functions import StepFunctions as StepFunctions
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "Lambda": "invoke_lambda",
            "StepFunctions": "step_functions",
            "CodePipeline": "invoke_codepipeline",
            "InspectorScan": "inspector_scan",
            "Snyk": "partners",
        },
    )
    __all__ = __dir__()
