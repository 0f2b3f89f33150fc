"""Small trees of many languages, as the files that tell what they are."""

from __future__ import annotations

from pipelinekit.starting.tree import Git, Tree

BUILDSPEC = """version: 0.2
phases:
  build:
    commands:
      - make dist
artifacts:
  files: ["**/*"]
"""
APPSPEC = """version: 0.0
os: linux
files:
  - source: app
    destination: /srv/shop
hooks:
  ApplicationStart:
    - location: scripts/start.sh
"""
SAM = """AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Level: {Type: String}
  Size: {Type: Number, Default: 3}
Resources:
  Shop:
    Type: AWS::Serverless::Function
"""

MARKERS = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools-scm"]\n[dependency-groups]\ntests = ["pytest"]\n',
    "setup.py": "",
    "requirements.txt": "flask\n",
    "requirements-dev.txt": "pytest>=8\n",
    "tox.ini": "[testenv]\n",
    "noxfile.py": "",
    "manage.py": "",
    "uv.lock": "",
    "poetry.lock": "",
    "pdm.lock": "",
    "Pipfile.lock": "{}",
    ".python-version": "3.12.1\n",
    "tests/test_shop.py": "import unittest\n",
    "shop's own/it is.py": "",
    "package.json": '{"scripts": {"test": "mocha", "build": "vite build"}, "devDependencies": {"vite": "6"}}',
    "package-lock.json": "{}",
    "pnpm-lock.yaml": "",
    "yarn.lock": "",
    ".yarnrc.yml": "",
    "bun.lock": "",
    ".nvmrc": "v20.11.0\n",
    "go.mod": "module example.org/shop\n\ngo 1.22\n",
    "main.go": "package main\n",
    "pom.xml": "<project><modules><module>a</module></modules><java.version>17</java.version></project>",
    "mvnw": "",
    "src/test/java/ShopTest.java": "",
    "build.gradle": "",
    "settings.gradle.kts": 'include("a")',
    "gradlew": "",
    "Cargo.toml": '[package]\nname = "shop"\n',
    "Cargo.lock": "",
    "src/main.rs": "",
    "Gemfile": "gem 'jekyll'\n",
    "Rakefile": "",
    "shop.gemspec": "",
    "spec/shop_spec.rb": "",
    "_config.yml": "",
    "composer.json": '{"scripts": {"test": "phpunit"}, "config": {"platform": {"php": "8.3.1"}}}',
    "phpunit.xml": "",
    "shop.sln": "",
    "Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net8.0</TargetFramework></Project>',
    "Shop.Tests/Shop.Tests.csproj": '<PackageReference Include="Microsoft.NET.Test.Sdk" />',
    "Makefile": "test:\n\ttrue\ndist: test\n\tmkdir -p dist/\n",
    "index.html": "",
    "public/index.html": "",
    "mkdocs.yml": "site_name: shop\n",
    "hugo.toml": "",
    "content/first.md": "",
    "README.md": "",
    "buildspec.yml": BUILDSPEC,
    "ci/other-buildspec.yml": BUILDSPEC,
    "appspec.yml": APPSPEC,
    "app/page.txt": "",
    "scripts/start.sh": "touch started\n",
    "template.yaml": SAM,
    "Dockerfile": "FROM scratch\n",
}

GIT = Git(remote="git@github.com:acme/shop.git", branch="main")


def tree(*files: str, git: Git | None = GIT) -> Tree:
    """Make the tree of some of the `MARKERS`, with their texts."""
    return tree_of({name: MARKERS[name] for name in files}, git)


def tree_of(given: dict[str, str], git: Git | None = GIT) -> Tree:
    """Make the tree of these files and their texts."""
    return Tree(name="shop", files=sorted(given), texts=given, git=git)
