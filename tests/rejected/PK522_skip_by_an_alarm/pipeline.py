import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")
calm = pk.rule.CloudWatchAlarm("Calm", alarm="errors")

ask = pk.Stage("Ask", go_live, before_entry=pk.Condition(calm, result="SKIP"))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
