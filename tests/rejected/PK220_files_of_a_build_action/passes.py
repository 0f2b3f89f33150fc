from attrs import evolve

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"])
)

# No action but Commands has the field; a document that is read may have it all the same.
shop = pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package)]))
source, build = shop.pipeline.stages
(action,) = build.actions
action = evolve(action, output_artifacts=[evolve(o, files=()) for o in action.output_artifacts])

pipeline = evolve(shop, pipeline=evolve(shop.pipeline, stages=(source, evolve(build, actions=(action,)))))
