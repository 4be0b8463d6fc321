# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Makefile's targets do, each in a virtual environment of its own.

Everything about Ansible runs on a copy of the collection in build/ and with a home below build/, so nothing is
written to the user's own files. tools/cores.py says which ansible-core runs on which Python, antsibull-nox.toml
configures the sessions that antsibull-nox brings, and tools/suite.py says what `make test` consists of.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from tools import cores, registry  # noqa: E402
from tools.build_tree import BUILD, HOME, TREE, build_tree, tree_of  # noqa: E402

nox.needs_version = ">=2024.4.15"
_UV = registry.settings()
nox.options.default_venv_backend = "virtualenv" if _UV is None else "uv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True

# The real interpreters first: pyenv's shims break ansible-test and packed modules.
_FOLDERS = dict.fromkeys(str(python.parent) for python in reversed(cores.pythons().values()))
os.environ["PATH"] = os.pathsep.join([*_FOLDERS, os.environ.get("PATH", "")])
os.environ["PIP_CONSTRAINT"] = os.environ["UV_CONSTRAINT"] = str(ROOT / "tools" / "constraints.txt")
_OF_UV = {name: value for name, value in (_UV or {}).items() if name not in os.environ}
os.environ.update(_OF_UV)

# Where it is set, each start of pytest, Ansible and the linters would compile all that they import, and rewrite all assertions.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Not ansible_env: these are for tools that antsibull-nox runs. They leave logs and folders in the home that they see,
# but pip and git should find what the user has set.
_USER = Path.home()
os.environ.setdefault("XDG_CACHE_HOME", str(_USER / ".cache"))
os.environ.setdefault("XDG_CONFIG_HOME", str(_USER / ".config"))
if (_USER / ".gitconfig").exists():
    os.environ.setdefault("GIT_CONFIG_GLOBAL", str(_USER / ".gitconfig"))
HOME.mkdir(parents=True, exist_ok=True)
os.environ["HOME"] = str(HOME)
os.environ["ANSIBLE_HOME"] = str(HOME / ".ansible")

antsibull_nox.load_antsibull_nox_toml()
PYPROJECT = nox.project.load_toml("pyproject.toml")
NEWEST = cores.newest_core()
SANDBOX_REQUIREMENTS = "sandbox/requirements.txt"
AWX_FROM = "ansible==10.7.0"
LANGUAGE_SERVERS = ("@ansible/ansible-language-server@1.2.3", "yaml-language-server@1.25.0")


def group(*names: str) -> tuple[str, ...]:
    """The requirements of dependency groups in pyproject.toml."""
    return nox.project.dependency_groups(PYPROJECT, *names)


def install(session: nox.Session, *requirements: str, files: tuple[str, ...] = ()) -> None:
    """Install once: again only when the requirements, or the requirements files, have changed."""
    texts = [Path(name).read_text() for name in (*files, os.environ["PIP_CONSTRAINT"])]
    digest = hashlib.sha256("\n".join([*requirements, *texts]).encode()).hexdigest()
    stamp = Path(session.virtualenv.location) / f"installed-{digest}"
    if not stamp.exists():
        session.install("-q", *requirements, *(f"-r{name}" for name in files))
        stamp.touch()


def core_tree(core: cores.Core) -> Path:
    """The copy of the collection that a core runs on."""
    return tree_of(f"core-{core}")


def ansible_env(core: cores.Core, tree: Path | None = None) -> dict[str, str | None]:
    """The environment for everything of Ansible: this collection, a home of its own, none of the user's settings.

    :param tree: the copy of the collection; by default the one of the core
    """
    collections = (tree or core_tree(core)).parents[2]
    home = HOME / str(core)
    home.mkdir(parents=True, exist_ok=True)
    config = HOME / "ansible.cfg"
    config.write_text("[defaults]\n")
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("ANSIBLE_") or name in _OF_UV}
    env.update(
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        XDG_CONFIG_HOME=str(home / ".config"),
        ANSIBLE_HOME=str(home / ".ansible"),
        ANSIBLE_COLLECTIONS_PATH=str(collections),
        ANSIBLE_CONFIG=str(config),
        PYTHONPATH=str(collections),
        PYTHONUNBUFFERED="1",
    )
    return env


