"""Lambda invoke actions: a handler in Python stands for the function, and is called in a process of its own."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import zips
from pipelinekit.local.assumptions import LAMBDA_RESULT_WAIT_SECONDS, LAMBDA_SUCCEEDS_WITHOUT_ITS_OUTPUTS
from pipelinekit.local.bindings import Bindings, LambdaFunction
from pipelinekit.local.handlers import Code, code, unusable
from pipelinekit.local.lambda_runtime.invocation import ArtifactObject, Invocation, written
from pipelinekit.local.own_processes import command
from pipelinekit.local.store import ACCOUNT, location
from pipelinekit.local.worker import ActionResult, Context, Exit, failed, succeeded
from pipelinekit.local.workers.workspace import region
from pipelinekit.values import variables_in

_CREDENTIALS = {"accessKeyId": "LOCALACCESSKEY", "secretAccessKey": "local-secret", "sessionToken": "local-session"}
"""What stands for ``artifactCredentials``, and for those of the function's role: nothing that AWS would take."""

_MEMORY = "128"
"""What a function has when nobody says otherwise. It is told so; nothing limits it here."""


def worker(action: ActionDeclaration, bindings: Bindings) -> LambdaWorker:
    """Give the worker for an action, with the function that is bound to its name, if any is."""
    name = action.configuration.get("FunctionName", "")
    return LambdaWorker(name, bindings.functions.get(name))


@frozen(kw_only=True)
class Answer:
    """What came of one call: the request of its result, as the API has it, or why there was none."""

    success: Mapping[str, Any] = field(factory=dict, alias="PutJobSuccessResult")
    failure: Mapping[str, Any] = field(factory=dict, alias="PutJobFailureResult")
    no_result: str = ""


class LambdaWorker:
    """Calls the handler that is bound to a function (``functions={"notify": "functions/notify.py:handler"}``)."""

    leaves_processes = False

    def __init__(self, name: str, function: LambdaFunction | None) -> None:
        self.name = name
        self.function = function
        self.repeatable = function is not None and function.repeatable

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps the function from being called: ``PK913`` nothing is bound, ``PK914`` it cannot be used."""
        if any(variables_in(self.name)):
            return  # only known when the action starts
        where = definition.location(stage, action.name)
        if self.function is None:
            yield found(
                "PK913", where, f"no handler is bound to the Lambda function {self.name}", _how_to_bind(self.name)
            )
            return
        for problem in unusable(self.function):
            hint = f"bind a handler in Python: --function {self.name}=FILE.py:NAME, or give the action a stand-in"
            yield found("PK914", where, f"the handler of the Lambda function {self.name} {problem}", hint)

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Call the function, and again as long as it answers with a ``continuationToken``."""
        function = self.function
        if function is None:
            raise PipelineKitError(f"no handler is bound to the Lambda function {self.name}: {_how_to_bind(self.name)}")
        for problem in unusable(function):
            raise PipelineKitError(f"the handler of the Lambda function {self.name} {problem}")
        calls = _Calls(self.name, function, job, context)
        answer = await calls.call("")
        while token := answer.success.get("continuationToken"):
            context.progress(_progress(answer.success))
            await context.loop.sleep(function.pause_seconds)
            answer = await calls.call(token)
        if answer.no_result:
            await context.loop.sleep(LAMBDA_RESULT_WAIT_SECONDS)
            return failed(answer.no_result)
        if answer.failure:
            details = answer.failure["failureDetails"]
            external_id = details.get("externalExecutionId", "")
            return failed(details["message"], code=details["type"], external_id=external_id)
        return await _success(answer.success, calls.outputs, context)


def _how_to_bind(name: str) -> str:
    return f'bind one: --function {name}=FILE.py:NAME, or functions={{"{name}": "app.py:handler"}} from Python'


