/** Which failures of a remote are an outage: what git and curl say of each, as they said it. */
import { expect, it } from 'vitest';
import { remoteFailure } from '../../../../src/adapters/workspace/mirror/remote-failure.ts';
import { RemoteAway } from '../../../../src/engine/ports/workspace.ts';

const access = (said: string) =>
  `fatal: unable to access 'https://github.com/acme/x.git/': ${said}`;

it.each([
  access('Could not resolve host: github.com'),
  access("Failed to connect to github.com port 443 after 2 ms: Couldn't connect to server"),
  access('OpenSSL SSL_connect: Connection reset by peer in connection to github.com:443'),
  access('gnutls_handshake() failed: The TLS connection was non-properly terminated.'),
  access('SSL certificate problem: certificate has expired'),
  access('SSL certificate problem: certificate is not yet valid'),
  access('server certificate expiration date has passed.'),
  access('OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0'),
  access('TLS connect error: error:00000000:lib(0)::reason(0)'),
  access('error:1408F10B:SSL routines:ssl3_get_record:wrong version number'),
  access('LibreSSL SSL_connect: SSL_ERROR_SYSCALL in connection to github.com:443'),
  access('Unknown SSL protocol error in connection to github.com:443'),
  access('SSL connect error'),
  access('SSL connection timeout'),
  access('GnuTLS recv error (-110): The TLS connection was non-properly terminated.'),
  access('Error in the HTTP/2 framing layer'),
  access('HTTP/2 stream 1 was not closed cleanly before end of the underlying stream'),
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
  ...['tls-1', 'ssl_read', 'timeout', 'overloaded', 'http/2', 'certificate', 'HTTP/2'].flatMap(
    name => [
      `fatal: couldn't find remote ref refs/tags/${name}`,
      `fatal: couldn't find remote ref ${name}`,
      `error: src refspec refs/heads/${name} does not match any`,
      `fatal: '/srv/${name}/mirrors/1.git' is no repository`,
    ],
  ),
  access("SSL: no alternative certificate subject name matches target host name 'github.com'"),
  'git fetch ended with 128',
  '',
])('none: %s', said => {
  const failure = remoteFailure('It failed.', said);
  expect(failure).not.toBeInstanceOf(RemoteAway);
  expect(failure.message).toBe('It failed.');
});

it.each([
  access('SSL certificate problem: self-signed certificate in certificate chain'),
  access('SSL certificate problem: self signed certificate'),
  access('SSL certificate problem: unable to get local issuer certificate'),
  access('SSL certificate problem: CA certificate key too weak'),
  access('server certificate verification failed. CAfile: none CRLfile: none'),
  access('SSL: certificate verification failed (result: 5)'),
  access('error:0A000086:SSL routines::certificate verify failed'),
  access('SSL peer certificate or SSH remote key was not OK'),
  access("Peer's Certificate issuer is not recognized."),
  access('error setting certificate verify locations:  CAfile: /a.pem CApath: none'),
  access('error setting certificate file: /a.pem'),
  access('error adding trust anchors from file: /a.pem'),
  access('Problem with the SSL CA cert (path? access rights?)'),
])('a certificate that is not trusted here: %s', said => {
  const failure = remoteFailure(`git push failed (128): ${said}\n`, said);
  expect(failure).not.toBeInstanceOf(RemoteAway);
  expect(failure.message).toMatch(/^git push failed .*\n.*name that in NODE_EXTRA_CA_CERTS\.$/s);
});
