/** What agents do that work at this moment: their last message, commands, files and tokens. */
import type { FromApi } from '../api/client.ts';
import { count, counted } from '../show/count.ts';
import css from './task.module.css';

export function WorkingAgents({
  progress,
  runs,
}: {
  progress: FromApi<'Task'>['progress'];
  runs: FromApi<'Run'>[];
}) {
  return progress.map(one => (
    <section key={one.run}>
      <h2>{runs.find(({ id }) => id === one.run)?.by ?? one.run} is at work</h2>
      <p className={css.quiet}>
        {one.adapter} {one.version}
        {one.model !== null && ` with ${one.model}`} · {count(one.usage.input)} tokens in,{' '}
        {count(one.usage.output)} out
      </p>
      {one.message !== '' && <p className={css.told}>{one.message}</p>}
      {one.commands.length > 0 && (
        <ul className={css.list}>
          {one.commandsBefore > 0 && <li>{counted(one.commandsBefore, 'command')} before</li>}
          {one.commands.map(({ callId, command, state, exitCode }) => (
            <li key={callId}>
              <code>{command}</code> {state}
              {exitCode !== null && `, exited with ${exitCode}`}
            </li>
          ))}
        </ul>
      )}
      {one.files.length > 0 && (
        <p>
          Files: {one.files.join(', ')}
          {one.otherFiles && ' and more'}
        </p>
      )}
    </section>
  ));
}
