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
{{- include "ddprofiler-rc.guardrails" (dict "values" $values.guardrails "prefix" "") }}
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

{{/*
Each guardrail is the setting of its name: `maxClones` is MAX_CLONES, `massDeletion.share` is MASS_DELETION_SHARE. A list is joined by commas. What is
not set, or is an empty list, is left out: the operator has its own default. Helm reads every number as a float: a whole one is written as such.
*/}}
{{- define "ddprofiler-rc.guardrails" -}}
{{- $prefix := .prefix -}}
{{- range $key, $value := .values }}
{{- $name := printf "%s%s" $prefix ($key | snakecase | upper) }}
{{- if kindIs "map" $value }}
{{- include "ddprofiler-rc.guardrails" (dict "values" $value "prefix" (printf "%s_" $name)) }}
{{- else if kindIs "slice" $value }}
{{- with $value }}
- name: {{ $name }}
  value: {{ join "," . | quote }}
{{- end }}
{{- else if not (kindIs "invalid" $value) }}
- name: {{ $name }}
  {{- if and (kindIs "float64" $value) (eq $value (floor $value)) }}
  value: {{ $value | int64 | quote }}
  {{- else }}
  value: {{ $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
