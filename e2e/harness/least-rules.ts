/** The least that the operator needs for one binding with one ConfigMap, with sources in the binding's namespace. */
export function leastRules(binding: string, configMap: string): readonly object[] {
  return [
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], resourceNames: [binding], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [configMap], verbs: ['list', 'watch'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch', 'create', 'patch', 'delete'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list', 'watch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list', 'watch'] },
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds/status'], resourceNames: [binding], verbs: ['patch'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ];
}
