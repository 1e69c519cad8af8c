# The operator's image: Node's program, the bundle, and nothing else on top of a base without a shell.
#
# No step runs a program, so that one machine builds for every platform that both bases have:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag registry.example/ddprofiler-rc:0.1.0 --push .
# The bundle is the file that the tests ran, and the same for every platform: `make build` makes it, `make package` makes all.
# Both bases can be replaced, by ones with a digest or from a registry of one's own: --build-arg NODE_IMAGE=… --build-arg BASE_IMAGE=…

# The version in package.json. There is no distroless image of Node 26: only its program, and libatomic, are taken from here.
ARG NODE_IMAGE=docker.io/library/node:26.10.0-trixie-slim
# glibc, libstdc++ and certificates. The same Debian as above, for libatomic is linked with its glibc.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ddprofiler-rc" \
      org.opencontainers.image.description="Keeps clones of Deployments, as rules say" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"

COPY --from=node /usr/local/bin/node /usr/local/bin/
# The folder's name has the platform in it; the loader looks into /usr/lib on each. With * the link comes with what it points to.
COPY --from=node /usr/lib/*-linux-gnu/libatomic.so.1* /usr/lib/
COPY LICENSE dist/ddprofiler-rc.mjs dist/ddprofiler-rc.mjs.LEGAL.txt /opt/ddprofiler-rc/

# By number: Kubernetes cannot tell whether a name is root. The same as in the chart.
USER 65532:65532
EXPOSE 8324
# Node itself is process 1, and gets SIGTERM. Its flags are those of bin/ddprofiler-rc, which says why.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=8", "--heap-growing-percent=30", "/opt/ddprofiler-rc/ddprofiler-rc.mjs"]
