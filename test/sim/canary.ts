/** Values of secrets in the manifests of the scenarios: they must turn up nowhere. */
export const CANARIES: readonly string[] = ['cnry-5f1e0a7b93d2', 'CanaryPw9Zq4tXv7Lm'];

/** How a value may be hidden in a text. */
export function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  // Without its last group: what follows changes it.
  const base64 = bytes.toString('base64').replace(/.{0,4}$/, '');
  const reversed = Array.from(value).reverse().join('');
  const half = value.slice(0, Math.ceil(value.length * 0.7));
  return [value, base64, bytes.toString('hex'), reversed, half];
}
