const REGION = 'us-east-1';
const ECS = 'AmazonEC2ContainerServiceV20141113';

/** Calls without an SDK, for what the product never does itself: making clusters, and looking for a network. */
export async function createCluster(url: string, clusterName: string): Promise<void> {
  await post(url, 'ecs', {
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${ECS}.CreateCluster` },
    body: JSON.stringify({ clusterName }),
  });
}

/** All `tag`s in the answer of an action of Amazon EC2. */
export async function askEc2(url: string, action: string, tag: string): Promise<readonly string[]> {
  const answer = await post(url, 'ec2', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }).toString(),
  });
  return [...answer.matchAll(new RegExp(`<${tag}>([^<]+)<`, 'g'))].map(([, value]) => value!);
}

async function post(
  url: string,
  service: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
): Promise<string> {
  const scope = `20260101/${REGION}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=contract/${scope}, SignedHeaders=host, Signature=0`;
  const response = await fetch(url, { method: 'POST', headers: { ...headers, authorization }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
