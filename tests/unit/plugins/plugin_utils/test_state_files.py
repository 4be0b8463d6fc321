# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State files become one state, in which everything has its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.template import Templar

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.plugin_utils._state_files import read_state_files

_VAULT = [("default", VaultSecret(b"a password for this test only"))]


@pytest.fixture(autouse=True)
def _vault_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Core 2.19 and newer decrypt with the passwords of the process."""
    context: Any = getattr(vault, "VaultSecretsContext", None)
    if context:
        monkeypatch.setattr(context, "_current", context(_VAULT))


def read(*paths: Path, **variables: Any) -> tuple[Any, Any]:
    loader = DataLoader()
    loader.set_vault_secrets(_VAULT)
    return read_state_files(loader, Templar(loader=loader, variables=variables), [str(path) for path in paths])


def faults(*paths: Path, **variables: Any) -> list[str]:
    with pytest.raises(TaskFailed) as failure:
        read(*paths, **variables)
    found: list[str] = failure.value.results["faults"]
    return found


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_files_of_a_folder_are_joined(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", "datasets:\n  - tracking_id: three\nprune: {crawls: none}\n")
    write(tmp_path, "a.yml", "datasets:\n  - tracking_id: one\n  - tracking_id: two\nprune: {datasets: delete}\n")
    write(tmp_path, "ignored.txt", ": : :")
    state, place = read(tmp_path)
    assert [entry["tracking_id"] for entry in state["datasets"]] == ["one", "two", "three"]
    assert state["prune"] == {"datasets": "delete", "crawls": "none"}
    folder = tmp_path.resolve()
    assert place(("datasets", 1, "tracking_id"), True) == f"{folder}/a.yml:3:5"
    assert place(("datasets", 2), False) == f"{folder}/b.yaml:2:5"
    assert place(("prune", "datasets"), False) == f"{folder}/a.yml:4:19"
    assert place(("prune", "crawls"), True) == f"{folder}/b.yaml:3:9"
    assert place(("users",), False) == ""


def test_templates_vaults_and_unsafe_values(tmp_path: Path) -> None:
    secret = VaultLib(_VAULT).encrypt(b"sk-secret", _VAULT[0][1], "default").decode()
    vaulted = "\n".join(f"        {line}" for line in secret.splitlines())
    text = f"""
datasets:
  - tracking_id: "{{{{ prefix }}}}-docs"
    configuration:
      max_tokens: "{{{{ tokens }}}}"
      llm_api_key: !vault |
{vaulted}
      system_prompt: !unsafe "{{{{ stays }}}}"
      rag_prompt: "{{% raw %}}{{{{ x }}}}{{% endraw %}}"
    crawls: "{{{{ sites }}}}"
"""
    state, _place = read(
        write(tmp_path, "a.yml", text), prefix="p", tokens=7, sites=[{"site_url": "https://a.example.com"}]
    )
    (dataset,) = state["datasets"]
    assert dataset["tracking_id"] == "p-docs"
    assert dataset["configuration"]["llm_api_key"] == "sk-secret"
    assert dataset["configuration"]["system_prompt"] == "{{ stays }}"
    assert dataset["configuration"]["rag_prompt"] == "{{ x }}"
    assert str(dataset["configuration"]["max_tokens"]) == "7"
    assert dataset["crawls"] == [{"site_url": "https://a.example.com"}]
    assert {type(value) for value in dataset["configuration"].values()} <= {str, int}


def test_a_vaulted_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(VaultLib(_VAULT).encrypt(b"datasets: [{tracking_id: docs}]", _VAULT[0][1], "default"))
    assert read(path)[0] == {"datasets": [{"tracking_id": "docs"}]}


def test_both_loaders_read_the_same(tmp_path: Path) -> None:
    """A template anywhere in the file takes Ansible's loader."""
    values = "a: [1, 1.5, yes, null, ~, 2024-01-31, 0x10, 0o7, 1_000, on, '7', 1e3, .inf]\nb: {c: {d: text}, 7: x}\n"
    plain, _place = read(write(tmp_path, "plain.yml", values))
    own, _place = read(write(tmp_path, "own.yml", values + 'e: "{{ 1 }}"\n'))
    del own["e"]
    assert plain == own
    assert repr(plain) == repr(own)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty."),
        ("- docs", ":1:1: A state file is a mapping"),
        ("datasets:\n  - a: b: c", ":2:9: mapping values are not allowed"),
        ("datasets: !what x", "Unknown tag '!what'"),
        (
            "a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
            + "".join(f"c{n}: &c{n} [{', '.join([f'*c{n - 1}' if n else '*b'] * 10)}]\n" for n in range(6)),
            "more than 1000000 values",
        ),
        ('datasets:\n  - tracking_id: "{{ nowhere }}"', ":2:18: 'nowhere' is undefined."),
    ],
)
def test_what_cannot_be_read_has_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, "a.yml", text).resolve()
    (fault,) = faults(path)
    assert fault.startswith(str(path))
    assert words in fault


def test_every_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    broken = write(tmp_path, "broken.yml", "a: [")
    found = faults(tmp_path / "missing.yml", tmp_path / "empty", broken)
    assert len(found) == 3
    assert "file not found" in found[0]
    assert "no .yml or .yaml file" in found[1]


def test_a_fault_tells_no_value(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yml", 'a: "{{ nowhere }} sk-secret"\nb: "{{ [1] | sk_secret }}"\n')
    assert "secret" not in " ".join(faults(path))


def test_a_value_that_cannot_be_decrypted(tmp_path: Path) -> None:
    other = VaultSecret(b"another password")
    secret = VaultLib([("default", other)]).encrypt(b"sk-secret", other, "default").decode()
    lines = "\n".join(f"  {line}" for line in secret.splitlines())
    (fault,) = faults(write(tmp_path, "a.yml", f"a: 1\nb: !vault |\n{lines}\n"))
    assert ":2:4: A template or a vault cannot be resolved." in fault
