/** A value as its declared fields show it: slow, plain, and written apart from the serializers, so that both can be compared. */
import type { Field, Fields } from '../../src/types.js';

export type Plain = { [name: string]: unknown };

export function render(fields: Fields, value: unknown): Plain {
  const from = value as { readonly [name: string]: unknown };
  const plain: Plain = {};
  for (const [name, field] of Object.entries(fields)) {
    const shown = renderField(field, from[name], name);
    if (shown !== undefined) plain[name] = shown;
  }
  return plain;
}

function renderField(field: Field, value: unknown, name: string): unknown {
  const coded = field.type === 'code' || field.type === 'raw';
  const absent = value === undefined || (coded && typeof value === 'number' && value < 0);
  if (absent) {
    if (field.optional === true) return undefined;
    throw new Error(`${name} is missing and not optional`);
  }
  const fits = (ok: boolean): void => {
    if (!ok) throw new Error(`${name} is declared ${field.type}, got ${JSON.stringify(value)}`);
  };
  switch (field.type) {
    case 'int':
      fits(Number.isSafeInteger(value));
      return value;
    case 'decimal':
      fits(Number.isSafeInteger(value));
      return Number(`${value as number}e-${field.scale}`);
    case 'float':
      fits(Number.isFinite(value));
      return value;
    case 'boolean':
    case 'string':
      fits(typeof value === field.type);
      return value;
    case 'code':
    case 'raw': {
      const text = field.values[value as number];
      fits(text !== undefined);
      return field.type === 'raw' ? (JSON.parse(text!) as unknown) : text;
    }
    case 'object':
      return render(field.fields, value);
    case 'list':
      fits(Array.isArray(value));
      return (value as unknown[]).map((element) => renderField(field.of, element, `${name}[]`));
  }
}
