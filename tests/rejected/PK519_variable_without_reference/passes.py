import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
go_live = pk.approval.Manual("GoLive")

ask = pk.Stage(
    "Ask",
    go_live,
    before_entry=pk.Condition(
        pk.rule.VariableCheck("OnMain", variable=checkout.author_id, operator="EQ", value="7"), result="SKIP"
    ),
)
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), ask])
