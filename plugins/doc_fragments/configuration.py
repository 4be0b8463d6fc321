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
      - The address of the LLM's API, which is one like OpenAI's. A new dataset has V(https://api.openai.com/v1).
    type: str
  llm_api_key:
    description:
      - The key for the LLM's API. An empty text takes it away.
      - It cannot be read. When it is written is said by O(update_secrets).
    type: str
  llm_api_version:
    description:
      - The version of the LLM's API, which Azure wants. A new dataset has none.
    type: str
  llm_default_model:
    description:
      - The LLM that answers. A new dataset has V(gpt-4o).
    type: str
  system_prompt:
    description:
      - What the LLM is told first. A new dataset has V(You are a helpful assistant).
    type: str
  rag_prompt:
    description:
      - What the LLM is told to do with the chunks that were found. A new dataset has C(Use the following retrieved documents to
        respond briefly and accurately:).
    type: str
  message_to_query_prompt:
    description:
      - What the LLM is told when it has to make a search out of a message. A new dataset has C(Write a 1-2 sentence semantic
        search query along the lines of a hypothetical response to:) and two line breaks.
    type: str
  use_message_to_query_prompt:
    description:
      - Whether a search is made out of a message by O(message_to_query_prompt). A new dataset does not do so.
    type: bool
  n_retrievals_to_include:
    description:
      - How many chunks the LLM is given, from 0 on. A new dataset has 8.
    type: int
  temperature:
    description:
      - The temperature of the LLM. A new dataset has none, so the LLM's own counts.
      - Trieve cannot clear it once it is set. So it is with O(frequency_penalty), O(presence_penalty) and O(max_tokens).
    type: float
  frequency_penalty:
    description:
      - The frequency penalty of the LLM. A new dataset has none.
    type: float
  presence_penalty:
    description:
      - The presence penalty of the LLM. A new dataset has none.
    type: float
  max_tokens:
    description:
      - Most tokens of an answer of the LLM, from 0 on. A new dataset has no limit.
    type: int
  stop_tokens:
    description:
      - Texts at which the LLM stops. A new dataset has none. An empty list takes them away.
      - They cannot be read, so they alone are no difference. When they are written is said by O(update_secrets).
      - Trieve loses them with every change of the dataset. If they are given they go along with every change, whatever
        O(update_secrets) says; a change without them gives a warning.
    type: list
    elements: str
  embedding_base_url:
    description:
      - The address of the server that makes vectors. A new dataset has V(https://embedding.trieve.ai).
    type: str
  embedding_model_name:
    description:
      - The model that makes vectors. A new dataset has V(jina-base-en).
      - It cannot be changed once the dataset has chunks.
    type: str
  embedding_size:
    description:
      - The length of the model's vectors. A new dataset has the length that belongs to O(embedding_model_name), which is 1536 for
        V(text-embedding-3-small), 3072 for V(text-embedding-3-large), 1024 for V(bge-m3), and 768 for all others.
      - Where the model of an existing dataset is changed and no size is given, the size of these three and of V(jina-base-en) goes
        along with it. With any other model a size has to be given.
      - A size that the vectors of these models cannot have is refused before it is written. Those of V(text-embedding-3-small) and
        V(text-embedding-3-large) may be shorter, because a server at O(embedding_base_url) can shorten them.
      - It cannot be changed once the dataset has chunks.
    type: int
  embedding_query_prefix:
    description:
      - A text that is put in front of a query before its vector is made. It may be empty, as it is in a new dataset.
    type: str
  distance_metric:
    description:
      - How the distance of vectors is measured. A new dataset has V(cosine). It cannot be changed afterwards.
      - Trieve loses every metric but V(cosine) with any change of the dataset, a mere new name included, and the vectors are out
        of reach then. So a dataset with another metric is never changed, and such a change fails. For the same reason another
        metric cannot be given together with a secret, which Trieve takes in a change only.
    type: str
    choices: [cosine, euclidean, manhattan, dot]
  semantic_enabled:
    description:
      - Whether semantic search is used. In a new dataset it is.
    type: bool
  fulltext_enabled:
    description:
      - Whether full text search is used. In a new dataset it is.
    type: bool
  bm25_enabled:
    description:
      - Whether BM25 is used. In a new dataset it is.
    type: bool
  bm25_b:
    description:
      - The parameter b of BM25, a 32 bit number. A new dataset has 0.75.
    type: float
  bm25_k:
    description:
      - The parameter k of BM25, a 32 bit number. A new dataset has 0.75.
    type: float
  bm25_avg_len:
    description:
      - The average length of the chunks for BM25, a 32 bit number. A new dataset has 256.
    type: float
  reranker_base_url:
    description:
      - The address of the server that ranks results anew. A new dataset has
        V(http://embedding-reranker.default.svc.cluster.local).
    type: str
  reranker_api_key:
    description:
      - The key for the reranker. An empty text takes it away.
      - It cannot be read. When it is written is said by O(update_secrets).
    type: str
  reranker_model_name:
    description:
      - The model that ranks. A new dataset has V(bge-reranker-large).
    type: str
  aimon_reranker_task_definition:
    description:
      - What the reranker of AIMon is told. In a new dataset it is told to grade the relevance of the documents against the query.
    type: str
  max_limit:
    description:
      - Most chunks that are counted, from 0 on. A new dataset has 10000.
    type: int
  indexed_only:
    description:
      - Whether only chunks in the index are used. A new dataset does not limit itself to them.
    type: bool
  qdrant_only:
    description:
      - Whether chunks are kept in the vector store alone, and not in PostgreSQL too. A new dataset keeps them in both.
    type: bool
  pagefind_enabled:
    description:
      - Whether a Pagefind index is made. A new dataset makes none.
    type: bool
  disable_analytics:
    description:
      - Whether searches and answers are left out of the analytics. A new dataset does not leave them out.
    type: bool
  locked:
    description:
      - Whether the dataset is protected from being deleted or cleared. A new dataset is not. A locked one can still be changed.
    type: bool
  public_dataset:
    description:
      - The public page of the dataset.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether the page can be seen. A new dataset's cannot.
        type: bool
        required: true
      api_key:
        description:
          - The key that the page uses. An empty text takes it away.
          - It cannot be read. When it is written is said by O(update_secrets).
        type: str
      extra_params:
        description:
          - What the page looks like and does. The keys are C(datasetId), C(baseUrl), C(type), C(apiKey), C(analytics), C(tags),
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
            C(defaultSearchQuery) and C(imageStarterText). Any other is refused.
          - A key that is not given is left alone, also inside an object. A list is compared and replaced whole.
          - Trieve removes no key once it is set, so V(null) for one is refused. An empty text or list empties it. Inside an object
            V(null) takes a key away.
          - The values are passed on as they are; Trieve refuses those of a wrong type.
          - C(apiKey) is compared, but never shown.
        type: dict
  tool_configuration:
    description:
      - What the LLM is told about its tools.
    type: dict
    suboptions:
      query_tool_options:
        description:
          - What the LLM is told about searching. A new dataset has English texts. A text that is not given is left alone.
        type: dict
        suboptions:
          tool_description:
            description:
              - What the tool is for.
            type: str
          query_parameter_description:
            description:
              - What the query is.
            type: str
          price_filter_description:
            description:
              - What the filter by price is.
            type: str
          max_price_option_description:
            description:
              - What the highest price is.
            type: str
          min_price_option_description:
            description:
              - What the lowest price is.
            type: str
  update_secrets:
    description:
      - When O(llm_api_key), O(reranker_api_key), O(public_dataset.api_key) and O(stop_tokens) are written, which cannot be read.
      - V(on_create) writes them when the dataset is created. Trieve takes secrets only in a change after the creation. If that
        change fails, the task fails, and its next run writes them.
      - V(on_create) also writes the secrets of an existing dataset that certainly has none, because its configuration has never been
        changed. Once it has been changed, by whomever, they are left alone. A clone counts as changed if its source had been changed.
      - V(always) writes them each time, so the task is changed each time if one of them is given.
    type: str
    choices: [on_create, always]
    default: on_create
notes:
  - An empty text is refused for every option of the configuration in whose place Trieve would read its default, which would be a
    difference each time. O(llm_api_version), O(embedding_query_prefix) and the secrets may be empty.
"""
