/** Checks of YAML files, Helm charts and Kubernetes manifests: linters that need no network and no install. */
import { baseName } from '../core/paths/file-name.ts';
import { isAside } from './known-files.ts';
import { type DetectedCommand, firstOf, type Project } from './project.ts';

const MOST_CHARTS = 20;

/** The lint commands that the files speak for, the first of them the one that knows most. */
export const infrastructureLints = (project: Project): DetectedCommand[] => [
  ...helm(project),
  ...kubeLinter(project),
  ...kustomize(project),
  ...yamllint(project),
];

function helm(project: Project): DetectedCommand[] {
  const folders = project.below
    .filter(path => baseName(path) === 'Chart.yaml')
    .map(path => path.slice(0, Math.max(0, path.length - '/Chart.yaml'.length)))
    // A name that begins like an option would be taken for one.
    .filter(folder => folder === '' || (!isAside(folder) && /^\w[\w./-]*$/.test(folder)));
  // Charts inside a chart are its dependencies, and are linted with it.
  const charts = folders.filter(
    folder => !folders.some(other => folder.startsWith(other === '' ? 'charts/' : `${other}/`)),
  );
  const [first] = charts;
  if (first === undefined) return [];
  const named = charts.slice(0, MOST_CHARTS).map(folder => folder || '.');
  const because = `${first === '' ? '' : `${first}/`}Chart.yaml is there`;
  return [{ name: 'lint', argv: ['helm', 'lint', ...named], because }];
}

function kubeLinter(project: Project): DetectedCommand[] {
  const config = firstOf(project, ['.kube-linter.yaml', '.kube-linter.yml']);
  if (config === null) return [];
  const argv = ['kube-linter', 'lint', '--config', config, '.'];
  return [{ name: 'lint', argv, because: `${config} is there` }];
}

/** Whether the manifests fit together. What they are applied to, and schemas of them, are out of reach. */
function kustomize(project: Project): DetectedCommand[] {
  const files = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
  const folders = project.below
    .filter(path => files.includes(baseName(path)))
    .map(path => path.split('/').slice(0, -1).join('/'))
    .filter(folder => folder === '' || (!isAside(folder) && /^\w[\w./-]*$/.test(folder)));
  // Of several, each builds another thing, and kubectl takes one: only people can say which it is.
  const [only, ...more] = folders;
  if (only === undefined || more.length > 0) return [];
  const argv = ['kubectl', 'kustomize', only || '.'];
  return [
    { name: 'lint', argv, because: `${only === '' ? '' : `${only}/`}kustomization.yaml is there` },
  ];
}

function yamllint(project: Project): DetectedCommand[] {
  const config = firstOf(project, ['.yamllint', '.yamllint.yaml', '.yamllint.yml']);
  if (config === null) return [];
  return [{ name: 'lint', argv: ['yamllint', '.'], because: `${config} is there` }];
}
