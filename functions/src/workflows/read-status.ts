import { Fault } from '../domain/fault.ts';
import type { Upload, UploadKey } from '../domain/upload/upload.ts';
import type { Ports } from './ports.ts';

/** The status document for clients that do not speak Firestore. @throws Fault `upload/not-found` */
export async function readStatus({ uploads }: Pick<Ports, 'uploads'>, key: UploadKey): Promise<Upload> {
  const stored = await uploads.find(key);
  if (!stored) throw new Fault('upload/not-found');
  return stored.upload;
}
