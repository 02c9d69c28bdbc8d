/** Marks that stand before lines. Each has an ASCII form for terminals that know no other. */
export interface Symbols {
  readonly done: string;
  readonly failed: string;
  readonly warning: string;
  readonly running: string;
  readonly arrow: string;
  readonly dot: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly ellipsis: string;
}

export const UNICODE: Symbols = {
  done: '✔',
  failed: '✘',
  warning: '⚠',
  running: '◐',
  arrow: '→',
  dot: '·',
  barFull: '▰',
  barEmpty: '▱',
  ellipsis: '…',
};

export const ASCII: Symbols = {
  done: 'ok',
  failed: 'x',
  warning: '!',
  running: '*',
  arrow: '->',
  dot: '-',
  barFull: '#',
  barEmpty: '.',
  ellipsis: '...',
};

/** The Linux console, an explicit C locale and the old Windows console cannot show more than ASCII. */
export function symbolsFor(env: Readonly<Record<string, string | undefined>>): Symbols {
  if (env['OS'] === 'Windows_NT') {
    const modern = env['WT_SESSION'] ?? env['TERM_PROGRAM'] ?? env['ConEmuTask'];
    return modern === undefined || modern === '' ? ASCII : UNICODE;
  }
  if (env['TERM'] === 'linux') return ASCII;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale === 'C' || locale === 'POSIX' ? ASCII : UNICODE;
}