# The parts that run on an ansible-core. Each gets its environment and the arguments after its name.


def demo(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The quickstart on a sandbox, or on the server that TRIEVE_BASE_URL names."""
    session.run("python", "tools/demo.py", *arguments, env=ansible_env(core))


def sandbox(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """A sandbox in the foreground."""
    session.run("python", "-m", "sandbox", *arguments, env=ansible_env(core))


def conformance(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The recordings against any server: play, record or diff."""
    session.run("python", "-m", "tests.conformance", *arguments, env=ansible_env(core))


def bench(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The benchmark against a sandbox: figures and chart go into docs/benchmark, with --quick into build/benchmark."""
    install(session, *group("bench"))
    out = BUILD / "benchmark" if "--quick" in arguments else ROOT / "docs" / "benchmark"
    session.run("python", "-m", "tests.benchmark", "--out", str(out), *arguments, env=ansible_env(core))


def pytest(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The tests of the folders that are named."""
    cache = ("-o", f"cache_dir={BUILD / str(core) / 'pytest'}")
    session.run("python", "-m", "pytest", *cache, *arguments, env=ansible_env(core))


def specs(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The argument specs of the role and the JSON Schema of its state file, from the modules' documentation."""
    session.run("python", "-m", "tools.state_file", str(ROOT), *arguments, env=ansible_env(core))


def outputs(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """What the commands of the guides print, written into the guides."""
    session.run("python", "-m", "tests.docs.guides", str(ROOT), *arguments, env=ansible_env(core))


def sanity(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """`ansible-test sanity`; with --pythons 3.9,3.10 compile and import the collection on these only."""
    env = ansible_env(core)
    # ansible-test would fetch a script that installs pip; Python ships one, so that it works without a network.
    script = Path(str(env["HOME"])) / ".ansible" / "test" / "cache" / f"get_pip_{core.pip.replace('.', '_')}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "tools" / "bundled_pip.py", script)
    # The copy lies in a folder that git ignores. With the root named, ansible-test takes all files that are there.
    env["ANSIBLE_TEST_CONTENT_ROOT"] = str(core_tree(core))
    # What is in no artifact runs on Python 3.10 and newer; ruff and mypy look at it.
    excluded = [option for folder in ("sandbox/", "tests/", "tools/") for option in ("--exclude", folder)]
    where = ["--local"]
    if arguments[:1] == ["--pythons"]:
        where = [
            "--controller=origin:python=default",
            *(f"--target-python={python}" for python in arguments[1].split(",")),
        ]
        del arguments[:2]
    command = ["ansible-test", "sanity", *where, "--requirements", *excluded]
    # pylint deals the files out to a process for each processor, and what it finds in a file depends on what that
    # process has read before. On one processor it finds the same each time.
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[cores.CORES.index(core) % len(processors)]})
    session.run(*command, *arguments, env=env)


PARTS: dict[str, Callable[[nox.Session, cores.Core, list[str]], None]] = {
    part.__name__: part for part in (demo, sandbox, conformance, bench, pytest, specs, outputs, sanity)
}


def add_core(core: cores.Core, python: cores.Version) -> None:
    """Add the session of one ansible-core: `nox -s core-2.21 -- PART [ARGUMENT]...`."""

    def run_part(session: nox.Session) -> None:
        name, *arguments = session.posargs
        oracle = group("oracle") if core == NEWEST else ()  # large, and no Ansible runs it
        requirements = (core.requirement, *core.extra, *group("run", "test"), *oracle)
        install(session, *requirements, files=(SANDBOX_REQUIREMENTS,))
        with session.chdir(build_tree(core_tree(core))):
            PARTS[name](session, core, arguments)

    run_part.__doc__ = f"One of {', '.join(PARTS)} on ansible-core {core}."
    nox.session(name=f"core-{core}", python=cores.dotted(python), default=False)(run_part)


for _core in cores.CORES:
    _python = cores.python_for(_core)
    if _python:
        add_core(_core, _python)


# What looks at the files. antsibull-nox has sessions for most of it, and these are beside them because its own
# formats instead of checking outside CI, runs ruff only where some ansible-galaxy is installed already, and
# gives mypy names that the sandbox and the tests do not have.


@nox.session(default=False)
def ruff(session: nox.Session) -> None:
    """Check Python with ruff: rules and format."""
    install(session, *group("ruff"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(name="format", default=False)
def format_code(session: nox.Session) -> None:
    """Format Python, and mend what ruff can mend safely."""
    install(session, *group("ruff"))
    session.run("ruff", "check", "--fix", "--quiet", "--exit-zero", ".")
    session.run("ruff", "format", ".")


@nox.session(python=cores.dotted(max(cores.pythons())), default=False)
def mypy(session: nox.Session) -> None:
    """Check types."""
    requirements = (NEWEST.requirement, *group("run", "test", "oracle", "bench", "mypy"))
    install(session, *requirements, files=(SANDBOX_REQUIREMENTS,))
    packages = ["ansible_collections.community.trieve.plugins", "sandbox", "tests", "tools"]
    with session.chdir(build_tree()):
        cache = f"--cache-dir={BUILD / 'mypy'}"
        command = ["mypy", cache, *(f"-p{package}" for package in packages), "-mnoxfile"]
        session.run(*command, env={"MYPYPATH": f"{TREE}{os.pathsep}{BUILD}"})


@nox.session(name="lint-plays", python=cores.dotted(max(cores.pythons())), default=False)
def lint_plays(session: nox.Session) -> None:
    """Test what ansible-lint tells a user about a playbook."""
    requirements = (NEWEST.requirement, *group("run", "test", "lint-plays"))
    install(session, *requirements, files=(SANDBOX_REQUIREMENTS,))
    with session.chdir(build_tree(core_tree(NEWEST))):
        pytest(session, NEWEST, ["tests/lint", *session.posargs])


@nox.session(python=cores.dotted(max(cores.pythons())), default=False)
def editors(session: nox.Session) -> None:
    """Test what the language servers for Ansible and YAML show in editors. Needs node and npm."""
    if not all(map(shutil.which, ("node", "npm"))):
        session.error("node and npm are not on PATH. The language servers run on them; install Node.js 18 or newer.")
    install(session, NEWEST.requirement, *group("run", "test"), files=(SANDBOX_REQUIREMENTS,))
    servers = Path(session.virtualenv.location) / "servers"
    stamp = servers / hashlib.sha256("\n".join(LANGUAGE_SERVERS).encode()).hexdigest()
    if not stamp.exists():
        shutil.rmtree(servers, ignore_errors=True)
        servers.mkdir()
        command = ["npm", "install", "--silent", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        # The user's own home has the address of the registry.
        session.run(*command, "--prefix", str(servers), *LANGUAGE_SERVERS, external=True, env={"HOME": str(_USER)})
        stamp.touch()
    session.env["TRIEVE_LANGUAGE_SERVERS"] = str(servers)
    with session.chdir(build_tree(core_tree(NEWEST))):
        pytest(session, NEWEST, ["tests/editors", *session.posargs])


@nox.session(default=False)
def workflows(session: nox.Session) -> None:
    """Check what runs on GitHub and in pre-commit, and the scripts that it calls. Needs no network."""
    install(session, *group("workflows"))
    session.run("actionlint")
    session.run("zizmor", "--offline", "--no-progress", "--quiet", "--persona", "pedantic", ".github")
    session.run("shellcheck", ".ci/run", "tools/bootstrap.sh", "tests/live/start.sh")
    session.run("pre-commit", "validate-config", ".pre-commit-config.yaml")
    for schema, *files in (
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/feature.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("compose-spec", "tests/live/compose.yml"),
    ):
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


@nox.session(default=False)
def endpoints(session: nox.Session) -> None:
    """Write docs/api_calls.md from the API's description and the plugins' code."""
    install(session, "pyyaml")
    session.run("python", "-m", "tools.endpoints")


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """Write _version.py from galaxy.yml and the changelog from its fragments; with --check only tell what is not up to date."""
    install(session, "ansible-core", *group("changelog"))
    made = ["plugins/module_utils/_version.py", "changelogs/changelog.yaml", "CHANGELOG.md"]
    with session.chdir(build_tree()):
        session.run("python", "-m", "tools.version")
        session.run("antsibull-changelog", "lint")
        session.run("antsibull-changelog", "release", "--refresh", env=ansible_env(NEWEST, TREE))
    for name in made:
        if (ROOT / name).exists() and (ROOT / name).read_bytes() == (TREE / name).read_bytes():
            continue
        if "--check" in session.posargs:
            session.error(f"{name} is not what galaxy.yml and changelogs/fragments make: run 'make changelog'")
        shutil.copyfile(TREE / name, ROOT / name)
        session.log(f"Wrote {name}.")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the Galaxy artifact."""
    install(session, "ansible-core")
    with session.chdir(build_tree()):
        command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(BUILD)]
        session.run(*command, env=ansible_env(NEWEST, TREE))


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Build a release of the commit into build/release: artifact, SBOM and checksums; signed with --sign FINGERPRINT."""
    install(session, "ansible-core")
    # The user's own home has the user's keys.
    env = {"HOME": str(_USER), "ANSIBLE_HOME": str(HOME / ".ansible")}
    session.run("python", "-m", "tools.release", *session.posargs, env=env)


@nox.session(python=cores.dotted(max(cores.pythons())), default=False)
def ee(session: nox.Session) -> None:
    """Build the execution environment with the collection of this checkout, and try it, where a container engine exists."""
    install(session, NEWEST.requirement, *group("run", "distribution"), files=(SANDBOX_REQUIREMENTS,))
    env = ansible_env(NEWEST, TREE)
    out = BUILD / "ee-artifact"
    shutil.rmtree(out, ignore_errors=True)
    with session.chdir(build_tree()):
        session.run("ansible-galaxy", "collection", "build", "--output-path", str(out), env=env)
    (artifact,) = out.glob("*.tar.gz")
    session.run("python", "-m", "tools.ee", str(artifact), env=env)


@nox.session(python=cores.dotted(max(cores.pythons())), default=False)
def distribution(session: nox.Session) -> None:
    """Test what users get and where they run it: release, execution environment, AWX."""
    requirements = (NEWEST.requirement, *group("run", "test", "distribution"))
    install(session, *requirements, files=(SANDBOX_REQUIREMENTS,))
    awx = Path(session.virtualenv.location) / "awx"
    if not (awx / "ansible_collections").exists():
        # The package ansible contains awx.awx, so it comes from where everything else comes from. Nothing else of it is used.
        session.run(
            "python", "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", f"--dest={awx}", AWX_FROM
        )
        (wheel,) = awx.glob("*.whl")
        with zipfile.ZipFile(wheel) as files:
            files.extractall(awx, [name for name in files.namelist() if name.startswith("ansible_collections/awx/")])
        wheel.unlink()
    session.env["AWX_COLLECTIONS"] = str(awx)
    with session.chdir(build_tree(core_tree(NEWEST))):
        pytest(session, NEWEST, ["tests/distribution", *session.posargs])


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation as HTML into build/docs, without a warning, and check its links and what it consists of."""
    install(session, "ansible-core", *group("docs"))
    site = BUILD / "docs"
    shutil.rmtree(site, ignore_errors=True)
    # antsibull-docs wants a folder that nobody else can write to.
    (site / "rst").mkdir(mode=0o755, parents=True)
    build_tree()
    command = ["antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    session.run(*command, "--dest-dir", str(site / "rst"), "community.trieve", env=ansible_env(NEWEST, TREE))
    for chart in (ROOT / "docs" / "benchmark").glob("*.svg"):
        shutil.copyfile(chart, site / "rst" / chart.name)
    strict = ("--fail-on-warning", "--keep-going")
    session.run("sphinx-build", "-q", *strict, "-c", "tools/sphinx", str(site / "rst"), str(site / "html"))
    session.run("python", "-m", "tools.site", str(site / "html"))


@nox.session(name="docs-test", default=False)
def docs_test(session: nox.Session) -> None:
    """Open every page of build/docs/html in a browser."""
    install(session, *group("docs-test"))
    session.run("python", "-m", "tools.site_browser", str(BUILD / "docs" / "html"), *session.posargs)
