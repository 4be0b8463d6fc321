# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release of this collection, signed with a key that exists only for the tests, and installed in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.server import Server, sandbox_server
from tools import release

from .galaxy import galaxy_server

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
UNTRACKED = ("__pycache__", ".*cache", ".ansible", ".hypothesis", "output")
"""What tools leave in the copy of the checkout that the tests run in."""


@dataclass(frozen=True)
class Keys:
    """A GnuPG home with one key."""

    home: Path
    fingerprint: str

    @property
    def public(self) -> Path:
        """The public key, as users download it."""
        return self.home / "public.asc"


def run(
    *command: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, rc: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of the user's environment but PATH.

    :param rc: the expected exit code, None for any
    """
    environment = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8", **(env or {})}
    ran = subprocess.run([*map(str, command)], env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    assert rc in (None, ran.returncode), f"{command[0]} ended with {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    return ran


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as a git checkout with one commit."""
    root = tmp_path_factory.mktemp("checkout") / "repository"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*UNTRACKED), symlinks=True)
    env = {"HOME": str(root.parent)}
    for name in ("AUTHOR", "COMMITTER"):
        env |= {
            f"GIT_{name}_NAME": "T",
            f"GIT_{name}_EMAIL": "t@example.com",
            f"GIT_{name}_DATE": "2026-01-02T03:04:05Z",
        }
    for command in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "-m", "All")):
        run("git", *command, env=env, cwd=root)
    return root


@pytest.fixture(scope="session")
def keys() -> Iterator[Keys]:
    """A key to sign with. GnuPG's sockets need a short path."""
    if shutil.which("gpg") is None:
        pytest.fail(
            "gpg is not installed. Install the package gnupg: the signature of a release cannot be tested without it."
        )
    home = Path(tempfile.mkdtemp(prefix="trieve-gpg-"))
    env = {"GNUPGHOME": str(home)}
    try:
        run(
            "gpg",
            "--batch",
            "--passphrase",
            "",
            "--quick-gen-key",
            "Test <t@example.com>",
            "ed25519",
            "sign",
            "never",
            env=env,
        )
        listed = run("gpg", "--batch", "--with-colons", "--list-keys", env=env).stdout
        fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
        run("gpg", "--batch", "--armor", "--export", "--output", home / "public.asc", fingerprint, env=env)
        yield Keys(home, fingerprint)
    finally:
        run("gpgconf", "--kill", "all", env=env, rc=None)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def keyring(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A keyring with the public key only, made as the guide tells users."""
    folder = tmp_path_factory.mktemp("keyring")
    ring = folder / "trieve.kbx"
    run(
        "gpg",
        "--batch",
        "--no-default-keyring",
        "--keyring",
        ring,
        "--import",
        keys.public,
        env={"GNUPGHOME": str(folder)},
    )
    return ring


@pytest.fixture(scope="session")
def released(checkout: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of a signed release, by what follows name and version in their names."""
    out = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(keys.home))
        files = release.release(checkout, out, keys.fingerprint)
    (artifact,) = (path for path in files if path.name.endswith(".tar.gz"))
    return {path.name.removeprefix(artifact.name.removesuffix(".tar.gz")): path for path in files}


@dataclass(frozen=True)
class Installed:
    """An environment that contains nothing of Ansible's but this collection, from the artifact."""

    folder: Path
    keyring: Path

    @property
    def env(self) -> dict[str, str]:
        """Variables for ansible-playbook."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            "HOME": str(home),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_LOCALHOST_WARNING": "0",
        }

    @property
    def root(self) -> Path:
        """Where the collection is."""
        return self.folder / "collections" / "ansible_collections" / "community" / "trieve"

    def install(self, artifact: Path, signature: Path, rc: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Install an artifact from a Galaxy server if its signature is valid."""
        with galaxy_server(artifact) as url:
            command = ("ansible-galaxy", "collection", "install", "community.trieve", "--signature", signature.as_uri())
            options = ("--keyring", self.keyring, "--required-valid-signature-count", "+1", "--server", url)
            return run(*command, *options, "-p", self.folder / "collections", env=self.env, cwd=self.folder, rc=rc)


@pytest.fixture(scope="session")
def installed(released: dict[str, Path], keyring: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The release, installed with its signature."""
    environment = Installed(tmp_path_factory.mktemp("installed"), keyring)
    environment.install(released[".tar.gz"], released[".MANIFEST.json.asc"])
    return environment


@pytest.fixture
def server() -> Iterator[Server]:
    """A sandbox."""
    with sandbox_server() as sandbox:
        yield sandbox
