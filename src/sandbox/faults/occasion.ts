/** Something a rule may strike, by what it is about. */
export interface Occasion {
  /** `<api>:<operation>`; absent: no call. */
  readonly operation?: string;
  readonly region: string;
  /** `cluster/name` */
  readonly services: readonly string[];
  readonly families: readonly string[];
  readonly images: readonly string[];
  readonly securityGroups: readonly string[];
}
