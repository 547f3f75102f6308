/** The data room's face: the readers, and what the files of a declaration say (facts) and hold (data set). */
import type { DataFacts, DataRequest, Dataset, FileAccess } from '../base/data.ts';
import { type Diagnostic, DiagnosticError, hasErrors } from '../base/diagnostic.ts';
import { registry } from '../base/registry.ts';
import { countDerived, dependsOnRows, deriveSplits } from './derive.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { ReadContext, Reader } from './reader.ts';
import { cifar10 } from './readers/cifar10.ts';
import { csv } from './readers/csv.ts';
import { idx } from './readers/idx.ts';
import { images } from './readers/images.ts';
import { json } from './readers/json.ts';
import { npz } from './readers/npz.ts';
import { simulate } from './readers/simulate.ts';
import { uci } from './readers/uci.ts';
import { standardiseSplits } from './standardise.ts';

/** The readers. A new one: one file in `readers/`, one line here. */
export const readers = registry<Reader>([idx, csv, cifar10, npz, images, uci, json, simulate]);

export { augmentations, augmentBatch } from './augment.ts';
export { allRows, freshRoom, gatherBatch, type Room } from './batches.ts';
export { dataCodes } from './codes.ts';
export { corruptions } from './corrupt.ts';

/**
 * The rows of each split, from headers and one cheap pass over what is small. Written paths are relative to the program at
 * `from`. Mistakes are returned, never thrown; `facts` is null when there was an error. Of what is only odd, `readDataset` tells.
 */
export async function readFacts(
  request: DataRequest,
  files: FileAccess,
  from: string,
): Promise<{ readonly facts: DataFacts | null; readonly diagnostics: readonly Diagnostic[] }> {
  const { value, diagnostics } = await collected(request, files, from, async (context, failed) => {
    const rows = await readerOf(request).facts(context);
    if (rows === null || failed()) return null;
    if (!dependsOnRows(request.derived)) return { rows: countDerived(rows, request.derived, context.report) };
    const labels = await readerOf(request).read({ ...context, request: withoutImages(request) });
    if (labels === null || failed()) return null;
    const splits = Object.values(deriveSplits(labels.splits, request.derived, context.report));
    return { rows: Object.fromEntries(splits.map((split) => [split.name, split.rows])) };
  });
  return { facts: value, diagnostics: diagnostics.filter((d) => d.severity === 'error') };
}

/** Rows can be counted without their images, except where columns are drawn from each other. */
function withoutImages(request: DataRequest): DataRequest {
  if (readerOf(request).draws !== undefined) return request;
  return { ...request, columns: request.columns.filter((column) => column.type.kind !== 'image') };
}

/** Reads everything, takes the splits and standardises. `dataset`, which has the warnings, is null when there was an error. */
export async function readDataset(
  request: DataRequest,
  files: FileAccess,
  from: string,
): Promise<{ readonly dataset: Dataset | null; readonly diagnostics: readonly Diagnostic[] }> {
  const { value, diagnostics } = await collected(
    request,
    files,
    from,
    async (context, failed): Promise<Omit<Dataset, 'warnings'> | null> => {
      const data = await readerOf(request).read(context);
      if (data === null || failed()) return null;
      const derived = deriveSplits(data.splits, request.derived, context.report);
      const splits = standardiseSplits(derived, request.columns, context.report);
      const augment = request.derived.filter((line) => line.kind === 'augment');
      const fingerprint = await fingerprintOf(data.contents);
      return { kind: 'dataset', name: request.name, splits, augment, fingerprint };
    },
  );
  return { dataset: value === null ? null : { ...value, warnings: diagnostics }, diagnostics };
}

function readerOf(request: DataRequest): Reader {
  const reader = readers.get(request.reader);
  if (reader === undefined) throw new Error(`internal: reader ${request.reader} is not registered`);
  return reader;
}

/** Runs `body` with a report that collects; problems that the host throws are given the reader's place. */
async function collected<T>(
  request: DataRequest,
  files: FileAccess,
  from: string,
  body: (context: ReadContext, failed: () => boolean) => Promise<T | null>,
): Promise<{ readonly value: T | null; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  try {
    // What depends on a file that could not be read (a split of it, say) would only be wrong as well.
    const report = (problem: Diagnostic) => {
      // Two columns may come from the same broken file.
      if (!diagnostics.some((d) => sameProblem(d, problem))) diagnostics.push(problem);
    };
    const value = await body({ request, files, from, report }, () => hasErrors(diagnostics));
    return { value: hasErrors(diagnostics) ? null : value, diagnostics };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const placed = error.diagnostics.map((d) => (d.span === null ? { ...d, span: request.readerSpan } : d));
    return { value: null, diagnostics: [...diagnostics, ...placed] };
  }
}

function sameProblem(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message && a.span?.start === b.span?.start;
}
