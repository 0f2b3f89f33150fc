"""Wrong uses of the language: on each line that says ``# wrong`` a type checker must find an error."""

from __future__ import annotations

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output)

pk.source.CodeCommit("Checkout", repository="shop")  # wrong: the branch is required
pk.source.CodeCommit("Checkout", repositry="shop", branch="main")  # wrong: a misspelt field
pk.test.CodeBuild("Unit", input="CheckoutOutput")  # wrong: an artifact is passed, not its name
pk.test.CodeBuild("Unit", input=checkout)  # wrong: the action instead of its output
pk.test.CodeBuild("Unit", input=checkout.output, buildspec=["make"])  # wrong: commands are no buildspec
pk.Stage("Build", "Unit")  # wrong: a stage is made of actions
pk.Pipeline("shop", pk.Stage("Source", checkout))  # wrong: a list of stages
pk.Pipeline("shop", [checkout])  # wrong: actions belong into stages
flow = unit >> "Deploy"  # wrong: a flow is made of actions
pk.Transition(into=3)  # wrong: into a stage
variable = checkout.comit_id  # wrong: no such variable
pk.DeploymentGroup("web")  # wrong: its application is required
pk.draw(pk.Pipeline("shop", []), "png")  # wrong: no such format
pk.run("pipeline.py")  # wrong: a pipeline, not a file's name
unit.name = "Other"  # wrong: values are frozen
calm = pk.rule.CloudWatchAlarm("Calm", alarm="errors")
pk.Stage("Build", unit, before_entry=calm)  # wrong: a rule is no condition
pk.Stage("Build", unit, on_failure="RETRY")  # wrong: pk.Retry()
pk.Condition(calm)  # wrong: the result is required
pk.Condition(calm, result="STOP")  # wrong: no such result
pk.rule.VariableCheck("OnMain", variable=checkout.branch_name, operator="IS", value="main")  # wrong: no such operator
pk.rule.DeploymentWindow("Open")  # wrong: cron is required
pk.Retry("SOME_ACTIONS")  # wrong: no such mode
pk.Trigger(checkout, push=["main"])  # wrong: a filter of pushes is pk.Push(...)
pk.PullRequest(events=["MERGED"])  # wrong: no such event
pk.Pipeline("shop", [], variables=[checkout.commit_id])  # wrong: a variable of an action is none of the pipeline


def no_work(job: pk.local.Job) -> None: ...


def of_text(job: str, work: pk.local.Work) -> None: ...


def a_number(job: pk.local.Job, work: pk.local.Work) -> int:
    return len(work.inputs)


pk.local.Bindings(workers={"Scan": no_work})  # wrong: a stand-in takes a job and a work
pk.local.Bindings(workers={"Scan": of_text})  # wrong: the job is a Job
pk.local.Bindings(workers={"Scan": a_number})  # wrong: it answers variables, not a number
pk.run(pk.Pipeline("shop", []), workers={"Scan": no_work})  # wrong: the same when a run is given it
pk.local.Bindings(functions={"notify": print})  # wrong: a handler is named, since it runs in another process
pk.local.record(variables=["URL"])  # wrong: variables have values
