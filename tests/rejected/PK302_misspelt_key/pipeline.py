import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.CustomAction(
    "Unit",
    action_type=pk.ActionTypeId("Test", "AWS", "CodeBuild"),
    input=checkout.output,
    configuration={"ProjectName": "shop-unit", "BuildSpecOverwrite": "ci/unit.yml"},
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
