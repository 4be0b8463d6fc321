#!/usr/bin/env bash
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Starts a real Trieve from a checkout of devflowinc/trieve, with all of its workers, embeddings and Firecrawl. Prints the variables that the tests
# read, once the server answers:
#
#   git clone https://github.com/devflowinc/trieve build/trieve
#   tests/live/start.sh build/trieve > trieve.env
#   set -a; . ./trieve.env; make integration; make conformance URL="$TRIEVE_BASE_URL" KEY="$TRIEVE_API_KEY"
#   docker compose --project-name trieve down --volumes
set -euo pipefail

trieve=${1:?"Usage: $0 CHECKOUT_OF_TRIEVE"}
here=$(cd "$(dirname "$0")" && pwd)
url=http://localhost:8090

command -v docker >/dev/null || { echo "docker is not installed. It is required to start Trieve." >&2; exit 1; }
[ -f "$trieve/docker-compose.yml" ] || { echo "$trieve is not a checkout of devflowinc/trieve." >&2; exit 1; }

key=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
# The server's settings are those of the recordings: no plan limits, full text search, 120 chunks a request. Later lines take precedence.
cat "$trieve/.env.example" - > "$trieve/.env" <<SETTINGS
ADMIN_API_KEY="$key"
KC_HOSTNAME="localhost"
KC_PROXY="none"
OPENAI_API_KEY=""
UNLIMITED="true"
BM25_ACTIVE="true"
BATCH_CHUNK_LIMIT="120"
REPLICATION_FACTOR="1"
CREATE_QDRANT_COLLECTIONS="true"
STRIPE_WEBHOOK_SECRET="firecrawl"
FIRECRAWL_URL="http://localhost:3002"
FIRECRAWL_API_KEY=""
SETTINGS

# The published files use services with equal names, so Firecrawl is a project of its own.
docker compose --project-directory "$trieve" --project-name firecrawl -f "$trieve/docker-compose-firecrawl.yml" up --detach --quiet-pull >&2
docker compose --project-directory "$trieve" --project-name trieve \
    -f "$trieve/docker-compose.yml" -f "$trieve/docker-compose-cpu-embeddings.yml" -f "$here/compose.yml" \
    up --detach --quiet-pull --no-build \
    db redis qdrant-database s3 s3-client tika keycloak-db keycloak clickhouse-db jina splade-doc splade-query \
    server ingestion-worker delete-worker file-worker crawl-worker update-worker group-worker clone-dataset-worker >&2

for attempt in $(seq 120); do
    # The admin key without an organization is that of the default user, whose organization is its own.
    me=$(curl --silent --fail --header "Authorization: $key" "$url/api/auth/me") && break
    [ "$attempt" -lt 120 ] || { echo "The server did not answer within 10 minutes." >&2; exit 1; }
    sleep 5
done

echo "TRIEVE_BASE_URL=$url"
echo "TRIEVE_API_KEY=$key"
echo "TRIEVE_ORGANIZATION_ID=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["orgs"][0]["id"])' <<< "$me")"
