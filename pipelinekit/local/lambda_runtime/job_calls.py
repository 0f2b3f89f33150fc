"""CodePipeline's operations on the job that a function was given: its details, its success, its failure."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pipelinekit.local.lambda_runtime.answers import json_error, json_response

MOST_VARIABLE_BYTES = 122_880
"""Output variables of one action, together (User Guide, limits)."""

_VARIABLE = re.compile(r"[A-Za-z0-9@\-_]+")


class _Refused(Exception):
    """What the API answers instead: an error's code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class JobCalls:
    """Answers for one job. Its first result counts, and is written to *place* as JSON: ``{operation: request}``."""

    operations = frozenset({"GetJobDetails", "PutJobSuccessResult", "PutJobFailureResult"})

    def __init__(self, details: Mapping[str, Any], place: Path) -> None:
        self._details = details
        self._place = place
        self._lock = threading.Lock()

    def answer(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        """Give the response to a request."""
        given: dict[str, Any] = json.loads(request.body or b"{}")  # type: ignore[arg-type]
        try:
            if given.get("jobId") != self._details["id"]:
                raise _Refused("JobNotFoundException", f"there is no job {given.get('jobId')} here")
            if operation == "GetJobDetails":
                return json_response(request.url, {"jobDetails": self._details})
            self._put(operation, given)
            return json_response(request.url, {})
        except _Refused as refused:
            return json_error(request.url, refused.code, refused.message)

    def _put(self, operation: str, given: Mapping[str, Any]) -> None:
        _refuse_variables(given)
        with self._lock:
            if self._place.exists():
                raise _Refused("InvalidJobStateException", f"the job {given['jobId']} has its result already")
            making = self._place.with_suffix(f".{os.getpid()}.part")
            making.write_text(json.dumps({operation: given}))
            os.replace(making, self._place)


def _refuse_variables(given: Mapping[str, Any]) -> None:
    """Judge output variables as PutJobSuccessResult does; boto3 looks at their types only."""
    variables: Mapping[str, str] = given.get("outputVariables") or {}
    if variables and given.get("continuationToken"):
        raise _Refused(
            "ValidationException", "outputVariables are given with the last result, without continuationToken"
        )
    for name in variables:
        if not _VARIABLE.fullmatch(name):
            raise _Refused("ValidationException", f"outputVariables: the name {name!r} has more than A-Z a-z 0-9 @ - _")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > MOST_VARIABLE_BYTES:
        message = f"the output variables have {size} bytes together, where {MOST_VARIABLE_BYTES} are allowed"
        raise _Refused("OutputVariablesSizeExceededException", message)
