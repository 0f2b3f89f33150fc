"""How a template is written down: JSON, or YAML with the short intrinsics that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pipelinekit.documents import Tagged, to_json, to_yaml

Form = Literal["yaml", "json"]


def template_text(template: Mapping[str, Any], form: Form = "yaml") -> str:
    """Write a template, in stable bytes; ``{"Ref": "X"}`` is ``!Ref X`` in YAML, and so on.

    Raises:
        TypeError: it is no template, as a pipeline that `to_template` has not seen.
    """
    if not isinstance(template, Mapping):
        raise TypeError(f"a template, as pk.to_template gives it, is wanted here, not a {type(template).__name__}")
    return to_json(template) if form == "json" else to_yaml(_shortened(template))


def _shortened(data: Any) -> Any:
    match data:
        case {"Ref": str(name), **rest} if not rest:
            return Tagged("!Ref", name)
        case {"Fn::GetAtt": [str(resource), str(attribute)], **rest} if not rest:
            return Tagged("!GetAtt", f"{resource}.{attribute}")
        case {"Fn::Sub": str(text), **rest} if not rest:
            return Tagged("!Sub", text)
        case Mapping():
            return {key: _shortened(value) for key, value in data.items()}
        case list():
            return [_shortened(value) for value in data]
    return data
