#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_search_test
short_description: Test that searches of a Trieve dataset find what they should
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Run queries and check where the expected results are ranked, for example after each deployment.
  - Measure recall, precision, MRR and nDCG, and compare them with minimum values or with an earlier run.
  - The task fails if a test fails, if a metric is lower than its minimum, or if it has lost more than O(max_loss) since the O(baseline).
    The message lists each miss with the rank at which the result was found.
  - Several chunks of one expected page count as one result in the metrics, at the rank of the first of them.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.search.query
  - community.trieve.filters
  - community.trieve.search.tests
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
  - community.trieve.attributes.info_module
options:
  search_type:
    description:
      - Default for tests without a search type of their own. If it is omitted, V(hybrid) is used.
  judgements:
    description:
      - Path of a file with relevant results, on the host that runs the task. Its queries are measured. A single one of them cannot fail.
      - In a JSON Lines file, each line is an object with C(query), exactly one of C(link), C(tracking_id), C(title) and C(id), and optionally
        C(grade) and C(name).
      - With O(queries), it is a TREC qrels file with query ID, iteration, document and grade in each line. The document is a URL or a tracking ID.
    type: path
  queries:
    description: Path of the file with the queries of a qrels file. Each line has an ID, a tab and the query.
    type: path
  k:
    description: Number of first results that the metrics take into account.
    type: int
    default: 10
  depth:
    description: Number of results to fetch, to report the rank of a result that was expected further up. At most 10000.
    type: int
    default: 50
  minimum:
    description: Minimum mean of each metric over all tests with expected results, from 0 to 1.
    type: dict
    suboptions: &metrics
      recall:
        description: Share of the expected results among the first O(k) results.
        type: float
      precision:
        description: Share of expected results among the first O(k) results.
        type: float
      mrr:
        description: Reciprocal rank of the first expected result.
        type: float
      ndcg:
        description: Normalized discounted cumulative gain of the first O(k) results.
        type: float
  baseline:
    description:
      - Path of a JSON file with the result RV(report) of an earlier run, on the host that runs the task.
      - Tests are compared by name. New tests and tests that are gone are ignored.
    type: path
  max_loss:
    description:
      - Maximum loss of the mean of each metric since the O(baseline), from 0 to 1. Metrics that are omitted may fall.
      - If the option is omitted, no metric may fall. Requires O(baseline).
    type: dict
    suboptions: *metrics
  concurrency:
    description: Maximum number of concurrent requests, each on its own connection, between 1 and 32.
    type: int
    default: 8
notes:
  - Any API key that can read the dataset is sufficient.
  - The task changes nothing and also runs in check mode.
seealso:
  - module: community.trieve.trieve_search_info
  - plugin: community.trieve.search_test_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Test the search of the documentation
  community.trieve.trieve_search_test:
    dataset: docs
    search_type: fulltext
    tests:
      - query: install
        expect:
          - link: https://docs.example.com/install
            within: 3
      - name: warranty, without drafts
        query: warranty
        search_type: bm25
        filters:
          must_not:
            - field: tag_set
              match_any: [draft]
        expect:
          - tracking_id: terms-warranty
            grade: 2
          - title: Terms of sale
        reject:
          - link: https://docs.example.com/internal
            within: 10
        min_results: 2
    minimum:
      recall: 0.9
      mrr: 0.5

- name: Compare with the run before the change
  community.trieve.trieve_search_test:
    dataset: docs
    judgements: "{{ playbook_dir }}/judgements.jsonl"
    k: 5
    depth: 20
    baseline: "{{ playbook_dir }}/baseline.json"
    max_loss:
      ndcg: 0.02
      recall: 0
    concurrency: 4
  register: compared

- name: Save the result as the next baseline
  ansible.builtin.copy:
    content: "{{ compared.report | to_nice_json }}"
    dest: "{{ playbook_dir }}/baseline.json"
    mode: "0644"
  delegate_to: localhost

- name: Measure a dataset with judgements of TREC
  community.trieve.trieve_search_test:
    dataset: docs
    judgements: "{{ playbook_dir }}/qrels.txt"
    queries: "{{ playbook_dir }}/queries.tsv"
    score_threshold: 0.1
    use_quote_negated_terms: false
    remove_stop_words: true
    sort_options:
      use_weights: false
    typo_options:
      correct_typos: true
    filters:
      must:
        - field: tag_set
          match_any: [guide]
