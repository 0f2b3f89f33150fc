"""Small drawings for action categories (on 28 x 28) and statuses (on 16 x 16), as SVG path data for a stroke."""

from __future__ import annotations

from collections.abc import Mapping

from pipelinekit.drawing.standing import Kind

CATEGORIES: Mapping[str, str] = {
    # a branch that leaves a trunk
    "source": "M10 10.5V17.5M10 13.5C10 16 18 14 18 11.5M10 6.5a2 2 0 1 0 .01 0zM18 7.5a2 2 0 1 0 .01 0z"
    "M10 17.5a2 2 0 1 0 .01 0z",
    # a box
    "build": "M14 6.5L21 10V18L14 21.5L7 18V10ZM7 10L14 13.5L21 10M14 13.5V21.5",
    # a flask
    "test": "M11.5 6.5H16.5M12.5 6.5V12L7.8 19.6C7.3 20.5 7.9 21.5 8.9 21.5H19.1C20.1 21.5 20.7 20.5 20.2 19.6"
    "L15.5 12V6.5M10 17H18",
    # a prompt
    "compute": "M7.5 9L12.5 14L7.5 19M14.5 19H20.5",
    # a person
    "approval": "M14 6.5a3.6 3.6 0 1 0 .01 0zM7 21.5C7 17.6 10 16 14 16S21 17.6 21 21.5",
    # an arrow up, out of a tray
    "deploy": "M14 16.5V6.5M9.8 10.7L14 6.5L18.2 10.7M7 16V20.5H21V16",
    # a flash
    "invoke": "M15.5 6L8.5 15.5H13.5L12.5 22L19.5 12.5H14.5Z",
    # three dots
    "other": "M8.5 14h.01M14 14h.01M19.5 14h.01",
}

STATUSES: Mapping[Kind, str] = {
    "good": "M4.8 8.3L7 10.5L11.2 5.8",
    "bad": "M5.4 5.4L10.6 10.6M10.6 5.4L5.4 10.6",
    "busy": "M8 4.4V8L10.6 9.6",
    "waiting": "M6.2 5.2V10.8M9.8 5.2V10.8",
    "halted": "M5.6 5.6H10.4V10.4H5.6Z",
    "idle": "M5.5 8H10.5",
}
"""They stand in a full circle, the last one in an empty one; for what has not started that stays empty."""
