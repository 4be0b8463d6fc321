# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that have no sample, each with the reason. A test holds these lists against the argument specs.

C(*) stands for all options of a module: of one that only reads, or that has proofs of its own.
"""

from __future__ import annotations

_FILTER = "what is listed"
_LIST = "how a list is worked off"
_PAGES = "what is compared"
_PREVIEWED = "what is previewed"
_SITE = "the way to the web site"

NO_STATE: dict[str, dict[str, str]] = {
    "*": {
        "url": "the way to the server",
        "api_key": "the way to the server",
        "organization_id": "the way to the server; at trieve_organization what it is found by",
        "validate_certs": "the way to the server",
        "ca_path": "the way to the server",
        "client_cert": "the way to the server",
        "client_key": "the way to the server",
        "timeout": "the way to the server",
        "retries": "the way to the server",
        "extra_headers": "the way to the server",
        "dataset": "where the object is",
        "state": "whether the object is there: the proofs of deleted objects and the integration targets play both",
    },
    "trieve_api_key": {
        "name": "what a key is found by; it cannot be renamed",
        "api_key_id": "what a key is found by, for deletion only",
        "rotate": "when a new key is made",
        "keep_previous": "how many old keys stay",
        "max_age": "when a new key is made",
        "stored_id": "which of the keys of one name has its secret stored",
    },
    "trieve_api_key_info": {"name": _FILTER, "role": _FILTER},
    "trieve_chunk_group": {
        "tracking_id": "what a group is found by",
        "update_chunks": "what a change does to the chunks",
        "delete_chunks": "what a deletion does to the chunks",
    },
    "trieve_chunk_group_info": {"tracking_id": _FILTER},
    "trieve_chunk_groups": {
        "prune": _LIST,
        "prune_tracking_ids": _LIST,
        "allow_empty": _LIST,
        "max_deletions": _LIST,
        "concurrency": _LIST,
        "tracking_ids": "what is deleted",
        "update_chunks": "what a change does to the chunks",
        "delete_chunks": "what a deletion does to the chunks",
    },
    "trieve_chunks": {"*": "chunks are stored by workers: tests/unit proves each option, with the reading back"},
    "trieve_chunk_info": {"*": "what is listed"},
    "trieve_content_export": {"*": "which files are written, which are no objects of the server"},
    "trieve_crawl": {
        "site_url": "what a crawl is found by",
        "scrape_options.type": "what a crawl is found by, beside its address",
        "crawl_id": "what a crawl is found by, for deletion only",
        "duplicates": "whether other crawls of the site go: the unit tests of faults play each way",
        "recrawl": "when a crawl is started anew although nothing differs",
        "max_age": "when a crawl is started anew although nothing differs",
        "chunks": "what happens to the chunks of a crawl: the unit tests of chunks play each way",
        "expect.min_chunks": "what is expected before chunks are removed",
        "expect.min_pages": "what is expected before chunks are removed",
        "expect.max_lost": "what is expected before chunks are removed",
        "allow_shared_paths": "whether the task warns of other sites in the dataset",
        "wait": "whether the task waits for the pages",
        "wait_timeout": "how long the task waits for the pages",
    },
    "trieve_crawl_coverage_info": {
        "site_url": _FILTER,
        "sitemap_url": _PAGES,
        "sitemap_file": _PAGES,
        "urls": _PAGES,
        "scope": _FILTER,
        "ignore_query": _FILTER,
        "fail_below": "when the task fails",
        "max_listed": "how much is listed",
        "site_validate_certs": _SITE,
        "site_ca_path": _SITE,
    },
    "trieve_crawl_info": {"site_url": _FILTER, "kind": _FILTER, "status": _FILTER},
    "trieve_crawls": {
        "prune": _LIST,
        "prune_sites": _LIST,
        "allow_empty": _LIST,
        "max_deletions": _LIST,
        "concurrency": _LIST,
        "duplicates": _LIST,
        "chunks": "what happens to the chunks of a crawl that is deleted",
        "allow_shared_paths": "whether the task warns of other sites in the dataset",
        "crawl_ids": "what is deleted",
        "site_urls": "what is deleted",
    },
    "trieve_dataset": {
        "dataset_id": "what a dataset is found by",
        "tracking_id": "what a dataset is found by; new_tracking_id changes it",
        "update_secrets": "when options that cannot be read are written",
        "clone_from": "what a new dataset is made from",
        "clone_chunks": "what a new dataset is made from",
        "deletion_protection": "whether a dataset with chunks may be deleted or cleared",
        "force": "whether a dataset with chunks may be deleted or cleared",
        "wait": "whether the task waits for the clearing",
        "wait_timeout": "how long the task waits for the clearing",
    },
    "trieve_dataset_info": {
        "dataset_id": _FILTER,
        "tracking_id": _FILTER,
        "name": _FILTER,
        "configuration": "how much is read",
        "crawls": "how much is read",
        "chunk_groups": "how much is read",
        "chunk_group_origins": "how much is read",
    },
    "trieve_dataset_swap": {
        "*": "which dataset has the tracking ID, which is the state of two objects: tests/unit proves each option"
    },
    "trieve_doctor": {
        "crawl_url": "what is crawled for the test",
        "wait_timeout": "how long the task waits for the workers",
        "require": "what lets the task fail",
    },
    "trieve_extraction_info": {
        "page_url": _PREVIEWED,
        "page_file": _PREVIEWED,
        "site_url": _PREVIEWED,
        "heading_remove_strings": _PREVIEWED,
        "body_remove_strings": _PREVIEWED,
        "site_validate_certs": _SITE,
        "site_ca_path": _SITE,
    },
    "trieve_files": {"*": "files are processed by workers: tests/unit proves each option, with the reading back"},
    "trieve_file_info": {"*": "what is listed, and whether it can be downloaded"},
    "trieve_invitation": {
        "email": "whom the invitation is for, which it is found by",
        "app_url": "stands in the mail only; the server does not keep it",
        "redirect_uri": "stands in the mail only; the server does not keep it",
    },
    "trieve_invitation_info": {"email": _FILTER, "used": _FILTER},
    "trieve_organization": {
        "find_by": "whether name is what the organization is found by, or what it is to be called",
        "force": "whether a deletion with all datasets is meant",
    },
    "trieve_organization_info": {
        "name": _FILTER,
        "find_by": _FILTER,
        "v1_usage": "how much is read",
        "date_range.gt": _FILTER,
        "date_range.gte": _FILTER,
        "date_range.lt": _FILTER,
        "date_range.lte": _FILTER,
    },
    "trieve_organization_state": {
        "state_files": "where the state is read from",
        "only": "how much of the state is looked at",
        "parts": "how much of the state is looked at",
        "purpose": "whether the plan is about applying the state or about drift",
        "approved": "which plan may be performed",
        "approved_fingerprint": "which plan may be performed",
        "digest_key": "how the fingerprint is computed",
        "allow_new_keys": "whether keys may be created",
        "defer_key_deletions": "who deletes undeclared keys",
        "return_objects": "how much is returned",
        "update_secrets": "when options that cannot be read are written",
        "duplicates": _LIST,
        "concurrency": _LIST,
    },
    "trieve_request": {
        "method": "the request itself, whose effect the module does not know",
        "path": "the request itself, whose effect the module does not know",
        "query": "the request itself, whose effect the module does not know",
        "body": "the request itself, whose effect the module does not know",
        "force": "whether the request is sent unchecked, which is proved in tests/unit",
        "read": "whether the request changes something, by the user's word",
        "changed": "whether the request changed something, by the user's word",
        "status_code": "which answers are no failure",
    },
    "trieve_search_info": {"*": "what is searched for; a search changes nothing"},
    "trieve_search_test": {"*": "what is tested; a search changes nothing"},
    "trieve_status_info": {"datasets": _FILTER, "concurrency": _LIST},
    "trieve_user": {
        "email": "what a member is found by",
        "pending": "whether an open invitation is enough",
        "force": "whether locking everybody out is meant",
    },
    "trieve_user_info": {"email": _FILTER, "role": _FILTER},
}
"""Options that are no state of an object, by module; ``*`` is every module that has the option."""

SET_ONCE: dict[str, dict[str, tuple[str, str]]] = {
    "trieve_dataset": {"distance_metric": ("dot", "euclidean")},
}
"""Options that Trieve takes at creation only: a value to create with, and another one, which is refused afterwards."""

NOT_REMOVABLE = {
    "trieve_organization": "with it goes the key",
}
"""Modules whose object cannot vanish behind the collection's back and leave anybody to ask for it."""

NOT_CREATED = {
    "trieve_user": "is not a member",
}
"""Modules that never create their object, and the words of the preview where it is missing."""
