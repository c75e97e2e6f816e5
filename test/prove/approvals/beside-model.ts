/**
 * The rules once more for requests that wait beside one another, as naively as they can be read: a list
 * of what people said, and of what is asked. It knows nothing of events, capsules or comments.
 */
import {
  type BesideAct,
  type BesideSeen,
  type BesideSequence,
  OVER,
  type RunName,
  standing,
  TOPICS,
  type Topic,
} from './beside-world.ts';
import type { PersonName } from './world.ts';

const HOUR = 3600;
const HOLDS = 24 * HOUR;
/** How often a run may wait for people. */
const WAITS = 5;

/** What was said about a topic, to one question of it. A revocation is about everything. */
type Said = {
  at: number;
  by: PersonName;
  says: 'approve' | 'deny' | 'revoke';
  topic: Topic | null;
  question: string;
  comment: boolean;
  takenBack: boolean;
};

type Request = {
  topic: Topic;
  /** Whoever answered it has answered whatever asks the same again. */
  question: string;
  status: 'requested' | 'granted' | 'denied' | 'used' | 'void';
  /** Since when people see it. */
  shownAt: number;
};

export function besideModel({ setting, acts }: BesideSequence): BesideSeen[] {
  let clock = 0;
  let policy = 1;
  let over = false;
  let issue = 'open';
  const roles: Record<PersonName, string> = {
    mia: 'admin',
    otto: 'maintain',
    pia: 'write',
    rey: 'write',
    zoe: 'read',
    bot: 'write',
  };
  const said: Said[] = [];
  /** In the order in which they were asked. */
  const requests: Request[] = [];
  const works = { one: true, two: true };
  const waits = { one: 0, two: 0 };
  /** Said in a comment that arrives later. */
  let late: { by: PersonName; at: number } | null = null;
  let lateNamed: (() => void) | null = null;

  const lastOf = (topic: Topic) => requests.findLast(one => one.topic === topic);
  const isOpen = ({ status }: Request) => status === 'requested' || status === 'granted';
  const openOf = (topic: Topic) => {
    const last = lastOf(topic);
    return last && isOpen(last) ? last : null;
  };
  const questionOf = (topic: Topic) =>
    topic === 'plan' ? `the plan by ${policy}` : `${topic} ${waits[topic]} by ${policy}`;
  const mayWrite = (p: PersonName) =>
    p !== 'bot' && ['write', 'maintain', 'admin'].includes(roles[p]);

  const request = (topic: Topic) => {
    const question = questionOf(topic);
    const before = lastOf(topic);
    const same = before?.question === question && before.status === 'void';
    requests.push({
      topic,
      question,
      status: 'requested',
      shownAt: same ? before.shownAt : clock,
    });
  };

  const say = (
    by: PersonName,
    says: Said['says'],
    to: Request | null,
    comment: boolean,
    at = clock,
  ) =>
    void said.push({
      at,
      by,
      says,
      topic: to?.topic ?? null,
      question: to?.question ?? '',
      comment,
      takenBack: false,
    });

  request('plan');
  const firstQuestion = questionOf('plan');

  return acts.map(act => {
    clock += act.soon ? 2 : 40;
    const before = late;
    const beforeNamed = lateNamed;
    late = null;
    lateNamed = null;
    if (!over) happen(act);
    if (before || beforeNamed) {
      look(TOPICS);
      if (!over && before) bare(before.by, before.at);
      if (!over) beforeNamed?.();
    }
    const used = act.kind === 'use' ? use(act.run) : '';
    return { topics: look(TOPICS), used };
  });

  /** Rule 3: what was asked last, if it could be seen by then. */
  function bare(by: PersonName, at: number): void {
    const latest = requests.findLast(isOpen);
    if (latest && latest.shownAt < at) say(by, 'approve', latest, true, at);
  }

  function happen(act: BesideAct): void {
    switch (act.kind) {
      case 'ask': {
        if (!works[act.run] || waits[act.run] >= WAITS) return;
        const unused = openOf(act.run);
        if (unused) unused.status = 'void';
        waits[act.run] += 1;
        works[act.run] = false;
        return request(act.run);
      }
      case 'approve': {
        const { by, names } = act;
        const at = clock;
        if (by === 'bot') return;
        if (names === 'bare') {
          if (act.late) late = { by, at };
          else bare(by, at);
          return;
        }
        const question = names === 'first' ? firstQuestion : (openOf(names)?.question ?? null);
        const named = () => {
          const meant = requests.find(one => isOpen(one) && one.question === question);
          if (meant) say(by, 'approve', meant, true, at);
        };
        if (act.late) lateNamed = named;
        else named();
        return;
      }
      case 'deny': {
        const named = act.names === 'bare' ? null : openOf(act.names);
        const meant = named ?? requests.findLast(isOpen);
        if (act.by !== 'bot' && meant) say(act.by, 'deny', meant, true);
        return;
      }
      case 'revoke':
        if (act.by !== 'bot') say(act.by, 'revoke', requests.findLast(isOpen) ?? null, true);
        return;
      case 'console':
        return console(act);
      case 'edit': {
        const comment = said.filter(one => one.comment && one.says === 'approve')[act.nth];
        if (comment) comment.takenBack = true;
        return;
      }
      case 'role':
        roles[act.of] = act.role;
        return;
      case 'issue':
        issue = act.is;
        return;
      case 'policy':
        policy += 1;
        return;
      case 'wait':
        clock += act.hours * HOUR;
        return;
      case 'goOn':
        if (lastOf(act.run)?.status !== 'requested') works[act.run] = true;
        return;
      case 'use':
        return;
    }
  }

  /** Of what is approved nothing more is taken; of two at the same moment the first is. */
  function console({
    by,
    says,
    about,
    other,
    between,
  }: Extract<BesideAct, { kind: 'console' }>): void {
    const shown = new Map(TOPICS.map(topic => [topic, openOf(topic)]));
    const answered: Request[] = [];
    const take = (p: PersonName, what: 'approve' | 'deny', topic: Topic) => {
      const seen = shown.get(topic);
      // It may ask for something else by now, or for the same once more.
      const now = seen && openOf(topic);
      if (p === 'bot' || over || !now || now.question !== seen.question) return;
      if (what === 'approve' && (now.status !== 'requested' || answered.includes(now))) return;
      answered.push(now);
      say(p, what, now, false);
    };
    take(by, says, about);
    if (between) look(TOPICS.filter(topic => topic !== about));
    if (other) take(other.by, 'approve', other.about);
  }

  function use(name: RunName): string {
    if (over || !works[name]) return 'no';
    look([name]);
    const open = openOf(name);
    if (open?.status !== 'granted') return 'no';
    open.status = 'used';
    return 'once';
  }

  /** Who is for this and against it, by all that was said so far. */
  function judged({ topic, question }: Pick<Request, 'topic' | 'question'>) {
    // What an agent asks for is answered by what was said to just that; a plan, by all that was said to plans.
    const about = said.filter(
      one =>
        one.says === 'revoke' ||
        (one.topic === topic && (topic === 'plan' || one.question === question)),
    );
    const own = (p: PersonName) => about.filter(({ by }) => by === p).sort((a, b) => a.at - b.at);
    const everyone = [...new Set(about.map(({ by }) => by))].filter(mayWrite);
    const against = everyone.filter(p => {
      const denied = own(p).findLastIndex(({ says }) => says === 'deny');
      return (
        denied >= 0 &&
        !own(p)
          .slice(
            Math.max(
              denied,
              own(p).findLastIndex(({ says }) => says === 'revoke'),
            ),
          )
          .some(one => one.says === 'approve' && !one.takenBack)
      );
    });
    const people = everyone.filter(p => {
      if (setting.askedBy === p) return false;
      const last = own(p).at(-1);
      return (
        last?.says === 'approve' &&
        !last.takenBack &&
        last.question === question &&
        clock - last.at < HOLDS
      );
    });
    return { people, against };
  }

  function look(topics: readonly Topic[]): BesideSeen['topics'] {
    if (over) return OVER;
    const seen: Record<Topic, string> = { one: '', two: '', plan: '' };
    const place = (topic: Topic) => requests.findLastIndex(one => one.topic === topic);
    const order = topics.map(topic => ({ topic, at: place(topic) }));
    for (const { topic } of order.sort((a, b) => a.at - b.at)) {
      const open = openOf(topic);
      if (!open) continue;
      const question = questionOf(topic);
      const { people, against } = judged({ topic, question });
      const approved = issue === 'open' && against.length === 0 && people.length >= setting.quorum;
      if (topic !== 'plan' && works[topic]) {
        // The run is at work: it loses what it was granted and asks anew by itself.
        if (!approved || open.question !== question) open.status = 'void';
      } else if (against.length > 0) {
        open.status = 'denied';
        if (topic === 'plan') over = true;
      } else if (approved) open.status = topic === 'plan' ? 'used' : 'granted';
      else if (open.status === 'granted' || open.question !== question) {
        open.status = 'void';
        request(topic);
      }
      if (over) return OVER;
      seen[topic] = openOf(topic) ? standing('', people, against) : '';
    }
    for (const topic of TOPICS) {
      const status = lastOf(topic)?.status ?? 'none';
      seen[topic] = seen[topic] ? `${status}${seen[topic]}` : standing(status, [], []);
    }
    return seen;
  }
}
