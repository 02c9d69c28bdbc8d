/** A reference as a tag value: what tags may not hold is left out (ECS API, Tag). */
export function imageTagValue(uri: string): string {
  return uri.replaceAll(/[^\p{L}\p{N} _.:/=+\-@]/gu, '').slice(0, 256);
}
