# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds a release: the artifact, its SBOM, checksums and, with a key, signatures.

    python -m tools.release [--root CHECKOUT] [--out FOLDER] [--sign FINGERPRINT] [--tag v1.0.0]

The files come from the commit, not from the work tree. ansible-galaxy builds the artifact, and what differs from build to build is removed from it:
times, owners, file modes and the order of files. The same commit therefore gives the same bytes wherever it is built with the same zlib.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "release"
REPOSITORY = "https://github.com/ansible-collections/community.trieve"
REQUIREMENTS = "meta/ee-requirements.txt"


@dataclass(frozen=True)
class Source:
    """The commit that a release is built from."""

    root: Path
    commit: str
    time: int
    """When it was committed, in seconds since 1970."""


def run(*command: str | Path, cwd: Path | None = None, data: bytes | None = None) -> bytes:
    """What a command prints.

    :raises SystemExit: the command is not installed, or failed; with its last words
    """
    program = str(command[0])
    if shutil.which(program) is None:
        raise SystemExit(f"{program} is not installed. It is required to build a release.")
    ran = subprocess.run([*map(str, command)], cwd=cwd, input=data, capture_output=True, check=False)
    if ran.returncode:
        words = ran.stderr.decode(errors="replace").strip()
        raise SystemExit(f"{program} failed: {words}")
    return ran.stdout


def source(root: Path) -> Source:
    """The commit of a checkout.

    :raises SystemExit: files of the checkout differ from the commit
    """
    changed = run("git", "status", "--porcelain", cwd=root).decode().strip()
    if changed:
        raise SystemExit(f"A release is built from a commit, but the checkout has other changes:\n{changed}")
    commit, time = run("git", "log", "-1", "--format=%H %ct", cwd=root).decode().split()
    return Source(root, commit, int(os.environ.get("SOURCE_DATE_EPOCH") or time))


def galaxy_artifact(origin: Source, folder: Path) -> Path:
    """The artifact as ansible-galaxy builds it from the files of the commit."""
    tree = folder / "tree"
    tree.mkdir()
    archive = run("git", "archive", "--format=tar", origin.commit, cwd=origin.root)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(tree, filter="data")
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    run(galaxy, "collection", "build", "--output-path", folder, tree)
    (artifact,) = folder.glob("*.tar.gz")
    return artifact


def to_json(value: Any) -> bytes:
    """JSON as ansible-galaxy writes it."""
    return json.dumps(value, indent=1).encode()


def repack(artifact: Path, target: Path, time: int) -> bytes:
    """Write the files of an artifact in such a way that only their content matters. Returns its MANIFEST.json.

    FILES.json lists the files in the order in which the file system returned them, and MANIFEST.json has its checksum.
    """
    with tarfile.open(artifact) as archive:
        members = {member.name: member for member in archive}
        contents = {name: archive.extractfile(member) for name, member in members.items()}
        files = {name: content.read() for name, content in contents.items() if content}
    listing = json.loads(files["FILES.json"])
    listing["files"].sort(key=lambda entry: entry["name"])
    files["FILES.json"] = to_json(listing)
    manifest = json.loads(files["MANIFEST.json"])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(files["FILES.json"]).hexdigest()
    files["MANIFEST.json"] = to_json(manifest)

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(members, key=lambda name: (name not in ("MANIFEST.json", "FILES.json"), name)):
            member = tarfile.TarInfo(name)
            member.type = members[name].type
            member.mtime = time
            executable = not member.isfile() or members[name].mode & 0o100
            member.mode = 0o755 if executable else 0o644
            member.size = len(files.get(name, b""))
            archive.addfile(member, io.BytesIO(files.get(name, b"")))
    with target.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=time) as compressed:
        compressed.write(packed.getvalue())
    return files["MANIFEST.json"]


