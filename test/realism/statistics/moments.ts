/** Sums over columns of numbers. All are NaN of too few. */
export type Column = ArrayLike<number>;

export function mean(x: Column): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum / x.length;
}

/** The mean of (x − mean)^power. */
function moment(x: Column, power: 2 | 4): number {
  const middle = mean(x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const square = (x[i]! - middle) ** 2;
    sum += power === 2 ? square : square * square;
  }
  return sum / x.length;
}

/** The standard deviation, of n and not n − 1. */
export function deviation(x: Column): number {
  return Math.sqrt(moment(x, 2));
}

/** Zero for a Gaussian. */
export function excessKurtosis(x: Column): number {
  return moment(x, 4) / moment(x, 2) ** 2 - 3;
}

export function quantile(x: Column, share: number): number {
  const sorted = Float64Array.from(x).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

export function median(x: Column): number {
  return quantile(x, 0.5);
}

/** Pearson's. */
export function correlation(x: Column, y: Column): number {
  const count = Math.min(x.length, y.length);
  let [mx, my, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    mx += x[i]! / count;
    my += y[i]! / count;
  }
  for (let i = 0; i < count; i++) {
    const [a, b] = [x[i]! - mx, y[i]! - my];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return xy / Math.sqrt(xx * yy);
}

/** The slope of y over x by least squares. */
export function slope(x: Column, y: Column): number {
  return (correlation(x, y) * deviation(y)) / deviation(x);
}

/** y without its straight line over the index. */
export function detrended(y: Column): Float64Array {
  const index = Float64Array.from(y, (_, i) => i);
  const [rise, middle, start] = [slope(index, y), mean(y), mean(index)];
  return Float64Array.from(y, (one, i) => one - middle - rise * (i - start));
}

export function map<T>(x: ArrayLike<T>, f: (one: T, index: number) => number): Float64Array {
  return Float64Array.from(x, f);
}

export const magnitudes = (x: Column): Float64Array => map(x, (one) => Math.abs(one));

/** x[i + 1] − x[i]. */
export function differences(x: Column): Float64Array {
  return Float64Array.from({ length: Math.max(0, x.length - 1) }, (_, i) => x[i + 1]! - x[i]!);
}

/** What follows one another as logarithms of ratios. */
export function logReturns(prices: Column): Float64Array {
  return differences(map(prices, (price) => Math.log(price)));
}
