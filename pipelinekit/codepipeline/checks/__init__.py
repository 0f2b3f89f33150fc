"""What is wrong with a pipeline: one module a family of checks."""
