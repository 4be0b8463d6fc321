# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of a server's components: requests that show at once what is missing, and canaries that a worker has to answer.

See docs/server.md 14. The canaries are posted together and then waited for.
"""

from __future__ import annotations

import functools
import typing as t

from .._core.parallel import PROGRESS_EVERY
from .._core.task import Task, error_context
from .._crawl.api import create_crawl, list_crawls
from .._dataset.model import Dataset
from ..trieve import Stopped, TrieveClient, TrieveError
from . import api
from .model import BY_NAME, CAPABILITIES, MISSING, OK, UNKNOWN, Diagnosis, shortened
from .throwaway import Throwaways

QUICK, SLOW = 0.5, 2.0
"""Seconds between two looks at the canaries, in the first seconds and later."""

_QUICK_FOR = 10

PATIENCE = 10
"""Seconds to wait for what the task does not require, once all that it requires is known. Workers usually answer within one."""

_NO_CONTENT_AFTER = 5
"""Seconds that a crawl must have been completed without a chunk. All chunks are queued when it is completed."""

_MARK = "canary"
_UPDATED, _GROUPED, _DELETED = "doctor-updated", "doctor-grouped", "doctor-deleted"
_GROUP, _FILE_GROUP = "doctor-group", "doctor-file"
_TEXT = "The canary of a diagnosis by community.trieve."

# -- at once -------------------------------------------------------------------------------------------------------

_PROBES: tuple[tuple[str, t.Callable[[TrieveClient, str], t.Any], str], ...] = (
    ("redis", api.queue_lengths, "queue"),
    ("vector_store", api.scroll, "qdrant"),
    ("embedding_server", api.search_semantic, "dense vector"),
    ("splade_server", api.search_fulltext, "sparse vector"),
    ("clickhouse", api.list_events, "Failed to get all events"),
)
"""The component, the request that needs it, and what the server's message contains if it is missing."""


def reach(client: TrieveClient, diagnosis: Diagnosis) -> bool:
    """Whether the server and its database answer.

    :raises TrieveError: the server refuses the request
    """
    try:
        api.check_health(client)
    except Stopped:
        raise
    except TrieveError as error:
        if error.status == 400 and "database connection" in error.message:
            diagnosis.note("server", OK)
            diagnosis.note("database", MISSING, f"The server reports: {shortened(error.message)}.")
            return False
        if error.status is None or error.status >= 500:
            diagnosis.note("server", MISSING, str(error))
            return False
        raise
    diagnosis.note("server", OK)
    diagnosis.note("database", OK)
    return True


def probe(client: TrieveClient, diagnosis: Diagnosis, dataset: Dataset, only: t.Container[str] = ()) -> None:
    """Send the requests that show at once what is missing, and write nothing.

    :param only: some of the components, all by default
    :raises TaskFailed: the key is limited to other datasets, so it could neither test nor remove a dataset of its own
    """
    for name, send, words in _PROBES:
        if not diagnosis.is_open(name) or (only and name not in only):
            continue
        try:
            send(client, dataset.id)
        except Stopped:
            raise
        except TrieveError as error:
            if error.status == 401:  # the same key has just listed or created this dataset (docs/server.md 2.4)
                with error_context(
                    f"The API key cannot use dataset {dataset.label} of its organization. A diagnosis requires an API key that is not"
                    " limited to datasets (dataset_ids), because it creates datasets for its tests."
                ):
                    raise
            if diagnosis.status("vector_store") == MISSING and "qdrant" in error.message.lower():
                continue  # the search may have needed the server that is tested, or may not have got that far
            if "not enabled for this dataset" in error.message:
                diagnosis.note(name, UNKNOWN, f"Not tested, because dataset {dataset.label} does not use it.")
            else:
                diagnosis.note_error(name, error, words)
        else:
            diagnosis.note(name, OK)


# -- canaries ------------------------------------------------------------------------------------------------------


class Canary:
    """Something that was posted, and that a worker has to do.

    :param components: those that are tested, one after the other
    :param done: whether there is nothing more to wait for; notes what was found out
    :param late: notes what it means if the time is over
    """

    def __init__(
        self, components: t.Sequence[str], done: t.Callable[[], bool], late: t.Callable[[str], None], began: float
    ) -> None:
        self.components = components
        self.done = done
        self.late = late
        self.began = began
        self.error: TrieveError | None = None


