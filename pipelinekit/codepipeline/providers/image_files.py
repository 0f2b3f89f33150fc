"""The files by which ECS actions learn of images, as shell commands for a buildspec (User Guide, file-reference)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from pipelinekit.values import Text, text_map

IMAGE_DEFINITIONS = "imagedefinitions.json"
IMAGE_DETAIL = "imageDetail.json"


def image_definitions(images: Mapping[str, Text], file_name: str = IMAGE_DEFINITIONS) -> str:
    r"""Write the shell command that makes the file of a rolling update: container name -> image.

    An image is text for the shell, in double quotes, so it may have variables of the shell.

        >>> print(image_definitions({"web": "$REPOSITORY:$TAG"}))
        printf '[{"name":"%s","imageUri":"%s"}]' web "$REPOSITORY:$TAG" > imagedefinitions.json
    """
    given = text_map(images)
    entries = ",".join('{"name":"%s","imageUri":"%s"}' for _ in given)
    arguments = " ".join(f"{shlex.quote(name)} {_in_double_quotes(uri)}" for name, uri in given.items())
    return f"printf '[{entries}]' {arguments} > {shlex.quote(file_name)}"


def image_detail(image: Text, file_name: str = IMAGE_DETAIL) -> str:
    r"""Write the shell command that makes the file of a blue/green deployment, which has one image.

    >>> print(image_detail("$REPOSITORY:$TAG"))
    printf '{"ImageURI":"%s"}' "$REPOSITORY:$TAG" > imageDetail.json
    """
    return f"""printf '{{"ImageURI":"%s"}}' {_in_double_quotes(str(image))} > {shlex.quote(file_name)}"""


def _in_double_quotes(text: str) -> str:
    if '"' in text or "\n" in text:
        raise ValueError(f"an image is the name of an image or a variable of the shell, not {text!r}")
    return f'"{text}"'
