# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a file is declared with, and what is wrong with them."""

from __future__ import annotations

import hashlib
import json
import typing as t

from .._chunk.options import MOST_TAGS, time_with_zone
from .._core.failure import TaskFailed
from .._core.values import unsendable

_PDF2MD = dict(
    use_pdf2md_ocr=dict(type="bool", required=True),
    system_prompt=dict(type="str"),
    split_headings=dict(type="bool"),
)

_GENERATION = dict(
    crop_image=dict(type="str", choices=["All", "Auto"]),
    html=dict(type="str", choices=["Auto", "LLM"]),
    markdown=dict(type="str", choices=["Auto", "LLM"]),
    llm=dict(type="str"),
    embed_sources=dict(type="list", elements="str", choices=["HTML", "Markdown", "LLM", "Content"]),
)

_SEGMENTS = {
    "caption": "Caption",
    "footnote": "Footnote",
    "formula": "Formula",
    "list_item": "ListItem",
    "page": "Page",
    "page_footer": "PageFooter",
    "page_header": "PageHeader",
    "picture": "Picture",
    "section_header": "SectionHeader",
    "table": "Table",
    "text": "Text",
    "title": "Title",
}
"""Kinds of segments, and the server's names of them."""

_TOKENIZERS = ("Word", "Cl100kBase", "XlmRobertaBase", "BertBaseUncased")

_CHUNKR = dict(
    chunk_processing=dict(
        type="dict",
        options=dict(
            ignore_headers_and_footers=dict(type="bool"),
            target_length=dict(type="int"),
            tokenizer=dict(type="str", no_log=False),
        ),
    ),
    error_handling=dict(type="str", choices=["Fail", "Continue"]),
    expires_in=dict(type="int"),
    high_resolution=dict(type="bool"),
    llm_processing=dict(
        type="dict",
        options=dict(
            fallback_strategy=dict(type="str"),
            max_completion_tokens=dict(type="int", no_log=False),
            model_id=dict(type="str"),
            temperature=dict(type="float"),
        ),
    ),
    ocr_strategy=dict(type="str", choices=["All", "Auto"]),
    pipeline=dict(type="str", choices=["Azure", "Chunkr"]),
    segment_processing=dict(
        type="dict",
        options={name: dict(type="dict", options=_GENERATION) for name in _SEGMENTS},
    ),
    segmentation_strategy=dict(type="str", choices=["LayoutAnalysis", "Page"]),
)

UPLOAD_OPTIONS: dict[str, t.Any] = dict(
    link=dict(type="str"),
    tag_set=dict(type="list", elements="str"),
    metadata=dict(type="dict"),
    time_stamp=dict(type="str"),
    description=dict(type="str"),
    create_chunks=dict(type="bool"),
    rebalance_chunks=dict(type="bool"),
    split_delimiters=dict(type="list", elements="str"),
    target_splits_per_chunk=dict(type="int"),
    split_avg=dict(type="bool"),
    pdf2md_options=dict(type="dict", options=_PDF2MD),
    chunkr_create_task_req_payload=dict(type="dict", options=_CHUNKR),
    webhook_url=dict(type="str"),
)
"""How a file is uploaded. Also the options of C(defaults)."""

FILE_OPTIONS: dict[str, t.Any] = dict(
    path=dict(type="path"),
    content=dict(type="str"),
    group_tracking_id=dict(type="str"),
    file_name=dict(type="str"),
    **UPLOAD_OPTIONS,
)
"""Of an entry of C(files)."""

READABLE = ("file_name", "link", "tag_set", "metadata", "time_stamp", "description")
"""Options that the server shows, of a file or of its group."""

RECORDED = (
    "create_chunks",
    "rebalance_chunks",
    "split_delimiters",
    "target_splits_per_chunk",
    "split_avg",
    "pdf2md_options",
    "chunkr_create_task_req_payload",
)
"""Options that the server does not show, so that the file's metadata records them."""

DIGESTED = ("pdf2md_options", "chunkr_create_task_req_payload")
"""Those of C(RECORDED) with prompts, of which a digest is recorded: the metadata is part of every search result."""

OWN = "community_trieve"
"""The key of the metadata in which a file is recorded: C(group_tracking_id), C(sha256), and C(options) if there are any."""

LARGEST_REST = 1_000_000
"""Bytes of the request without the content."""

