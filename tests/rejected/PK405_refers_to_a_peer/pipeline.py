import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
version = pk.build.Commands(
    "Version", input=checkout.output, commands=["source ./version.sh"], output_variables=["VERSION"]
)
package = pk.build.Commands(
    "Package", input=checkout.output, commands=[f"make dist VERSION={version.variable('VERSION')}"], run_order=1
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", [version, package])])
