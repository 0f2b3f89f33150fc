import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

stages = [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)]
trigger = pk.Trigger(checkout, push=pk.Push(tags=["v*"]))
pipeline = pk.Pipeline("shop", stages, pipeline_type="V2", triggers=[trigger])
