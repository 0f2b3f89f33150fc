"""What a manual approval tells the topic it notifies (User Guide, approvals-json-format)."""

from __future__ import annotations

from typing import Any

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import events as happened
from pipelinekit.values import timestamp

_CONSOLE = "https://console.aws.amazon.com/codepipeline/home"


def approval_document(
    definition: Definition, opened: happened.ApprovalOpened, *, region: str = "us-east-1"
) -> dict[str, Any]:
    """Give the document that is sent when an approval waits for an answer. What has no value is left out."""
    view = f"{_CONSOLE}?region={region}#/view/{definition.name}"
    action = next(a for s, a in definition.actions() if (s.name, a.name) == (opened.stage, opened.action))
    more = {"externalEntityLink": action.configuration.get("ExternalEntityLink"), "customData": opened.message}
    return {
        "region": region,
        "consoleLink": view,
        "approval": {
            "pipelineName": definition.name,
            "stageName": opened.stage,
            "actionName": opened.action,
            "token": opened.token,
            "expires": timestamp(opened.expires, "minutes"),
            "approvalReviewLink": f"{view}/{opened.stage}/{opened.action}/approve/{opened.token}",
            **{name: value for name, value in more.items() if value},
        },
    }
