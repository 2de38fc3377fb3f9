/** Rules that were broken: how often each, and the first example. */
export class Broken {
  readonly #rules = new Map<string, { count: number; readonly example: string }>();

  add(rule: string, example: () => string): void {
    const known = this.#rules.get(rule);
    if (known === undefined) this.#rules.set(rule, { count: 1, example: example() });
    else known.count++;
  }

  get sentences(): readonly string[] {
    return [...this.#rules].map(
      ([rule, { count, example }]) => `${rule}: broken ${count} times, first by ${example}`,
    );
  }
}
