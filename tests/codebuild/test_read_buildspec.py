from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelinekit.codebuild.document import (
    buildspec_text,
    is_inline,
    project_input,
    read_buildspec,
    read_buildspec_with_findings,
    read_environment_variables,
    read_project_input,
)
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Severity
from strategies import buildspecs, projects


def read(text: str) -> BuildSpec:
    return read_buildspec(textwrap.dedent(text), "buildspec.yml")


def findings(text: str) -> tuple[Diagnostic, ...]:
    return read_buildspec_with_findings(textwrap.dedent(text), "buildspec.yml")[1]


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidDocument) as caught:
        read(text)
    return caught.value.diagnostics


def outcome(text: str) -> BuildSpec | tuple[Diagnostic, ...]:
    """What comes of any text: a buildspec or diagnostics, and never another exception."""
    try:
        return read_buildspec(text, "any")
    except InvalidDocument as error:
        return error.diagnostics


def places(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, int, int]]:
    return [(d.code, d.where.place.line, d.where.place.column) for d in diagnostics if d.where.place is not None]


EVERYTHING = """\
    version: 0.2
    run-as: builder
    env:
      shell: bash
      variables:
        STAGE: beta
      parameter-store:
        TOKEN: /shop/token
      secrets-manager:
        PASSWORD: db:password
      exported-variables: [VERSION]
      git-credential-helper: yes
    proxy:
      logs: no
    phases:
      install:
        runtime-versions:
          python: 3.10
        commands:
          - pip install -r requirements.txt
      build:
        run-as: root
        on-failure: ABORT
        commands:
          - make
        finally:
          - make clean
    reports:
      unit:
        files: ['**/*.xml']
    artifacts:
      files:
        - '**/*'
      name: shop-$(date +%F)
      base-directory: dist
      discard-paths: no
      exclude-paths: ['**/*.pyc']
      enable-symlinks: yes
      s3-prefix: shop
      secondary-artifacts:
        docs:
          files: ['docs/**/*']
          discard-paths: yes
    """


def test_every_key_of_the_guide_is_read() -> None:
    spec = read(EVERYTHING)

    assert spec == BuildSpec(
        run_as="builder",
        shell="bash",
        variables={"STAGE": "beta"},
        parameter_store={"TOKEN": "/shop/token"},
        secrets_manager={"PASSWORD": "db:password"},
        exported_variables=["VERSION"],
        git_credential_helper=True,
        install=Phase(["pip install -r requirements.txt"], runtime_versions={"python": "3.10"}),
        build=Phase(["make"], finally_commands=["make clean"], on_failure="ABORT", run_as="root"),
        sections={"proxy": {"logs": "no"}, "reports": {"unit": {"files": ["**/*.xml"]}}},
        artifacts=Artifacts(
            ["**/*"],
            name="shop-$(date +%F)",
            base_directory="dist",
            exclude_paths=["**/*.pyc"],
            enable_symlinks=True,
            s3_prefix="shop",
            secondary={"docs": Artifacts(["docs/**/*"], discard_paths=True)},
        ),
    )


def test_a_lone_text_is_a_list_of_one_where_codebuild_takes_it_for_one() -> None:
    spec = read(
        """\
        version: 0.2
        env: {exported-variables: A}
        phases: {build: {commands: make, finally: make clean}}
        artifacts: {files: out, exclude-paths: out/x}
        """
    )

    assert spec.build == Phase(["make"], finally_commands=["make clean"])
    assert spec.artifacts == Artifacts(["out"], exclude_paths=["out/x"])
    assert spec.exported_variables == ("A",)


@pytest.mark.parametrize(
    ("command", "taken_for", "hint"),
    [
        ("echo a: b", "a mapping", "quote it: - 'echo a: b'"),
        ("echo 'it' : x", "a mapping", "quote it: - 'echo ''it'' : x'"),
        ("true", "the boolean true", "quote it: - 'true'"),
        ("yes", "the boolean yes", "quote it: - 'yes'"),
        ("5", "the number 5", "quote it: - '5'"),
        ("3.10", "the number 3.10", "quote it: - '3.10'"),
        ("2020-01-01", "the date 2020-01-01", "quote it: - '2020-01-01'"),
        ("", "nothing (null)", "give it a command, or take the line out"),
        ("[a, b]", "a list", "quote it: - '[a, b]'"),
        ("!Sub x", "a !Sub x", "quote it: - '!Sub x'"),
    ],
)
def test_a_command_that_yaml_takes_for_something_else_is_an_error_at_its_line(
    command: str, taken_for: str, hint: str
) -> None:
    text = f"version: 0.2\nphases:\n  build:\n    commands:\n      - make\n      - {command}\n"

    (error,) = errors(text)

    assert (error.code, error.message, error.hint) == ("PK619", f"YAML reads this command as {taken_for}", hint)
    assert str(error.where) == "phases > build > commands[1]"
    assert error.where.place is not None
    assert error.where.place.line == 6


