import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

ask = pk.Stage("Ask", go_live, on_failure=pk.OnFailure(result="RETRY"))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
