{{/*
The least rights that the operator needs: docs/guardrails.md has the same table. No Secrets, no wildcard, no escalate, bind or
impersonate. A list or watch of one object is allowed by its name, since it asks with a field selector on that name.
*/}}

{{/* In each target namespace, or in all of them. */}}
{{- define "ddprofiler-rc.targetRules" -}}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [list, watch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* In the release's own namespace: the binding, its rules, the memory, Events, and the Lease. */}}
{{- define "ddprofiler-rc.ownRules" -}}
- apiGroups: [crds.grove]
  resources: [ddprofcrds]
  resourceNames: [{{ include "ddprofiler-rc.bindingName" . }}]
  verbs: [list, watch]
- apiGroups: [crds.grove]
  resources: [ddprofcrds/status]
  resourceNames: [{{ include "ddprofiler-rc.bindingName" . }}]
  verbs: [patch]
{{- $data := (include "ddprofiler-rc.followed" . | fromJson).data }}
{{- if eq $data.cmNamespace .Release.Namespace }}
{{ include "ddprofiler-rc.rulesOfConfigMap" $data.cmName }}
{{- end }}
# The memory: the last good rules. `create` can be limited to its name: the operator creates it by server-side apply, a PATCH whose
# URL has the name.
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ include "ddprofiler-rc.memoryName" . }}]
  verbs: [list, watch, create, patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if .Values.leaderElection.enabled }}
# The Lease is created by POST, whose URL has no name, so this `create` cannot be limited to one.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "ddprofiler-rc.leaseName" . }}]
  verbs: [get, list, watch, patch]
{{- end }}
{{- end -}}

{{- define "ddprofiler-rc.rulesOfConfigMap" -}}
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{{ . }}]
  verbs: [list, watch]
{{- end -}}

{{/* One Role and its binding to the operator's account. Takes {root, name, namespace, rules}. */}}
{{- define "ddprofiler-rc.role" -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "ddprofiler-rc.labels" .root | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "ddprofiler-rc.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  {{- include "ddprofiler-rc.subject" .root | nindent 2 }}
{{- end -}}

{{- define "ddprofiler-rc.subject" -}}
- kind: ServiceAccount
  name: {{ include "ddprofiler-rc.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}
