import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")
on_main = pk.rule.VariableCheck("OnMain", variable=checkout.author_id, operator="EQ", value="7")

ask = pk.Stage("Ask", go_live, on_success=pk.Condition(on_main, result="FAIL"))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
