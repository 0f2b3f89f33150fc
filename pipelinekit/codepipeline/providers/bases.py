"""What action classes have in common. None of it has fields of its own, so that it costs next to nothing to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelinekit.codepipeline.action import Action, Artifact, ArtifactPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypedDict

    from pipelinekit.values import Text

    class ActionOptions(TypedDict, total=False):
        """What every action takes, for the makers of actions that pass it on."""

        namespace: Text | None
        run_order: int | None
        role: Text | None
        region: Text | None
        outputs: Iterable[Text] | None
        more: Mapping[str, Any]


class SourceAction(Action):
    """Base of the sources: no inputs, one output artifact."""

    __slots__ = ()

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One, named after the action."""
        return (self.default_output,)


class ReadingAction(Action):
    """Base of the actions that read the artifacts of their field ``input``."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def input(self) -> tuple[Artifact, ...]:
            """The artifacts it was given; each class has it as a field."""
            ...

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input


def artifact_path(given: ArtifactPath | None) -> ArtifactPath | None:
    """Take a file of an artifact, or nothing."""
    return None if given is None else needed_path(given)


def needed_path(given: ArtifactPath) -> ArtifactPath:
    """Take a file of an artifact."""
    if isinstance(given, ArtifactPath):
        return given
    raise TypeError(f'a file of an artifact is written build.output.at("template.yml"), not {given!r}')


def joined(
    implied: Iterable[Artifact], given: Iterable[Artifact], last: Iterable[Artifact] = ()
) -> tuple[Artifact, ...]:
    """Join the artifacts that other parameters name with those of ``input``: those *implied*, the others, the *last*.

    An ``input`` that names all of them says their order, too.
    """
    own = once(given)
    wanted = once((*implied, *own, *last))
    return own if len(own) == len(wanted) else wanted


def once(given: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Keep each artifact once, by its name, in the order they come first."""
    return tuple({artifact.name: artifact for artifact in given}.values())
