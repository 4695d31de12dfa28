import '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
export async function useEagerBackend(): Promise<void> {
  await tf.setBackend('cpu');
}
