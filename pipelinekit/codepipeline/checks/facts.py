"""What several checks ask of a definition, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pipelinekit.codebuild.document import examine_buildspec, is_inline
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import ActionType
from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition, Edge
from pipelinekit.codepipeline.limits import Profile
from pipelinekit.codepipeline.order import RESERVED_NAMESPACES, artifact_makers, edges_of, namespace_owners
from pipelinekit.diagnostics import Location, Names
from pipelinekit.values import FrozenMap


class Facts:
    """A definition and the answers that follow from it; an action is known by its stage and itself."""

    def __init__(
        self, definition: Definition, profile: Profile, files: Mapping[str, Iterable[str]] = FrozenMap()
    ) -> None:
        self.definition = definition
        self.profile = profile
        self.files = {source: frozenset(paths) for source, paths in files.items()}
        """Source action -> the files of its repository, for those of which they are known."""

    def at(self, *path: str) -> Location:
        """Give the location of a part of the pipeline."""
        return self.definition.location(*path)

    @cached_property
    def actions(self) -> tuple[tuple[StageDeclaration, ActionDeclaration], ...]:
        """Every action with its stage, in the order of the declaration."""
        return tuple(self.definition.actions())

    @cached_property
    def rules(self) -> tuple[tuple[tuple[str, str, str], RuleDeclaration], ...]:
        """Every rule of a condition with its path (stage, hook, name), in the order of the declaration."""
        stages = self.definition.pipeline.stages
        return tuple(((stage.name, hook, rule.name), rule) for stage in stages for hook, rule in stage.rules())

    @cached_property
    def positions(self) -> dict[tuple[str, ...], int]:
        """Path of a stage or an action -> where it stands in the declaration (the first, where a name comes twice)."""
        found: dict[tuple[str, ...], int] = {}
        for stage in self.definition.pipeline.stages:
            found.setdefault((stage.name,), len(found))
            for action in stage.actions:
                found.setdefault((stage.name, action.name), len(found))
        return found

    @cached_property
    def stage_positions(self) -> dict[str, int]:
        """Name of a stage -> its position among the stages."""
        stages = self.definition.pipeline.stages
        return {stage.name: index for index, stage in reversed(list(enumerate(stages)))}

    @cached_property
    def run_orders(self) -> dict[ActionKey, int]:
        """Action -> its run order."""
        return {(stage.name, action.name): action.run_order for stage, action in self.actions}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every wait between actions that are there, each once."""
        known = self.run_orders
        return tuple(e for e in dict.fromkeys(edges_of(self.definition)) if e.before in known and e.after in known)

    @cached_property
    def pairs(self) -> frozenset[tuple[ActionKey, ActionKey]]:
        """The waits as pairs (before, after), whatever the reason."""
        return frozenset((edge.before, edge.after) for edge in self.edges)

    @cached_property
    def in_order(self) -> bool:
        """Whether stages and run orders keep every wait: then none can lead back to where it came from."""
        times = {key: (self.stage_positions[key[0]], order) for key, order in self.run_orders.items()}
        return all(times[edge.before] < times[edge.after] for edge in self.edges)

    @cached_property
    def knot_of(self) -> dict[ActionKey, int]:
        """Action -> the number of the knot it is in, for those that wait for each other."""
        if self.in_order:
            return {}
        from pipelinekit import graphs

        knots = graphs.knots(list(self.run_orders), [(edge.before, edge.after) for edge in self.edges])
        return {key: number for number, knot in enumerate(knots) for key in knot}

    def is_knotted(self, edge: Edge) -> bool:
        """Whether an edge belongs to a loop: then the loop is what is wrong, not the edge."""
        knot = self.knot_of.get(edge.before)
        return knot is not None and knot == self.knot_of.get(edge.after)

    def contradicted(self, kind: str) -> Iterator[Edge]:
        """Yield the edges of a kind inside a stage that the run orders do not keep."""
        for edge in self.edges:
            inside = edge.kind == kind and edge.before[0] == edge.after[0]
            if inside and self.run_orders[edge.before] >= self.run_orders[edge.after] and not self.is_knotted(edge):
                yield edge

    def how_to_wait(self, edge: Edge) -> str:
        """Say how the run orders would keep an edge."""
        return f"leave run_order out, or write run_order={self.run_orders[edge.before] + 1}"

    @cached_property
    def makers(self) -> dict[str, ActionKey]:
        """Artifact -> the action that makes it."""
        return artifact_makers(self.definition)

    @cached_property
    def artifact_names(self) -> Names:
        """The artifacts that are made, for what a wrong name may stand for."""
        return Names(self.makers)

    @cached_property
    def namespace_names(self) -> Names:
        """The namespaces that there are, for what a wrong name may stand for."""
        return Names(self.owners)

    @cached_property
    def called(self) -> dict[str, list[ActionKey]]:
        """Name -> the actions of that name, in the order of the declaration."""
        found: dict[str, list[ActionKey]] = {}
        for stage, action in self.actions:
            found.setdefault(action.name, []).append((stage.name, action.name))
        return found

    @cached_property
    def owners(self) -> dict[str, ActionKey]:
        """Namespace -> the action that fills it."""
        return namespace_owners(self.definition)

    def is_there(self, maker: ActionKey, stage: str, hook: str) -> bool:
        """Whether what an action gives is there when a condition of a stage is asked."""
        made, asked = self.stage_positions[maker[0]], self.stage_positions[stage]
        return made < asked if hook == "before_entry" else made <= asked

    @cached_property
    def by_key(self) -> dict[ActionKey, ActionDeclaration]:
        """Stage and name -> the action."""
        return {(stage.name, action.name): action for stage, action in self.actions}

    @cached_property
    def projects(self) -> dict[str, Project]:
        """Name -> the project, for those that the definition describes."""
        return {project.name: project for project in reversed(self.definition.projects)}

    @cached_property
    def users(self) -> dict[str, ActionKey]:
        """Name of a project -> the first action that runs it: its findings are shown there, once."""
        found: dict[str, ActionKey] = {}
        for stage, action in self.actions:
            project = self.project_of(action)
            if project is not None:
                found.setdefault(project.name, (stage.name, action.name))
        return found

    def in_project(self, project: Project, *path: str) -> Location:
        """Give the location of a part of a project, below the first action that runs it."""
        user = self.users.get(project.name, ("project", project.name))
        where = self.at(*user, *(path or ("project",)))
        return where if project.where is None else Location(where.path, project.where)

    @cached_property
    def pipeline_variables(self) -> frozenset[str]:
        """The names of the variables that the pipeline itself declares."""
        return frozenset(variable.name for variable in self.definition.pipeline.variables)

    def started_only_by(self, what: str, source: str) -> bool:
        """Whether the triggers of a source let only ``a tag`` or only ``a pull request`` start an execution."""
        triggers = [one for one in self.definition.pipeline.triggers if one.source_action_name == source]
        pushes = [push for trigger in triggers for push in trigger.push]
        requests = [request for trigger in triggers for request in trigger.pull_request]
        if what == "a tag":
            return bool(pushes) and not requests and all(push.tags is not None for push in pushes)
        return bool(requests) and not pushes

    @cached_property
    def likely_namespaces(self) -> frozenset[str]:
        """The namespaces that there are, and those that actions would have by default."""
        return frozenset((*RESERVED_NAMESPACES, *self.owners, *(action.name for _, action in self.actions)))

    def project_of(self, action: ActionDeclaration) -> Project | None:
        """Give the project that a CodeBuild action runs, where it is described here."""
        name = setting(action, "ProjectName")
        return self.projects.get(name) if name and is_codebuild(action) else None

    def buildspec_of(self, action: ActionDeclaration) -> BuildSpec | None:
        """Give the buildspec that a single build runs, where it is known here; batches have their own rules."""
        if setting(action, "BatchEnabled") == "true":
            return None
        if "BuildspecOverride" in action.configuration:
            return self.written.get(setting(action, "BuildspecOverride"))
        project = self.project_of(action)
        return None if project is None else self.buildspec_in(project)

    def buildspec_in(self, project: Project) -> BuildSpec | None:
        """Give the buildspec of a project, where it is known here."""
        spec = project.buildspec
        return self.written.get(spec) if isinstance(spec, str) else spec

    @cached_property
    def written(self) -> dict[str, BuildSpec | None]:
        """Text of a buildspec -> the buildspec, or None when it cannot be read."""
        texts = [setting(action, "BuildspecOverride") for _, action in self.actions if is_codebuild(action)]
        texts += [project.buildspec for project in self.definition.projects if isinstance(project.buildspec, str)]
        return {text: examine_buildspec(text, "buildspec").spec for text in dict.fromkeys(texts) if is_inline(text)}

    def exported_by(self, key: ActionKey) -> tuple[str, ...] | None:
        """Give the output variables of an action, or None where only its execution tells."""
        action = self.by_key[key]
        if is_compute(action):
            return action.output_variables
        if is_codebuild(action):
            spec = self.buildspec_of(action)
            return None if spec is None else spec.exported_variables
        kind = type_of(action)
        return None if kind is None else kind.variables


