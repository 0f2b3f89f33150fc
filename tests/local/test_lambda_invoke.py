from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from local.harness import Attempt, Bench
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.local.bindings import Bindings, LambdaFunction
from pipelinekit.local.lambda_runtime.calls import goes_to_aws
from pipelinekit.local.workers.lambda_invoke import LambdaWorker

LAMBDA = ActionTypeId("Invoke", "AWS", "Lambda")

ANSWERS = """
import json
import os

import boto3

pipeline = boto3.client("codepipeline")
s3 = boto3.client("s3")


def succeed(event, **more):
    pipeline.put_job_success_result(jobId=event["CodePipeline.job"]["id"], **more)
"""


def action(*, inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = (), parameters: str = "") -> ActionDeclaration:
    return ActionDeclaration(
        "Notify",
        action_type_id=LAMBDA,
        configuration={"FunctionName": "notify", **({"UserParameters": parameters} if parameters else {})},
        input_artifacts=inputs,
        output_artifacts=tuple(OutputArtifact(name) for name in outputs),
    )


class Functions:
    """Writes handlers, and calls them as the engine does."""

    def __init__(self, bench: Bench, root: Path) -> None:
        self.bench = bench
        self.root = root

    def write(self, body: str, name: str = "notify.py") -> Path:
        place = self.root / "functions" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(ANSWERS + textwrap.dedent(body))
        return place

    def call(
        self,
        body: str,
        declared: ActionDeclaration | None = None,
        *,
        file: str = "notify.py",
        progress: Callable[[str], None] = lambda summary: None,
        secrets: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> Attempt:
        function = LambdaFunction(f"{self.write(body, file)}:handler", **settings)
        worker = LambdaWorker("notify", function)
        return self.bench.run(worker, declared or action(), progress=progress, secrets=secrets)


@pytest.fixture
def functions(bench: Bench, tmp_path: Path) -> Functions:
    return Functions(bench, tmp_path)


def shown(attempt: Attempt) -> Any:
    """Give what the handler printed as JSON."""
    return json.loads(next(line for line in attempt.said if line.startswith("{")))


def test_the_event_is_the_one_that_codepipeline_sends(functions: Functions) -> None:
    functions.bench.artifact("AppOutput", {"app.py": "print(1)"})
    attempt = functions.call(
        """
        def handler(event, context):
            print(json.dumps(event))
            succeed(event)
        """,
        action(inputs=("AppOutput",), outputs=("Report",), parameters='{"url": "https://example.org"}'),
    )

    job = shown(attempt)["CodePipeline.job"]
    data = job["data"]
    read, written = data["inputArtifacts"][0], data["outputArtifacts"][0]
    assert attempt.result.succeeded
    assert set(job) == {"id", "accountId", "data"}
    assert set(data) == {"actionConfiguration", "inputArtifacts", "outputArtifacts", "artifactCredentials"}
    assert data["actionConfiguration"] == {
        "configuration": {"FunctionName": "notify", "UserParameters": '{"url": "https://example.org"}'}
    }
    assert (read["name"], read["revision"], read["location"]["type"]) == ("AppOutput", None, "S3")
    assert read["location"]["s3Location"]["bucketName"] == "bucket"
    assert re.fullmatch(r"shop/AppOutput/\w{7}\.zip", read["location"]["s3Location"]["objectKey"])
    assert re.fullmatch(r"shop/Report/\w{7}\.zip", written["location"]["s3Location"]["objectKey"])
    assert set(data["artifactCredentials"]) == {"accessKeyId", "secretAccessKey", "sessionToken"}


def test_its_output_variables_and_its_summary_are_those_of_the_action(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            succeed(
                event,
                outputVariables={"URL": "https://example.org/"},
                executionDetails={"summary": "told everybody", "externalExecutionId": "n-1"},
            )
            return "nobody reads this"
        """
    )

    result = attempt.result
    assert result.variables == {"URL": "https://example.org/"}
    assert (result.succeeded, result.summary, result.external_id) == (True, "told everybody", "n-1")


def test_a_failure_result_fails_the_action_with_its_type_and_message(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            details = {"type": "ConfigurationError", "message": "no such topic", "externalExecutionId": "n-2"}
            pipeline.put_job_failure_result(jobId=event["CodePipeline.job"]["id"], failureDetails=details)
        """
    )

    result = attempt.result
    assert (result.succeeded, result.error_code, result.message) == (False, "ConfigurationError", "no such topic")
    assert result.external_id == "n-2"


def test_it_reads_its_input_as_a_zip_and_what_it_uploads_becomes_the_output(functions: Functions) -> None:
    functions.bench.artifact("AppOutput", {"page.txt": "hello", "bin/run": "#!/bin/sh"})
    attempt = functions.call(
        """
        import io
        import zipfile

        def handler(event, context):
            data = event["CodePipeline.job"]["data"]
            place = data["inputArtifacts"][0]["location"]["s3Location"]
            body = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                text = archive.read("page.txt").decode()
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                archive.writestr("report/page.txt", text.upper())
            place = data["outputArtifacts"][0]["location"]["s3Location"]
            answer = s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=made.getvalue())
            assert answer["ETag"].strip('"')
            succeed(event)
        """,
        action(inputs=("AppOutput",), outputs=("Report",)),
    )

    assert attempt.result.succeeded, attempt.text
    assert attempt.outputs == {"Report": {"report/page.txt": "HELLO"}}


def test_large_artifacts_go_down_and_up_in_parts(functions: Functions) -> None:
    noise = os.urandom(20_000_000)
    functions.bench.artifact("AppOutput", {"noise": noise})
    attempt = functions.call(
        """
        def handler(event, context):
            data = event["CodePipeline.job"]["data"]
            read = data["inputArtifacts"][0]["location"]["s3Location"]
            write = data["outputArtifacts"][0]["location"]["s3Location"]
            s3.download_file(read["bucketName"], read["objectKey"], context.aws_request_id)
            s3.upload_file(context.aws_request_id, write["bucketName"], write["objectKey"])
            os.unlink(context.aws_request_id)
            size = s3.head_object(Bucket=write["bucketName"], Key=write["objectKey"])["ContentLength"]
            succeed(event, outputVariables={"SIZE": str(size)})
        """,
        action(inputs=("AppOutput",), outputs=("Copy",)),
    )

    assert attempt.result.succeeded, attempt.text
    assert int(attempt.result.variables["SIZE"]) > 20_000_000
    assert (
        functions.bench.place("Copy").read_bytes()[: len(noise) + 19]
        == (functions.bench.place("AppOutput").read_bytes()[: len(noise) + 19])
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("bytes=0-1", "PK"), ("bytes=2-", None), ("bytes=-2", "\0\0")],
)
def test_a_part_of_an_object_can_be_asked_for(functions: Functions, asked: str, expected: str | None) -> None:
    functions.bench.artifact("AppOutput", {"page.txt": "hello"})
    attempt = functions.call(
        f"""
        def handler(event, context):
            place = event["CodePipeline.job"]["data"]["inputArtifacts"][0]["location"]["s3Location"]
            where = {{"Bucket": place["bucketName"], "Key": place["objectKey"]}}
            whole = s3.get_object(**where)["Body"].read()
            part = s3.get_object(**where, Range={asked!r})["Body"].read()
            print(json.dumps({{"part": part.decode("latin-1"), "rest": whole[2:].decode("latin-1")}}))
            succeed(event)
        """,
        action(inputs=("AppOutput",)),
    )

    found = shown(attempt)
    assert found["part"] == (found["rest"] if expected is None else expected)


