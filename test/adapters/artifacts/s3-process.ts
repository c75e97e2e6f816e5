/** The S3 server as a process: serves the folder `argv[2]` on `argv[3]`:`argv[4]` and says its port. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

type S3rver = new (options: {
  directory: string;
  silent: boolean;
  vhostBuckets: boolean;
  configureBuckets: { name: string }[];
}) => { configureBuckets(): Promise<void>; callback(): () => void };

const S3rver: S3rver = createRequire(import.meta.url)('@20minutes/s3rver');

const [, , directory = '', host = '127.0.0.1', port = '0'] = process.argv;
const s3 = new S3rver({
  directory,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: 'artifacts' }],
});
await s3.configureBuckets();
const server = createServer(s3.callback()).listen(Number(port), host, () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : port);
});
