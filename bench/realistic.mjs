/** A Dockerfile as people write them: two stages, flags, long RUN lines with comments, a here-document. */
export function realisticDockerfile() {
  return `# syntax=docker/dockerfile:1
ARG NODE_VERSION=22
ARG DEBIAN=bookworm

# ---- what everything is built on
FROM node:\${NODE_VERSION}-\${DEBIAN}-slim AS base
ENV NODE_ENV=production \\
    NPM_CONFIG_UPDATE_NOTIFIER=false \\
    TZ=UTC
WORKDIR /srv/app
RUN set -eux; \\
    apt-get update; \\
    apt-get install -y --no-install-recommends \\
        # certificates for outgoing requests
        ca-certificates \\
        curl \\
        tini \\
    ; \\
    rm -rf /var/lib/apt/lists/*

# ---- dependencies
FROM base AS dependencies
RUN --mount=type=bind,source=package.json,target=package.json \\
    --mount=type=bind,source=package-lock.json,target=package-lock.json \\
    --mount=type=cache,target=/root/.npm,sharing=locked \\
    npm ci --omit=dev

FROM base AS build
ARG COMMIT
LABEL org.opencontainers.image.revision=\${COMMIT} \\
      org.opencontainers.image.title="shop"
COPY --link package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev
COPY --link --exclude=*.md . .
RUN npm run build \\
 && npm prune \\
 && find dist -name '*.map' -delete

# ---- what ships
FROM base
ARG APP_UID=10001
RUN groupadd --gid "$APP_UID" app && useradd --uid "$APP_UID" --gid app --no-create-home app
COPY --from=dependencies --chown=root:root /srv/app/node_modules ./node_modules
COPY --from=build --chown=root:root /srv/app/dist ./dist
COPY <<EOF /usr/local/bin/healthy
#!/bin/sh
exec curl -fsS "http://127.0.0.1:\${PORT:-3000}/healthz"
EOF
RUN chmod 0755 /usr/local/bin/healthy
USER 10001:10001
EXPOSE 3000
VOLUME ["/srv/app/uploads"]
HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD ["/usr/local/bin/healthy"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--enable-source-maps", "dist/server.js"]
`;
}

/** A compose file of a dozen services with anchors, long and short forms, quotes and comments. */
export function realisticCompose() {
  const services = ['api', 'admin', 'worker', 'mailer', 'search', 'images', 'reports', 'billing', 'auth'];
  const one = (name, index) => `
  ${name}:
    <<: *defaults
    build:
      context: ./${name}
      args:
        COMMIT: \${COMMIT:-unknown}
    image: "registry.example.com/shop/${name}:\${TAG:-latest}"
    environment:
      NODE_ENV: production
      PORT: "3000"
      DATABASE_URL: postgres://${name}:\${DB_PASSWORD:?}@db:5432/${name}
      REDIS_URL: 'redis://cache:6379/${index}'
      LOG_LEVEL: info # debug is too much for the disk
    depends_on:
      db: { condition: service_healthy }
      cache: { condition: service_started }
    ports:
      - "127.0.0.1:${3000 + index}:3000"
    networks: [front, back]
    healthcheck:
      test: ["CMD", "curl", "-fsS", "http://127.0.0.1:3000/healthz"]
      interval: 30s
`;
  return `# The shop and what it needs
name: shop

x-defaults: &defaults
  restart: unless-stopped
  logging:
    driver: json-file
    options: { max-size: 10m, max-file: "3" }
  security_opt:
    - no-new-privileges:true

services:${services.map(one).join('')}
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db
    volumes:
      - type: volume
        source: data
        target: /var/lib/postgresql/data
    command: >-
      postgres
      -c max_connections=200
      -c shared_buffers=1GB
    networks: [back]
  cache:
    image: redis:8-alpine
    command: ["redis-server", "--save", "", "--appendonly", "no"]
    networks: [back]

networks:
  front: {}
  back:
    internal: true

volumes:
  data: {}

secrets:
  db:
    file: ./secrets/db
`;
}
