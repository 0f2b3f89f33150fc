import pipelinekit as pk

branch = pk.PipelineVariable("BRANCH", default="main")
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch=branch)
go_live = pk.approval.Manual("GoLive", message=f"Ship {branch}?")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Ask", go_live)], variables=[branch])
