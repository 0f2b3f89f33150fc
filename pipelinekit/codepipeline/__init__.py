"""CodePipeline: the language, what it defines, and the order it runs in."""
