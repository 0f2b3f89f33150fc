"""A shop that sells a few things, on the standard library alone."""