def test_get_job_details_tells_the_pipeline_the_stage_and_the_action(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            details = pipeline.get_job_details(jobId=event["CodePipeline.job"]["id"])["jobDetails"]
            del details["data"]["pipelineContext"]["action"]["actionExecutionId"]
            print(json.dumps(details["data"]["pipelineContext"] | details["data"]["actionTypeId"]))
            succeed(event)
        """
    )

    assert shown(attempt) == {
        "pipelineName": "shop",
        "stage": {"name": "Build"},
        "action": {"name": "Notify"},
        "pipelineArn": "arn:aws:codepipeline:us-east-1:000000000000:shop",
        "pipelineExecutionId": "execution",
        "category": "Invoke",
        "owner": "AWS",
        "provider": "Lambda",
        "version": "1",
    }


def test_a_continuation_token_has_it_called_again_until_it_says_it_is_done(functions: Functions) -> None:
    said: list[str] = []
    attempt = functions.call(
        """
        def handler(event, context):
            job = event["CodePipeline.job"]
            seen = int(job["data"].get("continuationToken", "0"))
            print(json.dumps({"seen": seen, "job": job["id"]}))
            if seen < 2:
                details = {"summary": f"waiting for {2 - seen}", "percentComplete": 50 * seen}
                succeed(event, continuationToken=str(seen + 1), executionDetails=details)
            else:
                succeed(event, outputVariables={"ROUNDS": str(seen)})
        """,
        progress=said.append,
        pause_seconds=0.01,
    )

    calls = [json.loads(line) for line in attempt.said if line.startswith("{")]
    assert attempt.result.variables == {"ROUNDS": "2"}
    assert [call["seen"] for call in calls] == [0, 1, 2]
    assert len({call["job"] for call in calls}) == 3
    assert said == ["waiting for 2 (0 %)", "waiting for 1 (50 %)"]


def test_a_function_that_ends_without_a_result_fails_at_once_and_is_told_what_it_missed(functions: Functions) -> None:
    attempt = functions.call("def handler(event, context): return {'statusCode': 200}\n")

    assert not attempt.result.succeeded
    assert attempt.result.message == (
        "the function notify gave no result: it returned without calling put_job_success_result or "
        "put_job_failure_result"
    )


def test_what_a_function_raises_is_told_with_its_line(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            raise LookupError("no such topic")
        """
    )

    assert re.fullmatch(
        r"the function notify gave no result: it raised LookupError: no such topic \(notify\.py:\d+\)",
        attempt.result.message,
    )
    assert "LookupError: no such topic" in attempt.said
    assert "lambda_runtime" not in attempt.text


