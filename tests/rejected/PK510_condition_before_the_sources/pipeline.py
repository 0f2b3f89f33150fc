import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")
calm = pk.rule.CloudWatchAlarm("Calm", alarm="errors")

sources = pk.Stage("Source", checkout, before_entry=pk.Condition(calm, result="FAIL"))
pipeline = pk.Pipeline("shop", [sources, pk.Stage("Ask", go_live)])
