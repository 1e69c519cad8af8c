{{/* What the bindings are, whose rules they name, and where the operator has rights. Each gives JSON. */}}

{{/* [{name, key, data}] of all bindings; `data` is complete. Where no value names any, the one for the chart's own ConfigMap. */}}
{{- define "ddprofiler-rc.bindings" -}}
{{- $bindings := list -}}
{{- $tag := include "ddprofiler-rc.onlyKey" . -}}
{{- $whole := dict "ruleType" "configmap" "cmName" (include "ddprofiler-rc.configMapName" .) "cmNamespace" .Release.Namespace "cmConfigTag" $tag -}}
{{- range $key, $one := .Values.customResources -}}
{{- $bindings = append $bindings (dict "key" $key "name" $one.name "data" (merge (deepCopy (default dict $one.data)) $whole)) -}}
{{- end -}}
{{- if empty .Values.customResources -}}
{{- $bindings = append $bindings (dict "key" "" "name" .Values.initConfig.crdName "data" $whole) -}}
{{- end -}}
{{- toJson $bindings -}}
{{- end -}}

{{/* The key of `config.data` where there is one alone, else the one that the Python operator's users have. */}}
{{- define "ddprofiler-rc.onlyKey" -}}
{{- if eq 1 (len .Values.config.data) -}}
{{- first (keys .Values.config.data) -}}
{{- else -}}
profiler-rc-config
{{- end -}}
{{- end -}}

{{/* The binding that the operator follows; {} where no value names it. */}}
{{- define "ddprofiler-rc.followed" -}}
{{- $followed := dict -}}
{{- range include "ddprofiler-rc.bindings" . | fromJsonArray -}}
{{- if eq .name $.Values.initConfig.crdName -}}{{- $followed = . -}}{{- end -}}
{{- end -}}
{{- toJson $followed -}}
{{- end -}}

{{/* The rules text that the operator will read, where the chart has it. */}}
{{- define "ddprofiler-rc.rulesText" -}}
{{- $data := (include "ddprofiler-rc.followed" . | fromJson).data | default dict -}}
{{- if and .Values.config.create (eq $data.cmName (include "ddprofiler-rc.configMapName" .)) (eq $data.cmNamespace .Release.Namespace) -}}
{{- get .Values.config.data $data.cmConfigTag | default "" -}}
{{- end -}}
{{- end -}}

{{/* Namespaces that the rules name. */}}
{{- define "ddprofiler-rc.namespacesOfRules" -}}
{{- $rules := include "ddprofiler-rc.rulesText" . | fromYaml -}}
{{- keys $rules | sortAlpha | toJson -}}
{{- end -}}

{{/* Namespaces where the operator has rights; ["*"] for all. */}}
{{- define "ddprofiler-rc.targetNamespaces" -}}
{{- if .Values.targetNameSpaces -}}
{{- .Values.targetNameSpaces | uniq | toJson -}}
{{- else -}}
{{- include "ddprofiler-rc.namespacesOfRules" . | fromJsonArray | default (list .Release.Namespace) | toJson -}}
{{- end -}}
{{- end -}}
