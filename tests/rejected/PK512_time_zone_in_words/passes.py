import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

ask = pk.Stage(
    "Ask",
    go_live,
    before_entry=pk.Condition(
        pk.rule.DeploymentWindow("Open", cron="* * 9-17 ? * MON-FRI", time_zone="Europe/Berlin"), result="FAIL"
    ),
)
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