def test_quoted_and_block_commands_are_text_whatever_they_look_like() -> None:
    spec = read(
        """\
        version: 0.2
        phases:
          build:
            commands:
              - 'true'
              - "5"
              - |
                a: b
                c
        """
    )

    assert spec.build == Phase(["true", "5", "a: b\nc\n"])


def test_all_errors_of_a_document_come_at_once_in_the_order_of_their_lines() -> None:
    found = errors(
        """\
        version: 0.3
        phases:
          pre_build:
          build:
            on-failure: RETRY-101
            commands: [true]
          test:
            commands: [make]
        artifacts:
          discard-paths: maybe
          files: {a: b}
        """
    )

    assert places(found) == [
        ("PK626", 1, 10),
        ("PK603", 3, 3),
        ("PK616", 5, 17),
        ("PK619", 6, 16),
        ("PK602", 7, 3),
        ("PK623", 10, 18),
        ("PK623", 11, 10),
    ]


def test_unknown_keys_are_warnings_that_suggest_the_right_one() -> None:
    found = findings(
        """\
        version: 0.2
        artefacts: {}
        discard-paths: yes
        env:
          varaibles: {A: b}
        phases:
          build:
            comands: [x]
            commands: [make]
        artifacts:
          base_directory: out
          files: [a]
        """
    )

    assert [(d.code, str(d.where), d.hint) for d in found] == [
        ("PK602", "artefacts", "is artifacts meant?"),
        ("PK602", "discard-paths", "discard-paths belongs into artifacts"),
        ("PK602", "env > varaibles", "is variables meant?"),
        ("PK602", "phases > build > comands", "is commands meant?"),
        ("PK602", "artifacts > base_directory", "is base-directory meant?"),
    ]
    assert {d.severity for d in found} == {Severity.WARNING}


def test_sections_that_are_not_modelled_are_kept_as_they_are_written() -> None:
    text = textwrap.dedent(
        """\
        version: 0.2
        phases: {build: {commands: [make]}}
        cache: {paths: [], key: null}
        batch: {fast-fail: false, build-list: [{identifier: a, env: {variables: {N: 0755, V: 3.10, F: 1.5}}}]}
        x-ours: [1, two]
        """
    )

    spec = read_buildspec(text, "buildspec.yml")

    assert spec.sections == {
        "cache": {"paths": [], "key": None},
        "batch": {
            "fast-fail": False,
            "build-list": [{"identifier": "a", "env": {"variables": {"N": "0755", "V": "3.10", "F": 1.5}}}],
        },
        "x-ours": [1, "two"],
    }
    assert read_buildspec(buildspec_text(spec), "again") == spec
    assert hash(spec) == hash(read_buildspec(text, "buildspec.yml"))


def test_environment_values_keep_the_text_that_was_written() -> None:
    spec = read(
        """\
        version: 0.2
        env: {variables: {A: on, B: 0755, C: 22:30, D: 1e3, E: , F: ~, G: 007}}
        phases: {build: {commands: [make]}}
        """
    )

    assert spec.variables == {"A": "on", "B": "0755", "C": "22:30", "D": "1e3", "E": "", "F": "", "G": "007"}


def test_version_0_1_is_read_by_its_own_names_and_written_by_them() -> None:
    text = textwrap.dedent(
        """\
        version: 0.1
        environment_variables:
          plaintext:
            A: b
        phases:
          build:
            commands: [make]
        artifacts:
          type: zip
          files: [out]
        """
    )

    spec, found = read_buildspec_with_findings(text, "buildspec.yml")

    assert spec == BuildSpec(version="0.1", variables={"A": "b"}, build=["make"], artifacts=["out"])
    assert [(d.code, d.where.place.line if d.where.place else 0) for d in found] == [("PK601", 1)]
    assert "environment_variables:\n  plaintext:\n    A: b" in buildspec_text(spec)
    assert read_buildspec(buildspec_text(spec), "again") == spec


