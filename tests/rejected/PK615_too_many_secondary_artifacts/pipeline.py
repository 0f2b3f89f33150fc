import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
secondary = {f"part{n}": pk.Artifacts([f"part{n}/**/*"]) for n in range(13)}
files = pk.Artifacts(["README.md"], secondary=secondary)
unit = pk.test.CodeBuild(
    "Unit",
    input=checkout.output,
    project=pk.Project("shop-test", buildspec=pk.BuildSpec(build=["make dist"], artifacts=files)),
    outputs=[],
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
