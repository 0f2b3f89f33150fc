import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout)])