"""

RETURN = r"""
report:
  description: Result of all tests, also of a failed task. O(baseline) takes it from a file.
  returned: always, except if an option or a request is invalid
  type: dict
  contains: &report
    k:
      description: See the option O(k).
      type: int
      sample: 10
    metrics:
      description: Mean of each metric over all tests with expected results, or V(null) if there are none.
      type: dict
      contains: &metric
        recall:
          description: Share of the expected results among the first O(k) results.
          type: float
          sample: 0.9
        precision:
          description: Share of expected results among the first O(k) results. Missing results count as not expected.
          type: float
          sample: 0.2
        mrr:
          description: Reciprocal rank of the first expected result, 0 if it was not found.
          type: float
          sample: 0.8
        ndcg:
          description: Normalized discounted cumulative gain of the first O(k) results, with the grade as gain.
          type: float
          sample: 0.85
    tests:
      description: The tests, in their order.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the test.
          type: str
          sample: install
        query:
          description: Query of the test.
          type: str
          sample: install
        search_type:
          description: Search method of the test.
          type: str
          sample: fulltext
        passed:
          description: Whether all expectations are met.
          type: bool
          sample: false
        results:
          description: Number of results, at most O(depth).
          type: int
          sample: 12
        misses:
          description: A sentence for each expectation that is not met.
          type: list
          elements: str
          sample: ["https://docs.example.com/install is expected within the first 3, but was found at rank 7"]
        ranks:
          description: Where each expected result was found, with C(identity), C(value) and C(rank), which is V(null) if it was not found.
          type: list
          elements: dict
          sample: [{"identity": "link", "value": "https://docs.example.com/install", "rank": 7}]
        metrics:
          description: Metrics of the test, or V(null) without expected results.
          type: dict
          contains: *metric
metrics:
  description: As C(metrics) in RV(report).
  returned: always, except if an option or a request is invalid
  type: dict
  contains: *metric
failed_tests:
  description: Names of the tests that failed.
  returned: always, except if an option or a request is invalid
  type: list
  elements: str
  sample: [zebra]
losses:
  description: Tests with a metric that is lower than in O(baseline), with the ranks that changed.
  returned: with O(baseline)
  type: list
  elements: dict
  contains:
    name:
      description: Name of the test.
      type: str
      sample: install
    query:
      description: Query of the test.
      type: str
      sample: install
    metrics:
      description: Each metric that is lower, with its values C(before) and C(after).
      type: dict
      sample: {"mrr": {"before": 1.0, "after": 0.5}}
    ranks:
      description: Each expected result whose rank changed, with C(identity), C(value), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"identity": "link", "value": "https://docs.example.com/install", "before": 1, "after": 2}]
error:
  description: Trieve's response, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own message.
      type: str
      sample: Full text search is not enabled for this dataset
    method:
      description: The HTTP method of the request.
      type: str
      sample: POST
    url:
      description: The URL of the request.
      type: str
      sample: https://trieve.example.com/api/chunk/search
    status:
      description: The HTTP status, or V(null) if there was no response.
      type: int
      sample: 400
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.parallel import run_parallel
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._search.api import find
from ansible_collections.community.trieve.plugins.module_utils._search.baseline import (
    Report,
    losses,
    read_baseline,
    too_much_lost,
)
from ansible_collections.community.trieve.plugins.module_utils._search.expectations import (
    TEST_OPTIONS,
    SearchTest,
    evaluate,
    parse_test,
)
from ansible_collections.community.trieve.plugins.module_utils._search.judgements import read_judgements
from ansible_collections.community.trieve.plugins.module_utils._search.metrics import METRICS, mean
from ansible_collections.community.trieve.plugins.module_utils._search.options import MOST_RESULTS, QUERY_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._session import MOST_CONNECTIONS
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient


