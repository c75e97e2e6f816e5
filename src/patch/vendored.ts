/** Recognises copies of packages in the repository, which count as what is installed and as nothing else. */
import { foldPath } from '../core/paths/fold-path.ts';

const VENDORED =
  /(^|\/)(node_modules|site-packages|\.venv|third[-_]?party|bower_components|jspm_packages|carthage\/(checkouts|build)|_vendor|vendored|vendor\/([^/]+\.[a-z]+|bundle|cache|gems|composer))\/|^vendor\/(?!modules\.txt$)/;
/** CocoaPods' folder; `pods` is a name of many other things. */
const PODS = /(^|\/)Pods\//;

/** @foreign */
export const isVendored = (path: string): boolean =>
  VENDORED.test(foldPath(path)) || PODS.test(path);
