import pipelinekit as pk

checkout = pk.CustomAction(
    "Checkout",
    action_type=pk.ActionTypeId("Source", "ThirdParty", "GitHub"),
    configuration={"Owner": "acme", "Repo": "shop", "Branch": "main", "OAuthToken": pk.Parameter("Token")},
    outputs=["Code"],
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
