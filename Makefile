# Every target sets up what it needs: the machine's own Node (20 or newer), npm and make are enough.
# The project's own Node comes with its dependencies (the npm package `node`) into node_modules/; nothing is installed globally.

PNPM := npx --yes pnpm@12.21.0
RUN := PATH="$(CURDIR)/node_modules/.bin:$$PATH"
INSTALLED := node_modules/.installed
BUNDLE := dist/ddprofiler-rc.mjs
VERSION := $(shell sed -n 's/^appVersion: "\(.*\)"/\1/p' charts/ddprofiler-rc/Chart.yaml)
# What the bundle is made of: a test or the embedded cluster may change without it.
SOURCES := $(shell find packages/core packages/k8s-adapter packages/server scripts -name node_modules -prune -o \
  -type f \( -name '*.ts' ! -name '*.test.ts' -o -name package.json \) -print 2>/dev/null)

# Each of these takes the whole machine, or writes what another reads.
.NOTPARALLEL:

.PHONY: help demo build package test simulate planted-bugs reference chart-docs chart-test monitoring-table image-figures lint format e2e e2e-scenarios e2e-helm e2e-image e2e-node bench chaos churn cluster clean
help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): package.json pnpm-lock.yaml pnpm-workspace.yaml $(wildcard packages/*/package.json testing/*/package.json) e2e/package.json demo/package.json bench/package.json
	$(PNPM) install --frozen-lockfile
	@touch $@

$(BUNDLE): $(INSTALLED) $(SOURCES)
	$(RUN) node scripts/bundle.ts

demo: $(BUNDLE) ## Show the operator at work in seconds: KEEP=1 stays up, CLUSTER=real on a real control plane
	@exec env $(RUN) KEEP='$(KEEP)' CLUSTER='$(CLUSTER)' PAUSE='$(PAUSE)' node demo/main.ts

build: $(BUNDLE) ## Build the bundle that bin/ddprofiler-rc runs

package: $(INSTALLED) $(BUNDLE) ## Write the archives of image and chart into dist/ (needs docker, podman or buildah; and Helm, or Go to build it)
	scripts/image.sh archive dist/ddprofiler-rc-$(VERSION)-image.tar ddprofiler-rc:$(VERSION)
	$(RUN) node charts/tools/archive.ts

test: $(INSTALLED) $(BUNDLE) ## Run every test that needs only Node and npm
	$(RUN) vitest run

simulate: $(INSTALLED) ## Run hostile histories of the whole operator: SEEDS=n as many, SEED=n one of them with its trace
	$(RUN) SEEDS='$(SEEDS)' SEED='$(SEED)' FROM='$(FROM)' node testing/simulation/src/cli.ts

planted-bugs: $(INSTALLED) ## Hunt each planted bug from the first seed on, and write the table of docs/simulation.md
	$(RUN) BUG='$(BUG)' node testing/simulation/planted-bugs/search.ts

reference: $(INSTALLED) ## Write the references of rules and guardrails in docs/, and the schema of rules
	$(RUN) node scripts/rules-reference.ts
	$(RUN) node scripts/guardrails-reference.ts
	$(RUN) biome check --write docs

chart-docs: $(INSTALLED) ## Write the chart's schema, the table of its README and its dashboard
	$(RUN) node charts/tools/write.ts
	$(RUN) biome check --write charts

chart-test: $(INSTALLED) ## Check the chart without a cluster: lint, schemas, rejections, drift, alerts, scripts (needs Go and Python 3)
	$(RUN) vitest run --config charts/tests/vitest.config.ts

monitoring-table: $(INSTALLED) $(BUNDLE) ## Ask a real Prometheus for every query, and write the table of docs/monitoring.md
	$(RUN) E2E_FOLDER=helm MONITORING_TABLE=write vitest run --config e2e/vitest.config.ts monitoring
	$(RUN) biome check --write docs

image-figures: $(INSTALLED) $(BUNDLE) ## Measure the image and its pods on a real node, and write the table of docs/install.md (needs what e2e-node needs)
	$(RUN) E2E_FOLDER=node IMAGE_FIGURES=write vitest run --config e2e/vitest.config.ts figures
	$(RUN) biome check --write docs

lint: $(INSTALLED) ## Check format, lint rules, import directions, types, and that nothing is unused
	$(RUN) biome check --error-on-warnings .
	$(RUN) knip --no-progress
	$(RUN) tsc -p packages/core
	$(RUN) tsc -p packages/k8s-adapter
	$(RUN) tsc -p packages/server
	$(RUN) tsc -p testing/cluster-sim
	$(RUN) tsc -p testing/simulation
	$(RUN) tsc -p testing/control-plane
	$(RUN) tsc -p e2e
	$(RUN) tsc -p demo
	$(RUN) tsc -p bench
	$(RUN) tsc -p charts
	$(RUN) tsc -p tsconfig.json

format: $(INSTALLED) ## Rewrite the sources in the project's format
	$(RUN) biome check --write .

# On a cluster that is somebody's, only the scenarios can run.
e2e: e2e-scenarios $(if $(E2E_KUBECONFIG),,e2e-helm e2e-image e2e-node) ## Run all tests against a real control plane and a real node (or E2E_KUBECONFIG's cluster)

e2e-scenarios: $(INSTALLED) $(BUNDLE) ## Run the operator's main job against a real control plane (or E2E_KUBECONFIG's cluster)
	$(RUN) vitest run --config e2e/vitest.config.ts

e2e-helm: $(INSTALLED) $(BUNDLE) ## Install the chart on a real control plane, run the commands of README.md, and ask a real Prometheus its queries
	$(RUN) E2E_FOLDER=helm vitest run --config e2e/vitest.config.ts

e2e-image: $(INSTALLED) $(BUNDLE) ## Build the image, and run it as a restricted pod would beside a real control plane (needs podman)
	$(RUN) E2E_FOLDER=image vitest run --config e2e/vitest.config.ts

e2e-node: $(INSTALLED) $(BUNDLE) ## Install the chart on a real node, with pods from the image that is built (needs root, containerd, runc, buildah, CNI plugins)
	$(RUN) E2E_FOLDER=node vitest run --config e2e/vitest.config.ts

chaos: $(INSTALLED) $(BUNDLE) ## Run the operator through faults, kills and people on a real control plane: SEEDS=n SECONDS=s, SEED=k alone, OPERATORS=2
	$(RUN) SEEDS='$(SEEDS)' SECONDS='$(SECONDS)' SEED='$(SEED)' OPERATORS='$(OPERATORS)' OPERATOR='$(OPERATOR)' node e2e/chaos/cli.ts

churn: $(INSTALLED) $(BUNDLE) ## Watch the operator's memory under churn on a real control plane: MINUTES=m
	$(RUN) MINUTES='$(MINUTES)' SEED='$(SEED)' node e2e/chaos/churn.ts

bench: $(INSTALLED) $(BUNDLE) ## Measure the operator against the limit of the API server: QUICK=1, ONLY=converge,latency, … (docs/benchmarks)
	@exec env $(RUN) node bench/main.ts

cluster: $(INSTALLED) ## Start a real control plane and print its kubeconfig; Ctrl-C stops it
	$(RUN) node testing/control-plane/src/cli.ts

clean: ## Remove what was built and installed
	rm -rf dist node_modules packages/*/node_modules testing/*/node_modules e2e/node_modules demo/node_modules bench/node_modules
