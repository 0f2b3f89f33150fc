from __future__ import annotations

import pytest

from markers import MARKERS, tree, tree_of
from pipelinekit.starting.languages import look
from pipelinekit.starting.toolchain import Outputs, Runtime, Toolchain
from pipelinekit.starting.tree import Tree

VENV = ("python3 -m venv .venv", ". .venv/bin/activate")


def of(given: Tree) -> Toolchain:
    """Give the first toolchain that is found."""
    return look(given)[0]


def unit_commands(given: Tree) -> tuple[str, ...]:
    """Give all commands that test, those that set up first."""
    test = of(given).test
    assert test is not None
    return (*test.setup, *test.commands)


def build_commands(given: Tree) -> tuple[str, ...]:
    """Give the commands that build."""
    build = of(given).build
    assert build is not None
    return build.commands


def python(**files: str) -> Tree:
    """Make a Python tree with a test file and what a pyproject.toml says."""
    return tree_of({"tests/test_shop.py": "import pytest\n", "pyproject.toml": files["pyproject"]})


# Python.


def test_a_dependency_group_with_pytest_is_installed_with_the_package() -> None:
    given = python(
        pyproject='[build-system]\n[project]\nname="shop"\n[dependency-groups]\ntests=["pytest>=8"]\nx=["pytest"]'
    )

    assert unit_commands(given) == (
        *VENV,
        "pip install -q --upgrade pip",
        "pip install -q -e . --group tests",
        "python -m pytest",
    )


def test_a_group_that_includes_one_with_pytest_counts() -> None:
    given = python(
        pyproject='[dependency-groups]\nbase=["pytest"]\ndev=[{include-group="base"}, {include-group="dev"}]'
    )

    assert "--group dev" in " ".join(unit_commands(given))


def test_an_extra_with_pytest_is_installed_with_the_package() -> None:
    given = python(pyproject='[build-system]\n[project.optional-dependencies]\ntest=["pytest"]\n')

    assert unit_commands(given) == (*VENV, "pip install -q -e '.[test]'", "python -m pytest")


def test_a_requirements_file_with_pytest_is_installed() -> None:
    given = tree_of({"requirements.txt": "flask\n", "requirements-dev.txt": "pytest==8.4  # tests\n"})

    assert unit_commands(given) == (
        *VENV,
        "pip install -q -r requirements.txt -r requirements-dev.txt",
        "python -m pytest",
    )


def test_tox_knows_what_the_tests_need_where_nothing_else_does() -> None:
    given = tree_of({"tox.ini": "[testenv]\ndeps = pytest\n[pytest]\n", "setup.py": ""})

    assert unit_commands(given) == (*VENV, "pip install -q tox", "tox -e py")


def test_nox_is_run_where_there_is_nothing_else() -> None:
    assert unit_commands(tree_of({"noxfile.py": ""})) == (*VENV, "pip install -q nox", "nox")


def test_unittest_without_requirements_needs_nothing_to_be_installed() -> None:
    given = tree_of({"shop.py": "", "tests/__init__.py": "", "tests/test_shop.py": "import unittest\n"})

    assert unit_commands(given) == ("python3 -m unittest discover",)


def test_unittest_is_told_of_a_directory_that_is_no_package() -> None:
    given = tree_of({"shop.py": "", "tests/test_shop.py": "import unittest\n"})

    assert unit_commands(given) == ("python3 -m unittest discover -s tests",)


def test_django_tests_itself() -> None:
    given = tree_of({"manage.py": "", "requirements.txt": "django\n"})

    assert unit_commands(given) == (*VENV, "pip install -q -r requirements.txt", "python manage.py test")


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("uv.lock", ".tools/bin/uv sync --locked --group tests"),
        ("poetry.lock", "env -u VIRTUAL_ENV .tools/bin/poetry install --no-interaction --with tests"),
        ("pdm.lock", ".tools/bin/pdm sync --group tests"),
        ("Pipfile.lock", ".tools/bin/pipenv install --dev --deploy"),
    ],
)
def test_a_lock_file_tells_who_installs(lock: str, command: str) -> None:
    assert command in unit_commands(tree("pyproject.toml", lock))


def test_a_package_is_built_into_dist() -> None:
    toolchain = of(tree("pyproject.toml"))

    assert (build_commands(tree("pyproject.toml")), toolchain.outputs) == (
        ("python -m build",),
        Outputs(base_directory="dist"),
    )