class _Calls:
    """The calls of one function for one job."""

    def __init__(self, name: str, function: LambdaFunction, job: Job, context: Context) -> None:
        self._function = function
        self._code = code(function)
        self._job = job
        self._context = context
        inherited = {key: value for key, value in context.environment.items() if not key.startswith("AWS_")}
        self._region = region(job, os.environ)
        self._facts = _facts(name, self._region)
        self._environment = {**inherited, **_environment(self._facts, self._code, self._region), **function.environment}
        self._number = 0
        self._inputs = tuple(self._object(name, context.pack(name)) for name in job.action.input_artifacts)
        self.outputs = tuple(self._object(output.name) for output in job.action.output_artifacts)

    def _object(self, artifact: str, pack: Path | None = None) -> ArtifactObject:
        place = location(self._context.definition, self._job, artifact, self._region)
        file = self._context.directory / "objects" / f"{artifact}.zip"
        file.parent.mkdir(exist_ok=True)
        return ArtifactObject(name=artifact, location=place, file=file, pack=pack)

    async def call(self, token: str) -> Answer:
        """Call the function once; a *token* is the one it asked to be called again with."""
        invocation = self._invocation(token)
        request = invocation.context["aws_request_id"]
        invocation.result.parent.mkdir()
        place = invocation.result.with_name("invocation.json")
        place.write_text(written(invocation))
        self._context.log.line(f"START RequestId: {request} Version: $LATEST")
        began = time.monotonic()
        end = await self._context.process(
            command("pipelinekit.local.lambda_runtime.process", os.fspath(place)),
            env=self._environment,
            cwd=Path(self._code.root),
            timeout=self._function.timeout_seconds,
        )
        self._context.log.line(f"END RequestId: {request}")
        self._context.log.line(f"REPORT RequestId: {request}\tDuration: {(time.monotonic() - began) * 1000:.2f} ms")
        return self._answer(invocation, end)

    def _answer(self, invocation: Invocation, end: Exit) -> Answer:
        if invocation.result.exists():
            return Answer(**json.loads(invocation.result.read_text()))
        if end.status is None:
            why = f"it was still running after its timeout of {self._function.timeout_seconds} seconds, and was ended"
        elif invocation.fault.exists():
            why = invocation.fault.read_text()
        elif end.status != 0:
            why = f"its process ended with {end.status}"
        else:
            why = "it returned without calling put_job_success_result or put_job_failure_result"
        return Answer(no_result=f"the function {self._facts['function_name']} gave no result: {why}")

    def _invocation(self, token: str) -> Invocation:
        """Say what the next call is about. The job of a call that continues another has an id of its own."""
        job = self._job.id if not self._number else str(uuid.uuid5(uuid.UUID(self._job.id), str(self._number)))
        directory = self._context.directory / "calls" / str(self._number)
        directory.parent.mkdir(exist_ok=True)
        self._number += 1
        data = self._data(token)
        return Invocation(
            handler=self._code.handler,
            root=self._code.root,
            file=self._function.file,
            event={"CodePipeline.job": {"id": job, "accountId": ACCOUNT, "data": data}},
            details={"id": job, "accountId": ACCOUNT, "data": {**data, **self._more_data()}},
            artifacts=(*self._inputs, *self.outputs),
            context={**self._facts, "aws_request_id": str(uuid.uuid5(uuid.UUID(job), "request"))},
            until=time.time() + self._function.timeout_seconds,
            result=directory / "result.json",
            fault=directory / "fault.txt",
        )

    def _data(self, token: str) -> dict[str, Any]:
        """Give the ``data`` of the job as the event has it (User Guide, actions-invoke-lambda-function)."""
        revisions = self._context.revisions
        return {
            "actionConfiguration": {"configuration": dict(self._job.action.configuration)},
            "inputArtifacts": [_described(artifact, revisions.get(artifact.name)) for artifact in self._inputs],
            "outputArtifacts": [_described(artifact, None) for artifact in self.outputs],
            "artifactCredentials": _CREDENTIALS,
            **({"continuationToken": token} if token else {}),
        }

    def _more_data(self) -> dict[str, Any]:
        """Give what GetJobDetails tells beside that (API: JobData)."""
        job = self._job
        kind = job.action.action_type_id
        return {
            "actionTypeId": {
                "category": kind.category,
                "owner": kind.owner,
                "provider": kind.provider,
                "version": kind.version,
            },
            "pipelineContext": {
                "pipelineName": job.pipeline,
                "stage": {"name": job.stage},
                "action": {"name": job.action.name, "actionExecutionId": job.id},
                "pipelineArn": f"arn:aws:codepipeline:{self._region}:{ACCOUNT}:{job.pipeline}",
                "pipelineExecutionId": job.execution,
            },
        }


