import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
on_main = pk.rule.VariableCheck("OnMain", variable=checkout.author_id, operator="EQ", value="7")

build = pk.build.CodeBuild("Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["app"]))
check = pk.test.CodeBuild("Check", input=build.output, buildspec=pk.BuildSpec(build=["./app --check"]))

skip = pk.Condition(on_main, result="SKIP")
pipeline = pk.Pipeline(
    "shop",
    [
        pk.Stage("Source", checkout),
        pk.Stage("Build", build, before_entry=skip),
        pk.Stage("Test", check, before_entry=skip),
    ],
)
