import { expect, test } from 'vitest';
import { acceptedForm } from './accept.ts';

test.each([
  ['nothing said', undefined, 'object'],
  ['plain JSON', 'application/json', 'object'],
  ['anything', 'application/yaml, */*', 'object'],
  ['protobuf or JSON, as typed clients ask', 'application/vnd.kubernetes.protobuf,application/json', 'object'],
  [
    'a table, as kubectl get asks',
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
    'table',
  ],
  ['an older table only, or JSON', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json', 'object'],
  ['all of discovery', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json', 'discovery'],
  ['a watch, with the parameter of one', 'application/json;stream=watch', 'object'],
  ['YAML only', 'application/yaml', undefined],
  ['metadata only', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1', undefined],
])('%s', (_what, header, form) => {
  expect(acceptedForm(header)).toBe(form);
});