def test_version_0_1_warns_of_what_came_later() -> None:
    found = findings(
        """\
        version: 0.1
        env: {variables: {A: b}}
        phases: {build: {commands: [make], finally: [clean]}}
        artifacts: {files: [a], exclude-paths: [b]}
        """
    )

    assert [str(d.where) for d in found] == ["version", "env", "phases > build > finally", "artifacts > exclude-paths"]


def test_a_buildspec_without_version_or_phases_is_an_error() -> None:
    assert [d.code for d in errors("phases: {build: {commands: [make]}}")] == ["PK601"]
    assert [d.code for d in errors("version: 0.2")] == ["PK603"]
    assert [d.code for d in errors("version: 0.2\nphases:\n")] == ["PK603"]
    assert [d.code for d in errors("- a")] == ["PK623"]


def test_a_batch_needs_no_phases_but_a_version_without_quotes() -> None:
    spec, found = read_buildspec_with_findings("version: '0.2'\nbatch: {build-list: []}\n", "b")

    assert spec == BuildSpec(sections={"batch": {"build-list": []}})
    assert [d.code for d in found] == ["PK626"]


def test_a_phase_needs_commands_except_for_install() -> None:
    assert read("version: 0.2\nphases: {install: {runtime-versions: {python: 3.12}}}").install is not None
    assert [d.code for d in errors("version: 0.2\nphases: {install: }")] == ["PK603"]
    assert [d.code for d in errors("version: 0.2\nphases: {build: {commands: []}}")] == ["PK603"]
    assert [d.code for d in errors("version: 0.2\nphases: {build: {finally: [a]}}")] == ["PK603"]


def test_what_stands_in_the_wrong_place_is_told_where_it_belongs() -> None:
    found = errors(
        "version: 0.2\nphases:\n  artifacts: {files: [a]}\n  commands: [make]\n  post-build: {commands: [x]}\n"
    )

    assert [d.hint for d in found] == [
        "artifacts belongs at the top level: indent it less",
        "commands belongs into one of the phases: install, pre_build, build, post_build",
        "is post_build meant?",
    ]


def test_github_actions_steps_are_refused_and_not_dropped() -> None:
    (error,) = errors("version: 0.2\nphases: {build: {steps: [{uses: actions/checkout}]}}")

    assert (error.code, str(error.where)) == ("PK625", "phases > build > steps")


def test_anchors_aliases_and_merge_keys_are_expanded() -> None:
    spec = read(
        """\
        version: 0.2
        env:
          variables: &common {A: a, B: b}
        phases:
          pre_build: &phase
            commands: &commands [make]
            on-failure: ABORT
          build:
            <<: *phase
            on-failure: CONTINUE
          post_build:
            commands: *commands
        """
    )

    assert spec.build == Phase(["make"], on_failure="CONTINUE")
    assert spec.post_build == Phase(["make"])


def test_a_key_that_stands_twice_is_a_warning_and_the_last_one_counts() -> None:
    spec, (warning,) = read_buildspec_with_findings(
        "version: 0.2\nphases: {build: {commands: [a], commands: [b]}}", "buildspec.yml"
    )

    assert spec.build == Phase(["b"])
    assert (warning.code, str(warning.where)) == ("PK624", "phases > build > commands")


def test_json_is_read_too_with_tabs_and_escaped_slashes() -> None:
    text = '{\n\t"version": 0.2,\n\t"phases": {"build": {"commands": ["cat a\\/b", "echo \\\\\\\\/", 5]}}\n}'

    (error,) = errors(text)
    spec = read_buildspec(text.replace(", 5", ""), "inline")

    assert [(code, line) for code, line, _ in places((error,))] == [("PK619", 3)]
    assert error.hint == "quote it: - '5'"
    assert spec.build == Phase(["cat a/b", "echo \\\\/"])


def test_a_byte_order_mark_and_crlf_do_no_harm() -> None:
    text = "\ufeffversion: 0.2\r\nphases:\r\n  build:\r\n    commands:\r\n      - make\r\n"

    assert read_buildspec(text, "buildspec.yml").build == Phase(["make"])


def test_two_documents_and_broken_yaml_are_pk600_with_a_line() -> None:
    for text in ("version: 0.2\n---\nversion: 0.2\n", "version: 0.2\nphases:\n\tbuild:\n", "a: [", "&a [*a]", ""):
        (error,) = errors(text)
        assert error.code in {"PK600", "PK623"}
        assert error.where.place is not None