def _described(artifact: ArtifactObject, revision: str | None) -> dict[str, Any]:
    place = {"bucketName": artifact.location.bucket, "objectKey": artifact.location.key}
    return {"name": artifact.name, "revision": revision, "location": {"type": "S3", "s3Location": place}}


def _facts(name: str, region: str) -> dict[str, str]:
    """Give what the context of every call says. A log stream is named after the day and the process, as at AWS."""
    return {
        "function_name": name,
        "function_version": "$LATEST",
        "invoked_function_arn": f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}",
        "memory_limit_in_mb": _MEMORY,
        "log_group_name": f"/aws/lambda/{name}",
        "log_stream_name": f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{uuid.uuid4().hex}",
    }


def _environment(facts: Mapping[str, str], code: Code, region: str) -> dict[str, str]:
    """Give the variables that Lambda sets and that are true here (Lambda Developer Guide, environment variables).

    Left out are those that say what it runs on: ``AWS_EXECUTION_ENV``, ``AWS_LAMBDA_RUNTIME_API``, the memory. The
    credentials open nothing; files and services that could give others are out of reach.
    """
    return {
        "_HANDLER": code.handler,
        "LAMBDA_TASK_ROOT": code.root,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": facts["function_name"],
        "AWS_LAMBDA_FUNCTION_VERSION": facts["function_version"],
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": facts["log_group_name"],
        "AWS_LAMBDA_LOG_STREAM_NAME": facts["log_stream_name"],
        "AWS_ACCESS_KEY_ID": _CREDENTIALS["accessKeyId"],
        "AWS_SECRET_ACCESS_KEY": _CREDENTIALS["secretAccessKey"],
        "AWS_SESSION_TOKEN": _CREDENTIALS["sessionToken"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
        "TZ": ":UTC",
    }


async def _success(request: Mapping[str, Any], outputs: tuple[ArtifactObject, ...], context: Context) -> ActionResult:
    """Take what a function uploaded as the output artifacts of its action."""
    for artifact in outputs:
        if artifact.file.exists():
            await _take(artifact, context)
        elif LAMBDA_SUCCEEDS_WITHOUT_ITS_OUTPUTS:
            context.log.line(
                f"[pipelinekit] nothing was uploaded to the output artifact {artifact.name}: there is none"
            )
        else:
            return failed(f"nothing was uploaded to the output artifact {artifact.name}")
    details = request.get("executionDetails") or {}
    context.revision = (request.get("currentRevision") or {}).get("revision", "")
    return succeeded(
        request.get("outputVariables"),
        summary=details.get("summary", ""),
        external_id=details.get("externalExecutionId", ""),
    )


async def _take(artifact: ArtifactObject, context: Context) -> None:
    directory = context.directory / "outputs" / artifact.name
    if not zips.is_zip(artifact.file):
        raise PipelineKitError(
            f"what the function uploaded to the output artifact {artifact.name} is no zip, which the artifacts of a "
            "pipeline are: put it into one"
        )
    await context.loop.in_thread(lambda: zips.unzip(artifact.file, directory))
    await context.output(artifact.name, directory)


def _progress(request: Mapping[str, Any]) -> str:
    details = request.get("executionDetails") or {}
    percent = details.get("percentComplete")
    said = details.get("summary") or "wants to be called again"
    return said if percent is None else f"{said} ({percent} %)"
