import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.Commands("Package", input=checkout.output, commands=["make dist"], files=["dist/*.zip"])

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package)])
