{{/* The operator's settings, as the environment of its container. Quoted: an environment has texts alone. */}}
{{- define "ddprofiler-rc.settings" -}}
{{- $values := .Values -}}
- name: CLIENT
  value: {{ $values.initConfig.clientType | quote }}
{{- if eq $values.initConfig.clientType "eks" }}
- name: CLUSTER
  value: {{ $values.initConfig.eksCluster | quote }}
{{- end }}
- name: CRD_NAME
  value: {{ include "ddprofiler-rc.bindingName" . | quote }}
- name: CRD_NAMESPACE
  value: {{ .Release.Namespace | quote }}
- name: LOGLEVEL
  value: {{ $values.initConfig.logLevel | quote }}
- name: PORT
  value: "8324"
- name: WATCH_NAMESPACES
  value: {{ include "ddprofiler-rc.targetNamespaces" . | fromJsonArray | join "," | quote }}
{{- with $values.guardrails.rulesNamespaces }}
- name: RULES_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- with $values.guardrails.allowedImages }}
- name: ALLOWED_IMAGES
  value: {{ join "," . | quote }}
{{- end }}
- name: IMAGE_REFERENCE
  value: {{ $values.guardrails.imageReference | quote }}
{{- if not (kindIs "invalid" $values.guardrails.maxReplicas) }}
- name: MAX_REPLICAS
  value: {{ $values.guardrails.maxReplicas | int64 | quote }}
{{- end }}
{{- if not (kindIs "invalid" $values.guardrails.maxClones) }}
- name: MAX_CLONES
  value: {{ $values.guardrails.maxClones | int64 | quote }}
{{- end }}
- name: MASS_DELETION_SHARE
  value: {{ $values.guardrails.massDeletion.share | quote }}
- name: MASS_DELETION_FLOOR
  value: {{ $values.guardrails.massDeletion.floor | int64 | quote }}
- name: REFUSE_HPA_COUNT
  value: {{ $values.guardrails.refuseHpaCount | quote }}
- name: OPERATOR_DEPLOYMENT
  value: {{ printf "%s/%s" .Release.Namespace (include "ddprofiler-rc.fullname" .) | quote }}
- name: LEADER_ELECT
  value: {{ $values.leaderElection.enabled | quote }}
{{- if $values.kubeconfig.secretName }}
- name: KUBECONFIG
  value: /etc/ddprofiler-rc/kubeconfig
{{- end }}
{{- if $values.journal.enabled }}
- name: JOURNAL_FILE
  value: /var/journal/journal.ndjson
- name: JOURNAL_MAX_BYTES
  value: {{ $values.journal.maxBytes | int64 | quote }}
{{- end }}
{{- end -}}
