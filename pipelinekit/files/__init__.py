"""The bridge to the disk: definitions written for AWS, read back, and pipelines opened by name."""

from pipelinekit.files.emitting import Emitted, emit
from pipelinekit.files.loading import load
from pipelinekit.files.opening import CannotOpen, Opened, open_pipeline
from pipelinekit.files.writing import CannotWrite

__all__ = ["CannotOpen", "CannotWrite", "Emitted", "Opened", "emit", "load", "open_pipeline"]
