"""How a pipeline behaves: CodePipeline's semantics as one pure machine."""
