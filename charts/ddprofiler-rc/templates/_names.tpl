{{/* Names of objects, and what they have in common. */}}

{{- define "ddprofiler-rc.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "ddprofiler-rc.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "ddprofiler-rc.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ddprofiler-rc.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Of roles outside the release's namespace: releases of one name in two namespaces may have rights in a third. */}}
{{- define "ddprofiler-rc.foreignName" -}}
{{- printf "%s-%s" (include "ddprofiler-rc.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "ddprofiler-rc.configMapName" -}}
{{- printf "%s-%s" .Release.Name .Values.config.name -}}
{{- end -}}

{{- define "ddprofiler-rc.bindingName" -}}
{{- printf "%s-%s" .Release.Name .Values.initConfig.crdName -}}
{{- end -}}

{{- define "ddprofiler-rc.serviceAccountName" -}}
{{- default (include "ddprofiler-rc.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "ddprofiler-rc.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ddprofiler-rc.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What is set here wins over labels from values. */}}
{{- define "ddprofiler-rc.labels" -}}
{{- $own := dict "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") "app.kubernetes.io/version" .Chart.AppVersion "app.kubernetes.io/managed-by" .Release.Service -}}
{{- merge (include "ddprofiler-rc.selectorLabels" . | fromYaml) $own .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* The tag, or a digest, may be part of the repository: then its last segment has a colon, or it has an @. */}}
{{- define "ddprofiler-rc.image" -}}
{{- $image := .Values.image -}}
{{- if include "ddprofiler-rc.imageIsWhole" . -}}
{{- $image.repository -}}
{{- else if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "ddprofiler-rc.imageIsWhole" -}}
{{- if or (contains "@" .Values.image.repository) (contains ":" (last (splitList "/" .Values.image.repository))) -}}true{{- end -}}
{{- end -}}

{{- define "ddprofiler-rc.imagePullPolicy" -}}
{{- .Values.image.pullPolicy | default .Values.image.imagePullPolicy | default "IfNotPresent" -}}
{{- end -}}

{{/* The label `job` of the operator's metrics: that of the values, which both monitors set, or as the Prometheus operator sets it. */}}
{{- define "ddprofiler-rc.job" -}}
{{- if .Values.monitoring.job -}}
{{- .Values.monitoring.job -}}
{{- else if .Values.monitoring.podMonitor.enabled -}}
{{- printf "%s/%s" .Release.Namespace (include "ddprofiler-rc.fullname" .) -}}
{{- else -}}
{{- include "ddprofiler-rc.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* As the operator names it: packages/core/src/leadership.ts. */}}
{{- define "ddprofiler-rc.leaseName" -}}
{{- $binding := include "ddprofiler-rc.bindingName" . -}}
{{- $whole := printf "ddprofiler-rc-%s" $binding -}}
{{- if le (len $whole) 253 -}}
{{- $whole -}}
{{- else -}}
{{- printf "%s-%s" (trunc 242 $whole) (sha256sum $binding | trunc 10) -}}
{{- end -}}
{{- end -}}

{{/* The ConfigMap with the last good rules. The hash is the one in the label `ddprofiler-rc.grove/binding`: packages/core/src/clone/mark.ts. */}}
{{- define "ddprofiler-rc.memoryName" -}}
{{- printf "ddprofiler-rc-last-good-%s" (printf "%s/%s" .Release.Namespace (include "ddprofiler-rc.bindingName" .) | sha256sum | trunc 16) -}}
{{- end -}}
