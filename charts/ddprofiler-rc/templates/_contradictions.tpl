{{/*
Values that cannot be meant together, and what to do about them. What a single value may be is said by values.schema.json.
Each line is one sentence, so that all of them are told at once.
*/}}
{{- define "ddprofiler-rc.contradictions" -}}
{{- $values := .Values -}}
{{- if and (has "*" (default list $values.targetNameSpaces)) (gt (len $values.targetNameSpaces) 1) }}
- targetNameSpaces has "*", which is every namespace, and others beside it; keep either.
{{- end }}
{{- if include "ddprofiler-rc.imageIsWhole" . }}
{{- if or $values.image.tag $values.image.digest }}
- image.repository is {{ $values.image.repository | quote }}, which has its tag or digest; image.tag and image.digest must be empty then.
{{- end }}
{{- else if and $values.image.tag $values.image.digest }}
- image.tag and image.digest are both set; keep the digest.
{{- end }}
{{- if and $values.image.pullPolicy $values.image.imagePullPolicy (ne $values.image.pullPolicy $values.image.imagePullPolicy) }}
- image.pullPolicy is {{ $values.image.pullPolicy }} and image.imagePullPolicy is {{ $values.image.imagePullPolicy }}; they are two names of one value, so set one of them.
{{- end }}
{{- if and (gt (int $values.replicaCount) 1) (not $values.leaderElection.enabled) }}
- replicaCount is {{ $values.replicaCount }} and leaderElection.enabled is false; two operators would write against each other, so enable it or run one replica.
{{- end }}
{{- if and (ne $values.initConfig.clientType "incluster") (not $values.kubeconfig.secretName) }}
- initConfig.clientType is {{ $values.initConfig.clientType }}, which needs a kubeconfig; set kubeconfig.secretName, or clientType to incluster for the cluster that the operator runs in.
{{- end }}
{{- if and (eq $values.initConfig.clientType "eks") (not $values.initConfig.eksCluster) }}
- initConfig.clientType is eks and initConfig.eksCluster is empty; set it to the kubeconfig's context.
{{- end }}
{{- if and (not $values.serviceAccount.create) (not $values.serviceAccount.name) }}
- serviceAccount.create is false and serviceAccount.name is empty; name the account, for the namespace's default one would hand the operator's rights to every pod.
{{- end }}
{{- $names := list -}}
{{- range include "ddprofiler-rc.bindings" . | fromJsonArray -}}{{- $names = append $names .name -}}{{- end -}}
{{- $followed := include "ddprofiler-rc.followed" . | fromJson -}}
{{- if ne (len $names) (len (uniq $names)) }}
- customResources has two bindings of one name ({{ join ", " $names }}); rename one.
{{- end }}
{{- if empty $followed }}
- initConfig.crdName is {{ $values.initConfig.crdName | quote }} and customResources has {{ join ", " $names }}; the operator would follow a binding that is not there, so make one of them that name.
{{- else }}
{{- $data := $followed.data -}}
{{- if and $values.config.data (eq $data.cmName (include "ddprofiler-rc.configMapName" .)) (not (hasKey $values.config.data $data.cmConfigTag)) }}
- the binding {{ $followed.name }} reads the key {{ $data.cmConfigTag | quote }} and config.data has {{ keys $values.config.data | sortAlpha | join ", " }}; set cmConfigTag to one of these.
{{- end }}
{{- if and (ne $data.cmNamespace .Release.Namespace) (not (has $data.cmNamespace $values.guardrails.rulesNamespaces)) }}
- the binding {{ $followed.name }} reads rules from the namespace {{ $data.cmNamespace }} and guardrails.rulesNamespaces does not list it; list it, if whoever may write ConfigMaps there may run what they like.
{{- end }}
{{- end }}
{{- $rules := include "ddprofiler-rc.rulesText" . | fromYaml }}
{{- if and (hasKey $rules "Error") (kindIs "string" $rules.Error) }}
- config.data: the rules are not a mapping in YAML: {{ $rules.Error }}
{{- end }}
{{- if and $values.podDisruptionBudget.enabled (not (kindIs "invalid" $values.podDisruptionBudget.minAvailable)) }}
{{- if not (kindIs "invalid" $values.podDisruptionBudget.maxUnavailable) }}
- podDisruptionBudget has both minAvailable and maxUnavailable, of which a budget may have one; set the other to null.
{{- else if and (not (kindIs "string" $values.podDisruptionBudget.minAvailable)) (ge (int $values.podDisruptionBudget.minAvailable) (int $values.replicaCount)) }}
- podDisruptionBudget.minAvailable is {{ $values.podDisruptionBudget.minAvailable }} and replicaCount is {{ $values.replicaCount }}; no node could ever be drained, so lower it.
{{- end }}
{{- end }}
{{- if and $values.monitoring.serviceMonitor.enabled $values.monitoring.podMonitor.enabled }}
- monitoring.serviceMonitor and monitoring.podMonitor are both enabled; each pod would be scraped twice and count as two leaders, so keep one.
{{- end }}
{{- $settings := list -}}
{{- range include "ddprofiler-rc.settings" . | fromYamlArray -}}{{- $settings = append $settings .name -}}{{- end -}}
{{- $extra := list -}}
{{- range $values.extraEnv }}
{{- if or (has .name $settings) (has .name $extra) }}
- extraEnv has {{ .name }}, which is set already; use the value for it, or set it once.
{{- end }}
{{- $extra = append $extra .name -}}
{{- end }}
{{- end -}}

{{- define "ddprofiler-rc.refuseContradictions" -}}
{{- with include "ddprofiler-rc.contradictions" . | trim -}}
{{- fail (printf "these values contradict each other:\n%s" .) -}}
{{- end -}}
{{- end -}}
