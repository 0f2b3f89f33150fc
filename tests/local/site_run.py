"""A run with a bucket as source, a function, a recorder and a bucket as target: a process of its own for the tests.

``site_run.py ROOT [repeatable]``: everything lies below ROOT. The process is killed by whoever started it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="site.zip")
render = pk.invoke.Lambda("Render", function="render", input=checkout.output, outputs=["Pages"])
go_live = pk.approval.Manual("GoLive", message=f"Ship {render.variable('PAGES')} pages?")
invalidate = pk.CustomAction(
    "Invalidate",
    action_type=pk.ActionTypeId("Invoke", "Custom", "Invalidation"),
    configuration={"Paths": f"/{checkout.object_key}"},
    namespace="Cache",
)
publish = pk.deploy.S3("Publish", bucket="shop-site", input=render.output, cache_control="max-age=60")

SITE = pk.Pipeline(
    "site",
    [
        pk.Stage("Source", checkout),
        pk.Stage("Build", render),
        pk.Stage("Production", go_live >> publish >> invalidate),
    ],
)

HANDLER = """
import io
import os
import time
import zipfile

import boto3


def handler(event, context):
    job = event["CodePipeline.job"]
    with open(os.environ["AUDIT"], "a") as audit:
        audit.write("called\\n")
    while os.path.exists(os.environ["HOLD"]):
        time.sleep(0.01)
    s3 = boto3.client("s3")
    read, write = (job["data"][name][0]["location"]["s3Location"] for name in ("inputArtifacts", "outputArtifacts"))
    body = s3.get_object(Bucket=read["bucketName"], Key=read["objectKey"])["Body"].read()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(made, "w") as pages:
        for name in source.namelist():
            pages.writestr(name.replace(".txt", ".html"), b"<p>" + source.read(name))
    s3.put_object(Bucket=write["bucketName"], Key=write["objectKey"], Body=made.getvalue())
    boto3.client("codepipeline").put_job_success_result(jobId=job["id"], outputVariables={"PAGES": "1"})
"""


def options(root: Path, *, repeatable: bool = False) -> dict[str, Any]:
    """Give what stands for everything, in files below *root*, which are made."""
    import zipfile

    (root / "sources").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(root / "sources" / "site.zip", "w") as archive:
        archive.writestr("index.txt", "hello")
    (root / "render.py").write_text(HANDLER)
    environment = {"AUDIT": str(root / "audit"), "HOLD": str(root / "hold")}
    render = pk.local.LambdaFunction(f"{root}/render.py:handler", environment=environment, repeatable=repeatable)
    return {
        "functions": {"render": render},
        "buckets": {"sources": root / "sources", "shop-site": root / "site"},
        "workers": {"Invoke/Custom/Invalidation": pk.local.record(variables={"ID": "I7"})},
        "state": root / "state",
    }


if __name__ == "__main__":
    pk.run(SITE, **options(Path(sys.argv[1]), repeatable=sys.argv[2:] == ["repeatable"]))
