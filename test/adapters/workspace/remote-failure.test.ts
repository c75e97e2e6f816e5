/** Which failures of a remote are an outage: what git and curl say of each, as they said it. */
import { expect, it } from 'vitest';
import { remoteFailure } from '../../../src/adapters/workspace/remote-failure.ts';
import { RemoteAway } from '../../../src/engine/ports/workspace.ts';

const access = (said: string) =>
  `fatal: unable to access 'https://github.com/acme/x.git/': ${said}`;

it.each([
  access('Could not resolve host: github.com'),
  access("Failed to connect to github.com port 443 after 2 ms: Couldn't connect to server"),
  access('OpenSSL SSL_connect: Connection reset by peer in connection to github.com:443'),
  access('gnutls_handshake() failed: The TLS connection was non-properly terminated.'),
  access('SSL certificate problem: certificate has expired'),
  access('server certificate verification failed. CAfile: none CRLfile: none'),
  access('Operation timed out after 300000 milliseconds with 0 out of 0 bytes received'),
  access('Operation too slow. Less than 1 bytes/sec transferred the last 60 seconds'),
  access('Recv failure: Connection reset by peer'),
  access('Empty reply from server'),
  access('The requested URL returned error: 502'),
  access('The requested URL returned error: 429'),
  access('CONNECT tunnel failed, response 503'),
  'remote: Internal Server Error\nfatal: unable to access: The requested URL returned error: 500',
  'fatal: remote error: Internal error, please try again',
  'error: RPC failed; HTTP 504 curl 22 The requested URL returned error: 504\nfatal: the remote end hung up unexpectedly',
  'error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
  'error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)',
  'fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF',
  "fatal: expected 'packfile'",
  'fatal: the remote end hung up upon initial contact',
])('an outage: %s', said => {
  expect(remoteFailure('It failed.', said)).toBeInstanceOf(RemoteAway);
});

it.each([
  access('The requested URL returned error: 403'),
  access('The requested URL returned error: 404'),
  access('The requested URL returned error: 301'),
  access('CONNECT tunnel failed, response 407'),
  "remote: Invalid username or token.\nfatal: Authentication failed for 'https://github.com/a/b.git/'",
  "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
  "remote: Repository not found.\nfatal: repository 'https://github.com/acme/x.git/' not found",
  'remote: Permission to acme/x.git denied to gatehouse[bot].\nfatal: unable to access: The requested URL returned error: 403',
  'error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\nfatal: the remote end hung up unexpectedly',
  'fatal: remote error: upload-pack: not our ref 0123',
  'fatal: write error: No space left on device\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
  'error: index-pack died of signal 9\nfatal: early EOF',
  "fatal: Unable to create '/state/mirrors/1.git/packed-refs.lock': File exists.",
  'git fetch ended with 128',
  '',
])('none: %s', said => {
  const failure = remoteFailure('It failed.', said);
  expect(failure).not.toBeInstanceOf(RemoteAway);
  expect(failure.message).toBe('It failed.');
});
