/** A draft of policy: tried by whoever may, and proposed on GitHub. */
import { FormControl, Select } from '@primer/react';
import { useRef, useState } from 'react';
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import { OWN, type TrialDraft, TrialForm } from './trial-form.tsx';

export function Lab({
  repository,
  policy,
}: {
  repository: number;
  policy: FromApi<'PolicyStanding'>;
}) {
  const { texts, trials, change } = policy;
  const [file, setFile] = useState(OWN);
  /** What was written for each file: choosing another one loses nothing. */
  const drafts = useRef(new Map<string, TrialDraft>());
  const whyNot = file === OWN ? trials.repository : trials.deployment;
  const { says, files } = file === OWN ? change.repository : change.deployment;
  return (
    <>
      <h2>Change it</h2>
      <FormControl>
        <FormControl.Label>File</FormControl.Label>
        <Select value={file} onChange={event => setFile(event.target.value)}>
          <Select.Option value={OWN}>{OWN} of the repository</Select.Option>
          {texts
            .filter(({ origin }) => origin === 'deployment')
            .map(({ name }) => (
              <Select.Option key={name} value={name}>
                {name} of the deployment
              </Select.Option>
            ))}
        </Select>
      </FormControl>
      <h3>Try a draft</h3>
      {whyNot === null ? (
        <TrialForm
          key={file}
          repository={repository}
          file={file}
          draft={
            drafts.current.get(file) ?? {
              text: texts.find(({ name }) => name === file)?.text ?? '',
              tests: '',
            }
          }
          keep={draft => drafts.current.set(file, draft)}
        />
      ) : (
        <p>
          <Said text={whyNot} />
        </p>
      )}
      <h3>Propose it</h3>
      <p>{says}</p>
      <ul>
        {files.map(({ name, edit }) => (
          <li key={name}>
            <a href={edit} rel="noreferrer">
              {name} on GitHub
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
