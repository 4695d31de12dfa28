import { type ILookaheadStrategy, LLkLookaheadStrategy } from 'chevrotain';

/** Chooses an alternative from the tokens ahead; chevrotain calls it on its parser. */
type AlternationTest = ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']>;
/** Tells from the tokens ahead whether an optional or repeated part begins. */
type OptionalTest = ReturnType<ILookaheadStrategy['buildLookaheadForOptional']>;

/**
 * The LL(k) lookahead of chevrotain, where each test is made at its first use: a recipe needs few of them, and making all
 * takes longer than reading it.
 */
export class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(
    options: Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0],
  ): AlternationTest {
    let test: AlternationTest | null = null;
    const make = () => super.buildLookaheadForAlternation(options);
    return function (this: ThisParameterType<AlternationTest>, alternatives) {
      test ??= make();
      return test.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(
    options: Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0],
  ): OptionalTest {
    let test: OptionalTest | null = null;
    const make = () => super.buildLookaheadForOptional(options);
    return function (this: ThisParameterType<OptionalTest>) {
      test ??= make();
      return test.call(this);
    };
  }
}
