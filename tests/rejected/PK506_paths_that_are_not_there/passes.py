import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn"), detect_changes=False
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["pytest"]))
pipeline = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Build", unit)],
    triggers=[pk.Trigger(checkout, push=[pk.Push(branches=["main"], file_paths=["src/**"])])],
)
files_of_sources = {"Checkout": ["README.md", "src/shop.py"]}
