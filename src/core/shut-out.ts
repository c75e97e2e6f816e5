/** People do not let us work in a repository: what of ours fails because of that. */

/**
 * Classes of what fails until people let us work in the repository again: the App is not installed on it,
 * or suspended there; it is archived; or the App lacks a permission there.
 */
const SHUT_OUT = ['not_installed', 'archived', 'not_granted'] as const;
export type ShutOut = (typeof SHUT_OUT)[number];

export const isShutOut = (failure: string): failure is ShutOut =>
  SHUT_OUT.some(known => known === failure);
