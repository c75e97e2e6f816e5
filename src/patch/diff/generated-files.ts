/** Files that programs write: people look at what they are made from. */
import { foldPath } from '../../core/paths/fold-path.ts';

const GENERATED = [
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock)$/,
  /(^|\/)(cargo\.lock|gemfile\.lock|poetry\.lock|pdm\.lock|uv\.lock|pipfile\.lock|composer\.lock)$/,
  /(^|\/)(go\.sum|flake\.lock|mix\.lock|pubspec\.lock|podfile\.lock|packages\.lock\.json)$/,
  /(^|\/)(dist|node_modules|__snapshots__|__generated__|generated)\//,
  /\.(min\.(js|css)|map|snap|pb\.go|pb\.cc|pb\.h|g\.dart|designer\.cs)$/,
  /(_pb2(_grpc)?\.pyi?|\.generated\.[a-z]+)$/,
];

/** @foreign */
export const isGenerated = (path: string): boolean => {
  const folded = foldPath(path);
  return GENERATED.some(pattern => pattern.test(folded));
};