def test_a_result_counts_although_the_function_raised_after_it(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            succeed(event)
            raise LookupError("too late")
        """
    )

    assert attempt.result.succeeded
    assert "LookupError: too late" in attempt.text


def test_a_function_that_ends_its_process_is_told_of(functions: Functions) -> None:
    attempt = functions.call("def handler(event, context): os._exit(7)\n")

    assert attempt.result.message == "the function notify gave no result: its process ended with 7"


def test_a_function_is_ended_after_its_timeout_with_all_it_started(functions: Functions) -> None:
    attempt = functions.call(
        """
        import subprocess
        import time

        def handler(event, context):
            subprocess.Popen(["sleep", "600"], start_new_session=True)
            print(json.dumps({"left": context.get_remaining_time_in_millis()}))
            time.sleep(600)
        """,
        timeout_seconds=2,
    )

    assert 0 < shown(attempt)["left"] <= 2000
    assert "it was still running after its timeout of 2 seconds, and was ended" in attempt.result.message


def test_nothing_of_a_cancelled_function_is_left(functions: Functions) -> None:
    bench = functions.bench
    place = functions.write("import time\ndef handler(event, context):\n    time.sleep(600)\n")
    context = bench.context(action())
    task = bench.start(LambdaWorker("notify", LambdaFunction(f"{place}:handler")), context)
    bench.until(lambda: bool(bench.alive(context)))

    task.cancel()
    bench.until(lambda: task.done)
    bench.finish(context)

    assert bench.survivors(context) == []


def test_threads_that_it_leaves_do_not_keep_it(functions: Functions) -> None:
    attempt = functions.call(
        """
        import threading
        import time

        def handler(event, context):
            threading.Thread(target=time.sleep, args=(600,)).start()
            succeed(event)
        """
    )

    assert attempt.result.succeeded


def test_the_context_is_as_lambda_has_it(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            found = {name: getattr(context, name) for name in (
                "function_name", "function_version", "invoked_function_arn", "log_group_name", "log_stream_name",
                "aws_request_id", "client_context",
            )}
            print(json.dumps(found | {"identity": context.identity.cognito_identity_id}))
            succeed(event)
        """
    )

    found = shown(attempt)
    request = found.pop("aws_request_id")
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", found.pop("log_stream_name"))
    assert found == {
        "function_name": "notify",
        "function_version": "$LATEST",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:000000000000:function:notify",
        "log_group_name": "/aws/lambda/notify",
        "client_context": None,
        "identity": None,
    }
    assert f"START RequestId: {request} Version: $LATEST" in attempt.said
    assert f"END RequestId: {request}" in attempt.said


