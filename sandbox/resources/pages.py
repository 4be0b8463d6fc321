# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers without a key, and what stands in for the parts that the sandbox does not have."""

from __future__ import annotations

from starlette.responses import Response

from ..calls.access import header
from ..calls.call import ADMIN, DATASET, LOGGED, OWNER, VERSIONED_DATASET, Body, Call, Need, PathUuid, reply
from ..calls.route import Route
from ..formats.bodies import I64, Enum, Float32, Int, Json, List, Opt, Str, Struct, Uuid
from ..formats.errors import Refusal, bad_request, internal, not_found
from ..formats.ids import parse_uuid
from ..store import configuration
from ..store.database import unpack

EVENT_TYPES = Enum(
    *"file_uploaded file_upload_failed chunks_uploaded chunk_action_failed chunk_updated bulk_chunks_deleted".split(),
    *"chunk_update_failed dataset_delete_failed qdrant_upload_failed bulk_chunk_upload_failed".split(),
    *"group_chunks_updated group_chunks_action_failed crawl_completed crawl_failed crawl_started".split(),
    *"csv_jsonl_processing_failed csv_jsonl_processing_checkpoint csv_jsonl_processing_completed".split(),
    *"video_uploaded pagefind_indexing_started pagefind_indexing_finished etl_started etl_completed".split(),
    "etl_failed",
)
EVENTS = Struct(
    "GetEventsData", event_types=Opt(List(EVENT_TYPES)), page=Opt(Int(I64, "i64")), page_size=Opt(Int(I64, "i64"))
)
EXPERIMENT_CONFIG = Struct(
    "ExperimentConfig", area=Str(), t1_name=Str(), t1_split=Float32(), control_name=Str(), control_split=Float32()
)
NEW_EXPERIMENT = Struct("CreateExperimentReqBody", name=Str(), experiment_config=EXPERIMENT_CONFIG)
EXPERIMENT = Struct("UpdateExperimentReqBody", id=Uuid(), name=Opt(Str()), experiment_config=Opt(EXPERIMENT_CONFIG))
AB_TEST = Struct("AbTestReqBody", experiment_id=Uuid(), user_id=Str())
ETL = Struct("EtlWebhookPayload", job_id=Str(), batch_url=Opt(Json()))
# Calls that need embeddings, a language model, ClickHouse or Stripe: admitted as by the server, then refused.
ELSEWHERE: dict[tuple[Need, ...], str] = {
    (VERSIONED_DATASET, LOGGED): """
        POST /api/chunk_group/recommend""",
    (LOGGED, DATASET): """
        POST /api/chunk/suggestions
        POST /api/chunk/generate
        POST /api/message
        PUT /api/message
        PATCH /api/message
        DELETE /api/message
        POST /api/message/get_tool_function_params
        POST /api/message/edit_image
        POST /api/message/transcribe_audio
        GET /api/message/{message_id}
        GET /api/messages/{messages_topic_id}
        PUT /api/analytics/search
        PUT /api/analytics/rag
        PUT /api/analytics/events
        PUT /api/analytics/ctr""",
    (ADMIN, DATASET): """
        POST /api/etl/create_job
        POST /api/analytics
        POST /api/analytics/search
        POST /api/analytics/search/clusters
        POST /api/analytics/rag
        POST /api/analytics/recommendations
        POST /api/analytics/top
        POST /api/analytics/events/all
        POST /api/analytics/events/ctr
        POST /api/analytics/events/component
        GET /api/analytics/events/{event_id}""",
    (OWNER,): """
        DELETE /api/stripe/subscription/{subscription_id}
        PATCH /api/stripe/subscription_plan/{subscription_id}/{plan_id}
        POST /api/stripe/checkout/setup/{organization_id}
        POST /api/stripe/estimate_bill/{plan_id}""",
    (): """
        GET /api/stripe/payment_link/{plan_id}/{organization_id}
        GET /api/auth/callback
        GET /auth/cli
        POST /api/shopify/user_event
        POST /api/shopify/plan_change
        POST /builder-webhook""",
}


def health(call: Call) -> Response:
    """GET /api/health: 200 and nothing else; it checks nothing."""
    return Response()


def public_page(call: Call) -> Response:
    """GET /public_page/{dataset_id}: HTML without a content type; a tracking id of any organization will do."""
    name = call.params["dataset_id"]
    column = "id" if parse_uuid(name) else "tracking_id"
    row = call.store.one(
        f"SELECT * FROM datasets WHERE {column} = ? AND deleted = 0 ORDER BY created_at", parse_uuid(name) or name
    )
    if row is None:
        raise not_found("Could not find dataset")
    config = configuration.read(unpack(row["server_configuration"]), call.machine.settings)
    if not config["PUBLIC_DATASET"]["enabled"]:
        return Response(status_code=403)
    return Response(f"<!DOCTYPE html><html><head><title>{row['id']}</title></head><body></body></html>")


