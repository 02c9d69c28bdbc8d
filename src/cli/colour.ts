import { styleText } from 'node:util';
import { assertNever } from '../lib/errors.ts';

/** What a piece of text is, not how it looks. Colour only ever repeats what words or symbols already say. */
export type Tone = 'good' | 'bad' | 'warning' | 'change' | 'quiet' | 'strong' | 'accent';

/** Dresses text in its tone, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

export interface ColourInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--color`; false: `--no-color`. */
  readonly flag?: 'auto' | 'always' | 'never' | false | undefined;
  /** Of the stream in question: stdout and stderr are judged apart. */
  readonly isTTY: boolean;
}

/**
 * Decides once whether a stream gets colour. The flag wins; then NO_COLOR (https://no-color.org: only when it is not
 * empty); then FORCE_COLOR, where `0` and `false` switch off; then TERM=dumb; then whether anybody looks.
 */
export function wantsColour({ env, flag, isTTY }: ColourInput): boolean {
  if (flag === false || flag === 'never') return false;
  if (flag === 'always') return true;
  if (isSet(env['NO_COLOR'])) return false;
  const force = env['FORCE_COLOR'];
  if (isSet(force)) return force !== '0' && force !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

export function createPaint(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  // `validateStream: false`: the decision is ours; Node's own reads the environment again, and differently.
  return (tone, text) => (text === '' ? '' : styleText(formatOf(tone), text, { validateStream: false }));
}

function formatOf(tone: Tone): Parameters<typeof styleText>[0] {
  switch (tone) {
    case 'good':
      return 'green';
    case 'bad':
      return 'red';
    case 'warning':
      return 'yellow';
    case 'change':
      return 'yellow';
    case 'quiet':
      return 'dim';
    case 'strong':
      return 'bold';
    case 'accent':
      return 'cyan';
    default:
      return assertNever(tone, 'tone');
  }
}