def test_its_environment_is_its_own_and_holds_no_credentials_of_yours(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the real one")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    attempt = functions.call(
        """
        def handler(event, context):
            print(json.dumps({**os.environ, "cwd": os.getcwd()}))
            succeed(event)
        """,
        environment={"TOPIC": "releases"},
    )

    found = shown(attempt)
    root = str(functions.root / "functions")
    assert "the real one" not in json.dumps(found)
    assert "AWS_PROFILE" not in found
    assert (found["TOPIC"], found["_HANDLER"], found["AWS_REGION"]) == ("releases", "notify.handler", "eu-central-1")
    assert (found["LAMBDA_TASK_ROOT"], found["cwd"]) == (root, root)
    assert (found["AWS_LAMBDA_FUNCTION_NAME"], found["TZ"]) == ("notify", ":UTC")


def test_it_imports_what_lies_beside_it_and_packages_as_at_aws(functions: Functions) -> None:
    place = functions.root / "functions" / "alerts"
    place.mkdir(parents=True)
    (place / "__init__.py").write_text("")
    (place / "words.py").write_text("GREETING = 'hello'\n")
    attempt = functions.call(
        """
        from . import words

        def handler(event, context):
            succeed(event, outputVariables={"SAID": words.GREETING, "HANDLER": os.environ["_HANDLER"]})
        """,
        file="alerts/app.py",
    )

    assert attempt.result.variables == {"SAID": "hello", "HANDLER": "alerts.app.handler"}


def test_a_logger_that_only_has_a_level_writes_to_the_log(functions: Functions) -> None:
    attempt = functions.call(
        """
        import logging

        logging.getLogger().setLevel(logging.INFO)

        def handler(event, context):
            logging.getLogger("alerts").info("three were told")
            succeed(event)
        """
    )

    form = r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[0-9a-f-]{36}\tthree were told"
    assert re.search(form, attempt.text)