def metrics(call: Call) -> Response:
    """GET /metrics: for the server's own key, in its own two ways."""
    key = call.machine.admin_key
    if header(call.headers, b"x-api-key") == key or header(call.headers, b"authorization") == f"Bearer {key}":
        return Response("", media_type="text/plain")
    return Response(status_code=401)


def events(call: Call) -> Response:
    """POST /api/dataset/events: what the server says without ClickHouse; with it, nothing has happened yet."""
    if call.machine.is_down("clickhouse"):
        raise bad_request("BadRequest: Failed to get all events and counts")
    return reply({"events": [], "event_types": [], "page_count": 0})


def experiments(call: Call) -> Response:
    """Experiments live in ClickHouse alone: without it most calls are a 500, as on a server without it."""
    raise internal("Error getting experiments: the sandbox has no ClickHouse")


def experiment(call: Call) -> Response:
    """One experiment: a 404, whatever the reason."""
    experiment_id = call.params.get("experiment_id") or call.body["id"]
    raise not_found(f"Experiment with id {experiment_id} not found in dataset {call.dataset['id']}: no ClickHouse")


def etl_webhook(call: Call) -> Response:
    """POST /api/etl/webhook: there is never a job to report on."""
    raise not_found("Job not found")


def stripe_webhook(call: Call) -> Response:
    """POST /api/stripe/webhook."""
    if b"stripe-signature" not in call.headers:
        raise bad_request("Stripe-Signature header is required")
    raise bad_request("Stripe-Signature is not valid")


def login(call: Call) -> Response:
    """GET /api/auth: to the login provider."""
    return Response(status_code=303, headers={"location": f"{call.machine.server_url}/auth/cli"})


def logout(call: Call) -> Response:
    """DELETE /api/auth: only for a login, and there are none."""
    return Response(status_code=401)


def create_api_only_user(call: Call) -> Response:
    """POST /api/auth/create_api_only_user: for Trieve's own Shopify app."""
    raise bad_request("X-Shopify-Authorization header is required")


def elsewhere(call: Call) -> Response:
    """A call that the sandbox admits but cannot carry out. The real server never answers 501."""
    raise Refusal(501, f"The sandbox does not do {call.method} {call.path}")


def no_plans(call: Call) -> Response:
    """GET /api/stripe/plans: without Stripe there are none."""
    return reply([])


def no_invoices(call: Call) -> Response:
    """GET /api/stripe/invoices/{organization_id}: for owners only; without Stripe there are none."""
    return reply([])


_EXPERIMENT_ID = PathUuid("experiment_id")
ROUTES = [
    Route("GET", "/", health),
    Route("GET", "/api/health", health),
    Route("GET", "/metrics", metrics),
    Route("GET", "/public_page/{dataset_id}", public_page),
    Route("GET", "/demos/{dataset_id}", public_page),
    Route("POST", "/api/dataset/events", events, (LOGGED, DATASET, Body(EVENTS))),
    Route("POST", "/api/events", events, (LOGGED, DATASET, Body(EVENTS))),
    Route("POST", "/api/experiment/ab-test", experiments, (Body(AB_TEST), ADMIN, DATASET)),
    Route("POST", "/api/experiment", experiments, (Body(NEW_EXPERIMENT), ADMIN, DATASET)),
    Route("GET", "/api/experiment", experiments, (ADMIN, DATASET)),
    Route("PUT", "/api/experiment", experiment, (Body(EXPERIMENT), ADMIN, DATASET)),
    Route("GET", "/api/experiment/{experiment_id}", experiment, (_EXPERIMENT_ID, ADMIN, DATASET)),
    Route("DELETE", "/api/experiment/{experiment_id}", experiments, (_EXPERIMENT_ID, ADMIN, DATASET)),
    Route("POST", "/api/etl/webhook", etl_webhook, (Body(ETL),)),
    Route("POST", "/api/stripe/webhook", stripe_webhook),
    Route("GET", "/api/stripe/invoices/{organization_id}", no_invoices, (OWNER, PathUuid("organization_id"))),
    Route("GET", "/api/stripe/plans", no_plans),
    Route("GET", "/api/stripe/usage_plans", no_plans),
    Route("GET", "/api/auth", login),
    Route("DELETE", "/api/auth", logout),
    Route("POST", "/api/auth/create_api_only_user", create_api_only_user),
    *(
        Route(line.split()[0], line.split()[1], elsewhere, needs)
        for needs, calls in ELSEWHERE.items()
        for line in calls.split("\n")
        if line
    ),
]
