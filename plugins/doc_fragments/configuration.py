# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_dataset/configuration.py)."""

    DOCUMENTATION = r"""
options:
  llm_base_url:
    description:
      - URL of the LLM's API, which must be compatible with OpenAI's. Trieve's default is V(https://api.openai.com/v1).
    type: str
  llm_api_key:
    description:
      - API key of the LLM. An empty string removes it.
      - Trieve does not return it. See O(update_secrets) for when it is written.
    type: str
  llm_api_version:
    description:
      - Version of the LLM's API, which Azure requires. Trieve's default is none.
    type: str
  llm_default_model:
    description:
      - Name of the LLM that answers. Trieve's default is V(gpt-4o).
    type: str
  system_prompt:
    description:
      - System prompt of the LLM. Trieve's default is V(You are a helpful assistant).
    type: str
  rag_prompt:
    description:
      - Prompt that precedes the retrieved chunks. Trieve's default is C(Use the following retrieved documents to respond briefly and
        accurately:).
    type: str
  message_to_query_prompt:
    description:
      - Prompt that makes the LLM turn a message into a search query. Trieve's default is C(Write a 1-2 sentence semantic search query
        along the lines of a hypothetical response to:), followed by two line breaks.
    type: str
  use_message_to_query_prompt:
    description:
      - Whether to turn messages into search queries with O(message_to_query_prompt). Trieve's default is V(false).
    type: bool
  n_retrievals_to_include:
    description:
      - Number of chunks to pass to the LLM. Trieve's default is V(8).
    type: int
  temperature:
    description:
      - Temperature of the LLM. By default it is not set, and the LLM uses its own.
      - Trieve cannot unset it. The same applies to O(frequency_penalty), O(presence_penalty) and O(max_tokens).
    type: float
  frequency_penalty:
    description:
      - Frequency penalty of the LLM. Not set by default.
    type: float
  presence_penalty:
    description:
      - Presence penalty of the LLM. Not set by default.
    type: float
  max_tokens:
    description:
      - Maximum number of tokens of an answer of the LLM. Not limited by default.
    type: int
  stop_tokens:
    description:
      - Texts at which the LLM stops. Trieve's default is none. An empty list removes them.
      - Trieve does not return them, so they are never compared. See O(update_secrets) for when they are written.
      - Trieve loses them in every update of the dataset. If this option is set, they are part of every update, regardless of
        O(update_secrets). An update without them causes a warning.
    type: list
    elements: str
  embedding_base_url:
    description:
      - URL of the embedding server. Trieve's default is V(https://embedding.trieve.ai).
    type: str
  embedding_model_name:
    description:
      - Name of the embedding model. Trieve's default is V(jina-base-en).
      - It cannot be changed while the dataset has chunks.
    type: str
  embedding_size:
    description:
      - Length of the model's vectors. Trieve's default for a new dataset depends on O(embedding_model_name), and is 1536 for
        V(text-embedding-3-small), 3072 for V(text-embedding-3-large), 1024 for V(bge-m3), and 768 for any other model.
      - If the model of an existing dataset changes and this option is not set, the size of these three models and of V(jina-base-en)
        is set with it. For any other model, this option is required.
      - A size that the vectors of these models cannot have is refused. The vectors of V(text-embedding-3-small) and
        V(text-embedding-3-large) may be shorter, because a server at O(embedding_base_url) can shorten them.
      - It cannot be changed while the dataset has chunks.
    type: int
  embedding_query_prefix:
    description:
      - Text to put in front of each query before it is embedded. It may be empty, which is Trieve's default.
    type: str
  distance_metric:
    description:
      - Metric for the distance of vectors. Trieve's default is V(cosine). It can only be set when the dataset is created.
      - Trieve resets any metric except V(cosine) in every update of the dataset, even of its name, and then cannot find the vectors any
        more. Therefore a task that would update a dataset with another metric fails. For the same reason, another metric cannot be
        combined with a secret, which Trieve accepts in an update only.
    type: str
    choices: [cosine, euclidean, manhattan, dot]
  semantic_enabled:
    description:
      - Whether to enable semantic search. Trieve's default is V(true).
    type: bool
  fulltext_enabled:
    description:
      - Whether to enable full-text search. Trieve's default is V(true).
    type: bool
  bm25_enabled:
    description:
      - Whether to enable BM25. Trieve's default is V(true).
    type: bool
  bm25_b:
    description:
      - Parameter b of BM25, a 32-bit number. Trieve's default is V(0.75).
    type: float
  bm25_k:
    description:
      - Parameter k of BM25, a 32-bit number. Trieve's default is V(0.75).
    type: float
  bm25_avg_len:
    description:
      - Average length of a chunk for BM25, a 32-bit number. Trieve's default is V(256).
    type: float
  reranker_base_url:
    description:
      - URL of the reranker. Trieve's default is V(http://embedding-reranker.default.svc.cluster.local).
    type: str
  reranker_api_key:
    description:
      - API key of the reranker. An empty string removes it.
      - Trieve does not return it. See O(update_secrets) for when it is written.
    type: str
  reranker_model_name:
    description:
      - Name of the reranker model. Trieve's default is V(bge-reranker-large).
    type: str
  aimon_reranker_task_definition:
    description:
      - Task definition for the AIMon reranker. Trieve's default tells it to grade the relevance of the documents for the query.
    type: str
  max_limit:
    description:
      - Maximum number of chunks to count. Trieve's default is V(10000).
    type: int
  indexed_only:
    description:
      - Whether to search indexed chunks only. Trieve's default is V(false).
    type: bool
  qdrant_only:
    description:
      - Whether to store chunks in the vector store only, and not in PostgreSQL. Trieve's default is V(false).
    type: bool
  pagefind_enabled:
    description:
      - Whether to create a Pagefind index. Trieve's default is V(false).
    type: bool
  disable_analytics:
    description:
      - Whether to exclude searches and answers from the analytics. Trieve's default is V(false).
    type: bool
  locked:
    description:
      - Whether to protect the dataset against deletion and clearing. It can still be updated. Trieve's default is V(false).
    type: bool
  public_dataset:
    description:
      - Public page of the dataset.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether to publish the page. Trieve's default is V(false).
        type: bool
        required: true
      api_key:
        description:
          - API key that the page uses. An empty string removes it.
          - Trieve does not return it. See O(update_secrets) for when it is written.
        type: str
      extra_params:
        description:
          - Appearance and behavior of the page. The valid keys are C(datasetId), C(baseUrl), C(type), C(apiKey), C(analytics), C(tags),
            C(relevanceToolCallOptions), C(priceToolCallOptions), C(searchToolCallOptions), C(notFilterToolCallOptions),
            C(suggestedQueries), C(followupQuestions), C(responsive), C(chat), C(theme), C(searchOptions), C(headingPrefix),
            C(forBrandName), C(brandName), C(brandLogoImgSrcUrl), C(navLogoImgSrcUrl), C(problemLink), C(brandColor),
            C(placeholder), C(defaultSearchQueries), C(defaultAiQuestions), C(defaultSearchMode), C(useGroupSearch),
            C(allowSwitchingModes), C(defaultCurrency), C(currencyPosition), C(showFloatingButton), C(floatingButtonPosition),
            C(floatingButtonVersion), C(floatingSearchIconPosition), C(showFloatingSearchIcon), C(showFloatingInput),
            C(buttonTriggers), C(debounceMs), C(heroPattern), C(tabMessages), C(openGraphMetadata), C(singleProductOptions),
            C(openLinksInNewTab), C(creatorName), C(creatorLinkedInUrl), C(brandFontFamily), C(zIndex), C(hideDrawnText),
            C(usePagefind), C(videoLink), C(videoPosition), C(isTestMode), C(inline), C(numberOfSuggestions), C(inlineHeader),
            C(defaultImageQuestion), C(useLocal), C(showResultHighlights), C(searchPageProps), C(searchBar),
            C(defaultSearchQuery) and C(imageStarterText). Any other key is refused.
          - A key that is left out is not managed, also inside an object. A list is compared and replaced as a whole.
          - Trieve cannot remove a key once it is set, so V(null) is refused as its value. An empty string or list empties it. Inside an
            object, V(null) removes a key.
          - Values are passed on unchanged. Trieve refuses values of the wrong type.
          - C(apiKey) is compared, but never shown.
        type: dict
  tool_configuration:
    description:
      - Descriptions of the tools for the LLM.
    type: dict
    suboptions:
      query_tool_options:
        description:
          - Descriptions of the search tool. Trieve's defaults are English texts. A text that is left out is not managed.
        type: dict
        suboptions:
          tool_description:
            description:
              - Description of the tool.
            type: str
          query_parameter_description:
            description:
              - Description of the query parameter.
            type: str
          price_filter_description:
            description:
              - Description of the price filter.
            type: str
          max_price_option_description:
            description:
              - Description of the maximum price.
            type: str
          min_price_option_description:
            description:
              - Description of the minimum price.
            type: str
  update_secrets:
    description:
      - When to write O(llm_api_key), O(reranker_api_key), O(public_dataset.api_key) and O(stop_tokens), which Trieve does not return.
      - V(on_create) writes them when it creates the dataset. Trieve accepts secrets only in an update after the creation. If that
        update fails, the task fails, and its next run writes them.
      - V(on_create) also writes the secrets of an existing dataset that certainly has none, because its configuration was never updated.
        After any update, no matter by which client, they are left unchanged. A clone counts as updated if its source was updated.
      - V(always) writes them each time, so a task that sets one of them always reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
notes:
  - An empty string is refused if Trieve would use its default instead, which would cause a change in each run.
    O(llm_api_version), O(embedding_query_prefix) and the secrets may be empty.
"""
