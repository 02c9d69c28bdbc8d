const SECRET_WORDS = new Set([
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'SECRET',
  'TOKEN',
  'APIKEY',
  'CREDENTIAL',
  'CREDENTIALS',
]);
const SECRET_PAIRS = new Set(['API_KEY', 'PRIVATE_KEY', 'ACCESS_KEY', 'SECRET_KEY', 'SIGNING_KEY', 'ENCRYPTION_KEY']);
/** A name that ends so says something about a secret, and does not hold it. */
const HARMLESS_ENDS = new Set([
  'FILE',
  'PATH',
  'URL',
  'ARN',
  'NAME',
  'ID',
  'LIMIT',
  'TTL',
  'LENGTH',
  'COUNT',
  'ENABLED',
  'TYPE',
]);

/** True for names such as DB_PASSWORD or OPENAI_API_KEY, whose values are likely to be secret. */
export function isSecretName(name: string): boolean {
  const words = name.toUpperCase().split('_');
  if (HARMLESS_ENDS.has(words.at(-1)!)) return false;
  return words.some((word, index) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word}_${words[index + 1]}`));
}
