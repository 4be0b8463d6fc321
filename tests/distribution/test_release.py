# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release is the same bytes whenever and wherever it is built, and a user can verify it before and after installing it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sandbox.reads import only_reads
from tests.integration.server import Server
from tools import release, version

from .conftest import Installed, Keys, run


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_commit_same_bytes(checkout: Path, released: dict[str, Path], tmp_path: Path) -> None:
    """In another folder, at another time, with another umask and other times and modes of the files."""
    copy = tmp_path / "elsewhere" / "copy"
    before = os.umask(0o077)
    try:
        run("git", "clone", "-q", checkout, copy, env={"HOME": str(tmp_path)})
        for path in (copy / "plugins").rglob("*.py"):
            os.utime(path, (0, 86400))
        files = release.release(copy, tmp_path / "out")
    finally:
        os.umask(before)
    signed = {path.name: path.read_bytes() for path in released.values()}
    built = {path.name: path.read_bytes() for path in files}
    assert len(built) == 3
    assert built.items() <= signed.items()


def test_bytes_depend_on_the_commit(
    checkout: Path, released: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above would pass if only a constant was compared."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    artifact, *_others = release.release(checkout, tmp_path)
    assert digest(artifact) != digest(released[".tar.gz"])
    assert gzip.decompress(artifact.read_bytes()) != gzip.decompress(released[".tar.gz"].read_bytes())


def test_only_what_is_committed(checkout: Path, tmp_path: Path) -> None:
    """A file that was not committed stops the release, and so does a tag of another version."""
    stray = checkout / "plugins" / "stray.py"
    stray.touch()
    try:
        with pytest.raises(SystemExit, match=r"built from a commit, .*\n.*plugins/stray.py"):
            release.release(checkout, tmp_path)
    finally:
        stray.unlink()
    with pytest.raises(SystemExit, match=r"The tag is v0.0.1, but the version in galaxy.yml is"):
        release.release(checkout, tmp_path, tag="v0.0.1")


def test_version_in_one_place(checkout: Path) -> None:
    """What packed modules send as User-Agent is generated from galaxy.yml."""
    assert version.written(checkout) == (checkout / version.MODULE).read_text(encoding="utf-8"), "run 'make changelog'"


def test_checksums(released: dict[str, Path], keys: Keys) -> None:
    """sha256sum and gpg accept them."""
    folder = released["SHA256SUMS"].parent
    checked = run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=folder).stdout
    assert checked.count(": OK") == 2
    run("gpg", "--verify", "SHA256SUMS.asc", "SHA256SUMS", cwd=folder, env={"GNUPGHOME": str(keys.home)})


def test_sbom(released: dict[str, Path]) -> None:
    """It is valid CycloneDX, names the artifact by its checksum, and lists all that the collection requires."""
    text = released[".cdx.json"].read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    described = json.loads(text)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text.replace('"library"', '"thing"')) is not None
    component = described["metadata"]["component"]
    assert component["hashes"] == [{"alg": "SHA-256", "content": digest(released[".tar.gz"])}]
    assert component["version"] == version.version()
    assert {library["name"] for library in described["components"]} == {"ansible-core", "requests"}


def without_the_rest(installed: Installed, folder: Path) -> Installed:
    """A copy with nothing but the four folders that a collection may rely on, and what ansible-galaxy needs."""
    copy = Installed(folder, installed.keyring)
    shutil.copytree(installed.folder / "collections", folder / "collections")
    for path in copy.root.iterdir():
        if path.is_dir() and path.name not in ("meta", "playbooks", "plugins", "roles"):
            shutil.rmtree(path)
        elif path.is_file() and path.name != "MANIFEST.json":
            path.unlink()
    return copy


