import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.build.CodeBuild(
    "Web", input=checkout.output, buildspec=pk.BuildSpec(build=["make web"], artifacts=["web/**/*"]), outputs=["Site"]
)
docs = pk.build.CodeBuild(
    "Docs",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make docs"], artifacts=["docs/**/*"]),
    outputs=["Docs"],
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", [web, docs])])
