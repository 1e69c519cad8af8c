/** The programs of a control plane and of a node, and the tools of the chart: what they are built from, at which version, with which flags. */

/** Kubernetes' own number for its programs; the others have theirs in their module's go.mod. */
export const KUBERNETES_VERSION = 'v1.37.2';
const HELM_VERSION = 'v4.3.1';

export const PROGRAM_NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** The absolute path of each program. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** What installs the chart, and what checks its manifests. No control plane needs them: they are built by whoever asks for one. */
export const TOOL_NAMES = ['helm', 'kubeconform', 'kube-score', 'monitoring-check'] as const;
type ToolName = (typeof TOOL_NAMES)[number];

/** What makes a machine a node. Only `make e2e-node` asks for them, and so has them built. */
export const NODE_PROGRAM_NAMES = ['kubelet', 'kube-proxy'] as const;
type NodeProgramName = (typeof NODE_PROGRAM_NAMES)[number];

export type BuildName = ProgramName | ToolName | NodeProgramName;

export type ModuleName = 'kubernetes' | 'etcd' | 'kwok' | ToolName;

export type Recipe = {
  /** Folder in `build/` whose go.mod and go.sum pin every version that goes into the program. */
  readonly module: ModuleName;
  /** `.` for a main.go of our own in that folder. */
  readonly goPackage: string;
  readonly ldflags: string;
  /** How long a first build took on two cores, in minutes, the packages it shares with those above it already built. */
  readonly minutes: number;
};

const STRIPPED = '-s -w';

// Without its version linked in, the server calls itself v0.0.0, and charts with a `kubeVersion` refuse it.
const [major = '', minor = ''] = KUBERNETES_VERSION.slice(1).split('.');
const VERSIONED = [
  STRIPPED,
  `-X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
  `-X k8s.io/component-base/version.gitMajor=${major}`,
  `-X k8s.io/component-base/version.gitMinor=${minor}`,
].join(' ');

const kubernetes = (command: string, minutes: number): Recipe => ({
  module: 'kubernetes',
  goPackage: `k8s.io/kubernetes/cmd/${command}`,
  ldflags: VERSIONED,
  minutes,
});

export const RECIPES: Readonly<Record<BuildName, Recipe>> = {
  etcd: { module: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3', ldflags: STRIPPED, minutes: 1 },
  'kube-apiserver': kubernetes('kube-apiserver', 5.5),
  'kube-controller-manager': kubernetes('kube-controller-manager', 4),
  'kube-scheduler': kubernetes('kube-scheduler', 0.5),
  kubectl: kubernetes('kubectl', 0.5),
  kubelet: kubernetes('kubelet', 1),
  'kube-proxy': kubernetes('kube-proxy', 0.3),
  kwok: { module: 'kwok', goPackage: 'sigs.k8s.io/kwok/cmd/kwok', ldflags: STRIPPED, minutes: 1.7 },
  helm: {
    module: 'helm',
    goPackage: 'helm.sh/helm/v4/cmd/helm',
    // Else it calls itself by its minor alone.
    ldflags: `${STRIPPED} -X helm.sh/helm/v4/internal/version.version=${HELM_VERSION}`,
    minutes: 2.8,
  },
  kubeconform: {
    module: 'kubeconform',
    goPackage: 'github.com/yannh/kubeconform/cmd/kubeconform',
    ldflags: STRIPPED,
    minutes: 0.3,
  },
  'kube-score': { module: 'kube-score', goPackage: 'github.com/zegl/kube-score/cmd/kube-score', ldflags: STRIPPED, minutes: 1 },
  'monitoring-check': { module: 'monitoring-check', goPackage: '.', ldflags: STRIPPED, minutes: 0.7 },
};

/** Flags of every build. `-mod=readonly`: what go.mod and go.sum pin is what is built, or nothing. */
export const BUILD_FLAGS = ['-trimpath', '-mod=readonly'] as const;
export const BUILD_ENV = { CGO_ENABLED: '0', GOWORK: 'off' } as const;
