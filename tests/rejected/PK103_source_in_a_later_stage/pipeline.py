import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
tools = pk.source.S3("Tools", bucket="tools", object_key="tools.zip")
unit = pk.test.CodeBuild("Unit", input=[checkout.output, tools.output], buildspec=pk.BuildSpec(build=["make test"]))

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", tools >> unit)])
