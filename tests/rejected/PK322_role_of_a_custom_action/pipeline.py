import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
scan = pk.CustomAction(
    "Scan",
    action_type=pk.ActionTypeId("Test", "Custom", "Scanner", "2"),
    input=checkout.output,
    role="arn:aws:iam::111122223333:role/Scan",
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Scan", scan)])
