"""Pipelines as Python source: what was read from a document, as a person would have written it."""
