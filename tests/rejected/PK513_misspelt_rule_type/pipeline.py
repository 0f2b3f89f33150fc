import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

ask = pk.Stage(
    "Ask",
    go_live,
    on_failure=pk.Condition(
        pk.rule.CustomRule("Calm", rule_type=pk.RuleTypeId("CloudwatchAlarms"), configuration={"AlarmName": "errors"}),
        result="ROLLBACK",
    ),
)
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
