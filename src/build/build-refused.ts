/** Why a build is not even begun. All of these are the author's to mend; none is worth a retry. */
export type RefusalReason =
  | 'outside-root'
  | 'link-out'
  | 'not-a-file'
  | 'too-large'
  | 'missing-context'
  | 'missing-dockerfile'
  /** A file that the template is made for. */
  | 'missing-file'
  | 'network-context'
  | 'unreadable'
  | 'bad-ignore-file'
  | 'bad-argument';

/** The build that a manifest describes is refused before any engine hears of it. The message is a full sentence. */
export class BuildRefused extends Error {
  override readonly name = 'BuildRefused';
  readonly reason: RefusalReason;
  /** The path (or, for `bad-argument`, the field) it is about, as the author knows it. */
  readonly path: string;

  constructor(reason: RefusalReason, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.path = path;
  }
}
