import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
tools = pk.source.S3("Tools", bucket="tools", object_key="tools.zip")
unit = pk.CustomAction(
    "Unit",
    action_type=pk.ActionTypeId("Test", "AWS", "CodeBuild"),
    input=[checkout.output, tools.output],
    configuration={"ProjectName": "shop-unit", "PrimarySource": "CheckoutOutput"},
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", [checkout, tools]), pk.Stage("Test", unit)])