def test_quickstart_without_the_rest(installed: Installed, server: Server, tmp_path: Path) -> None:
    """In an environment with nothing but the installed artifact: preview, run, run again. The last two without docs and the like."""
    listed = run("ansible-galaxy", "collection", "list", "--format", "json", env=installed.env).stdout
    found = {path: list(names) for path, names in json.loads(listed).items() if "community.trieve" in names}
    assert list(found) == [str(installed.root.parents[1])]

    def play(where: Installed, playbook: str, *arguments: str) -> tuple[str, list[str]]:
        assert server.control is not None
        server.control.clear_requests()
        env = where.env | server.environment()
        said = run("ansible-playbook", f"community.trieve.{playbook}", *arguments, env=env, cwd=where.folder).stdout
        sent = [(entry["method"], entry["path"]) for entry in server.control.requests()]
        return re.findall(r"changed=\d+", said)[-1], [method for method, path in sent if not only_reads(method, path)]

    assert play(installed, "quickstart", "--check", "--diff") == ("changed=2", [])
    copy = without_the_rest(installed, tmp_path)
    assert play(copy, "quickstart") == ("changed=2", ["POST"] * 6)
    assert play(copy, "quickstart") == ("changed=0", [])
    assert play(copy, "export", "-e", f"trieve_state_file={tmp_path / 'organization.yml'}")[1] == []


def test_verify_what_is_installed(
    installed: Installed, released: dict[str, Path], keyring: Path, tmp_path: Path
) -> None:
    """The installed files are compared with the signed list of checksums; one changed byte is found."""
    copy = Installed(tmp_path, keyring)
    # ansible-galaxy reports compiled files as modified content, so the guide removes them first.
    collections = installed.folder / "collections"
    shutil.copytree(collections, tmp_path / "collections", ignore=shutil.ignore_patterns("__pycache__"))
    signature = released[".MANIFEST.json.asc"].as_uri()
    command = ("ansible-galaxy", "collection", "verify", "community.trieve", "--offline", "--signature", signature)
    options = ("--keyring", keyring, "--required-valid-signature-count", "+1")
    run(*command, *options, env=copy.env)
    changed = copy.root / "plugins" / "module_utils" / "trieve.py"
    changed.write_text(changed.read_text() + "\n")
    said = run(*command, *options, env=copy.env, rc=1)
    assert "plugins/module_utils/trieve.py" in said.stdout + said.stderr


def repacked(artifact: Path, target: Path, name: str, old: bytes, new: bytes) -> Path:
    """The artifact with one file changed, and, if it is a file of the collection, with the matching checksums."""
    with tarfile.open(artifact) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        contents = {path: file.read() for path, file in files.items() if file}
        members = list(archive)
    assert old in contents[name]
    contents[name] = contents[name].replace(old, new)
    listing = json.loads(contents["FILES.json"])
    for entry in listing["files"]:
        if entry["name"] == name:
            entry["chksum_sha256"] = hashlib.sha256(contents[name]).hexdigest()
    contents["FILES.json"] = json.dumps(listing).encode()
    manifest = json.loads(contents["MANIFEST.json"])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents["FILES.json"]).hexdigest()
    contents["MANIFEST.json"] = json.dumps(manifest).encode()
    with tarfile.open(target, "w:gz") as archive:
        for member in members:
            member.size = len(contents.get(member.name, b""))
            archive.addfile(member, io.BytesIO(contents.get(member.name, b"")))
    return target


def test_a_forged_artifact_is_refused(released: dict[str, Path], keyring: Path, tmp_path: Path) -> None:
    """Even if all of its checksums are consistent. Nothing is installed."""
    forged = repacked(
        released[".tar.gz"],
        tmp_path / released[".tar.gz"].name,
        "plugins/module_utils/trieve.py",
        b"import",
        b"import os, ",
    )
    environment = Installed(tmp_path, keyring)
    said = environment.install(forged, released[".MANIFEST.json.asc"], rc=1)
    assert "GnuPG signature verification failed" in said.stderr
    assert not environment.root.exists()


def test_an_unknown_key_is_refused(released: dict[str, Path], tmp_path: Path) -> None:
    """A keyring without the key verifies nothing."""
    environment = Installed(tmp_path, tmp_path / "empty.kbx")
    environment.keyring.touch()
    said = environment.install(released[".tar.gz"], released[".MANIFEST.json.asc"], rc=1)
    assert "GnuPG signature verification failed" in said.stderr
    assert not environment.root.exists()


def test_requirements_of_the_sbom_are_those_of_the_collection(checkout: Path) -> None:
    """The file that the SBOM is made from is the one that ansible-builder reads."""
    declared = yaml.safe_load((checkout / "meta" / "execution-environment.yml").read_text())
    assert declared["dependencies"]["python"] == release.REQUIREMENTS
