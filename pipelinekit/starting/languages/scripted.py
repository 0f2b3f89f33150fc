"""Ruby and PHP, and a plain Makefile."""

from __future__ import annotations

import re
import shlex

from pipelinekit.starting.toolchain import Commands, Outputs, Toolchain, with_runtime
from pipelinekit.starting.tree import Tree, string, table

RUBY_MANIFESTS = ("Gemfile", "Rakefile", ".ruby-version", "*.gemspec")
RUBY_SOURCES = ("**/*.rb",)
PHP_MANIFESTS = ("composer.json", "phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml")
PHP_SOURCES = ("**/*.php",)
MAKE_MANIFESTS = ("Makefile", "GNUmakefile", "makefile")

_TARGET = re.compile(r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,60})[ \t]{0,9}:(?![=:])", re.MULTILINE)


def look_ruby(tree: Tree) -> Toolchain | None:
    """Say how a Ruby tree is tested and built; None when it is none."""
    specs = tree.matching("*.gemspec")
    if not tree.has("Gemfile") and not specs:
        return None
    bundle = ("bundle config set --local path vendor/bundle", "bundle install --quiet") if tree.has("Gemfile") else ()
    build = Commands(by="`gem build`", commands=(f"gem build {shlex.quote(specs[0])}",)) if specs else None
    toolchain = Toolchain(
        language="Ruby",
        because=tree.present("Gemfile") or specs[:1],
        programs=("ruby", "bundle") if bundle else ("ruby",),
        test=_ruby_test(tree, bundle),
        build=build,
        outputs=Outputs(files=("*.gem",)) if build else None,
        vendor=bundle,
        leaves=("vendor/bundle",) if bundle else (),
        setup_note="The gems go into vendor/bundle, so that a run on your machine leaves your own alone.",
    )
    found = re.match(r"\s{0,9}(?:ruby-)?(\d+\.\d+)", tree.text(".ruby-version"))
    return with_runtime(toolchain, "ruby", found[1] if found else "", ".ruby-version")


def _ruby_test(tree: Tree, bundle: tuple[str, ...]) -> Commands | None:
    start = "bundle exec " if bundle else ""
    if tree.has("bin/rails") and tree.has_directory("test"):
        return Commands(by="Rails' tests", setup=bundle, commands=(f"{start}rails test",))
    if tree.has(".rspec") or tree.has_directory("spec"):
        return Commands(by="RSpec", setup=bundle, commands=(f"{start}rspec",))
    if tree.has("Rakefile") and tree.has_directory("test"):
        return Commands(by="Rake", setup=bundle, commands=(f"{start}rake test",))
    return None


def look_php(tree: Tree) -> Toolchain | None:
    """Say how a Composer package is tested; None when it is none."""
    if not tree.has("composer.json"):
        return None
    install = ("composer install --no-interaction --no-progress",)
    test = None
    if table(tree.json("composer.json"), "scripts").get("test"):
        test = Commands(by="`composer test`", setup=install, commands=("composer test",))
    elif tree.matching("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"):
        test = Commands(by="PHPUnit", setup=install, commands=("vendor/bin/phpunit",))
    toolchain = Toolchain(
        language="PHP",
        because=("composer.json",),
        programs=("php", "composer"),
        test=test,
        vendor=(f"{install[0]} --no-dev",),
        leaves=("vendor",),
    )
    asked = string(table(tree.json("composer.json"), "config", "platform").get("php"))
    found = re.match(r"(\d+\.\d+)", asked)
    return with_runtime(toolchain, "php", found[1] if found else "", "composer.json (platform)")


def look_make(tree: Tree) -> Toolchain | None:
    """Say which targets of a Makefile test and build; None when there is no Makefile."""
    file = next(iter(tree.present("GNUmakefile", "makefile", "Makefile")), None)  # make's own order
    if file is None:
        return None
    targets = dict.fromkeys(_TARGET.findall(tree.text(file)))
    test = next((target for target in ("test", "tests", "check") if target in targets), None)
    build = next((target for target in ("dist", "package", "build", "all") if target in targets), None)
    outputs = Outputs(base_directory="dist") if build == "dist" and "dist/" in tree.text(file) else None
    note = f"nothing says which files `make {build}` makes: everything is kept"
    return Toolchain(
        language="Make",
        because=(file,),
        programs=("make",),
        test=Commands(by=f"`make {test}`", commands=(f"make {test}",)) if test else None,
        build=Commands(by=f"`make {build}`", commands=(f"make {build}",)) if build else None,
        outputs=outputs,
        notes=(note,) if build and outputs is None else (),
    )
