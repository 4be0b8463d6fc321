# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that configure a dataset."""

    DOCUMENTATION = r"""
options:
  llm_base_url:
    description:
      - URL of the LLM's API, which must be compatible with OpenAI's. The default of a new dataset is V(https://api.openai.com/v1).
    type: str
  llm_api_key:
    description:
      - Key for the LLM's API. An empty string removes it.
      - Trieve does not return it. See O(update_secrets) for when it is written.
    type: str
  llm_api_version:
    description:
      - Version of the LLM's API, which Azure requires. Not set in a new dataset.
    type: str
  llm_default_model:
    description:
      - Name of the LLM. The default of a new dataset is V(gpt-4o).
    type: str
  system_prompt:
    description:
      - System prompt of the LLM. The default of a new dataset is V(You are a helpful assistant).
    type: str
  rag_prompt:
    description:
      - Prompt that precedes the retrieved chunks. The default of a new dataset is C(Use the following retrieved documents to
        respond briefly and accurately:).
    type: str
  message_to_query_prompt:
    description:
      - Prompt for turning a message into a search query. The default of a new dataset is C(Write a 1-2 sentence semantic
        search query along the lines of a hypothetical response to:) followed by two line breaks.
    type: str
  use_message_to_query_prompt:
    description:
      - Whether to turn a message into a search query with O(message_to_query_prompt). The default of a new dataset is V(false).
    type: bool
  n_retrievals_to_include:
    description:
      - Number of chunks to pass to the LLM, at least 0. The default of a new dataset is 8.
    type: int
  temperature:
    description:
      - Temperature of the LLM. Not set in a new dataset, so the LLM uses its own default.
      - Trieve cannot clear O(temperature), O(frequency_penalty), O(presence_penalty) and O(max_tokens) once they are set.
    type: float
  frequency_penalty:
    description:
      - Frequency penalty of the LLM. Not set in a new dataset.
    type: float
  presence_penalty:
    description:
      - Presence penalty of the LLM. Not set in a new dataset.
    type: float
  max_tokens:
    description:
      - Maximum number of tokens in an answer of the LLM, at least 0. Not set in a new dataset.
    type: int
  stop_tokens:
    description:
      - Strings at which the LLM stops. Not set in a new dataset. An empty list removes them.
      - Trieve does not return them, so they are not compared. See O(update_secrets) for when they are written.
      - Trieve removes them with every change of the dataset. If this option is set, they are sent with every change, regardless of
        O(update_secrets). A change without them causes a warning.
    type: list
    elements: str
  embedding_base_url:
    description:
      - URL of the embedding server. The default of a new dataset is V(https://embedding.trieve.ai).
    type: str
  embedding_model_name:
    description:
      - Embedding model. The default of a new dataset is V(jina-base-en).
      - It cannot be changed once the dataset has chunks.
    type: str
  embedding_size:
    description:
      - Length of the embedding vectors. The default of a new dataset depends on O(embedding_model_name). It is 1536 for
        V(text-embedding-3-small), 3072 for V(text-embedding-3-large), 1024 for V(bge-m3), and 768 for all others.
      - If the model of an existing dataset is changed to one of these three or to V(jina-base-en), the size is changed with it by default.
        For any other model, the size is required.
      - A size that the vectors of these models cannot have is refused. Smaller sizes are allowed for V(text-embedding-3-small) and
        V(text-embedding-3-large), because a server at O(embedding_base_url) can shorten their vectors.
      - It cannot be changed once the dataset has chunks.
    type: int
  embedding_query_prefix:
    description:
      - Prefix of a query before its vector is computed. Empty in a new dataset.
    type: str
  distance_metric:
    description:
      - Distance metric of vectors. The default of a new dataset is V(cosine). It cannot be changed later.
      - Trieve resets any metric except V(cosine) with every change of the dataset, even of its name only, and the vectors cannot be searched
        after that. The module therefore refuses to change a dataset with another metric, and to create one together with a secret, which
        Trieve accepts only in a change.
    type: str
    choices: [cosine, euclidean, manhattan, dot]
  semantic_enabled:
    description:
      - Whether to enable semantic search. The default of a new dataset is V(true).
    type: bool
  fulltext_enabled:
    description:
      - Whether to enable full-text search. The default of a new dataset is V(true).
    type: bool
  bm25_enabled:
    description:
      - Whether to enable BM25 search. The default of a new dataset is V(true).
    type: bool
  bm25_b:
    description:
      - Parameter b of BM25, a 32-bit number. The default of a new dataset is 0.75.
    type: float
  bm25_k:
    description:
      - Parameter k of BM25, a 32-bit number. The default of a new dataset is 0.75.
    type: float
  bm25_avg_len:
    description:
      - Average length of chunks for BM25, a 32-bit number. The default of a new dataset is 256.
    type: float
  reranker_base_url:
    description:
      - URL of the reranker. The default of a new dataset is
        V(http://embedding-reranker.default.svc.cluster.local).
    type: str
  reranker_api_key:
    description:
      - Key for the reranker. An empty string removes it.
      - Trieve does not return it. See O(update_secrets) for when it is written.
    type: str
  reranker_model_name:
    description:
      - Model of the reranker. The default of a new dataset is V(bge-reranker-large).
    type: str
  aimon_reranker_task_definition:
    description:
      - Task definition for the AIMon reranker. By default, it grades the relevance of documents to the query.
    type: str
  max_limit:
    description:
      - Maximum number of chunks to count, at least 0. The default of a new dataset is 10000.
    type: int
  indexed_only:
    description:
      - Whether to use only indexed chunks. The default of a new dataset is V(false).
    type: bool
  qdrant_only:
    description:
      - Whether to store chunks only in the vector store, and not in PostgreSQL. The default of a new dataset is V(false).
    type: bool
  pagefind_enabled:
    description:
      - Whether to enable a Pagefind index. The default of a new dataset is V(false).
    type: bool
  disable_analytics:
    description:
      - Whether to exclude searches and answers from analytics. The default of a new dataset is V(false).
    type: bool
  locked:
    description:
      - Whether to protect the dataset from being deleted or cleared. It can still be changed. The default of a new dataset is V(false).
    type: bool
  public_dataset:
    description:
      - Public page of the dataset.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether the page is public. The default of a new dataset is V(false).
        type: bool
        required: true
      api_key:
        description:
          - API key that the page uses. An empty string removes it.
          - Trieve does not return it. See O(update_secrets) for when it is written.
        type: str
      extra_params:
        description:
          - Appearance and behavior of the page. The keys are C(datasetId), C(baseUrl), C(type), C(apiKey), C(analytics), C(tags),
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
          - A key that is not set keeps its value, also inside an object. A list is compared and replaced as a whole.
          - Trieve cannot remove a key, so V(null) is refused. Set it to an empty string or list instead. Inside an object, V(null) removes
            a key.
          - Values are not validated by the module. Trieve refuses values of a wrong type.
          - C(apiKey) is compared, but never shown.
        type: dict
  tool_configuration:
    description:
      - Descriptions of tools for the LLM.
    type: dict
    suboptions:
      query_tool_options:
        description:
          - Descriptions of the search tool. A new dataset has English descriptions. A description that is not set keeps its value.
        type: dict
        suboptions:
          tool_description:
            description:
              - Description of the tool.
            type: str
          query_parameter_description:
            description:
              - Description of the parameter for the query.
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
      - V(on_create) writes them when the dataset is created. Trieve accepts secrets only in a change after the creation. If that
        change fails, the task fails, and its next run writes them.
      - V(on_create) also writes the secrets of an existing dataset whose configuration has never been changed, since such a dataset has no
        secrets. Once the configuration has been changed by any client, secrets are not written. A clone counts as changed if its source had
        been changed.
      - V(always) writes them in every run, so the task always reports a change if one of them is set.
    type: str
    choices: [on_create, always]
    default: on_create
notes:
  - An empty string is refused for options of the configuration for which Trieve returns its default instead, since the task would then
    report a change in every run. O(llm_api_version), O(embedding_query_prefix) and the secrets can be empty.
"""
