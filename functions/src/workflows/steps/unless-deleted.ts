import { faultOf } from '../../domain/fault.ts';

/** Work on an upload that is deleted meanwhile, or was before, ends quietly: there is nothing to repeat. */
export async function unlessDeleted<T>(work: () => Promise<T>): Promise<T | 'deleted'> {
  try {
    return await work();
  } catch (error) {
    if (faultOf(error).code === 'upload/not-found') return 'deleted';
    throw error;
  }
}
