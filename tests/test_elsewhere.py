"""What docs/behaviour.md says of other tools, as far as that can be seen here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws
from moto.codepipeline.responses import CodePipelineResponse

ROOT = Path(__file__).resolve().parents[1]
TRUST = '{"Statement": [{"Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
KINDS = {"Source": "S3", "Approval": "Manual"}


@mock_aws
def test_moto_calls_an_execution_succeeded_of_which_nothing_ran() -> None:
    keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    role = boto3.client("iam", **keys).create_role(RoleName="pipeline", AssumeRolePolicyDocument=TRUST)
    stages = [
        {
            "name": category,
            "actions": [
                {
                    "name": "A",
                    "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
                }
            ],
        }
        for category, provider in KINDS.items()
    ]
    client = boto3.client("codepipeline", **keys)
    client.create_pipeline(
        pipeline={
            "name": "shop",
            "roleArn": role["Role"]["Arn"],
            "artifactStore": {"type": "S3", "location": "store"},
            "stages": stages,
            "version": 1,
        }
    )

    started = client.start_pipeline_execution(name="shop")["pipelineExecutionId"]

    found = client.get_pipeline_execution(pipelineName="shop", pipelineExecutionId=started)
    assert found["pipelineExecution"]["status"] == "Succeeded"  # though nobody said yes to the approval


def test_moto_has_no_other_operation_of_an_execution() -> None:
    has = [
        name
        for name in (
            "start_pipeline_execution",
            "stop_pipeline_execution",
            "retry_stage_execution",
            "rollback_stage",
            "override_stage_condition",
            "put_approval_result",
            "put_job_success_result",
            "disable_stage_transition",
        )
        if hasattr(CodePipelineResponse, name)
    ]

    assert has == ["start_pipeline_execution"]


def test_every_behaviour_says_what_is_known_of_it_elsewhere() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs/behaviour.md").read_text().splitlines()
        if line.startswith("| ") and "`tests/" in line
    ]

    assert len(rows) > 30
    assert {len(row) for row in rows} == {4}
    unsourced = [row[0] for row in rows if row[3] != "not looked at" and not re.search(r"\[L[12]\]", row[3])]
    assert unsourced == []
