/** How far an action has come that takes its time. */
export interface ActionProgress {
  /** `step`: what goes on now. `result`: what stays worth knowing. `log`: a line of whoever did the work, on a failure. */
  readonly kind: 'step' | 'result' | 'log';
  /** One line. */
  readonly message: string;
}