def type_of(action: ActionDeclaration) -> ActionType | None:
    """Give what is known of the action's type."""
    return catalogue.find(action.action_type_id)


def setting(action: ActionDeclaration | RuleDeclaration, key: str) -> str:
    """Give a value of a configuration; empty when it is missing, or no text, which is said elsewhere."""
    value = action.configuration.get(key, "")
    return value if isinstance(value, str) else ""


def is_codebuild(action: ActionDeclaration) -> bool:
    """Whether it is a build or a test by CodeBuild."""
    kind = action.action_type_id
    return (kind.owner, kind.provider) == ("AWS", "CodeBuild") and kind.category in ("Build", "Test")


def is_compute(action: ActionDeclaration) -> bool:
    """Whether it has commands of its own."""
    return action.action_type_id.category == "Compute"


def is_cloudformation(action: ActionDeclaration) -> bool:
    """Whether it makes, changes or deletes a stack or a change set."""
    kind = action.action_type_id
    return (kind.category, kind.owner, kind.provider) == ("Deploy", "AWS", "CloudFormation")


def listing(names: Iterable[str]) -> str:
    """Write names as ``A, B and C``; ``none`` when there are none."""
    *several, last = [*names] or ["none"]
    return f"{', '.join(several)} and {last}" if several else last


def python_name(name: str) -> str:
    """Guess how a person calls the Python variable of an action: ``GoLive`` is ``go_live``."""
    letters = list(_snake_case(name))
    return "".join(c if c.isalnum() else "_" for c in letters) or "action"


def _snake_case(name: str) -> Iterator[str]:
    for index, letter in enumerate(name):
        if letter.isupper() and index and name[index - 1].islower():
            yield "_"
        yield letter.lower()
