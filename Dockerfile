# The image of pgm: `docker build -t postgres-manager .`
# Distroless: Node, the libraries it needs and certificates. No shell, no package manager, nothing else to patch.

FROM docker.io/library/node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No install script runs: nothing that the build uses needs one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE ./
COPY scripts/build.mjs ./scripts/
COPY scripts/image/collect.mjs ./scripts/image/
COPY bin ./bin
COPY src ./src
RUN npm run build
RUN node scripts/image/collect.mjs /image

# Compiled once here, by the Node and the user of the image, and not at each start.
FROM gcr.io/distroless/nodejs24-debian13 AS compiled
COPY --from=build --chown=1000:1000 /image/app /app
COPY scripts/image/compile.mjs /
USER 1000:1000
RUN ["/nodejs/bin/node", "/compile.mjs"]

FROM gcr.io/distroless/nodejs24-debian13
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="postgres-manager" \
      org.opencontainers.image.description="pgm keeps a PostgreSQL database up to date with the SQL files in a Kubernetes ConfigMap" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13"
# Half of the container's memory is for the heap: by default Node takes 259 MiB even if the limit is 128. The other half
# is for what is outside the heap: Node itself and buffers. And the space for young objects stays small: V8 lets it grow
# to tens of MiB and does not give it back (docs/image.md).
ENV NODE_ENV=production \
    NODE_OPTIONS="--max-old-space-size-percentage=50 --max-semi-space-size=1"
COPY --from=build /image/ /
COPY --from=compiled --chown=0:0 /app/dist/compile-cache-1000 /app/dist/compile-cache-1000
# A number, so that Kubernetes can see that it is not root (runAsNonRoot). Files belong to root: pgm writes nothing.
USER 1000:1000
WORKDIR /app
EXPOSE 1239
# Kubernetes ignores this and has its own probes; it is for `docker run` and Compose.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["pgm", "probe", "liveness"]
ENTRYPOINT ["pgm"]
CMD ["watch"]
