from attrs import evolve

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"])
)
publish = pk.deploy.S3("Publish", input=package.output, bucket="shop-site")

# The language writes texts only; what builds a definition by itself may not.
shop = pk.define(
    pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Deploy", publish)])
)
source, build, deploy = shop.pipeline.stages
(action,) = deploy.actions
action = evolve(action, configuration={**action.configuration, "Extract": "true"})

pipeline = evolve(shop, pipeline=evolve(shop.pipeline, stages=(source, build, evolve(deploy, actions=(action,)))))
