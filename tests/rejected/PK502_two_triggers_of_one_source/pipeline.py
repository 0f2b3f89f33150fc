import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

stages = [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)]
tagged = pk.Trigger(checkout, push=pk.Push(tags=["v*"]))
pushed = pk.Trigger(checkout, push=pk.Push(branches=["main"]))
pipeline = pk.Pipeline("shop", stages, triggers=[tagged, pushed])
