"""Definitions changed by pure functions, as the console's editor does."""