Values = dict[str, t.Any]
"""The declared options of C(READABLE), C(RECORDED) and C(webhook_url), in the form in which they are sent."""


def parse_values(options: t.Mapping[str, t.Any], name: str) -> Values:
    """The declared options of a file, after the checks that need no server.

    :param name: the file's name
    :raises TaskFailed: names the option that the server would refuse or misread
    """
    given = {option: options[option] for option in UPLOAD_OPTIONS if options.get(option) is not None}
    values: Values = {"file_name": name, **given}
    wrong = unsendable(values)
    if wrong:
        raise TaskFailed(f"{wrong}.")
    if OWN in values.get("metadata", {}):
        raise TaskFailed(f"metadata contains the key {OWN!r}, in which this module records the file. Remove it.")
    if len(values.get("tag_set", ())) > MOST_TAGS:
        raise TaskFailed(f"tag_set has {len(values['tag_set'])} entries. The limit is {MOST_TAGS}.")
    for option in ("tag_set", "split_delimiters"):
        if not all(values.get(option, ())):
            raise TaskFailed(f"{option} contains an empty entry. Remove it.")
    if values.get("target_splits_per_chunk", 1) < 1:
        raise TaskFailed(f"target_splits_per_chunk is {values['target_splits_per_chunk']}. It must be at least 1.")
    if "time_stamp" in values:
        values["time_stamp"] = time_with_zone(values["time_stamp"])
    _parse_conversion(values, name)
    size = len(json.dumps(values, ensure_ascii=False).encode("utf-8"))
    if size > LARGEST_REST:
        raise TaskFailed(f"The options of the file have {size} bytes as JSON. The limit is {LARGEST_REST}.")
    return values


def _parse_conversion(values: Values, name: str) -> None:
    """The options about how text is extracted. The server ignores some of them without an error (docs/server.md 8)."""
    pdf = values.get("pdf2md_options")
    if pdf:
        values["pdf2md_options"] = pdf = _given(pdf)
        if pdf.get("split_headings") and not pdf["use_pdf2md_ocr"]:
            raise TaskFailed("pdf2md_options.split_headings requires use_pdf2md_ocr: true.")
        if pdf["use_pdf2md_ocr"] and not name.endswith(".pdf"):
            raise TaskFailed(
                f"pdf2md_options.use_pdf2md_ocr is true, but Trieve uses it only for names that end with .pdf, not for {name!r}."
                " Change file_name, or remove the option."
            )
        if pdf["use_pdf2md_ocr"] and values.get("split_avg"):
            raise TaskFailed(
                "split_avg cannot be used together with pdf2md_options.use_pdf2md_ocr. Remove one of them."
            )
    if "chunkr_create_task_req_payload" in values:
        if values.get("split_avg"):
            raise TaskFailed(
                "split_avg has no effect together with chunkr_create_task_req_payload. Remove one of them."
            )
        values["chunkr_create_task_req_payload"] = _chunkr(values["chunkr_create_task_req_payload"])


def without_pdf_options(options: t.Mapping[str, t.Any], name: str) -> dict[str, t.Any]:
    """Defaults for a file of that name: character recognition is for PDF files only."""
    return {key: value for key, value in options.items() if key != "pdf2md_options" or name.endswith(".pdf")}


def _given(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options that are set, at every level."""
    return {
        name: _given(value) if isinstance(value, dict) else value
        for name, value in options.items()
        if value is not None
    }


def _chunkr(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options for chunkr.ai under the names and in the forms of the API."""
    body = _given(options)
    tokenizer = body.get("chunk_processing", {}).get("tokenizer")
    if tokenizer:
        body["chunk_processing"]["tokenizer"] = {"Enum" if tokenizer in _TOKENIZERS else "String": tokenizer}
    fallback = body.get("llm_processing", {}).get("fallback_strategy")
    if fallback and fallback not in ("None", "Default"):
        body["llm_processing"]["fallback_strategy"] = {"Model": fallback}
    if "segment_processing" in body:
        segments = body["segment_processing"]
        body["segment_processing"] = {_SEGMENTS[name]: value for name, value in segments.items()}
    return body


def recorded(name: str, value: t.Any) -> t.Any:
    """The value of one of C(RECORDED) as the metadata has it."""
    if name not in DIGESTED:
        return value
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode('utf-8')).hexdigest()[:16]}"
