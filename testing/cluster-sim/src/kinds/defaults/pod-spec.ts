import type { JsonObject } from '../../json.ts';
import type { Shape } from './shape.ts';

/** Pod specs, read off the API server v1.37. */

const FIELD_REFERENCE: Shape = { fill: { apiVersion: 'v1' } };
const RESOURCE_REFERENCE: Shape = { fill: { divisor: '0' } };
const REFERENCES: Shape = { fields: { fieldRef: FIELD_REFERENCE, resourceFieldRef: RESOURCE_REFERENCE } };

const HTTP_GET: Shape = { fill: { path: '/', scheme: 'HTTP' } };
const PROBE: Shape = {
  fill: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  fields: { httpGet: HTTP_GET, grpc: { fill: { service: '' } } },
};
const HANDLER: Shape = { fields: { httpGet: HTTP_GET } };

const CONTAINER: Shape = {
  fill: { resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
  more: ({ image }) => ({ imagePullPolicy: pullPolicyOf(image) }),
  fields: {
    ports: { fill: { protocol: 'TCP' } },
    env: { fields: { valueFrom: REFERENCES } },
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: { fields: { postStart: HANDLER, preStop: HANDLER } },
  },
};

const MODE: JsonObject = { defaultMode: 420 };
const ITEMS: Shape = { fields: { items: REFERENCES } };

const VOLUME: Shape = {
  more: (volume) => (Object.keys(volume).length === 1 ? { emptyDir: {} } : {}),
  fields: {
    configMap: { fill: MODE },
    secret: { fill: MODE },
    downwardAPI: { fill: MODE, ...ITEMS },
    projected: {
      fill: { ...MODE, sources: null },
      fields: { sources: { fields: { serviceAccountToken: { fill: { expirationSeconds: 3600 } }, downwardAPI: ITEMS } } },
    },
    hostPath: { fill: { type: '' } },
    ephemeral: {
      fields: {
        volumeClaimTemplate: { fill: { metadata: {} }, fields: { spec: { fill: { volumeMode: 'Filesystem', resources: {} } } } },
      },
    },
    image: { more: ({ reference }) => ({ pullPolicy: pullPolicyOf(reference) }) },
    iscsi: { fill: { iscsiInterface: 'default' } },
    rbd: { fill: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } },
    azureDisk: { fill: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false } },
    scaleIO: { fill: { storageMode: 'ThinProvisioned', fsType: 'xfs' } },
  },
};

/** What every pod spec has, in a template as well as in a pod. */
export const POD_SPEC: Shape = {
  fill: {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  },
  // Two names of one thing, of which the newer one counts.
  more: ({ serviceAccountName, serviceAccount }) =>
    serviceAccountName === undefined && serviceAccount === undefined
      ? {}
      : {
          serviceAccountName: serviceAccountName ?? serviceAccount ?? '',
          serviceAccount: serviceAccountName ?? serviceAccount ?? '',
        },
  fields: { containers: CONTAINER, initContainers: CONTAINER, ephemeralContainers: CONTAINER, volumes: VOLUME },
};

const NAME = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** An image without a digest; the tag is what stands after the last colon. */
const REFERENCE = new RegExp(`^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${NAME}(?:/${NAME})*(?::(\\w[\\w.-]{0,127}))?$`);

/** No tag is `latest`; a digest is neither, and nor is what cannot be read. */
function pullPolicyOf(image: JsonObject[string] | undefined): string {
  const match = REFERENCE.exec(typeof image === 'string' ? image : '');
  return match !== null && (match[1] ?? 'latest') === 'latest' ? 'Always' : 'IfNotPresent';
}
