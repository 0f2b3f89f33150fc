import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
again = pk.invoke.CodePipeline("Again", pipeline="shop-live")
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Next", again)])
