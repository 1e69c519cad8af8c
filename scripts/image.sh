#!/bin/sh
# Builds the image with the builder that this machine has, and hands it on:
#
#   scripts/image.sh archive FILE IMAGE   into a file that docker, podman, ctr and minikube load
#   scripts/image.sh push IMAGE           to the registry in its name
#
# | builder | taken where                                                     |
# | docker  | its engine answers; through buildx where that is installed      |
# | podman  | there is no such docker                                         |
# | buildah | there is no podman either                                       |
#
# The bundle must be there (make build). NODE_IMAGE and BASE_IMAGE in the environment replace the Dockerfile's bases.
set -eu

refuse() {
  printf 'image.sh: %s\n' "$*" >&2
  exit 2
}

usage='expected: archive FILE IMAGE, or push IMAGE; IMAGE is name:tag'
case "${1-} $#" in
  'archive 3') file=$2 image=$3 ;;
  'push 2') file='' image=$2 ;;
  *) refuse "got \"$*\"; $usage" ;;
esac
case ${image##*/} in
  *:*) ;;
  *) refuse "\"$image\" has no tag; $usage" ;;
esac
# Podman and buildah would call a bare name localhost/…, where a kubelet means Docker Hub by it.
case $image in
  */*) ;;
  *) image=docker.io/library/$image ;;
esac

if docker info >/dev/null 2>&1; then
  if docker buildx version >/dev/null 2>&1; then builder=buildx; else builder=docker; fi
elif command -v podman >/dev/null; then
  builder=podman
elif command -v buildah >/dev/null; then
  builder=buildah
else
  refuse 'nothing here builds images. Start the Docker engine (docker info says why it does not answer), or install one of:
  docker   https://docs.docker.com/engine/install/
  podman   https://podman.io/docs/installation (Debian and Ubuntu: apt-get install podman)
  buildah  apt-get install buildah'
fi

cd "$(dirname "$0")/.."
[ -f dist/ddprofiler-rc.mjs ] || refuse 'dist/ddprofiler-rc.mjs is not there; run: make build'
# Copied with their modes, and read by another user in the image: a strict umask must not show there.
chmod a+r LICENSE dist/ddprofiler-rc.mjs dist/ddprofiler-rc.mjs.LEGAL.txt

set -- --build-arg "VERSION=${image##*:}" --tag "$image"
# The commit, and -dirty where the tree differs from it; outside of a clone nobody knows.
if revision=$(git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null); then set -- --build-arg "REVISION=$revision" "$@"; fi
if [ -n "${NODE_IMAGE-}" ]; then set -- --build-arg "NODE_IMAGE=$NODE_IMAGE" "$@"; fi
if [ -n "${BASE_IMAGE-}" ]; then set -- --build-arg "BASE_IMAGE=$BASE_IMAGE" "$@"; fi

case $builder in
  # The image goes to the engine first: of buildx's drivers the usual one cannot write an archive itself.
  buildx) docker buildx build --load "$@" . ;;
  *) "$builder" build "$@" . ;;
esac

# Neither docker nor podman writes over a file that is there.
if [ -n "$file" ]; then rm -f "$file"; fi
case "$builder ${file:+archive}" in
  'buildx archive' | 'docker archive') docker save --output "$file" "$image" ;;
  'podman archive') podman save --format docker-archive --output "$file" "$image" ;;
  'buildah archive') buildah push "$image" "docker-archive:$file:$image" ;;
  'buildx ' | 'docker ') docker push "$image" ;;
  *) "$builder" push "$image" ;;
esac
