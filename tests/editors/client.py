# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of a language server: the part of an editor that talks to it over standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

SERVERS = Path(os.environ.get("TRIEVE_LANGUAGE_SERVERS", "")) / "node_modules" / ".bin"
LONGEST = 180
"""Seconds until a server that does not answer fails the test."""

CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
    },
}


class Editor:
    """An editor with one folder open."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, settings: Mapping[str, Any]) -> None:
        assert process.stdin
        assert process.stdout
        self._in: IO[bytes] = process.stdin
        self._out: IO[bytes] = process.stdout
        self._settings = settings
        self._folder = folder
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._diagnostics: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        self._ended = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        options = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "workspaceFolders": folders,
            "capabilities": CAPABILITIES,
        }
        self.ask("initialize", options)
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": dict(settings)})

    def ask(self, method: str, parameters: Any) -> Any:
        """The result of a request."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        self._wait(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        assert "error" not in answer, answer
        return answer["result"]

    def tell(self, method: str, parameters: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": parameters})

    def open(self, name: str, text: str, language: str) -> str:
        """Write a file into the folder and open it. Returns its address."""
        path = self._folder / name
        path.write_text(text)
        document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def completions(self, uri: str, line: int, character: int) -> dict[str, dict[str, Any]]:
        """What the server offers at a place, by label."""
        found = self.ask("textDocument/completion", _place(uri, line, character)) or []
        return {item["label"]: item for item in (found["items"] if isinstance(found, dict) else found)}

    def hover(self, uri: str, line: int, character: int) -> str:
        """What the server shows of the word at a place, without its escapes."""
        found = self.ask("textDocument/hover", _place(uri, line, character))
        contents = found["contents"] if found else ""
        return str(contents["value"] if isinstance(contents, dict) else contents).replace("\\", "")

    def diagnostics(self, uri: str, version: int = 1) -> list[str]:
        """What is wrong with a file in the words of the server, once it has looked at that version."""
        self._wait(lambda: self._diagnostics.get(uri, (0, []))[0] >= version, f"diagnostics of {uri}")
        return [one["message"] for one in self._diagnostics[uri][1]]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._in.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._in.flush()

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: condition() or self._ended, LONGEST), f"no answer: {what}"
        assert condition(), f"the server has ended: {what}"

    def _read(self) -> None:
        while True:
            length = 0
            while line := self._out.readline().strip():
                name, _colon, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            message = json.loads(self._out.read(length)) if length else None
            with self._news:
                if message is None:
                    self._ended = True
                else:
                    self._take(message)
                self._news.notify_all()
            if message is None:
                return

    def _take(self, message: dict[str, Any]) -> None:
        method, parameters = message.get("method"), message.get("params") or {}
        if method is None:
            self._answers[message["id"]] = message
        elif method == "workspace/configuration":
            values = [self._settings.get(item.get("section")) for item in parameters["items"]]
            self._send({"id": message["id"], "result": values})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})
        elif method == "textDocument/publishDiagnostics":
            version = parameters.get("version") or 1
            self._diagnostics[parameters["uri"]] = (version, parameters["diagnostics"])


def _place(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


@contextmanager
def editor(server: str, folder: Path, environment: Mapping[str, str], settings: Mapping[str, Any]) -> Iterator[Editor]:
    """An editor that has started a language server."""
    home = folder / "home"
    home.mkdir()
    (folder / "project").mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", **environment}
    with (
        open(folder / "stderr", "wb") as errors,
        subprocess.Popen(
            [str(SERVERS / server), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=env,
            cwd=folder / "project",
        ) as process,
    ):
        try:
            yield Editor(process, folder / "project", settings)
        finally:
            process.kill()