def test_searches(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Run the tests, and compare what they measure."""
    params = task.params
    k = between(params, "k", 1, MOST_RESULTS)
    between(params, "depth", 1, MOST_RESULTS)
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    for option in ("minimum", "max_loss"):
        for metric, value in (params[option] or {}).items():
            if value is not None and not 0 <= value <= 1:
                raise TaskFailed(f"{option}.{metric} is {value:g}. It must be between 0 and 1.")
    if params["max_loss"] is not None and params["baseline"] is None:
        raise TaskFailed("max_loss needs a baseline to compare with. Set baseline, or remove max_loss.")
    tests = _tests(params, k)
    before = read_baseline(params["baseline"]) if params["baseline"] else None
    dataset = named_dataset(task, client)

    results: list[dict[str, t.Any]] = [{} for _test in tests]

    def search(number: int) -> bool:
        test = tests[number]
        depth = max([params["depth"], k, test.min_results, *(one.within or 0 for one in (*test.expect, *test.reject))])
        hits = find(task, client, dataset, {**test.search, "page_size": min(depth, MOST_RESULTS)})["chunks"]
        results[number] = evaluate(test, hits, k)
        return True

    run_parallel(task, range(len(tests)), search, params["concurrency"], "Searching")
    metrics = mean([result["metrics"] for result in results if result["metrics"]])
    report: Report = {"k": k, "metrics": metrics, "tests": results}
    failed = [result["name"] for result in results if not result["passed"]]
    outcome: dict[str, t.Any] = {"changed": False, "report": report, "metrics": metrics, "failed_tests": failed}
    if before:
        outcome["losses"] = losses(before, report)
    faults = _faults(params, report, before, outcome.get("losses", []))
    if faults:
        raise TaskFailed(" ".join(faults), **outcome)
    return outcome


def _tests(params: t.Mapping[str, t.Any], k: int) -> list[SearchTest]:
    if not params["tests"] and params["judgements"] is None:
        raise TaskFailed("tests and judgements are missing. Set at least one of them.")
    if params["queries"] is not None and params["judgements"] is None:
        raise TaskFailed("queries needs judgements. Set judgements to a qrels file.")
    defaults = {name: params[name] for name in QUERY_OPTIONS}
    tests = [parse_test(one, defaults, k, f"tests[{number}].") for number, one in enumerate(params["tests"] or ())]
    if params["judgements"] is not None:
        tests += read_judgements(params["judgements"], params["queries"], defaults)
    names: set[str] = set()
    for test in tests:
        if test.name in names:
            raise TaskFailed(f"Two tests have the name {test.name!r}. Set a different name for one of them.")
        names.add(test.name)
    return tests


def _faults(
    params: t.Mapping[str, t.Any], report: Report, before: Report | None, lost: t.Sequence[dict[str, t.Any]]
) -> list[str]:
    """What makes the task fail, in sentences."""
    failed = [one for one in report["tests"] if not one["passed"]]
    faults = []
    if failed:
        words = "; ".join(f"{one['name']!r}: {', '.join(one['misses'])}" for one in failed)
        faults.append(f"{len(failed)} of {counted(len(report['tests']), 'search test')} failed. {words}.")
    for metric in METRICS:
        least = (params["minimum"] or {}).get(metric)
        found = report["metrics"][metric] if report["metrics"] else 0.0
        if least is not None and found < least:
            faults.append(f"{metric} is {found:.3f}, but its minimum is {least:g}.")
    if before:
        most = {
            name: value
            for name, value in (params["max_loss"] or dict.fromkeys(METRICS, 0)).items()
            if value is not None
        }
        worse = too_much_lost(before, report, most)
        if worse:
            faults += worse
            faults.append(f"Worse than the baseline: {'; '.join(map(_lost_words, lost))}.")
    return faults


def _lost_words(loss: dict[str, t.Any]) -> str:
    moved = [f"{one['value']} from rank {one['before'] or 'none'} to {one['after'] or 'none'}" for one in loss["ranks"]]
    return f"{loss['name']!r} ({', '.join(moved) or 'other results are ranked higher'})"


_METRIC_OPTIONS = dict(type="dict", options={name: dict(type="float") for name in METRICS})

DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        **QUERY_OPTIONS,
        tests=dict(type="list", elements="dict", options=TEST_OPTIONS),
        judgements=dict(type="path"),
        queries=dict(type="path"),
        k=dict(type="int", default=10),
        depth=dict(type="int", default=50),
        minimum=_METRIC_OPTIONS,
        baseline=dict(type="path"),
        max_loss=_METRIC_OPTIONS,
        concurrency=dict(type="int", default=8),
    ),
    planner=test_searches,
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