def test_a_project_that_is_no_package_is_not_built() -> None:
    assert of(python(pyproject='[project]\nname="shop"\n')).build is None
    assert of(python(pyproject="[build-system]\n[tool.uv]\npackage = false\n")).build is None


def test_a_version_that_git_tags_make_is_given_since_the_source_has_no_history() -> None:
    toolchain = of(tree("pyproject.toml"))

    assert toolchain.build is not None
    assert toolchain.build.variables == {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"}
    assert "SETUPTOOLS_SCM_PRETEND_VERSION stands in" in toolchain.notes[0]


def test_a_version_that_is_pinned_becomes_the_runtime() -> None:
    assert of(tree("requirements.txt", ".python-version")).runtime == Runtime(name="python", version="3.12")


def test_a_version_that_the_image_does_not_have_is_not_written_but_said() -> None:
    toolchain = of(tree_of({"requirements.txt": "", ".python-version": "3.7\n"}))

    assert toolchain.runtime is None
    assert "python 3.7, which CodeBuild's standard image does not have" in toolchain.notes[0]


def test_a_broken_manifest_is_a_python_project_all_the_same() -> None:
    assert of(tree_of({"pyproject.toml": "[project\n"})).language == "Python"


# Node.


def node(package: str, *files: str) -> Tree:
    return tree_of({"package.json": package, **dict.fromkeys(files, "")})


@pytest.mark.parametrize(
    ("package", "lock", "commands"),
    [
        ("", "package-lock.json", ("npm ci", "npm test")),
        ("", "README.md", ("npm install", "npm test")),
        ("", "pnpm-lock.yaml", ("npx --yes pnpm install --frozen-lockfile", "npx --yes pnpm run test")),
        ("", "yarn.lock", ("npx --yes yarn@1 install --frozen-lockfile", "npx --yes yarn@1 run test")),
        ("", "bun.lockb", ("npx --yes bun install --frozen-lockfile", "npx --yes bun run test")),
        (
            '"packageManager": "pnpm@9.1.2+sha512.abc", ',
            "pnpm-lock.yaml",
            ("npx --yes pnpm@9.1.2 install --frozen-lockfile", "npx --yes pnpm@9.1.2 run test"),
        ),
        (
            '"packageManager": "yarn@4.5.0", ',
            "yarn.lock",
            (
                "npx --yes --package=@yarnpkg/cli-dist@4.5.0 yarn install --immutable",
                "npx --yes --package=@yarnpkg/cli-dist@4.5.0 yarn run test",
            ),
        ),
        ('"packageManager": "pnpm@9; rm -rf ~", ', "README.md", ("npx --yes pnpm install", "npx --yes pnpm run test")),
    ],
)
def test_the_package_manager_is_the_one_of_the_lock_file(package: str, lock: str, commands: tuple[str, ...]) -> None:
    assert unit_commands(node(f'{{{package}"scripts": {{"test": "mocha"}}}}', lock)) == commands


def test_what_npm_init_writes_is_no_test() -> None:
    assert of(node('{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}')).test is None


@pytest.mark.parametrize(
    ("package", "directory"),
    [
        ('{"scripts": {"build": "tsc"}, "main": "./lib/index.js"}', "lib"),
        ('{"scripts": {"build": "x"}, "files": ["dist"]}', "dist"),
        ('{"scripts": {"build": "x"}, "dependencies": {"react-scripts": "5"}}', "build"),
    ],
)
def test_the_directory_that_a_build_fills_is_the_one_the_package_names(package: str, directory: str) -> None:
    assert of(node(package)).outputs == Outputs(base_directory=directory)


def test_a_build_that_names_no_directory_is_said() -> None:
    toolchain = of(node('{"scripts": {"build": "x"}}'))

    assert (toolchain.outputs, toolchain.notes) == (
        None,
        ("nothing says which directory `build` fills: everything is kept",),
    )


@pytest.mark.parametrize(
    ("engines", "runtime"),
    [("20.x", Runtime(name="nodejs", version="20")), ("22", Runtime(name="nodejs", version="22")), (">=18", None)],
)
def test_only_a_pin_chooses_the_runtime(engines: str, runtime: Runtime | None) -> None:
    assert of(node(f'{{"engines": {{"node": "{engines}"}}}}')).runtime == runtime


@pytest.mark.parametrize("package", ["[]", "{", '{"scripts": []}', '{"scripts": {"test": 1}}', "[" * 100_000])
def test_a_strange_package_is_a_node_project_without_tests(package: str) -> None:
    assert (of(node(package)).language, of(node(package)).test) == ("Node", None)


# The others.


@pytest.mark.parametrize(
    ("files", "language", "test", "build"),
    [
        (["go.mod"], "Go", ("go vet ./...", "go test ./..."), None),
        (["go.mod", "main.go"], "Go", ("go vet ./...", "go test ./..."), ("go build -o build/ ./...",)),
        (["Cargo.toml"], "Rust", ("cargo test",), None),
        (
            ["Cargo.toml", "Cargo.lock", "src/main.rs"],
            "Rust",
            ("cargo test --locked",),
            ("cargo build --release --locked",),
        ),
        (["pom.xml"], "Java", None, ("mvn -B -DskipTests package",)),
        (
            ["pom.xml", "mvnw", "src/test/java/ShopTest.java"],
            "Java",
            ("sh ./mvnw -B test",),
            ("sh ./mvnw -B -DskipTests package",),
        ),
        (["build.gradle"], "Java", None, ("gradle --no-daemon assemble",)),
        (
            ["Gemfile", "spec/shop_spec.rb", "shop.gemspec"],
            "Ruby",
            (
                "bundle config set --local path vendor/bundle",
                "bundle install --quiet",
                "bundle exec rspec",
            ),
            ("gem build shop.gemspec",),
        ),
        (
            ["composer.json"],
            "PHP",
            ("composer install --no-interaction --no-progress", "composer test"),
            None,
        ),
        (
            ["shop.sln", "Shop/Shop.csproj", "Shop.Tests/Shop.Tests.csproj"],
            ".NET",
            ("dotnet test",),
            ("dotnet publish Shop/Shop.csproj -c Release -o out",),
        ),
        (["Makefile"], "Make", ("make test",), ("make dist",)),
    ],
)
def test_each_language_is_tested_and_built_by_its_own_tool(
    files: list[str], language: str, test: tuple[str, ...] | None, build: tuple[str, ...] | None
) -> None:
    toolchain = of(tree(*files))

    assert toolchain.language == language
    assert (None if toolchain.test is None else unit_commands(tree(*files))) == test
    assert (None if toolchain.build is None else build_commands(tree(*files))) == build


def test_a_wrapper_that_may_be_executed_is() -> None:
    given = Tree(name="shop", files=["gradlew", "build.gradle"], executables=frozenset({"gradlew"}))

    assert build_commands(given) == ("./gradlew --no-daemon assemble",)


@pytest.mark.parametrize(
    ("pom", "runtime"),
    [
        ("<java.version>17</java.version>", "corretto17"),
        ("<maven.compiler.release> 21 </maven.compiler.release>", "corretto21"),
        ("<maven.compiler.source>1.8</maven.compiler.source>", "corretto8"),
    ],
)
def test_the_level_of_java_chooses_the_runtime(pom: str, runtime: str) -> None:
    assert of(tree_of({"pom.xml": pom})).runtime == Runtime(name="java", version=runtime)


def test_several_modules_leave_their_jars_in_several_directories() -> None:
    assert of(tree("pom.xml")).outputs == Outputs(files=("**/target/*.jar",))


def test_the_programs_of_a_cargo_package_are_what_it_leaves() -> None:
    given = tree_of(
        {"Cargo.toml": '[[bin]]\nname = "shop"\n[[bin]]\nname = "../x"\n', "src/main.rs": "", "src/bin/tool.rs": ""}
    )

    assert of(given).outputs == Outputs(files=("shop", "tool"), base_directory="target/release")


def test_the_language_of_most_sources_comes_first() -> None:
    given = tree("pyproject.toml", "package.json", "tests/test_shop.py")

    assert [toolchain.language for toolchain in look(given)] == ["Python", "Node"]


def test_a_makefile_tests_what_its_language_cannot() -> None:
    toolchain = of(tree("requirements.txt", "Makefile"))

    assert (toolchain.language, toolchain.programs) == ("Python", ("python3", "make"))
    assert unit_commands(tree("requirements.txt", "Makefile")) == ("make test",)


def test_a_stray_script_does_not_make_a_python_project_of_a_makefile() -> None:
    assert of(tree_of({"Makefile": MARKERS["Makefile"], "gen.py": ""})).language == "Make"


def test_a_projects_directory_below_is_no_project_here() -> None:
    assert look(tree_of({"worker/Worker.csproj": "", "vote/requirements.in": ""})) == ()
