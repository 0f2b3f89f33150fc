"""The calls that a function makes to AWS, answered in its own process: no network, no credentials, no open port.

botocore asks its ``before-send`` handlers for a response before it sends a request. Here they give the responses of
CodePipeline to the job's own operations, and those of S3 for exactly the objects that are the job's artifacts. What
would go to AWS beyond that is refused; another endpoint, such as a database on this machine, is called as ever.
"""

from __future__ import annotations

import functools
import urllib.parse
from typing import Any, NoReturn

from botocore import handlers, loaders
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError

from pipelinekit.local.lambda_runtime.job_calls import JobCalls
from pipelinekit.local.lambda_runtime.object_calls import ObjectCalls


class NotHere(BotoCoreError):
    """A call that would go to AWS."""

    fmt = "{reason}"


class Calls:
    """Answers what boto3 would send, for every client that is made from now on."""

    def __init__(self, jobs: JobCalls, objects: ObjectCalls) -> None:
        self._jobs = jobs
        self._objects = objects

    def install(self) -> None:
        """Become a handler of every botocore session to come."""
        handlers.BUILTIN_HANDLERS.append(("before-send", self.answer))

    def answer(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        """Give the response to a request; None lets it go out."""
        _before_send, service, operation = event_name.split(".", 2)
        if service == "codepipeline" and operation in self._jobs.operations:
            return self._jobs.answer(operation, request)
        if service == "s3" and (found := self._objects.find(request.url)) is not None:
            return self._objects.answer(operation, found, request) or _refuse(
                f"S3's {operation} is not answered here for the artifact {found.name}: read it with get_object or "
                "download_file, write it with put_object or upload_file"
            )
        if goes_to_aws(request.url):
            _refuse(_would_go_to_aws(service, operation, request.url))
        return None


def _would_go_to_aws(service: str, operation: str, url: str) -> str:
    place = urllib.parse.urlsplit(url)
    what = f" for {place.netloc}{place.path}" if service == "s3" else ""
    return (
        f"{service} {operation}{what} would go to AWS, which nothing does from here: answered are the results of this "
        "job and the objects of its artifacts. Give an endpoint_url on this machine, or a stand-in for the action"
    )


def _refuse(reason: str) -> NoReturn:
    raise NotHere(reason=reason)


def goes_to_aws(url: str) -> bool:
    """Whether the host of a URL is one of AWS's, in whichever partition."""
    host = urllib.parse.urlsplit(url).hostname or ""
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in _suffixes())


@functools.cache
def _suffixes() -> frozenset[str]:
    partitions = loaders.create_loader().load_data("partitions")["partitions"]
    return frozenset(
        partition["outputs"][name] for partition in partitions for name in ("dnsSuffix", "dualStackDnsSuffix")
    )
