/** The S3 server as a process: serves the folder `argv[2]` on `argv[3]`:`argv[4]` and says its port. */
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';

type S3rver = new (options: {
  directory: string;
  silent: boolean;
  vhostBuckets: boolean;
  configureBuckets: { name: string }[];
}) => { configureBuckets(): Promise<void>; callback(): RequestListener };

const S3rver: S3rver = createRequire(import.meta.url)('@20minutes/s3rver');

const [, , directory = '', host = '127.0.0.1', port = '0'] = process.argv;
const s3 = new S3rver({
  directory,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: 'artifacts' }],
});
await s3.configureBuckets();
const answer = s3.callback();
const server = createServer((request, response) => {
  // It promises more than there is of a range that ends after the object: it is asked for the rest.
  const { range } = request.headers;
  if (range !== undefined) request.headers.range = range.replace(/-\d+$/, '-');
  answer(request, response);
}).listen(Number(port), host, () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : port);
});
