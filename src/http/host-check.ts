/**
 * Says whether a Host header names us. While we listen on loopback only, a page that resolves its own name to
 * 127.0.0.1 could otherwise read everything through the operator's browser (DNS rebinding).
 */
export type HostCheck = (header: string | undefined) => boolean;

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** `also` are names, without port, under which we may be asked for; an empty list on a public address allows any. */
export function hostCheck(listenHost: string, also: readonly string[]): HostCheck {
  if (!isLoopback(listenHost) && also.length === 0) return () => true;
  const names = new Set([...(isLoopback(listenHost) ? LOOPBACK_NAMES : []), listenHost, ...also].map(lower));
  return (header) => header !== undefined && names.has(lower(header.replace(/:\d{1,5}$/, '')));
}

function lower(text: string): string {
  return text.toLowerCase();
}
