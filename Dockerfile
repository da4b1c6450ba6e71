# The image of pgm: `docker build -t postgres-manager .`
# Distroless: Node, the libraries it needs and certificates. No shell, no package manager, nothing else to keep patched.

FROM docker.io/library/node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No install script runs: nothing that the build uses needs one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE ./
COPY scripts/build.mjs scripts/keep-code.mjs scripts/code-cache.mjs ./scripts/
COPY scripts/image/collect.mjs ./scripts/image/
COPY scripts/rehearsal ./scripts/rehearsal
COPY bin ./bin
COPY src ./src
RUN npm run build
RUN node scripts/image/collect.mjs /image

FROM gcr.io/distroless/nodejs24-debian13
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="postgres-manager" \
      org.opencontainers.image.description="pgm keeps a PostgreSQL database in step with the SQL files of a Kubernetes ConfigMap" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13"
# Half of the container's memory for the heap: by itself Node takes 259 MiB even where the limit is 128. The other half is
# for what is outside: Node itself, buffers, PostgreSQL's grammar as WebAssembly (docs/image.md).
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size-percentage=50
COPY --from=build /image/ /
# A number, so that Kubernetes can see that it is not root (runAsNonRoot). Files stay root's: pgm writes nothing.
USER 1000:1000
WORKDIR /app
EXPOSE 1239
# Kubernetes ignores this and has its own probes; it is for `docker run` and Compose. It asks what the watch answers.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["pgm", "probe", "liveness"]
ENTRYPOINT ["pgm"]
CMD ["watch"]
