/** How long a series remembers. */
import { type Column, mean, slope } from './moments.js';

/** Autocorrelations at lags 1 … lags, the estimator whose divisor is the whole series' variance. */
export function autocorrelations(x: Column, lags: number): Float64Array {
  const middle = mean(x);
  const centred = Float64Array.from(x, (one) => one - middle);
  let variance = 0;
  for (const one of centred) variance += one * one;
  return Float64Array.from({ length: lags }, (_, index) => {
    let sum = 0;
    for (let i = index + 1; i < centred.length; i++) sum += centred[i]! * centred[i - index - 1]!;
    return sum / variance;
  });
}

export function autocorrelation(x: Column, lag: number): number {
  return autocorrelations(x, lag)[lag - 1]!;
}

/** β of acf(lag) ~ lag^−β, fitted over bins of equal width in log lag; bins whose mean is not above zero tell nothing. */
export function decayExponent(acf: Column, bins = 10): number {
  const logLag: number[] = [];
  const logAcf: number[] = [];
  const ratio = acf.length ** (1 / bins);
  let from = 1;
  for (let bin = 1; bin <= bins; bin++) {
    const to = bin === bins ? acf.length + 1 : Math.max(from + 1, Math.round(ratio ** bin));
    let sum = 0;
    let logs = 0;
    for (let lag = from; lag < to; lag++) {
      sum += acf[lag - 1]!;
      logs += Math.log(lag);
    }
    if (sum > 0) {
      logLag.push(logs / (to - from));
      logAcf.push(Math.log(sum / (to - from)));
    }
    from = to;
  }
  return -slope(logLag, logAcf);
}

/** The mean over lags 1 … lags of corr(r_t, r²_{t+lag}): below zero where falls are followed by turmoil. */
export function leverage(r: Column, lags: number): number {
  const middle = mean(r);
  const x = Float64Array.from(r, (one) => one - middle);
  const squares = x.map((one) => one * one);
  const square = mean(squares);
  let [xx, ss] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += x[i]! ** 2;
    ss += (squares[i]! - square) ** 2;
  }
  let sum = 0;
  for (let lag = 1; lag <= lags; lag++) {
    let product = 0;
    for (let i = lag; i < x.length; i++) product += x[i - lag]! * (squares[i]! - square);
    sum += product / Math.sqrt(xx * ss);
  }
  return sum / lags;
}
