"""Run a pipeline for real on this machine: engine, journal, artifacts, processes and workers."""
