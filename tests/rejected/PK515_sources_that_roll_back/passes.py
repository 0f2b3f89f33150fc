import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

sources = pk.Stage("Source", checkout, on_failure=pk.Retry())
pipeline = pk.Pipeline("shop", [sources, pk.Stage("Ask", go_live)])
