import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
scan = pk.invoke.InspectorScan("Scan", run_mode="SourceCodeScan", input=checkout.output, critical_threshold=0)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Scan", scan)])