def test_secrets_are_masked_in_what_it_writes(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            print("the word is", "".join(["swordf", "ish"]), flush=True)
            succeed(event)
        """,
        secrets={"word": "swordfish"},
    )

    assert "the word is ***" in attempt.text


CALLS_BEYOND = {
    "another service": "boto3.client('dynamodb').list_tables()",
    "another bucket": "s3.list_objects_v2(Bucket='customers')",
    "another object": "s3.get_object(Bucket='bucket', Key='other.zip')",
    "another operation": "pipeline.start_pipeline_execution(name='shop')",
    "another session": "boto3.Session(aws_access_key_id='a', aws_secret_access_key='b').client('iam').list_users()",
}


@pytest.mark.parametrize("call", CALLS_BEYOND.values(), ids=CALLS_BEYOND.keys())
def test_what_would_go_to_aws_fails_with_a_sentence(functions: Functions, call: str) -> None:
    attempt = functions.call(f"def handler(event, context): {call}\n")

    assert "would go to AWS, which nothing does from here" in attempt.result.message
    assert "NotHere" in attempt.result.message


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://sqs.eu-central-1.amazonaws.com/", True),
        ("https://bucket.s3.cn-north-1.amazonaws.com.cn/key", True),
        ("https://lambda.us-east-1.api.aws/", True),
        ("http://127.0.0.1:8000/", False),
        ("http://dynamodb:8000/", False),
        ("http://amazonaws.com.example.org/", False),
    ],
)
def test_hosts_of_aws_are_known_by_their_names(url: str, expected: bool) -> None:
    assert goes_to_aws(url) is expected


def test_an_endpoint_of_this_machine_is_called_as_ever(functions: Functions) -> None:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        attempt = functions.call(
            f"""
            def handler(event, context):
                local = boto3.client("s3", endpoint_url="http://{host}:{port}")
                local.create_bucket(Bucket="customers")
                succeed(event, outputVariables={{"BUCKETS": str(len(local.list_buckets()["Buckets"]))}})
            """
        )
    finally:
        server.stop()

    assert attempt.result.variables == {"BUCKETS": "1"}, attempt.text


REFUSED = {
    "another job": ("jobId='11111111-1111-1111-1111-111111111111'", "JobNotFoundException"),
    "variables before the end": (
        "jobId=event['CodePipeline.job']['id'], continuationToken='x', outputVariables={'A': 'b'}",
        "ValidationException",
    ),
    "a variable's name": ("jobId=event['CodePipeline.job']['id'], outputVariables={'A B': 'c'}", "ValidationException"),
    "large variables": (
        "jobId=event['CodePipeline.job']['id'], outputVariables={'A': 'x' * 122880}",
        "OutputVariablesSizeExceededException",
    ),
}


@pytest.mark.parametrize(("arguments", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_result_that_the_api_would_refuse_is_refused(functions: Functions, arguments: str, error: str) -> None:
    attempt = functions.call(f"def handler(event, context): pipeline.put_job_success_result({arguments})\n")

    assert not attempt.result.succeeded
    assert f"{error})" in attempt.result.message


def test_a_second_result_is_refused_and_the_first_counts(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            succeed(event, outputVariables={"N": "1"})
            try:
                pipeline.put_job_failure_result(
                    jobId=event["CodePipeline.job"]["id"], failureDetails={"type": "JobFailed", "message": "no"}
                )
            except pipeline.exceptions.InvalidJobStateException as error:
                print(json.dumps({"error": str(error)}))
        """
    )

    assert "has its result already" in shown(attempt)["error"]
    assert attempt.result.variables == {"N": "1"}


def test_an_input_artifact_cannot_be_written(functions: Functions) -> None:
    functions.bench.artifact("AppOutput", {"page.txt": "hello"})
    attempt = functions.call(
        """
        def handler(event, context):
            place = event["CodePipeline.job"]["data"]["inputArtifacts"][0]["location"]["s3Location"]
            s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=b"x")
        """,
        action(inputs=("AppOutput",)),
    )

    assert "AccessDenied" in attempt.result.message
    assert "AppOutput is an input artifact: it is read, not written" in attempt.result.message


def test_an_output_that_was_not_uploaded_is_not_there(functions: Functions) -> None:
    attempt = functions.call(
        """
        def handler(event, context):
            place = event["CodePipeline.job"]["data"]["outputArtifacts"][0]["location"]["s3Location"]
            try:
                s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])
            except s3.exceptions.NoSuchKey:
                succeed(event)
        """,
        action(outputs=("Report",)),
    )

    assert attempt.result.succeeded
    assert attempt.outputs == {}
    assert "nothing was uploaded to the output artifact Report: there is none" in attempt.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("b'{}'", "what the function uploaded to the output artifact Report is no zip"),
        ("escaping()", "would land outside the directory"),
    ],
)
def test_an_output_that_is_no_sound_zip_fails_the_action(functions: Functions, content: str, message: str) -> None:
    bench = functions.bench
    place = functions.write(
        f"""
        import io
        import zipfile

        def escaping():
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                archive.writestr("../../escaped.txt", "x")
            return made.getvalue()

        def handler(event, context):
            place = event["CodePipeline.job"]["data"]["outputArtifacts"][0]["location"]["s3Location"]
            s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body={content})
            succeed(event)
        """
    )
    context = bench.context(action(outputs=("Report",)))
    task = bench.start(LambdaWorker("notify", LambdaFunction(f"{place}:handler")), context)
    bench.until(lambda: task.done)
    bench.finish(context)

    with pytest.raises(Exception, match=message):
        task.result()
    assert list(bench.root.rglob("escaped.txt")) == []


