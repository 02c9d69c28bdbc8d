/** One file's text and where its lines begin. Lines end with LF; a CR before it belongs to the line end. */
export class SourceText {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** 1-based line and column of an offset; offsets beyond the text are moved to its end. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const at = Math.min(Math.max(0, offset), this.text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - this.#starts[low]! + 1 };
  }

  /** Offset of the first character of a 1-based line. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** A 1-based line without its end. */
  line(line: number): string {
    const end = this.#starts[line];
    const text = this.text.slice(this.startOf(line), end === undefined ? this.text.length : end - 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
