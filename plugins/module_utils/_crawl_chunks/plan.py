# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that remove chunks that no crawl writes any more, and what results say about the chunks of a crawl."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import DELETIONS, Change
from .._core.task import Task, error_context
from .._core.values import counted
from .._crawl.api import list_crawls
from .._crawl.model import Crawl
from .._crawl.near_misses import SHOWN, listed
from .._crawl.options import MOST_LOST, Policy, share_of
from ..trieve import TrieveClient, TrieveError
from .api import BATCH, Where, count_by_tag, delete_chunks, each_chunk, is_refusal, waiting_batches
from .barrier import LONGEST, STANDS, Barrier, until
from .model import Found, count, find, had_tag, is_told_apart, writes_tag

NOT_DONE = "the crawl is not done"
"""What has to end before chunks can be removed."""

_DOCTOR = "Run community.trieve.trieve_doctor to test the server"


class SiteChunks:
    """The chunks of one URL, as a result has them, and the change that removes some.

    :ivar change: None if nothing is removed
    :ivar pending: what has to happen before chunks can be removed; empty if nothing
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.of_site: int | None = None
        self.of_crawl: int | None = None
        self.stale: int | None = None
        self.taken_over: int | None = None
        self.links: list[str] = []
        self.pending = ""
        self.change: Change | None = None

    def to_result(self) -> dict[str, t.Any]:
        """What a task returns of them."""
        removed = self.change.value["removed"] if self.change and self.change.value else 0
        return {
            "site_url": self.address,
            "of_site": self.of_site,
            "of_crawl": self.of_crawl,
            "stale": self.stale,
            "taken_over": self.taken_over,
            "removed": removed,
            "links": self.links,
            "pending": bool(self.pending),
        }


class ChunkPlanner:
    """Plans what becomes of the chunks of the crawls of one dataset.

    :param crawls: the crawls that the dataset has
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str, crawls: t.Sequence[Crawl]) -> None:
        self._task = task
        self._client = client
        self._dataset = dataset
        self._crawls = crawls
        self._barrier = Barrier(task, client, dataset)
        self._counts: dict[str, int] = {}

    # -- counted ---------------------------------------------------------------------------------------------------

    def count_ahead(self) -> None:
        """Count the tags of all crawls in one request, for a list."""
        try:
            self._count_tags(
                tag for crawl in self._crawls for tag in (crawl["site_url"], crawl.generation) if tag is not None
            )
        except TrieveError as error:
            if not is_refusal(error):
                raise

    def _count_tags(self, tags: t.Iterable[str]) -> dict[str, int]:
        # Another thread may forget them meanwhile, so this keeps to one dictionary.
        counts = self._counts
        missing = {tag for tag in tags if tag not in counts}
        if missing:
            counts.update(count_by_tag(self._client, self._dataset, missing))
        return counts

    def _forget_counts(self) -> None:
        self._counts = {}

    def keep(self, addresses: t.Mapping[str, t.Sequence[Crawl]]) -> dict[str, SiteChunks]:
        """How many chunks there are. Counts are information, so an API key that may not read them is no failure.

        :param addresses: URLs, each with the crawls whose generation counts as newest; without any, nothing is known to be stale
        """
        sites = {address: SiteChunks(address) for address in addresses}
        generations = {
            address: [crawl.generation for crawl in crawls if crawl.generation] for address, crawls in addresses.items()
        }
        try:
            counts = self._count_tags([*addresses, *(one for some in generations.values() for one in some)])
        except TrieveError as error:
            if not is_refusal(error):
                raise
            return sites
        for address, site in sites.items():
            site.of_site = counts[address]
            if generations[address] and len(generations[address]) == len(addresses[address]):
                site.of_crawl = sum(counts[one] for one in generations[address])
                site.stale = max(0, site.of_site - site.of_crawl)
        return sites

    def left_behind(self, crawl: Crawl) -> SiteChunks:
        """How many chunks there are beside those of a crawl that was waited for."""
        self._forget_counts()
        return self.keep({crawl["site_url"]: [crawl]})[crawl["site_url"]]

    # -- deleted crawls --------------------------------------------------------------------------------------------

    def delete(self, address: str, to_delete: t.Sequence[Crawl]) -> SiteChunks:
        """Plan to remove the chunks of crawls that are deleted.

        :param to_delete: the crawls of the URL that are deleted; none if an earlier run deleted them and not the chunks
        """
        site = SiteChunks(address)
        going = {crawl["id"] for crawl in to_delete}
        staying = [crawl for crawl in self._crawls if writes_tag(crawl, address) and crawl["id"] not in going]
        if not all(map(is_told_apart, staying)):
            self._warn_of_others(address, [crawl for crawl in staying if not is_told_apart(crawl)])
            site.pending = "other crawls"
            return site
        generations = [crawl.generation for crawl in staying if crawl.generation]
        where = Where([address], generations)
        found = find(self._client, self._dataset, where)
        site.of_site = site.of_crawl = len(found.ids)
        site.stale, site.links = 0, found.links
        site.taken_over = self._taken_over(address, generations, len(found.ids))
        for crawl in to_delete:
            if crawl["status"] not in ("Completed", "Failed"):
                self._task.warn(
                    f"Crawl {crawl['id']} of {address} is not done ({crawl['status']}), and Trieve continues a deleted crawl: pages that"
                    " it adds later stay. Run the task again when it is done."
                )
        if found.ids:
            site.change = self._removal(site, found, where, "of the deleted crawl", DELETIONS)
        return site

    def _taken_over(self, address: str, generations: t.Sequence[str], found: int) -> int:
        """How many chunks the URL's crawls once wrote and another site's have taken over since. Warns of them by name."""
        counts = self._count_tags([address, *generations])
        missing = counts[address] - sum(counts[one] for one in generations) - found
        if missing <= 0:
            return 0
        others = sorted({crawl["site_url"] for crawl in self._crawls} - {address})
        links: list[str] = []
        if others:
            for chunk in each_chunk(self._client, self._dataset, Where(others, [address])):
                if had_tag(chunk, address):
                    links.append(chunk["link"] or "")
                    if len(links) == missing:
                        break
        pages = f" and are now of {listed(dict.fromkeys(links))}" if links else ""
        self._task.warn(
            f"{counted(missing, 'chunk')} that a crawl of {address} once wrote cannot be found by its URL any more{pages}. Other sites with the"
            " same paths and headings have taken them over, so they stay."
        )
        return missing

    def _warn_of_others(self, address: str, others: t.Iterable[Crawl]) -> None:
        names = listed(f"{crawl['id']} ({crawl['status']})" for crawl in others)
        self._task.warn(
            f"No chunks of {address} are removed, because they cannot be told from those of crawl {names}, which writes the same tag and"
            " either is not done or was not created by this collection. Delete that crawl, or declare it, and run the task again when it"
            " is done."
        )

    # -- crawls that stay ------------------------------------------------------------------------------------------

    def sync(self, address: str, own: t.Sequence[tuple[Crawl, Policy]], going: t.Container[str] = ()) -> SiteChunks:
        """Plan to remove the chunks of a URL that its crawls did not write.

        :param own: the declared crawls of the URL, which exist and are not replaced
        :param going: IDs of crawls that the plan deletes
        :raises TaskFailed: more would be removed, or less be left, than the user expects
        """
        site = SiteChunks(address)
        crawls = [crawl for crawl in self._crawls if writes_tag(crawl, address) and crawl["id"] not in going]
        if not self._can_be_told(site, crawls, {crawl["id"] for crawl, _policy in own}):
            return site
        generations = [crawl.generation for crawl in crawls if crawl.generation]
        where = Where([address], generations)
        found = self._look(site, where, generations, own)
        if found.ids or any(policy.has_minimum for _crawl, policy in own):
            problem = self._unexpected(site, own, found)
            if problem and self._still_coming(own):
                site.pending = "chunks are still being added"
            elif problem:
                raise TaskFailed(problem)
        if found.ids and not site.pending:
            site.change = self._stale_removal(site, found, own)
        return site

    def sync_later(
        self,
        address: str,
        crawls: t.Sequence[Crawl],
        policy: Policy | None = None,
        finish: t.Callable[[], Crawl] | None = None,
    ) -> SiteChunks:
        """Plan to remove the chunks that crawls did not write which are not done or do not exist yet.

        :param crawls: the declared crawls of the URL that exist and stay
        :param policy: of the crawl that C(finish) waits for
        :param finish: waits for the crawl and returns it; None if the task does not wait, so the next run removes the chunks
        """
        site = self.keep({address: crawls})[address]
        site.pending = NOT_DONE
        if finish and site.of_site:
            first = each_chunk(self._client, self._dataset, Where([address]), page=20)
            links: dict[str, None] = {}
            for _number, chunk in zip(range(20), first):
                links[chunk["link"] or ""] = None
            site.links = sorted(links)[:SHOWN]
            site.change = self._removal_after(site, finish, policy or Policy("sync"))
        return site

    def look_afterwards(self, site: SiteChunks, crawl: Crawl, policy: Policy) -> None:
        """Check what the user expects of a crawl that was waited for and left nothing to remove.

        :raises TaskFailed: the crawl wrote less
        """
        site.pending = ""
        if policy.has_minimum:
            self._remove_stale(site, [(crawl, policy)], ())

    def _can_be_told(self, site: SiteChunks, crawls: t.Sequence[Crawl], own: t.Container[str]) -> bool:
        """Whether all crawls of a URL are done and have generations, so that everything else is stale. Warns of what is in the way."""
        others = [crawl for crawl in crawls if crawl["id"] not in own and not is_told_apart(crawl)]
        if others:
            self._warn_of_others(site.address, others)
            site.pending = "other crawls"
        for crawl in crawls:
            if crawl["id"] not in own:
                continue
            if crawl.generation is None:
                self._task.warn(
                    f"No chunks of {site.address} are removed, because crawl {crawl['id']} was created without the tag that tells its chunks"
                    " from older ones. The next crawl has it: start one with recrawl: always, or recrawl: overdue and max_age."
                )
                site.pending = "no generation"
            elif crawl["status"] != "Completed":
                site.pending = NOT_DONE
        if site.pending:
            counted_site = self.keep({site.address: [crawl for crawl in crawls if crawl["id"] in own]})[site.address]
            site.of_site, site.of_crawl = counted_site.of_site, counted_site.of_crawl
        return not site.pending

    def _look(
        self,
        site: SiteChunks,
        where: Where,
        generations: t.Sequence[str],
        own: t.Sequence[tuple[Crawl, Policy]],
    ) -> Found:
        """The stale chunks of a URL. Sets the counts of its result."""
        counts = self._count_tags([site.address, *generations])
        if len(generations) == 1 and counts[site.address] == counts[generations[0]]:
            found = Found()  # every chunk that ever had the URL has the generation, too
        else:
            found = find(self._client, self._dataset, where, generations)
        mine = {crawl.generation for crawl, _policy in own}
        site.of_crawl = max(0, sum(counts[one] for one in generations if one in mine) - found.kept)
        site.of_site = len(found.ids) + found.kept + max(0, sum(counts[one] for one in generations) - found.kept)
        site.stale, site.links = len(found.ids), found.links
        if found.kept:
            self._task.warn(
                f"{counted(found.kept, 'chunk')} of {site.address} stay, although the vector store does not have the tag of the newest crawl"
                " for them, because the database has it: they were written once more since, or their embedding failed."
            )
        return found

    def _unexpected(self, site: SiteChunks, own: t.Sequence[tuple[Crawl, Policy]], found: Found) -> str:
        """Why nothing may be removed: a sentence, or nothing."""
        for crawl, policy in own:
            chunks, pages = site.of_crawl or 0, 0
            if policy.has_minimum:
                where = Where([crawl.generation or ""])
                chunks, pages = count(self._client, self._dataset, where, policy.min_pages is not None)
            words = f"Crawl {crawl['id']} of {site.address} wrote {counted(chunks, 'chunk')}"
            nothing = "Nothing was removed. Check the site and the crawl"
            if policy.min_chunks is not None and chunks < policy.min_chunks:
                return f"{words}, but expect.min_chunks is {policy.min_chunks}. {nothing}, or lower expect.min_chunks."
            if policy.min_pages is not None and pages < policy.min_pages:
                return f"{words} of {counted(pages, 'page')}, but expect.min_pages is {policy.min_pages}. {nothing}, or lower expect.min_pages."
            if not found.ids:
                continue
            if not chunks and policy.min_chunks != 0:
                return (
                    f"{words}, so all {counted(len(found.ids), 'chunk')} of the site would be removed. {nothing}. If the site is empty indeed,"
                    " set expect.min_chunks: 0 and expect.max_lost: 100%."
                )
            allowed = share_of(site.of_site or 0, policy.max_lost)
            if len(found.ids) > allowed:
                default = " by default" if policy.max_lost == MOST_LOST else ""
                number = f", which is {allowed}" if "%" in policy.max_lost else ""
                return (
                    f"{len(found.ids)} of the {site.of_site} chunks of {site.address} were not written by the newest crawl, but expect.max_lost"
                    f" is {policy.max_lost}{default}{number}. {nothing}, or raise expect.max_lost. The first pages are"
                    f" {listed(found.links)}."
                )
        return ""

    def _still_coming(self, own: t.Sequence[tuple[Crawl, Policy]]) -> bool:
        """Whether chunks of the crawls may not be in yet: Trieve reports C(Completed) once before it queues them, too."""
        if waiting_batches(self._client, self._dataset):
            return True
        ids = {crawl["id"] for crawl, _policy in own}
        self._task.sleep(STANDS)
        crawls = list_crawls(self._task, self._client, self._dataset, must_exist=True)
        done = [crawl for crawl in crawls if crawl["id"] in ids and crawl["status"] == "Completed"]
        return len(done) < len(ids) or waiting_batches(self._client, self._dataset) > 0

    # -- removed ---------------------------------------------------------------------------------------------------

    def _stale_removal(self, site: SiteChunks, found: Found, own: t.Sequence[tuple[Crawl, Policy]]) -> Change:
        shown = set(found.ids)

        def perform() -> dict[str, t.Any]:
            return self._remove_stale(site, own, shown)

        return self._change(site, f"{counted(len(found.ids), 'stale chunk')}", found, perform, DELETIONS + 1)

    def _remove_stale(
        self, site: SiteChunks, own: t.Sequence[tuple[Crawl, Policy]], shown: t.Container[str] | None
    ) -> dict[str, t.Any]:
        """Remove what is stale when everything is in.

        :param shown: IDs of the chunks that may be removed; None for all of them
        """
        self._crawls = self._barrier.wait()
        current = {crawl["id"]: crawl for crawl in self._crawls}
        now = [(current[crawl["id"]], policy) for crawl, policy in own if crawl["id"] in current]
        crawls = [crawl for crawl in self._crawls if writes_tag(crawl, site.address)]
        if len(now) < len(own) or not self._can_be_told(
            site, crawls, current.keys() & {crawl["id"] for crawl, _policy in now}
        ):
            self._task.warn(
                f"The crawls of {site.address} changed meanwhile, so no chunks were removed. Run the task again."
            )
            return {"removed": 0}
        generations = [crawl.generation for crawl in crawls if crawl.generation]
        where = Where([site.address], generations)
        self._forget_counts()
        found = self._look(site, where, generations, now)
        problem = self._unexpected(site, now, found)
        if problem:
            raise TaskFailed(problem)
        ids = [chunk for chunk in found.ids if shown is None or chunk in shown]
        return self._remove(site, ids, where)

    def _removal(self, site: SiteChunks, found: Found, where: Where, words: str, phase: int) -> Change:
        def perform() -> dict[str, t.Any]:
            return self._remove(site, found.ids, where)

        return self._change(site, f"{counted(len(found.ids), 'chunk')} {words}", found, perform, phase)

    def _removal_after(self, site: SiteChunks, finish: t.Callable[[], Crawl], policy: Policy) -> Change:
        def perform() -> dict[str, t.Any]:
            crawl = finish()
            site.pending = ""
            return self._remove_stale(site, [(crawl, policy)], None)

        return Change(
            "delete",
            "chunk",
            f"{site.address}: what the new crawl does not write",
            perform,
            dataset=self._dataset,
            before={"chunks": site.of_site, "links": site.links},
            after={"chunks": "those that the new crawl writes"},
            predicted={"removed": 0},
            phase=DELETIONS + 1,
        )

    def _change(
        self, site: SiteChunks, words: str, found: Found, perform: t.Callable[[], dict[str, t.Any]], phase: int
    ) -> Change:
        return Change(
            "delete",
            "chunk",
            f"{site.address}: {words}",
            perform,
            dataset=self._dataset,
            before={"chunks": len(found.ids), "links": found.links},
            predicted={"removed": len(found.ids)},
            phase=phase,
        )

    def _remove(self, site: SiteChunks, ids: t.Sequence[str], where: Where) -> dict[str, t.Any]:
        """Remove chunks in batches, and wait after each until it is gone. Says how far it came if it is stopped."""
        removed, address, change = 0, site.address, site.change
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            so_far = f"{removed} of {counted(len(ids), 'chunk')} of {address} were removed, and {len(ids) - removed} are left."
            with error_context(f"{so_far} The next run removes the rest."):
                delete_chunks(self._client, self._dataset, where.among(batch))
                if change:  # accepted, so a worker may do it even if the task does not see it
                    change.half_done({"removed": removed}, so_far)
                left = self._wait_until_gone(batch, where)
            removed += len(batch) - left
            if change:
                change.half_done({"removed": removed})
            if left:
                raise TaskFailed(
                    f"{removed} of {counted(len(ids), 'chunk')} of {address} were removed, and {len(ids) - removed} are left: Trieve has accepted"
                    f" the deletion, but has not done it after {LONGEST} s. Either its delete worker is not running, or the dataset is locked."
                    f" {_DOCTOR}. What is left is removed when the worker runs again, or by the next run."
                )
        return {"removed": removed}

    def _wait_until_gone(self, ids: t.Sequence[str], where: Where) -> int:
        """How many of the chunks are still there when they should be gone."""
        left = len(ids)

        def gone() -> bool:
            nonlocal left
            left, _pages = count(self._client, self._dataset, where.among(ids), pages=False)
            return left == 0

        until(self._task, gone)
        return left
