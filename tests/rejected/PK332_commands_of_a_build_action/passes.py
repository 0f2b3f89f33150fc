from attrs import evolve

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))

# No action but Commands has the field; a document that is read may have it all the same.
shop = pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)]))
source, test = shop.pipeline.stages
test = evolve(test, actions=[evolve(action, commands=()) for action in test.actions])

pipeline = evolve(shop, pipeline=evolve(shop.pipeline, stages=(source, test)))
