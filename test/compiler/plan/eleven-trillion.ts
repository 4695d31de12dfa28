import {
  keepLong,
  makeCluster,
  makeDataset,
  makePretrain,
  makeRecipe,
  makeStage,
} from '../../support/resolved-recipe.ts';

const T = 1e12;
const B = 1e9;

/** The published recipe of SmolLM2 1.7B, resolved by hand: shares flattened, sizes as published. */
export function elevenTrillion(changes: { starcoderLimit?: number } = {}) {
  const decayPart = {
    fineweb_edu: '0.232',
    dclm: '0.348',
    stack_edu: '0.24',
    infiwebmath_3plus: '0.093',
    finemath_4plus: '0.046',
    open_web_math: '0.0008',
    aug_gsm8k: '0.0002',
    cosmopedia: '0.04',
  };
  const sixty = Object.entries(decayPart).map(([name, share]) => [
    name,
    `${6 * Number(share.slice(2).padEnd(4, '0'))}/100000`,
  ]);
  const stages = [
    makeStage('stable_1', 0, 6 * T, { fineweb_edu: '0.54', dclm: '0.36', starcoder: '0.1' }),
    makeStage('stable_2', 6 * T, 8 * T, { fineweb_edu: '0.45', dclm: '0.3', starcoder: '0.2', open_web_math: '0.05' }),
    makeStage('stable_3', 8 * T, 10 * T, {
      fineweb_edu: '0.296',
      dclm: '0.444',
      stack_edu: '0.16',
      open_web_math: '0.04',
      infimm_webmath: '0.06',
    }),
    makeStage('decay', 10 * T, 11 * T - 75 * B, decayPart),
    makeStage(
      'long_context',
      11 * T - 75 * B,
      11 * T,
      { dclm_long: '0.1', fineweb_edu_long: '0.1', dolma_books: '0.2', ...Object.fromEntries(sixty) },
      { sequence: 8192, ropeTheta: 130_000 },
    ),
  ];
  const long = { steps: [keepLong(8192)] };
  return makeRecipe(
    [
      makeDataset('fineweb_edu', { size: 1.3 * T, domain: 'web' }),
      makeDataset('dclm', { size: 3.8 * T, domain: 'web' }),
      makeDataset('cosmopedia', { size: 28 * B, domain: 'synthetic' }),
      makeDataset('starcoder', { size: 250 * B, domain: 'code', limit: changes.starcoderLimit ?? 5 }),
      makeDataset('stack_edu', { size: 125 * B, domain: 'code' }),
      makeDataset('open_web_math', { size: 12 * B, domain: 'math' }),
      makeDataset('infimm_webmath', { size: 40 * B, domain: 'math' }),
      makeDataset('infiwebmath_3plus', { size: 20.5 * B, domain: 'math' }),
      makeDataset('finemath_4plus', { size: 10 * B, domain: 'math' }),
      makeDataset('aug_gsm8k', { domain: 'math' }),
      makeDataset('dclm_long', { from: 'dclm', domain: 'web', ...long }),
      makeDataset('fineweb_edu_long', { from: 'fineweb_edu', domain: 'web', ...long }),
      makeDataset('dolma_books', { domain: 'books' }),
    ],
    [makePretrain(stages)],
    { clusters: [makeCluster()] },
  );
}
