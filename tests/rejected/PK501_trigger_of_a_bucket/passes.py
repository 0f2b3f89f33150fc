import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

files = pk.source.S3("Files", bucket="acme", object_key="shop.zip")
sources = pk.Stage("Source", [checkout, files])
trigger = pk.Trigger(checkout, push=pk.Push(tags=["v*"]))
pipeline = pk.Pipeline("shop", [sources, pk.Stage("Ask", go_live)], triggers=[trigger])
