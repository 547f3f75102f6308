/** Data as a run needs them: all of it, or the reason why not. */
import type { DataRequest, Dataset, FileAccess } from '../base/data.ts';
import { DiagnosticError } from '../base/diagnostic.ts';
import { readDataset } from '../data/index.ts';

/** Paths are relative to the file where the reader is called. Throws `DiagnosticError` when the files cannot be read. */
export async function readData(request: DataRequest, files: FileAccess): Promise<Dataset> {
  const { dataset, diagnostics } = await readDataset(request, files, request.readerSpan.source);
  if (dataset === null) throw new DiagnosticError(...diagnostics);
  return dataset;
}
