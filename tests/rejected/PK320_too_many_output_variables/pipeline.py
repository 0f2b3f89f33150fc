import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
version = pk.build.Commands(
    "Version", input=checkout.output, commands=["source ./version.sh"], output_variables=[f"PART{n}" for n in range(16)]
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Version", version)])
