import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

stages = [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)]
either = pk.Trigger(checkout, push=[pk.Push(tags=["v*"]), pk.Push(branches=["main"])])
pipeline = pk.Pipeline("shop", stages, triggers=[either])
