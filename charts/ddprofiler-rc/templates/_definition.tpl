{{/* Whose the definition in the cluster is, where it is not this release's; empty where there is none, or nothing is known of a cluster. */}}
{{- define "ddprofiler-rc.foreignDefinition" -}}
{{- $there := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "ddprofcrds.crds.grove" -}}
{{- if $there -}}
{{- $annotations := $there.metadata.annotations | default dict -}}
{{- $labels := $there.metadata.labels | default dict -}}
{{- $name := get $annotations "meta.helm.sh/release-name" -}}
{{- $namespace := get $annotations "meta.helm.sh/release-namespace" -}}
{{- if or (ne (get $labels "app.kubernetes.io/managed-by") "Helm") (eq $name "") -}}
nobody's release
{{- else if or (ne $name .Release.Name) (ne $namespace .Release.Namespace) -}}
the release {{ $namespace }}/{{ $name }}
{{- end -}}
{{- end -}}
{{- end -}}
