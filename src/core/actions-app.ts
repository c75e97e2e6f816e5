/** The App whose checks workflows are: GitHub Actions, by its slug. */
export const ACTIONS_APP = 'github-actions';
