"""Run a pipeline on this machine: the engine, its journal, artifacts, processes and workers."""
