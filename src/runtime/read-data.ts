/** Data as a run needs them: all of it, or the reason why not. */
import type { DataRequest, Dataset, FileAccess } from '../base/data.ts';
import { DiagnosticError } from '../base/diagnostic.ts';
import { readDataset } from '../data/index.ts';

/** `program` is the name that relative paths are relative to. Throws `DiagnosticError` when the files cannot be read. */
export async function readData(request: DataRequest, files: FileAccess, program: string): Promise<Dataset> {
  const { dataset, diagnostics } = await readDataset(request, files, program);
  if (dataset === null) throw new DiagnosticError(...diagnostics);
  return dataset;
}