class Canaries:
    """All canaries of a diagnosis.

    :param dataset: the throwaway dataset
    :param crawl_url: the page to crawl, empty for none
    :param wait: seconds to wait for each canary
    """

    def __init__(
        self,
        task: Task,
        client: TrieveClient,
        diagnosis: Diagnosis,
        throwaways: Throwaways,
        dataset: Dataset,
        crawl_url: str,
        wait: int,
    ) -> None:
        self._task = task
        self._client = client
        self._diagnosis = diagnosis
        self._throwaways = throwaways
        self._dataset = dataset
        self._id = dataset.id
        self._crawl_url = crawl_url
        self._wait = wait
        self._required = set(task.params["require"] or CAPABILITIES)
        self._open: list[Canary] = []
        self._ingests = False
        self._completed_at: float | None = None
        self._crawl_status = ""

    def run(self) -> None:
        """Post them all, and wait until each is done or late."""
        self._post("ingestion_worker", self._post_chunks)
        self._post("object_storage", self._post_file)
        if self._crawl_url:
            self._post("firecrawl", self._post_crawl)
        self._watch()

    def wait_for_deletion(self) -> None:
        """Wait until the delete worker has removed the dataset, which must have been deleted."""

        def done() -> bool:
            gone = api.chunk_count(self._client, self._id) is None
            if gone:
                self._diagnosis.note("delete_worker", OK)
            return gone

        self._expect("delete_worker", done, self._slow("The deletion of a dataset"))
        self._watch()

    def _post(self, component: str, post: t.Callable[[], None]) -> None:
        """Post something; if the server refuses it, note that about the component."""
        try:
            post()
        except Stopped:
            raise
        except TrieveError as error:
            self._refused(component, error)

    def _refused(self, component: str, error: TrieveError) -> None:
        if component == "firecrawl" and error.status is None:
            # The server ends if Firecrawl's answer has no ID of a job. Is it still there?
            api.check_health(self._client)
            words = "The connection was lost while the server started a crawl. This happens if Firecrawl's response contains no ID."
            self._diagnosis.note(component, MISSING, f"{words} {error}")
            return
        known = {"firecrawl": "Could not crawl site", "object_storage": "Could not upload file to S3"}
        if component in known:
            self._diagnosis.note_error(component, error, known[component])
        else:
            self._diagnosis.note(component, UNKNOWN, f"The request to test it failed. {error}")

    def _expect(self, component: str, done: t.Callable[[], bool], late: t.Callable[[str], None], *then: str) -> None:
        self._open.append(Canary((component, *then), done, late, self._task.clock()))

    def _slow(self, what: str, component: str = "delete_worker") -> t.Callable[[str], None]:
        """What it means if a worker whose queue shows no length is late."""

        def late(after: str) -> None:
            title = BY_NAME[component].title
            words = f"{what} was not carried out after {after}: the {title} is not running, busy, or failing."
            self._diagnosis.note(component, MISSING, words)

        return late

    def _watch(self) -> None:
        """Look at the open canaries until there is none."""
        began = shown = self._task.clock()
        while self._open:
            for canary in list(self._open):
                if self._is_done(canary):
                    self._open.remove(canary)
            now = self._task.clock()
            pause = QUICK if now - began < _QUICK_FOR else SLOW
            wait = self._wait if any(map(self._is_required, self._open)) else min(self._wait, PATIENCE)
            for canary in [canary for canary in self._open if now + pause > canary.began + wait]:
                self._open.remove(canary)
                self._give_up(canary, wait)
            if not self._open:
                return
            if now - shown >= PROGRESS_EVERY:
                shown = now
                titles = [BY_NAME[self._tested(canary)].title for canary in self._open]
                self._task.progress(f"Waiting for: {', '.join(titles)} ({now - began:.0f} s)")
            self._task.sleep(pause)

    def _is_done(self, canary: Canary) -> bool:
        canary.error = None
        try:
            return canary.done()
        except Stopped:
            raise
        except TrieveError as error:  # perhaps the next look succeeds
            canary.error = error
            return False

    def _is_required(self, canary: Canary) -> bool:
        return any(self._required.intersection(BY_NAME[name].affects) for name in canary.components)

    def _give_up(self, canary: Canary, waited: int) -> None:
        try:
            if canary.error:
                raise canary.error
            if waited < self._wait:
                words = f"The test was not finished after {waited} s, and the task did not wait longer because require does not need it."
                self._diagnosis.note(self._tested(canary), UNKNOWN, words)
            else:
                canary.late(f"{waited} s")
        except Stopped:
            raise
        except TrieveError as error:
            self._diagnosis.note(self._tested(canary), UNKNOWN, f"Its work could not be read. {error}")

    def _tested(self, canary: Canary) -> str:
        """The component that a canary waits for: the first that is not known to work."""
        open_ones = [name for name in canary.components if not self._diagnosis.works(name)]
        return open_ones[0] if open_ones else canary.components[-1]

    # -- chunks

    def _post_chunks(self) -> None:
        chunks: list[dict[str, t.Any]] = [
            {"chunk_html": f"<p>{_TEXT}</p>", "tracking_id": name, "tag_set": [_MARK]}
            for name in (_UPDATED, _DELETED, _GROUPED)
        ]
        chunks[-1]["group_tracking_ids"] = [_GROUP]
        api.create_chunks(self._client, self._id, chunks)
        self._expect("ingestion_worker", self._ingested, self._not_ingested)

    def _ingested(self) -> bool:
        if not self._diagnosis.works("vector_store"):  # then it takes chunks and gives them up
            if api.queue_lengths(self._client, self._id)["chunk_queue_length"]:
                return False
            self._diagnosis.note("ingestion_worker", OK)
            return True
        # A row is visible before its tags are, and a change at that moment would lose them.
        if _MARK not in (api.read_chunk(self._client, self._id, _GROUPED).get("tag_set") or ()):
            return False
        self._ingests = True
        self._diagnosis.note("ingestion_worker", OK)
        self._post("update_worker", self._post_update)
        self._post("group_update_worker", self._post_group_update)
        self._post("clone_worker", self._post_clone)
        self._post("delete_worker", self._post_deletion)
        return True

    def _not_ingested(self, after: str) -> None:
        note = self._diagnosis.note
        waiting = api.queue_lengths(self._client, self._id)["chunk_queue_length"]
        if waiting:
            words = f"The chunks were still waiting in its queue after {after}: it is not running, busy, or blocked by a server that hangs."
            note("ingestion_worker", MISSING, words)
        elif api.is_in_work(self._client, self._id, _GROUPED):
            words = f"It took the chunks and did not finish them within {after}: it is blocked by the embedding server, the SPLADE server or"
            note("ingestion_worker", MISSING, f"{words} the vector store.")
        else:
            note("ingestion_worker", OK)
            words = (
                "The ingestion worker gave up the chunks, although searches work. The embedding server, the SPLADE server for documents or"
                " the vector store does not work for the worker; they cannot be told apart."
            )
            for name in ("embedding_server", "splade_server", "vector_store"):
                if self._diagnosis.works(name):
                    note(name, UNKNOWN, words)

    # -- changes

    def _post_update(self) -> None:
        api.update_weight(self._client, self._id, _UPDATED, 2.0)

        def done() -> bool:
            return self._is_ok("update_worker", api.read_chunk(self._client, self._id, _UPDATED).get("weight") == 2.0)

        self._expect("update_worker", done, self._slow("A change of a chunk", "update_worker"))

    def _post_group_update(self) -> None:
        tag = f"{_MARK}-group"
        api.tag_group(self._client, self._id, _GROUP, tag)

        def done() -> bool:
            tags = api.read_chunk(self._client, self._id, _GROUPED).get("tag_set") or ()
            return self._is_ok("group_update_worker", tag in tags)

        self._expect("group_update_worker", done, self._slow("A new tag of a chunk group", "group_update_worker"))

    def _post_clone(self) -> None:
        copy = self._throwaways.clone(self._dataset)

        def done() -> bool:
            queued = api.queue_lengths(self._client, copy.id)["chunk_queue_length"]
            return self._is_ok("clone_worker", bool(queued or api.chunk_count(self._client, copy.id)))

        self._expect("clone_worker", done, self._slow("The cloning of a dataset", "clone_worker"))

    def _post_deletion(self) -> None:
        api.delete_chunk(self._client, self._id, _DELETED)

        def done() -> bool:
            return self._is_ok("delete_worker", not api.read_chunk(self._client, self._id, _DELETED))

        self._expect("delete_worker", done, self._slow("The deletion of a chunk by a filter"))

    def _is_ok(self, component: str, works: bool) -> bool:
        if works:
            self._diagnosis.note(component, OK)
        return works

    # -- files

    def _post_file(self) -> None:
        api.upload_file(self._client, self._id, "doctor.txt", _TEXT, _FILE_GROUP)
        self._diagnosis.note("object_storage", OK)
        self._expect("file_worker", self._split, self._not_split, "tika")

    def _split(self) -> bool:
        if not self._diagnosis.works("file_worker"):
            if not self._is_ok("file_worker", api.has_group(self._client, self._id, _FILE_GROUP)):
                return False
        if not self._diagnosis.works("vector_store"):
            return True
        chunk = api.read_chunk(self._client, self._id, f"{_FILE_GROUP}|0")
        if chunk and _MARK not in str(chunk.get("chunk_html")):
            words = "The text of a file was replaced by something else, probably an error page of Tika, whose status Trieve ignores."
            self._diagnosis.note("tika", MISSING, words)
        elif chunk:
            self._diagnosis.note("tika", OK)
        return bool(chunk)

    def _not_split(self, after: str) -> None:
        note = self._diagnosis.note
        if self._diagnosis.works("file_worker"):
            if self._ingests:
                note(
                    "tika",
                    MISSING,
                    f"A file had a group, but no chunks after {after}: Tika cannot be reached, or returns nothing.",
                )
        elif api.queue_lengths(self._client, self._id)["file_queue_length"]:
            note(
                "file_worker",
                MISSING,
                f"A file was still waiting in its queue after {after}: it is not running, or busy.",
            )
        else:
            note("file_worker", OK)
            words = f"The server stores files, but the file worker took one and made nothing of it within {after}: probably it cannot read"
            note("object_storage", MISSING, f"{words} the object storage.")

    # -- crawls

    def _post_crawl(self) -> None:
        crawl = create_crawl(self._client, self._id, {"site_url": self._crawl_url, "limit": 1})
        self._diagnosis.note("firecrawl", OK)
        self._expect("crawl_worker", functools.partial(self._crawled, crawl["id"]), self._not_crawled, "crawl_pages")

    def _crawled(self, crawl_id: str) -> bool:
        note, works = self._diagnosis.note, self._diagnosis.works
        crawls = list_crawls(self._task, self._client, self._id, must_exist=True)
        self._crawl_status = next((crawl["status"] for crawl in crawls if crawl["id"] == crawl_id), "Pending")
        if self._crawl_status == "Failed":
            note("crawl_worker", OK)
            words = f"The crawl of {self._crawl_url} failed: the crawl worker cannot reach Firecrawl, or Firecrawl cannot fetch the page."
            note("crawl_pages", MISSING, f"{words} Trieve does not tell them apart.")
            return True
        if self._crawl_status != "Completed":
            self._completed_at = None
            return False
        note("crawl_worker", OK)
        if not works("vector_store"):
            return True
        # The chunks have the URL of the crawl as a tag (docs/server.md 3.9).
        if api.scroll(self._client, self._id, self._crawl_url):
            note("crawl_pages", OK)
            return True
        now = self._task.clock()
        if self._completed_at is None:
            self._completed_at = now
        if now - self._completed_at < _NO_CONTENT_AFTER or not self._ingests:
            return False
        words = f"The crawl of {self._crawl_url} was completed without any chunk: Firecrawl returned no page, no html, no heading, or a status"
        note("crawl_pages", MISSING, f"{words} other than 200. Trieve does not tell them apart.")
        return True

    def _not_crawled(self, after: str) -> None:
        status = self._crawl_status
        if status == "Pending":
            words = f"The crawl of {self._crawl_url} was still Pending after {after}: the crawl worker is not running or busy with other crawls,"
            self._diagnosis.note(
                "crawl_worker", MISSING, f"{words} or Firecrawl has not finished or has cancelled the job."
            )
        elif status != "Completed":
            words = f"The crawl of {self._crawl_url} stopped at {status!r}: the crawl worker has probably ended at a page that it cannot process."
            self._diagnosis.note("crawl_worker", MISSING, words)
