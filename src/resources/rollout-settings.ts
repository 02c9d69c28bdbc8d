import type { EcsService } from '../aws/operations.ts';
import type { OpenShape } from '../aws/shape.ts';
import { hashOf } from '../lib/hash.ts';
import { type JsonObject, sameJson } from '../lib/json.ts';
import { remembered } from '../lib/remembered.ts';
import type { FargateService } from '../manifest/types.ts';
import type { Difference } from '../reconcile/difference.ts';
import { comparableService, normaliseServiceDocument } from './service.normalise.ts';
import { serviceDocument } from './service-document.ts';

/** Members of a service, besides its task definition, whose change starts a deployment (SDK, UpdateServiceRequest: "triggers a new service deployment"). */
const SETTINGS: readonly string[] = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'capacityProviderStrategy',
  'launchType',
];
/** Of a hash, in hexadecimal: enough to tell the settings of one service apart, and short enough for a tag. */
const DIGITS = 12;

/** True when sending this difference starts a deployment. */
export function startsRollout({ path }: Difference): boolean {
  const member = memberOf(path);
  return member === 'taskDefinition' || SETTINGS.includes(member);
}

/** `loadBalancers[0].targetGroupArn` belongs to `loadBalancers`. */
export function memberOf(path: string): string {
  const end = path.search(/[.[]/);
  return end < 0 ? path : path.slice(0, end);
}

/** What a manifest asks of a deployment besides the revision, as a short hash. */
export function settingsOf(manifest: FargateService): string {
  return settingsOnce(manifest, '');
}

const settingsOnce = remembered((manifest: FargateService): string => {
  const document = normaliseServiceDocument(serviceDocument(manifest, 'manifest'));
  return hashOf(onlySettings(document)).slice(0, DIGITS);
});

/** True when what ECS shows of a deployment is, as far as it is shown, what the manifest asks for. */
export function carriesSettings(manifest: FargateService, shown: OpenShape): boolean {
  const asService: EcsService = { ...shown, deployments: [{ ...shown, status: 'PRIMARY' }] };
  const { desired, live } = comparableService(serviceDocument(manifest, 'manifest'), asService);
  return SETTINGS.every((name) => {
    // A deployment is shown with the version that LATEST stood for.
    if (shown[name] === undefined || desired[name] === 'LATEST') return true;
    return sameJson(desired[name], live[name]);
  });
}

/** True when a deployment shows no other settings than the service has. */
export function hasSettingsOf(service: EcsService, shown: OpenShape): boolean {
  const [one, other] = [service, shown].map((settings) => onlySettings(normaliseServiceDocument({ ...settings })));
  const compared = SETTINGS.filter((name) => name !== 'platformVersion' && shown[name] !== undefined);
  return compared.every((name) => sameJson(one?.[name], other?.[name]));
}

function onlySettings(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => SETTINGS.includes(name)));
}