def test_a_text_with_a_nul_character_is_an_error() -> None:
    (error,) = errors('version: 0.2\nphases: {build: {commands: ["a\\0b"]}}')

    assert (error.code, error.message) == ("PK623", "holds a NUL character")


def test_every_buildspec_of_the_corpus_is_read_or_refused_with_a_line(shared: Path) -> None:
    files = sorted((shared / "corpus" / "buildspec").iterdir())

    outcomes = {file.name: outcome(file.read_bytes().decode()) for file in files}

    specs = {name: one for name, one in outcomes.items() if isinstance(one, BuildSpec)}
    refused = {name: one for name, one in outcomes.items() if not isinstance(one, BuildSpec)}
    assert len(specs) > 150
    assert len(refused) > 10
    assert [name for name, spec in specs.items() if read_buildspec(buildspec_text(spec), name) != spec] == []
    assert [name for name, found in refused.items() if not all(line for _, line, _ in places(found))] == []
    assert all(refused.values())


# What is written can be read.


@settings(max_examples=200, deadline=None)
@given(buildspecs)
def test_a_buildspec_that_was_written_reads_as_it_was(spec: BuildSpec) -> None:
    assert read_buildspec(buildspec_text(spec), "again") == spec


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text("{}[]:-,'\"\n &*!|>#%@`.~0123456789abversionphcmd", max_size=60))
def test_no_text_makes_anything_but_a_buildspec_or_a_diagnostic(text: str) -> None:
    came = outcome(text)

    assert isinstance(came, BuildSpec) or came


@settings(max_examples=50, deadline=None)
@given(projects)
def test_a_project_that_was_written_reads_as_it_was(project: Project) -> None:
    assert read_project_input(json.loads(json.dumps(project_input(project)))) == project


def test_a_project_as_aws_describes_it_is_read_without_the_fields_we_do_not_have() -> None:
    data = {
        "name": "shop",
        "arn": "arn:aws:codebuild:eu-west-1:123456789012:project/shop",
        "source": {"type": "GITHUB", "buildspec": "ci/buildspec.yml", "gitCloneDepth": 1},
        "environment": {"type": "ARM_CONTAINER", "image": "i", "computeType": "c", "environmentVariables": []},
        "created": 1.5,
    }

    project = read_project_input(data)

    assert evolve(project, role="") == Project(
        "shop", buildspec="ci/buildspec.yml", environment_type="ARM_CONTAINER", image="i", compute_type="c", role=""
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "has no name"),
        ({"name": 5}, "is 5, where a text is wanted"),
        ({"name": "a", "timeoutInMinutes": True}, "is True, where a whole number is wanted"),
        ({"name": "a", "environment": []}, "is [], where an object is wanted"),
        ({"name": "a", "tags": ["b"]}, "is 'b', where an object is wanted"),
        ({"name": "a", "tags": [{"key": "b"}]}, "has no value"),
    ],
)
def test_a_project_of_the_wrong_shape_is_refused_with_a_sentence(data: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_project_input(data)

    (error,) = caught.value.diagnostics
    assert (error.code, error.message) == ("PK623", message)


def test_an_inline_buildspec_of_a_project_that_cannot_be_read_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_project_input({"name": "a", "source": {"buildspec": "version: 0.2\nphases:\n  build: []\n"}})

    (error,) = caught.value.diagnostics
    assert str(error.where.place) == "project (buildspec of a):3:10"


def test_one_line_is_the_path_of_a_buildspec_and_several_are_its_text() -> None:
    assert not is_inline("ci/buildspec.yml")
    assert not is_inline('{"version": 0.2}')
    assert is_inline("version: 0.2\n")


def test_environment_variables_of_an_action_are_read_from_their_json() -> None:
    text = '[{"name":"A","value":"b"},{"name":"C","value":"d","type":"PARAMETER_STORE"}]'

    variables = read_environment_variables(text)

    assert variables == (
        EnvironmentVariable(name="A", value="b"),
        EnvironmentVariable(name="C", value="d", type="PARAMETER_STORE"),
    )
    for wrong in ("[", "{}", '["a"]', '[{"name":"A"}]'):
        with pytest.raises(InvalidDocument):
            read_environment_variables(wrong)
