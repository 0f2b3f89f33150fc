import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)

target = pk.PipelineVariable("TARGET_STAGE", default="beta")
go_live = pk.approval.Manual("GoLive", message=f"Ship to {target}?")
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)], variables=[target])