def sbom(origin: Source, artifact: Path, manifest: bytes) -> dict[str, Any]:
    """The CycloneDX description of an artifact: what it is, what it was built from, and what it requires at run time.

    The artifact contains no code of others. Versions of the requirements are chosen where it is installed, so only their minimum is given.
    """
    info = json.loads(manifest)["collection_info"]
    digest = hashlib.sha256(artifact.read_bytes()).hexdigest()
    license_id = " AND ".join(info["license"])
    name = f"{info['namespace']}.{info['name']}"
    purl = f"pkg:github/ansible-collections/{name}@{info['version']}"
    with tarfile.open(artifact) as archive:
        runtime, required = (archive.extractfile(path) for path in ("meta/runtime.yml", REQUIREMENTS))
        assert runtime is not None
        assert required is not None
        requires = {"ansible-core": str(yaml.safe_load(runtime)["requires_ansible"])}
        for line in required.read().decode().splitlines():
            if line and not line.startswith("#"):
                requires[line.split(">")[0].strip()] = line[len(line.split(">")[0]) :].strip()
    libraries = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{library}",
            "name": library,
            "purl": f"pkg:pypi/{library}",
            "scope": "required",
            "properties": [{"name": "community.trieve:versions", "value": versions or "any"}],
        }
        for library, versions in sorted(requires.items())
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{REPOSITORY}#{digest}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(origin.time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "library",
                "bom-ref": purl,
                "group": info["namespace"],
                "name": info["name"],
                "version": info["version"],
                "description": info["description"],
                "purl": purl,
                "licenses": [{"license": {"id": license_id}}],
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "externalReferences": [
                    {"type": "vcs", "url": REPOSITORY, "comment": f"commit {origin.commit}"},
                    {"type": "issue-tracker", "url": info["issues"]},
                    {"type": "documentation", "url": info["documentation"]},
                ],
            },
        },
        "components": libraries,
        "dependencies": [
            {"ref": purl, "dependsOn": [library["bom-ref"] for library in libraries]},
            *({"ref": library["bom-ref"]} for library in libraries),
        ],
    }


def sign(data: bytes, key: str, target: Path) -> None:
    """Write a detached, armored signature."""
    signature = run(
        "gpg", "--batch", "--yes", "--local-user", key, "--detach-sign", "--armor", "--output", "-", data=data
    )
    target.write_bytes(signature)


def release(root: Path, out: Path, key: str = "", tag: str = "") -> list[Path]:
    """Build a release. Returns its files.

    :param key: fingerprint of the key that signs it
    :param tag: the tag that it is built for, which must name its version
    :raises SystemExit: says what is wrong
    """
    origin = source(root)
    version = yaml.safe_load(run("git", "show", f"{origin.commit}:galaxy.yml", cwd=root))["version"]
    if tag and tag.removeprefix("v") != version:
        raise SystemExit(f"The tag is {tag}, but the version in galaxy.yml is {version}.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        built = galaxy_artifact(origin, Path(folder))
        artifact = out / built.name
        manifest = repack(built, artifact, origin.time)
    name = artifact.name.removesuffix(".tar.gz")
    described = out / f"{name}.cdx.json"
    described.write_text(json.dumps(sbom(origin, artifact, manifest), indent=2) + "\n")
    files = [artifact, described]
    sums = out / "SHA256SUMS"
    sums.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files))
    files.append(sums)
    if key:
        for data, target in (
            (manifest, out / f"{name}.MANIFEST.json.asc"),
            (sums.read_bytes(), out / "SHA256SUMS.asc"),
        ):
            sign(data, key, target)
            files.append(target)
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Build a release and print what it consists of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--sign", default="", metavar="FINGERPRINT")
    parser.add_argument("--tag", default="")
    given = parser.parse_args(arguments)
    files = release(given.root, given.out, given.sign, given.tag)
    for path in files:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")
    if not given.sign:
        print("Not signed: set SIGN to the fingerprint of a key to sign the release.")


if __name__ == "__main__":
    main()
