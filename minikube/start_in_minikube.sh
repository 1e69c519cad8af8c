#!/usr/bin/env bash
# Shows the operator on minikube: builds its image, installs its chart, makes a source, and waits for the clone.
#
#   minikube/start_in_minikube.sh REGISTRY   pushes the image to REGISTRY/ddprofiler-rc, from where minikube must be able to pull it
#   minikube/start_in_minikube.sh            loads the image into minikube
#
# All of it is in the minikube profile profiler-m, in the namespace profiler-m; the current context of kubectl stays what it is.
# Run again, it brings all of it up to date: a changed image has another tag, and what did not change is not restarted.
set -euo pipefail

profile=profiler-m
namespace=profiler-m # minikube/values.yaml names it too
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

say() { printf '\n==> %s\n' "$*"; }

registry=${1-}
registry=${registry%/}
if [ $# -gt 1 ] || [[ $registry == -* ]]; then
  printf 'start_in_minikube.sh: got "%s"; expected: a registry, such as registry.example/team, or nothing\n' "$*" >&2
  exit 2
fi

missing=''
need() { command -v "$1" >/dev/null || missing+="  $1  $2"$'\n'; }
need minikube https://minikube.sigs.k8s.io/docs/start/
need kubectl https://kubernetes.io/docs/tasks/tools/
need helm https://helm.sh/docs/intro/install/
need make 'with the package manager of your system'
need npx 'with Node 20 or newer: https://nodejs.org'
if [ -n "$missing" ]; then
  printf 'start_in_minikube.sh: not on PATH, and needed; where to get it:\n%s' "$missing" >&2
  exit 2
fi

kube() { kubectl --context "$profile" --namespace "$namespace" "$@"; }

give_up() {
  printf 'start_in_minikube.sh: %s; this is how things are:\n' "$1" >&2
  kube get deployments,pods >&2 || true
  kube get ddprofcrds >&2 || true
  kube logs --selector app.kubernetes.io/name=ddprofiler-rc --tail 20 >&2 || true
  exit 1
}

say 'Building the operator'
make -C "$root" build

# Of what is in the image, so that a pod is replaced where that changed, and only there.
version=$(sed -n 's/^appVersion: "\(.*\)"/\1/p' "$root/charts/ddprofiler-rc/Chart.yaml")
tag=$version-$(cat "$root/Dockerfile" "$root/dist/ddprofiler-rc.mjs" | cksum | cut -d ' ' -f 1)
repository=${registry:+$registry/}ddprofiler-rc

# Before minikube, which takes long: where nothing can build or push an image, that is told first.
if [ -n "$registry" ]; then
  say "Building the image, and pushing it: $repository:$tag"
  "$root/scripts/image.sh" push "$repository:$tag"
else
  say "Building the image: $repository:$tag"
  archive=$(mktemp -d)
  trap 'rm -rf "$archive"' EXIT
  "$root/scripts/image.sh" archive "$archive/image.tar" "$repository:$tag"
fi

say "Starting minikube, profile $profile"
minikube start --profile "$profile" --keep-context
if [ -z "$registry" ]; then
  say 'Loading the image into minikube'
  minikube image load "$archive/image.tar" --profile "$profile"
fi

say "Making the source, in namespace $namespace"
kubectl create namespace "$namespace" --dry-run=client --output yaml | kube apply --filename -
kube apply --filename "$here/source.yaml"

say 'Installing the chart'
helm upgrade --install profiler "$root/charts/ddprofiler-rc" --kube-context "$profile" --namespace "$namespace" \
  --values "$here/values.yaml" --set "image.repository=$repository,image.tag=$tag" --wait --timeout 5m ||
  give_up 'the operator did not become ready'

say 'Waiting for the clone'
deadline=$((SECONDS + 120))
until kube get deployment web-profiler >/dev/null 2>&1; do
  [ "$SECONDS" -lt "$deadline" ] || give_up 'there is no clone after two minutes'
  sleep 1
done
kube rollout status deployment/web-profiler --timeout 5m || give_up 'the clone did not become ready'

say 'The source and its clone'
kube get deployments web web-profiler --output custom-columns="NAME:.metadata.name,WANTED:.spec.replicas,READY:.status.readyReplicas,\
IMAGE:.spec.template.spec.containers[*].image,ENV:.spec.template.spec.containers[*].env[*].name"
kube get ddprofcrds

cat <<END

The clone follows its source; try:
  kubectl --context $profile --namespace $namespace scale deployment web --replicas 6
  kubectl --context $profile --namespace $namespace get deployments --watch
Metrics, on http://127.0.0.1:8324/metrics:
  kubectl --context $profile --namespace $namespace port-forward service/profiler-ddprofiler-rc 8324
Remove everything:
  minikube delete --profile $profile
END
