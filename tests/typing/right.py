"""Right uses of the language: this file needs only to type-check."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["pytest -q"]))
package = pk.build.CodeBuild(
    "Package",
    input=[checkout.output],
    buildspec=pk.BuildSpec(build=pk.Phase(["make dist"], on_failure="ABORT"), artifacts=["dist/**/*"]),
    environment={"STAGE": "beta", "RETRIES": 3},
)
commands = pk.build.Commands("Lint", input=checkout.output, commands=["ruff check"])
go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')} ({checkout.commit_id})?")
message = pk.approval.Manual("Ask", message=checkout.commit_message, link=pk.Parameter("Link"))
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"}, config=pk.HALF_AT_A_TIME)
release = pk.deploy.CodeDeploy("Release", input=package.output, group=web)
stack = pk.deploy.CloudFormation(
    "Stack",
    stack_name="shop",
    template=package.output.at("template.yml"),
    parameter_overrides={"Level": "debug", "Image": {"Fn::GetParam": [package.output, "image.json", "uri"]}},
)

assert_type(checkout.commit_id, pk.Variable)
assert_type(package.output, pk.Artifact)

# Every form of a flow.
flow = go_live >> release
longer = go_live >> [release, stack] >> commands
from_list = [unit, package] >> go_live
of_lists = pk.parallel(unit, package) >> [release, stack]
nested = pk.parallel(unit >> package, commands) >> go_live

production = pk.Stage("Production", flow)
shop = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Build", [unit, package]), production],
    transitions=[pk.Transition(into=production, enabled=False, reason="Change freeze")],
)

assert_type(pk.define(shop), pk.Definition)
assert_type(pk.check(shop), pk.Report)
assert_type(pk.order(shop).groups("Build"), list[list[str]])
assert_type(pk.draw(shop, "mermaid"), str)

# Conditions, triggers and variables of the pipeline.
target = pk.PipelineVariable("TARGET", default="beta", description="where to")
assert_type(target.name, str)
ask = pk.approval.Manual("Ask", message=target)
on_main = pk.rule.VariableCheck("OnMain", variable=checkout.branch_name, operator="EQ", value="main")
ready = pk.rule.Commands("Ready", commands=["sh ready.sh"], input=package.output, timeout_minutes=10)
calm = pk.rule.CloudWatchAlarm("Calm", alarm=pk.Parameter("Alarm"), states=["OK"], wait_minutes=5)
smoke = pk.rule.CodeBuild("Smoke", project=pk.Project("smoke"), input=[package.output], environment={"TARGET": target})
asked = pk.rule.LambdaInvoke("Asked", function="ready", user_parameters=target, region="eu-west-1")
window = pk.rule.DeploymentWindow("Open", cron="* * 9-17 ? * MON-FRI", time_zone="Europe/Berlin")
other = pk.rule.CustomRule("New", rule_type=pk.RuleTypeId("Newer"), configuration={"Level": 3})
guarded = pk.Stage(
    "Guarded",
    ask,
    before_entry=pk.Condition([window, ready], result="FAIL"),
    on_success=pk.Condition(calm, result="ROLLBACK"),
    on_failure=pk.Retry("ALL_ACTIONS"),
)
either = [pk.Stage("A", ask, on_failure=pk.Rollback()), pk.Stage("B", ask, on_failure=pk.Condition(asked, result=None))]
trigger = pk.Trigger(
    checkout,
    push=[pk.Push(tags=["v*"]), pk.Push(branches=["main"], file_paths=pk.FilterCriteria(excludes=["docs/**"]))],
    pull_request=pk.PullRequest(events=["OPEN", "UPDATED"], branches=["main"]),
)
released = pk.Pipeline(
    "released",
    [pk.Stage("Source", checkout), guarded],
    variables=[target],
    triggers=[trigger, pk.Trigger("Other")],
    execution_mode="QUEUED",
)


def run() -> None:
    result = pk.run(shop, sources={"Checkout": Path()}, hosts={"web": ["a", Path("b")]}, approvals=["GoLive"])
    assert_type(result.succeeded, bool)
    pk.run(released, variables={"TARGET": "prod"})
    pk.emit(shop, Path("out"), parameters={"ConnectionArn": "arn:aws:..."})


# Stand-ins: a function of (job, work), whatever its parameters are called, a worker, or a name.
def build(job: pk.local.Job, work: pk.local.Work) -> dict[str, str]:
    work.log(f"{job.key}: {work.inputs['CheckoutOutput']}")
    return {"VERSION": str(job.attempt)}


def refuse(_job: pk.local.Job, _work: pk.local.Work) -> pk.local.ActionResult | None:
    return pk.local.failed("not today")


async def later(job: pk.local.Job, work: pk.local.Work) -> None:
    work.log(job.id)


notes = pk.local.record(variables={"URL": "https://example.org/"}, outputs={"Report": Path("report"), "Other": None})
assert_type(notes.recorded, list[pk.local.Recorded])
assert_type(notes.recorded[0].configuration["ClusterName"], str)

stand_ins: dict[str, pk.local.StandIn] = {
    "Build/Package": build,
    "Release": refuse,
    "Wait": later,
    "Deploy/AWS/ECS": notes,
    "Test/Custom/Scanner": "scanners.py:scan",
    "Notify": lambda job, work: work.log(job.key),
}
notify = pk.local.LambdaFunction("functions/notify.py:handler", environment={"TOPIC": "releases"}, timeout_seconds=60)
LOCAL = pk.local.Bindings(
    functions={"notify": notify, "other": "functions/other.py:handler"},
    buckets={"shop-site": "site", "backup": Path("backup"), "logs": "http://127.0.0.1:9000"},
    workers=stand_ins,
)


def run_with_stand_ins() -> None:
    pk.run(shop, workers={"Build/Package": build, "Release": refuse}, functions={"notify": notify})
    pk.run(shop, workers=stand_ins, buckets={"shop-site": Path("site")})
