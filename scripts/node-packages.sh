#!/bin/sh
# Gets the programs that make e2e-image and e2e-node need beside Node and Go, where they come from Debian's packages:
#
#   scripts/node-packages.sh
#
# | machine                                | does                                     | exit code        |
# | all of them are there                  | nothing                                  | 0                |
# | some are missing; apt-get, and root    | installs the packages of those           | that of apt-get  |
# | some are missing; else                 | says which, and the command to have them | 3                |
#
# Only packages of programs that are missing are asked for: another package that brings one, such as Docker's containerd.io, stays.
# CNI_PLUGINS in the environment: where the plugins of containernetworking-plugins are.
set -eu

packages=''
need() {
  command -v "$1" >/dev/null && return 0
  case " $packages " in *" $2 "*) return 0 ;; esac
  packages="${packages:+$packages }$2"
}

need podman podman
need buildah buildah
need runc runc
need containerd containerd
need ctr containerd
need "${CNI_PLUGINS-/usr/lib/cni}/ptp" containernetworking-plugins
need iptables iptables
need ip iproute2
need unshare util-linux
need nsenter util-linux

[ -n "$packages" ] || exit 0
install="apt-get install --yes --no-install-recommends $packages"
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  printf 'node-packages.sh: programs of these packages are missing: %s\nAs root, on Debian or Ubuntu: %s\n' "$packages" "$install" >&2
  exit 3
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
# shellcheck disable=SC2086 # a list of words
exec $install
