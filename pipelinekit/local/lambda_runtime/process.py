"""The process of a Lambda function: it loads the handler, calls it once with the job's event, and ends.

It stands where Lambda's own runtime stands, and speaks in the log as that does (Lambda Developer Guide, Python).
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from attrs import field, frozen

from pipelinekit.local.lambda_runtime.calls import Calls
from pipelinekit.local.lambda_runtime.invocation import Invocation, read
from pipelinekit.local.lambda_runtime.job_calls import JobCalls
from pipelinekit.local.lambda_runtime.object_calls import ObjectCalls


@frozen(kw_only=True)
class Identity:
    """Who called, where that is an application of Amazon Cognito: nobody."""

    cognito_identity_id: None = None
    cognito_identity_pool_id: None = None


@frozen(kw_only=True)
class LambdaContext:
    """What a handler gets beside the event (Lambda Developer Guide, Python, context)."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    identity: Identity = field(factory=Identity)
    client_context: None = None
    until: float = field(repr=False)

    def get_remaining_time_in_millis(self) -> int:
        """Give the milliseconds that are left before the call times out."""
        return max(0, int((self.until - time.time()) * 1000))

    def log(self, message: object) -> None:
        """Write to the log."""
        sys.stdout.write(str(message))


def main(place: str) -> NoReturn:
    """Make the call that is written down in a file, and end; 0 when the handler returned."""
    invocation = read(Path(place).read_text())
    sys.argv[:] = [invocation.handler]
    sys.path.insert(0, invocation.root)
    Calls(JobCalls(invocation.details, invocation.result), ObjectCalls(invocation.artifacts)).install()
    _log_as_lambda_does(invocation.context["aws_request_id"])
    _end(0 if _call(invocation) else 1)


def _call(invocation: Invocation) -> bool:
    """Call the handler; tell whether it returned."""
    try:
        handler = _load(invocation)
    except BaseException as error:
        _tell(invocation, f"its handler {invocation.handler} cannot be loaded: {_sentence(error)}", error)
        return False
    try:
        handler(invocation.event, LambdaContext(**invocation.context, until=invocation.until))
    except BaseException as error:  # SystemExit too: what ends the process ends the call
        _tell(invocation, f"it raised {_sentence(error)}{_line_in(error, invocation.root)}", error)
        return False
    return True


def _load(invocation: Invocation) -> Callable[[Any, Any], Any]:
    module_name, _, name = invocation.handler.rpartition(".")
    module = importlib.import_module(module_name)
    if not os.path.samefile(module.__file__ or "/", invocation.file):
        raise ImportError(f"another module is called {module_name} ({module.__file__}); give the file another name")
    handler: Callable[[Any, Any], Any] = getattr(module, name)
    if not callable(handler):
        raise TypeError(f"{name} is {handler!r}, and no function")
    return handler


def _sentence(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line_in(error: BaseException, root: str) -> str:
    """Name the last line of the function's own files that led to an error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(root + os.sep)]
    return f" ({os.path.relpath(frames[-1].filename, root)}:{frames[-1].lineno})" if frames else ""


def _tell(invocation: Invocation, sentence: str, error: BaseException) -> None:
    """Leave the sentence for the engine, and the traceback in the log, without lines of ours."""
    invocation.fault.write_text(sentence)
    traceback.print_exception(type(error), error, _without_ours(error.__traceback__), file=sys.stderr)


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _log_as_lambda_does(request: str) -> None:
    """Give the root logger a handler, as Lambda's runtime does: a function that only sets a level relies on it."""
    handler = logging.StreamHandler(sys.stdout)
    form = f"[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t{request}\t%(message)s"
    handler.setFormatter(_utc(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")))
    logging.getLogger().addHandler(handler)


def _utc(formatter: logging.Formatter) -> logging.Formatter:
    formatter.converter = time.gmtime
    return formatter


def _end(status: int) -> NoReturn:
    """End at once: threads that the handler left behind do not keep a function alive at AWS either."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
