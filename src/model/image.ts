import type { Value } from './value.ts';

export interface ImageKinds {
  /** One image reference as it is used: in FROM, `COPY --from`, compose `image:`. */
  image: {
    /** After variables are resolved; unknown when one is not. */
    readonly reference: Value<string>;
    readonly role: 'service' | 'final' | 'build';
  };
  /** A product at a release cycle, with its dates: `nodejs 18`. Made only for what the tree uses. */
  'product.cycle': {
    /** The product's key in the end-of-life table. */
    readonly product: string;
    readonly label: string;
    readonly cycle: string;
    readonly part: 'application' | 'operating-system' | 'runtime';
    /** ISO date, true (ended, no date), false (supported, no date). */
    readonly endOfLife: string | boolean;
    readonly endOfExtendedSupport: string | boolean | null;
    /** Newest cycle that is still supported; null when there is none. */
    readonly newest: string | null;
  };
}
