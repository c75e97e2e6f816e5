/**
 * The rules once more, as naively as they can be read, and from nothing but the list of what
 * happened: at each look everything is worked out anew from the beginning.
 */
import {
  type Act,
  KEPT,
  type KeptTopic,
  type PersonName,
  type Seen,
  type Sequence,
  topicOf,
  UNASKED,
} from './world.ts';

const HOUR = 3600;

type Review = { at: number; by: PersonName; state: string; head: number; dismissed: boolean };
type Comment = {
  at: number;
  by: PersonName;
  says: 'approve' | 'deny' | 'revoke';
  epoch: number;
  ok: boolean;
  comment: boolean;
  changed: boolean;
};
type Head = {
  id: number;
  parent: number | null;
  authors: (PersonName | null)[];
  merges: number | null;
  clean: boolean;
};

/** What was kept last: after which act, and when. */
type Taken = Record<KeptTopic, { after: number; at: number }>;

/** What was last decided of the request, and how many answers people had given by then. */
type Decided = { outcome: string; said: number };

/** `answers`: whose answers in the console were taken, by the number of the act. */
type Known = { taken: Taken; decided: Decided; answers: Map<number, PersonName[]> };

export function model({ setting, acts }: Sequence): Seen[] {
  const decided: Decided = { outcome: 'pending', said: 0 };
  const answers = new Map<number, PersonName[]>();
  const taken: Taken = { pulls: { after: -1, at: 0 }, people: { after: -1, at: 0 } };
  let clock = 0;
  return acts.map((act, index) => {
    clock += secondsOf(act);
    const used = act.kind === 'use' ? act.answers : null;
    // What is used, and what we push ourselves, is asked for anew; all else once it is told or too old.
    const asks = (['pulls', 'people'] as const).filter(
      topic =>
        used !== null ||
        act.kind === 'rework' ||
        (topicOf(act) === topic && !act.untold) ||
        clock - taken[topic].at >= KEPT[topic],
    );
    const failed = act.kind === 'failing' && asks.length > 0;
    if (!failed) for (const topic of asks) taken[topic] = { after: index, at: clock };
    const { said, ...seen } = look(setting, acts.slice(0, index + 1), { taken, decided, answers });
    if (!failed) Object.assign(decided, { outcome: seen.outcome, said });
    return failed ? { ...UNASKED, used: seen.used } : seen;
  });
}

const secondsOf = (act: Act): number =>
  (act.soon ? 2 : 40) + (act.kind === 'wait' ? act.hours * HOUR : 0);

