import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

trigger = pk.Trigger(checkout, push=[pk.Push(branches=["main"]), pk.Push(tags=["v*"])])
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)], triggers=[trigger])
