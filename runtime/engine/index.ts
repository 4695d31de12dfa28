/**
 * The engine's own door, for commands that install or examine it. Nothing here loads TensorFlow.js: it must work where that
 * cannot be loaded.
 */
export { EngineError, EngineInstallError, EngineMissingError, type InstallFailure } from './engine-error.ts';
export { type EngineStatus, engineStatus } from './engine-status.ts';
export { examineMachine, type MachineCheck, type MachineReport } from './examine-machine.ts';
export {
  type InstallEvent,
  type InstallOptions,
  type InstallResult,
  installEngine,
} from './install/install-engine.ts';
export { installWebgpu } from './install/install-webgpu.ts';
export { type EngineDevice, engineFolder } from './install/variant.ts';