/** As it is seen after the last act, through what was kept then. */
function look(
  setting: Sequence['setting'],
  acts: Act[],
  { taken, decided, answers }: Known,
): Seen & { said: number } {
  let clock = 0;
  const heads: Head[] = [{ id: 0, parent: null, authors: ['bot'], merges: null, clean: false }];
  let head = heads[0] as Head;
  let base = 'main';
  /** Grows with everything that makes another content of it: nothing said before it counts by command. */
  let epoch = 0;
  /** Moves of head or base branch: when, and whether it was the clean merge of the base. */
  const moves: { at: number; from: Head; exempt: boolean }[] = [];
  const pushers = new Set<PersonName>();
  // A token and a repository are nobody: only people are kept from approving what they asked for.
  const requesters = new Set<PersonName>(setting.askedBy === 'mia' ? ['mia'] : []);
  const reviews: Review[] = [];
  const comments: Comment[] = [];
  const requested = new Set<PersonName>();
  const roles: Record<string, string> = {
    mia: 'admin',
    otto: 'maintain',
    pia: 'write',
    rey: 'write',
    zoe: 'read',
    bot: 'write',
  };
  const team = new Set<PersonName>(['otto']);
  let draft = false;
  let locked = false;
  let outage = false;
  /** When an approval was used, and which reviews it rested on. */
  const spent = new Set<Review>();
  let used = '';
  type Said = { by: PersonName; naming: string; at: number; epoch: number; head: number };
  let waiting = null as Said | null;

  const mayWrite = (p: PersonName) =>
    p !== 'bot' && ['write', 'maintain', 'admin'].includes(roles[p] ?? '');
  const move = (to: Head, exempt: boolean) => {
    if (to.id === head.id) return;
    moves.push({ at: clock, from: head, exempt });
    head = to;
    epoch += 1;
  };
  const say = (c: Said) => {
    // Rule 3: it equals the present one, or was said after the present request.
    const names =
      c.naming === 'bare'
        ? c.epoch === epoch
        : c.naming === 'old'
          ? head.id === 0
          : c.naming === 'head'
            ? c.head === head.id
            : c.epoch === epoch;
    if (names)
      comments.push({
        at: c.at,
        by: c.by,
        says: 'approve',
        epoch,
        ok: true,
        comment: true,
        changed: false,
      });
  };

  for (const [index, act] of acts.entries()) {
    clock += secondsOf(act);
    const late = waiting;
    waiting = null;
    used = '';
    const topic = topicOf(act);
    if (topic === null || index <= taken[topic].after) happen(act, index);
    if (late && late.by !== 'bot') say(late);
    if (act.kind === 'use') {
      if (act.unseen) happen(act.unseen);
      const now = judgeNow();
      used = now.outcome === 'approved' && act.answers === 'whole' ? 'once' : 'no';
      if (used === 'once') {
        // Single use: whatever it rested on is spent with it.
        for (const p of now.people) {
          const last = reviews.filter(r => r.by === p).findLast(r => r.state !== 'COMMENTED');
          if (last && !comments.some(c => c.by === p && c.at > last.at)) spent.add(last);
        }
        epoch += 1;
      }
    }
  }
  return { ...judgeNow(), used, said: said() };

  /** How many times somebody was for or against it, by command, button or in the console. */
  function said(): number {
    return comments.filter(({ says }) => says !== 'revoke').length;
  }

  /** Of what is approved, and while an answer is not judged yet, no further approval is taken there. */
  function whoIsTaken(act: Extract<Act, { kind: 'console' }>): PersonName[] {
    const people = [act.by, ...(act.other ? [act.other] : [])].filter(p => p !== 'bot');
    if (act.says === 'deny') return people;
    return decided.outcome === 'approved' || said() > decided.said ? [] : people.slice(0, 1);
  }

  /** Whether they denied or revoked since the present request. */
  function wasAgainst(by: PersonName): boolean {
    return comments.some(c => c.by === by && c.says !== 'approve' && c.epoch === epoch);
  }

  function happen(act: Act, index = -1): void {
    const by = 'by' in act ? act.by : 'bot';
    switch (act.kind) {
      case 'approve': {
        const said = { by, naming: act.naming, at: clock, epoch, head: head.id };
        if (act.late) waiting = said;
        else if (by !== 'bot') say(said);
        break;
      }
      case 'button':
        // GitHub does not say when it was pressed: it may have been before they were against it.
        if (by !== 'bot' && !wasAgainst(by))
          comments.push({
            at: clock,
            by,
            says: 'approve',
            epoch,
            ok: true,
            comment: false,
            changed: false,
          });
        break;
      case 'console': {
        const people = answers.get(index) ?? whoIsTaken(act);
        answers.set(index, people);
        for (const person of people)
          comments.push({
            at: clock,
            by: person,
            says: act.says,
            epoch,
            ok: true,
            comment: false,
            changed: false,
          });
        break;
      }
      case 'deny':
        if (by !== 'bot')
          comments.push({
            at: clock,
            by,
            says: 'deny',
            epoch,
            ok: true,
            comment: true,
            changed: false,
          });
        break;
      case 'revoke':
        if (by !== 'bot')
          comments.push({
            at: clock,
            by,
            says: 'revoke',
            epoch,
            ok: true,
            comment: true,
            changed: false,
          });
        break;
      case 'review':
        reviews.push({ at: clock, by, state: act.state, head: head.id, dismissed: false });
        requested.delete(by);
        break;
      case 'dismiss': {
        const review = reviews[act.nth];
        if (review && review.state !== 'COMMENTED') review.dismissed = true;
        break;
      }
      case 'edit':
      case 'delete': {
        const comment = comments.filter(c => c.comment)[act.nth];
        if (comment) comment.changed = true;
        break;
      }
      case 'push': {
        const made = {
          id: heads.length,
          parent: head.id,
          authors: [act.author],
          merges: null,
          clean: false,
        };
        heads.push(made);
        pushers.add(by);
        move(made, false);
        break;
      }
      // Rule 9: who asks for a run is excluded from then on. Who may not write is not heard.
      case 'rework':
        if (mayWrite(by)) {
          const made = {
            id: heads.length,
            parent: head.id,
            authors: ['bot' as const],
            merges: null,
            clean: false,
          };
          heads.push(made);
          requesters.add(by);
          move(made, false);
        }
        break;
      case 'back': {
        const to = heads[act.nth];
        if (to && to.id !== head.id) {
          pushers.add(by);
          // Forced to what merges the base into just this head: the same content all the same.
          move(to, to.merges === head.id && to.clean);
        }
        break;
      }
      case 'update': {
        const made = {
          id: heads.length,
          parent: head.id,
          authors: [],
          merges: head.id,
          clean: act.clean,
        };
        heads.push(made);
        pushers.add(by);
        move(made, act.clean);
        break;
      }
      case 'retarget':
        if (act.base !== base) {
          base = act.base;
          moves.push({ at: clock, from: head, exempt: false });
          epoch += 1;
        }
        break;
      case 'base':
      case 'policy':
        epoch += 1;
        break;
      case 'role':
        roles[act.of] = act.role;
        break;
      case 'team':
        if (act.member) team.add(act.of);
        else team.delete(act.of);
        break;
      case 'request':
        requested.add(act.of);
        break;
      case 'wait':
        break;
      case 'draft':
        draft = act.on;
        break;
      case 'lock':
        locked = act.on;
        break;
      case 'outage':
        outage = act.on;
        break;
      case 'use':
      case 'failing':
        break;
    }
  }

  function judgeNow(): Omit<Seen, 'used'> {
    const history: Head[] = [];
    for (let at: number | null = head.id; at !== null; at = heads[at]?.parent ?? null)
      history.push(heads[at] as Head);
    const authors = history.flatMap(h => h.authors);
    const maintains = (p: PersonName) => ['maintain', 'admin'].includes(roles[p] ?? '');
    const isExcepted = (p: PersonName) =>
      setting.solo && maintains(p) && (requesters.size === 0 || requesters.has(p));
    /** Who can't be named may be any of these, but for whom their own part does not exclude. */
    const unknown = (among: PersonName[]) =>
      !authors.includes(null) || (setting.solo && among.every(isExcepted)) ? 0 : 1;
    const everyone = [...new Set([...reviews.map(r => r.by), ...comments.map(c => c.by)])];

    const counts = (p: PersonName): boolean => {
      if (!mayWrite(p)) return false;
      const own = requesters.has(p) || authors.includes(p) || pushers.has(p);
      if (own && !isExcepted(p)) return false;
      const review = reviews.filter(r => r.by === p && r.state !== 'COMMENTED').at(-1);
      const comment = comments
        .filter(c => c.by === p)
        .sort((a, b) => a.at - b.at)
        .at(-1);
      const age = (at: number) => clock - at < 24 * HOUR;
      if (comment && (!review || comment.at > review.at))
        return (
          comment.says === 'approve' &&
          !comment.changed &&
          comment.epoch === epoch &&
          age(comment.at)
        );
      if (
        review?.state !== 'APPROVED' ||
        review.dismissed ||
        spent.has(review) ||
        requested.has(p) ||
        !age(review.at)
      )
        return false;
      // Back over what only merged the base in, to the head that was reviewed.
      let [at, updates] = [head, 0];
      for (; at.id !== review.head && at.merges !== null && at.clean; updates++)
        at = heads[at.merges] as Head;
      if (at.id !== review.head) return false;
      const before = moves.length - updates;
      const exempt = moves.slice(before).every(m => m.exempt);
      const barring = exempt ? moves.slice(0, before) : moves;
      return !barring.some(m => m.at > review.at);
    };
    const vetoes = (p: PersonName): boolean => {
      if (!mayWrite(p)) return false;
      const against = [
        ...reviews
          .filter(r => r.by === p && r.state === 'CHANGES_REQUESTED' && !r.dismissed)
          .map(r => r.at),
        ...comments.filter(c => c.by === p && c.says === 'deny').map(c => c.at),
      ];
      const lifted = [
        ...reviews.filter(r => r.by === p && r.state === 'APPROVED' && !r.dismissed).map(r => r.at),
        ...comments.filter(c => c.by === p && c.says === 'approve' && !c.changed).map(c => c.at),
      ];
      const revoked = comments.filter(c => c.by === p && c.says === 'revoke').map(c => c.at);
      const stand = lifted.filter(at => at > Math.max(0, ...revoked));
      return against.length > 0 && Math.max(...against) > Math.max(0, ...stand);
    };

    const people = everyone.filter(counts);
    const against = everyone.filter(vetoes);
    const closed = draft || locked || outage;
    const still = !closed && against.length === 0;
    // Who can't be named may be the one who speaks for a team, or an owner.
    const members = people.filter(p => team.has(p));
    const ofTeam = members.length > unknown(members);
    // CODEOWNERS: the file is of the team, and of pia.
    const owned = ofTeam && people.includes('pia') && unknown(['pia']) === 0;
    const maintainers = people.filter(maintains);
    const enough =
      people.length >= setting.quorum + unknown(people) && (!setting.codeowners || owned);
    return {
      outcome: against.length > 0 ? 'veto' : closed || !enough ? 'pending' : 'approved',
      people: people.toSorted(),
      against: against.toSorted(),
      maintainers: still ? Math.max(0, maintainers.length - unknown(maintainers)) : 0,
      team: still && ofTeam,
      owners: still && setting.codeowners && owned,
    };
  }
}
