import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
tell = pk.CustomAction(
    "Tell",
    action_type=pk.ActionTypeId("Deploy", "Custom", "Chat"),
    configuration={"Token": "****"},
    input=checkout.output,
)
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", tell)])