def test_a_handler_that_cannot_be_loaded_is_told_of(functions: Functions) -> None:
    attempt = functions.call("import no_such_module_anywhere\ndef handler(event, context): pass\n")

    assert attempt.result.message == (
        "the function notify gave no result: its handler notify.handler cannot be loaded: "
        "ModuleNotFoundError: No module named 'no_such_module_anywhere'"
    )


def problems(root: Path, handler: str | None, declared: ActionDeclaration | None = None) -> list[tuple[str, str, str]]:
    from local.harness import definition_of
    from pipelinekit.local.registry import check_workers

    declared = declared or action()
    functions = {} if handler is None else {"notify": handler.replace("ROOT", str(root))}
    found = check_workers(definition_of(declared), Bindings(functions=functions))
    return [(diagnostic.code, diagnostic.message, diagnostic.hint or "") for diagnostic in found]


def test_a_function_without_a_handler_is_refused_with_the_line_that_binds_one(tmp_path: Path) -> None:
    [(code, message, hint)] = problems(tmp_path, None)

    assert (code, message) == ("PK913", "no handler is bound to the Lambda function notify")
    assert "--function notify=FILE.py:NAME" in hint
    assert 'functions={"notify": "app.py:handler"}' in hint


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:notify", "functions at AWS are not called from here"),
        ("ROOT/index.js:handler", "only Python is run here"),
        ("ROOT/app:handler", "its file is to be a .py file"),
        ("app.handler", "write its file and its name there, such as app.py:handler"),
        ("ROOT/app.py:", "write its file and its name there"),
        ("ROOT/absent.py:handler", "which is not there"),
        ("ROOT/app.py:handle", "which defines no such name"),
        ("ROOT/broken.py:handler", "which cannot be read as Python"),
        ("ROOT/app.py:later", "a coroutine function"),
    ],
)
def test_a_handler_that_cannot_be_called_here_is_refused(tmp_path: Path, handler: str, message: str) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context): pass\nasync def later(event, context): pass\n")
    (tmp_path / "broken.py").write_text("def handler(:\n")

    [(code, found, _)] = problems(tmp_path, handler)

    assert code == "PK914"
    assert found.startswith("the handler of the Lambda function notify is ")
    assert message in found


@pytest.mark.parametrize(
    "code",
    [
        "def handler(event, context): pass",
        "if True:\n    def handler(event, context): pass",
        "try:\n    from fast import handler\nexcept ImportError:\n    handler = print",
        "import app\nhandler = app.resolve",
        "from app import *",
    ],
)
def test_a_handler_is_found_however_its_file_defines_it(tmp_path: Path, code: str) -> None:
    (tmp_path / "app.py").write_text(code)

    assert problems(tmp_path, "ROOT/app.py:handler") == []


def test_a_function_whose_name_is_not_known_yet_is_judged_when_it_is_called(tmp_path: Path, bench: Bench) -> None:
    declared = ActionDeclaration("Notify", action_type_id=LAMBDA, configuration={"FunctionName": "#{Build.FUNCTION}"})

    assert problems(tmp_path, None, declared) == []
    with pytest.raises(Exception, match="no handler is bound to the Lambda function notify"):
        bench.run(LambdaWorker("notify", None), action())


@pytest.mark.parametrize(
    ("setting", "value"), [("timeout_seconds", 0), ("timeout_seconds", 901), ("pause_seconds", 301)]
)
def test_settings_beyond_those_of_lambda_are_refused(setting: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"not {value}"):
        LambdaFunction("app.py:handler", **{setting: value})  # type: ignore[arg-type]


def test_a_function_instead_of_its_name_is_refused_with_a_sentence() -> None:
    with pytest.raises(TypeError, match="a process of its own: write its file and name"):
        Bindings(functions={"notify": print})  # type: ignore[dict-item]
