# syntax=docker/dockerfile:1
# nginx with the built web app. Build from the root of the repository.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build -- --filter=@atelier/web
# nginx sends these as they are instead of compressing again for every request.
RUN find apps/web/dist -type f -size +1k \
  \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.json' -o -name '*.svg' -o -name '*.webmanifest' \) \
  -exec gzip -9 -k -f {} +

FROM nginxinc/nginx-unprivileged:1.28-alpine
ENV NGINX_ENVSUBST_FILTER=^ATELIER_ \
    ATELIER_LISTEN=8080 \
    ATELIER_PUBLIC_URL=http://localhost:8080 \
    ATELIER_RESOLVER=127.0.0.11 \
    ATELIER_SERVER=server:3000 \
    ATELIER_WEB_ROOT=/usr/share/nginx/html
COPY tooling/docker/nginx.conf /etc/nginx/templates/default.conf.template
COPY --from=build /app/apps/web/dist /usr/share/nginx/html
EXPOSE 8080
