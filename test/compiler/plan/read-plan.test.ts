import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { buildPlan } from '../../../compiler/plan/plan.ts';
import { PlanError } from '../../../compiler/plan/plan-error.ts';
import { planHash } from '../../../compiler/plan/plan-hash.ts';
import { readPlan } from '../../../compiler/plan/read-plan.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { planValidatorCode, planValidatorPath } from '../../../scripts/generate-plan-validator.ts';
import { madeSources } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from './eleven-trillion.ts';

const plan = buildPlan(elevenTrillion(), madeSources, new DiagnosticCollector())!;

/** The plan as plain data with one place changed. */
// biome-ignore lint/suspicious/noExplicitAny: tests break documents in ways that types forbid
function changed(change: (document: any) => void): string {
  const document = JSON.parse(JSON.stringify(plan));
  change(document);
  return JSON.stringify(document);
}

function faultOf(text: string): PlanError {
  try {
    readPlan(text);
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('readPlan', () => {
  it('gives back what was written', () => {
    expect(readPlan(JSON.stringify(plan))).toEqual(plan);
  });

  it('names what is wrong and where', () => {
    const cases: readonly [string, string, RegExp][] = [
      ['', '', /not JSON/],
      ['[]', '', /this is not a plan.*must be object/],
      [changed((document) => delete document.seed), '', /`seed` is missing/],
      [changed((document) => Object.assign(document, { recipe: '../../x' })), '/recipe', /no name/],
      [changed((document) => Object.assign(document, { extra: 1 })), '', /`extra` is not known/],
      [
        changed((document) => Object.assign(document, { plan_version: 2 })),
        '/plan_version',
        /version 2, this program reads version 1/,
      ],
      [changed((document) => Object.assign(document.model, { layers: 2.5 })), '/model/layers', /must be integer/],
      [changed((document) => Object.assign(document.model, { hidden: 'x' })), '/model/hidden', /must be integer/],
      [
        changed((document) => Object.assign(document.phases[0], { precision: 'fp8' })),
        '/phases/0/precision',
        /must be one of \["float32","bf16"\]/,
      ],
      [
        changed((document) => Object.assign(document.datasets[3].source, { kind: 'web' })),
        '/datasets/3/source/kind',
        /./,
      ],
      [
        changed((document) => Object.assign(document.datasets[1], { name: 'fineweb_edu' })),
        '/datasets/1/name',
        /stands twice/,
      ],
      [
        changed((document) => Object.assign(document.phases[0].segments[1].shares[0], { share: '0.9' })),
        '/phases/0/segments/1/shares',
        /add up to/,
      ],
      [
        changed((document) => document.phases[0].segments[1].shares.reverse()),
        '/phases/0/segments/1/shares/1/dataset_id',
        /order of ids/,
      ],
      [
        changed((document) => Object.assign(document.phases[0].stages[1], { first_step: 7 })),
        '/phases/0/stages/1/first_step',
        /step 2861024 is expected/,
      ],
      [changed((document) => Object.assign(document.phases[0], { steps: 7 })), '/phases/0/stages', /the phase has 7/],
      [
        changed((document) => Object.assign(document.phases[0].stages[1].mixture[0], { dataset: 'gone' })),
        '/phases/0/stages/1/mixture/0/dataset',
        /`gone` is not in the plan/,
      ],
      [changed((document) => Object.assign(document, { seed: 43 })), '/hash', /its content has/],
      [
        changed(({ datasets }) => {
          datasets[0].source = { kind: 'dataset', dataset: datasets[1].name };
          datasets[1].source = { kind: 'dataset', dataset: datasets[0].name };
        }),
        '/datasets',
        /`fineweb_edu` is made of itself/,
      ],
      [
        changed(({ datasets }) => {
          const takes = [{ dataset: 'gone', asked: 'all', rows: null }];
          datasets[0].source = { kind: 'takes', takes };
        }),
        '/datasets/0/source/takes/0/dataset',
        /`gone` is not in the plan/,
      ],
      [
        changed(({ datasets }) => {
          const against = [
            { kind: 'task', task: 'ifeval' },
            { kind: 'dataset', dataset: 'gone' },
          ];
          datasets[0].steps = [{ kind: 'decontaminate', n: 10, against }];
        }),
        '/datasets/0/steps/0/against/1/dataset',
        /`gone` is not in the plan/,
      ],
      [
        changed(({ datasets }) => {
          const column = { kind: 'column', path: ['url'] };
          const term = { kind: 'matches', left: column, pattern: '(a)\\1' };
          datasets[0].steps = [{ kind: 'drop', part: '0.5', where: { kind: 'not', term } }];
        }),
        '/datasets/0/steps/0/where',
        /refers to a group or looks around/,
      ],
      [
        changed(({ datasets }) => {
          datasets[0].steps = [{ kind: 'sample', amount: '1.5' }];
        }),
        '/datasets/0/steps/0/amount',
        /must match pattern/,
      ],
      [
        changed(({ datasets }) => {
          datasets[0].steps = ['keep where tokens >= 5'];
        }),
        '/datasets/0/steps/0',
        /must be object/,
      ],
    ];
    for (const [text, pointer, message] of cases) {
      const fault = faultOf(text);
      expect(fault.message).toMatch(message);
      expect(fault.pointer).toBe(pointer);
      expect(fault.help).not.toBe('');
    }
  });

  it('refuses a model that cannot be built, and sequences beyond its context, whatever the hash', () => {
    // biome-ignore lint/suspicious/noExplicitAny: tests break documents in ways that types forbid
    const rehashed = (change: (document: any) => void) => {
      const document = JSON.parse(changed(change));
      return JSON.stringify({ ...document, hash: planHash(document) });
    };
    const { hidden, heads, context, parameters } = plan.model;
    const model = (fields: object) => rehashed((document) => Object.assign(document.model, fields));
    const beyond = { sequence: context + 1 };
    const cases: readonly [string, string, RegExp][] = [
      [model({ heads: heads - 1 }), '/model/heads', /31 heads do not divide `hidden`, 2048/],
      [model({ kv_heads: heads - 1 }), '/model/kv_heads', /31 key heads do not divide 32 heads/],
      [model({ kv_heads: heads * 2 }), '/model/kv_heads', /64 key heads do not divide 32 heads/],
      [model({ head_size: 32 }), '/model/head_size', /a head has 64 channels \(2048 \/ 32\), not 32/],
      [
        model({ heads: hidden, kv_heads: hidden, head_size: 1 }),
        '/model/head_size',
        /a head has 1 channels, an odd number/,
      ],
      [model({ parameters: parameters + 1 }), '/model/parameters', new RegExp(`has ${parameters} parameters, not`)],
      [model({ ffn: 1 }), '/model/parameters', /the model has \d+ parameters, not/],
      [
        rehashed((document) => Object.assign(document.phases[0].segments[0], beyond)),
        '/phases/0/segments/0/sequence',
        /is longer than the model's context/,
      ],
      [
        rehashed((document) => Object.assign(document.phases[0].stages[1], beyond)),
        '/phases/0/stages/1/sequence',
        /is longer than the model's context/,
      ],
    ];
    for (const [text, pointer, message] of cases) {
      const fault = faultOf(text);
      expect(fault.message).toMatch(message);
      expect(fault.pointer).toBe(pointer);
    }
    expect(readPlan(rehashed((document) => Object.assign(document, { seed: 43 }))).seed).toBe(43);
  });

  it('never breaks on a damaged document', () => {
    const text = JSON.stringify(plan);
    const values = fc.constantFrom(null, -1, 1.5, '', 'x', [], {}, true, 1e300);
    fc.assert(
      fc.property(fc.nat(), values, (at, value) => {
        const document = JSON.parse(text);
        const places = placesOf(document);
        const [holder, key] = places[at % places.length]!;
        if (JSON.stringify(holder[key]) === JSON.stringify(value)) return;
        holder[key] = value;
        try {
          readPlan(JSON.stringify(document));
        } catch (error) {
          expect(error).toBeInstanceOf(PlanError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

function placesOf(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    [holder, key] as [Record<string, unknown>, string],
    ...placesOf(holder[key]),
  ]);
}

describe('the plan hash', () => {
  it('is that of the content, whatever the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan;
    expect(planHash(turned)).toBe(plan.hash);
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

it('the checked-in validator is that of the schema (else: npm run generate)', async () => {
  expect(readFileSync(planValidatorPath, 'utf8')).toBe(await planValidatorCode());
});
