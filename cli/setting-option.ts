import { Option } from 'commander';

/** `--set PATH=VALUE`, which may be given several times: the settings in their order, none by default. */
export function settingOption(what = 'override an attribute'): Option {
  return new Option('--set <path=value>', `${what}, as in pretrain.tokens=2M; may be given several times`)
    .default([], 'none')
    .argParser((value, before: readonly string[]) => [...before, value]);
}
