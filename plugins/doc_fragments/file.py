# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_file/options.py)."""

    # Written out, since language servers read the text of this file. A test compares the copies of shared options.
    DOCUMENTATION = r"""
options:
  files:
    description:
      - The files. One of O(files) and O(folder) is required with O(state=present).
      - Options that an entry and O(defaults) omit are not managed and keep their values.
    type: list
    elements: dict
    suboptions:
      path:
        description: Path of the file, on the host that runs the task.
        type: path
      content:
        description: Content of the file, as text, instead of O(files[].path). Requires O(files[].file_name).
        type: str
      group_tracking_id:
        description:
          - Tracking ID of the group of the file, by which the file is found. Every entry needs one.
          - The chunks of the file have the tracking IDs C(GROUP|0), C(GROUP|1) and so on.
        type: str
      file_name:
        description: Name of the file and its group. By default, the last part of O(files[].path). Its suffix tells the kind of the file.
        type: str
      link:
        description: URL of the file for readers. The chunks of the file have it, too.
        type: str
      tag_set:
        description: Tags of the file and its chunks. The order does not matter. An empty list clears them.
        type: list
        elements: str
      metadata:
        description: Any data to store with the file and its chunks. It is compared and replaced as a whole.
        type: dict
      time_stamp:
        description: Time of the content, as an ISO 8601 date and time with a time zone, such as V(2030-01-31T12:00:00Z).
        type: str
      description:
        description: Description of the group. It is updated without a new upload.
        type: str
      create_chunks:
        description: Whether to make chunks of the file. Otherwise it is stored with an empty group. Trieve defaults to V(true).
        type: bool
      rebalance_chunks:
        description: Whether to distribute remaining sentences evenly over the chunks. Trieve defaults to V(true).
        type: bool
      split_delimiters:
        description: Strings that end a sentence. Trieve defaults to the full stop, the question mark and the line break.
        type: list
        elements: str
      target_splits_per_chunk:
        description: Number of sentences in a chunk. Trieve defaults to V(20).
        type: int
      split_avg:
        description: Whether to make one chunk of the whole file, embedded as the average of its parts.
        type: bool
      pdf2md_options:
        description: Options for files whose name ends with C(.pdf). Requires a server with pdf2md.
        type: dict
        suboptions:
          use_pdf2md_ocr:
            description: Whether a language model reads the pages.
            type: bool
            required: true
          system_prompt:
            description: Prompt for the language model.
            type: str
          split_headings:
            description: Whether to make a chunk of each heading.
            type: bool
      chunkr_create_task_req_payload:
        description: Convert the file with chunkr.ai. Requires a server with pdf2md and an API key of chunkr.ai.
        type: dict
        suboptions:
          chunk_processing:
            description: How segments become chunks.
            type: dict
            suboptions:
              ignore_headers_and_footers:
                description: Whether to leave out headers and footers.
                type: bool
              target_length:
                description: Number of words in a chunk.
                type: int
              tokenizer:
                description: V(Word), V(Cl100kBase), V(XlmRobertaBase), V(BertBaseUncased), or the name of a tokenizer of Hugging Face.
                type: str
          error_handling:
            description: What to do if a part cannot be converted.
            type: str
            choices: [Fail, Continue]
          expires_in:
            description: Seconds after which chunkr.ai deletes the task.
            type: int
          high_resolution:
            description: Whether to use images of high resolution.
            type: bool
          llm_processing:
            description: The language model.
            type: dict
            suboptions:
              fallback_strategy:
                description: V(None), V(Default), or the ID of the model to use if the first one fails.
                type: str
              max_completion_tokens:
                description: Maximum number of tokens to generate.
                type: int
              model_id:
                description: ID of the model.
                type: str
              temperature:
                description: Temperature of the model.
                type: float
          ocr_strategy:
            description: Which pages to recognize characters on.
            type: str
            choices: [All, Auto]
          pipeline:
            description: Service that converts the file.
            type: str
            choices: [Azure, Chunkr]
          segment_processing:
            description: How each kind of segment is converted.
            type: dict
            suboptions:
              caption:
                description: Captions.
                type: dict
                suboptions: &generation
                  crop_image:
                    description: Which images to crop.
                    type: str
                    choices: [All, Auto]
                  html:
                    description: How to generate HTML.
                    type: str
                    choices: [Auto, LLM]
                  markdown:
                    description: How to generate Markdown.
                    type: str
                    choices: [Auto, LLM]
                  llm:
                    description: Prompt for an additional text by a language model.
                    type: str
                  embed_sources:
                    description: Texts to embed, in this order.
                    type: list
                    elements: str
                    choices: [HTML, Markdown, LLM, Content]
              footnote:
                description: Footnotes.
                type: dict
                suboptions: *generation
              formula:
                description: Formulas.
                type: dict
                suboptions: *generation
              list_item:
                description: Items of lists.
                type: dict
                suboptions: *generation
              page:
                description: Whole pages.
                type: dict
                suboptions: *generation
              page_footer:
                description: Footers of pages.
                type: dict
                suboptions: *generation
              page_header:
                description: Headers of pages.
                type: dict
                suboptions: *generation
              picture:
                description: Pictures.
                type: dict
                suboptions: *generation
              section_header:
                description: Headings of sections.
                type: dict
                suboptions: *generation
              table:
                description: Tables.
                type: dict
                suboptions: *generation
              text:
                description: Texts.
                type: dict
                suboptions: *generation
              title:
                description: Titles.
                type: dict
                suboptions: *generation
          segmentation_strategy:
            description: How pages are divided into segments.
            type: str
            choices: [LayoutAnalysis, Page]
      webhook_url:
        description: URL that receives the progress of a conversion by pdf2md. Sent with each upload, and never compared.
        type: str

  defaults:
    description: Options for every file that does not set them itself. O(defaults.pdf2md_options) are used for PDF files only.
    type: dict
    suboptions:
      link:
        description: URL of the file for readers. The chunks of the file have it, too.
        type: str
      tag_set:
        description: Tags of the file and its chunks. The order does not matter. An empty list clears them.
        type: list
        elements: str
      metadata:
        description: Any data to store with the file and its chunks. It is compared and replaced as a whole.
        type: dict
      time_stamp:
        description: Time of the content, as an ISO 8601 date and time with a time zone, such as V(2030-01-31T12:00:00Z).
        type: str
      description:
        description: Description of the group. It is updated without a new upload.
        type: str
      create_chunks:
        description: Whether to make chunks of the file. Otherwise it is stored with an empty group. Trieve defaults to V(true).
        type: bool
      rebalance_chunks:
        description: Whether to distribute remaining sentences evenly over the chunks. Trieve defaults to V(true).
        type: bool
      split_delimiters:
        description: Strings that end a sentence. Trieve defaults to the full stop, the question mark and the line break.
        type: list
        elements: str
      target_splits_per_chunk:
        description: Number of sentences in a chunk. Trieve defaults to V(20).
        type: int
      split_avg:
        description: Whether to make one chunk of the whole file, embedded as the average of its parts.
        type: bool
      pdf2md_options:
        description: Options for files whose name ends with C(.pdf). Requires a server with pdf2md.
        type: dict
        suboptions:
          use_pdf2md_ocr:
            description: Whether a language model reads the pages.
            type: bool
            required: true
          system_prompt:
            description: Prompt for the language model.
            type: str
          split_headings:
            description: Whether to make a chunk of each heading.
            type: bool
      chunkr_create_task_req_payload:
        description: Convert the file with chunkr.ai. Requires a server with pdf2md and an API key of chunkr.ai.
        type: dict
        suboptions:
          chunk_processing:
            description: How segments become chunks.
            type: dict
            suboptions:
              ignore_headers_and_footers:
                description: Whether to leave out headers and footers.
                type: bool
              target_length:
                description: Number of words in a chunk.
                type: int
              tokenizer:
                description: V(Word), V(Cl100kBase), V(XlmRobertaBase), V(BertBaseUncased), or the name of a tokenizer of Hugging Face.
                type: str
          error_handling:
            description: What to do if a part cannot be converted.
            type: str
            choices: [Fail, Continue]
          expires_in:
            description: Seconds after which chunkr.ai deletes the task.
            type: int
          high_resolution:
            description: Whether to use images of high resolution.
            type: bool
          llm_processing:
            description: The language model.
            type: dict
            suboptions:
              fallback_strategy:
                description: V(None), V(Default), or the ID of the model to use if the first one fails.
                type: str
              max_completion_tokens:
                description: Maximum number of tokens to generate.
                type: int
              model_id:
                description: ID of the model.
                type: str
              temperature:
                description: Temperature of the model.
                type: float
          ocr_strategy:
            description: Which pages to recognize characters on.
            type: str
            choices: [All, Auto]
          pipeline:
            description: Service that converts the file.
            type: str
            choices: [Azure, Chunkr]
          segment_processing:
            description: How each kind of segment is converted.
            type: dict
            suboptions:
              caption:
                description: Captions.
                type: dict
                suboptions: &generation_of_defaults
                  crop_image:
                    description: Which images to crop.
                    type: str
                    choices: [All, Auto]
                  html:
                    description: How to generate HTML.
                    type: str
                    choices: [Auto, LLM]
                  markdown:
                    description: How to generate Markdown.
                    type: str
                    choices: [Auto, LLM]
                  llm:
                    description: Prompt for an additional text by a language model.
                    type: str
                  embed_sources:
                    description: Texts to embed, in this order.
                    type: list
                    elements: str
                    choices: [HTML, Markdown, LLM, Content]
              footnote:
                description: Footnotes.
                type: dict
                suboptions: *generation_of_defaults
              formula:
                description: Formulas.
                type: dict
                suboptions: *generation_of_defaults
              list_item:
                description: Items of lists.
                type: dict
                suboptions: *generation_of_defaults
              page:
                description: Whole pages.
                type: dict
                suboptions: *generation_of_defaults
              page_footer:
                description: Footers of pages.
                type: dict
                suboptions: *generation_of_defaults
              page_header:
                description: Headers of pages.
                type: dict
                suboptions: *generation_of_defaults
              picture:
                description: Pictures.
                type: dict
                suboptions: *generation_of_defaults
              section_header:
                description: Headings of sections.
                type: dict
                suboptions: *generation_of_defaults
              table:
                description: Tables.
                type: dict
                suboptions: *generation_of_defaults
              text:
                description: Texts.
                type: dict
                suboptions: *generation_of_defaults
              title:
                description: Titles.
                type: dict
                suboptions: *generation_of_defaults
          segmentation_strategy:
            description: How pages are divided into segments.
            type: str
            choices: [LayoutAnalysis, Page]
      webhook_url:
        description: URL that receives the progress of a conversion by pdf2md. Sent with each upload, and never compared.
        type: str
"""
