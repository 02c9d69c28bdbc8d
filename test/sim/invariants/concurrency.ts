import type { Finding, Invariant } from '../invariant.ts';
import type { LinkEvent } from '../trace.ts';

/** How long a change may wait for its pass: the pass under way, a back-off, and the latest of schedules. */
const WAKE_UP_MS = 15 * 60_000;

export const onePassAtATime: Invariant = {
  id: 'I21',
  title: 'one pass per key at a time, and every change that arrives, and everybody who asks, leads to another',
  check(run) {
    const { trace, virtualMs } = run.view;
    const overlapping: Finding[] = [];
    const open = new Map<string, LinkEvent>();
    for (const event of trace.of('link')) {
      const name = `${event.replica}/${event.incarnation}/${event.key}`;
      if (event.phase === 'end') open.delete(name);
      else if (open.has(name)) overlapping.push({ at: event.at, message: `two passes of ${event.key} at once` });
      else open.set(name, event);
    }
    const deaths = trace
      .of('life')
      .filter(({ what }) => what === 'crash' || what === 'stopping' || what === 'stopped' || what === 'lost');
    // A pass over what has gone again by then looks at nothing.
    const looks = [
      ...trace.of('link').filter(({ what, phase }) => what === 'look' && phase === 'begin'),
      ...trace.of('pass').filter(({ reason }) => reason === 'SourceUnknown'),
    ];
    const asked = trace.of('asked').filter((event) => run.seenAt(event, event.key)?.want === 'wanted');
    const changed = trace.of('seen').filter(({ want }) => want === 'wanted');
    const lost = [...changed, ...asked].flatMap((seen): Finding[] => {
      if (virtualMs - seen.at < WAKE_UP_MS) return [];
      const same = (event: { replica: string; incarnation: number; at: number }): boolean =>
        event.replica === seen.replica && event.incarnation === seen.incarnation && event.at >= seen.at;
      if (deaths.some((death) => same(death) && death.at - seen.at < WAKE_UP_MS)) return [];
      if (looks.some((look) => same(look) && look.key === seen.key && look.at - seen.at < WAKE_UP_MS)) return [];
      const what = seen.kind === 'asked' ? 'asking for' : 'the change of';
      return [{ at: seen.at, message: `${what} ${seen.key} led to no pass` }];
    });
    return [...overlapping, ...lost];
  },
};

export const noRegress: Invariant = {
  id: 'I23',
  title: 'a service never goes back to an older manifest by itself',
  check(run) {
    const { trace } = run.view;
    const desired = trace.of('desired');
    // A revert is a newer wish for an older manifest: what counts is the latest wish for it until then.
    const rank = (hash: string, at: number): number =>
      desired.findLastIndex((event) => event.at <= at && event.loaded?.hash === hash);
    const newest = new Map<string, number>();
    const findings: Finding[] = [];
    for (const { replica, incarnation, status, at } of trace.of('status')) {
      const name = `${replica}/${incarnation}/${status.key}`;
      const is = rank(status.manifestHash, at);
      // Of a service whose deletion it goes on with, a process knows no manifest that was ever written.
      if (is >= 0 && is < (newest.get(name) ?? 0))
        findings.push({ at, message: `${status.key} went back to an older manifest` });
      newest.set(name, Math.max(is, newest.get(name) ?? 0));
    }
    return findings;
  },
};

export const orderlyShutdown: Invariant = {
  id: 'I33',
  title: 'after the stop no pass begins; after the end nothing is sent',
  check(run) {
    const { trace } = run.view;
    const lives = trace.of('life');
    return lives.flatMap((life): Finding[] => {
      const same = (event: { replica: string; incarnation: number }): boolean =>
        event.replica === life.replica && event.incarnation === life.incarnation;
      if (life.what === 'stopping') {
        const looks = trace.of('link').filter((event) => same(event) && event.phase === 'begin' && event.at > life.at);
        const begun = looks.find(({ link }) => link === 'admission');
        return begun === undefined ? [] : [{ at: begun.at, message: `a pass of ${begun.key} began after the stop` }];
      }
      if (life.what !== 'stopped') return [];
      // What an ended process still wants to send does not get out of it: it is only written down.
      const sent = trace.of('late').find(same) ?? run.stories.find(({ call }) => same(call) && call.at > life.at)?.call;
      return sent === undefined ? [] : [{ at: sent.at, message: `${sent.operation} was sent after the end` }];
    });
  },
};

export const onlyTheLeaderWrites: Invariant = {
  id: 'I22',
  title: 'whoever does not hold the lease sends no write',
  check(run) {
    const { trace, knobs } = run.view;
    if (knobs.replicas === 1) return [];
    const lives = trace.of('life').filter(({ what }) => what === 'leads' || what === 'lost' || what === 'released');
    return run.stories.flatMap(({ call }): Finding[] => {
      if (!call.write) return [];
      // Who has lost it may notice when somebody else has it already.
      const last = lives.findLast(({ at, what }) => at <= call.at && what === 'leads');
      const over = lives.some(({ epoch, what, at }) => epoch === last?.epoch && what !== 'leads' && at <= call.at);
      const leads = last?.replica === call.replica && last.incarnation === call.incarnation && !over;
      return leads ? [] : [{ at: call.at, message: `${call.replica} sent ${call.operation} without the lease` }];
    });
  },
};
