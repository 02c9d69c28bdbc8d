import type { FargateServiceDocument } from './fargate-service.generated.ts';
import type { Path } from './path.ts';
import type { ValueShown } from './shown-value.ts';
import type { FargateService } from './types.ts';

/** A rule that a manifest breaks. Paths are those of the manifest after lowering. */
export interface Violation {
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  readonly mark: 'key' | 'value';
  readonly message: string;
  readonly help?: string;
  /** Further fields the verdict rests on. */
  readonly about: readonly Path[];
}

/** What rules look at: a valid document as it was written, and with its defaults. */
export interface Subject {
  readonly document: FargateServiceDocument;
  readonly manifest: FargateService;
}

export interface Remark {
  readonly help?: string;
  readonly mark?: 'key' | 'value';
  readonly about?: readonly Path[];
}

/** Where rules put what they find. */
export class Report {
  readonly violations: Violation[] = [];
  readonly shown: ValueShown;

  constructor(shown: ValueShown) {
    this.shown = shown;
  }

  error(path: Path, message: string, remark: Remark = {}): void {
    this.#add('error', path, message, remark);
  }

  warning(path: Path, message: string, remark: Remark = {}): void {
    this.#add('warning', path, message, remark);
  }

  #add(severity: Violation['severity'], path: Path, message: string, remark: Remark): void {
    const { help, mark = 'value', about = [] } = remark;
    this.violations.push({ severity, path, mark, message, about, ...(help === undefined ? {} : { help }) });
  }
}

export type Rule = (subject: Subject, report: Report) => void;
