/*
 * Functions of one float32 number, written so that a compiler turns a loop over them into vector code: no branches, no calls. At
 * NaN, infinities and 0 they have the values of the reference executor; denormal numbers count as 0. Errors are in units of the last
 * place (ulp), over all of the domain unless a range is given; test/executors/native/numbers.test.ts measures them.
 */
#ifndef BPRUNE_NUMBERS_H
#define BPRUNE_NUMBERS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline int32_t bp_bits(float x) {
  int32_t i;
  memcpy(&i, &x, sizeof i);
  return i;
}

static inline float bp_float(int32_t i) {
  float x;
  memcpy(&x, &i, sizeof x);
  return x;
}

static inline float bp_step(float x) { return x > 0 ? 1.0f : 0.0f; }
static inline float bp_sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }
static inline float bp_relu(float x) { return x <= 0 ? 0.0f : x; }
static inline float bp_max(float x, float y) { return (x > y) | (x != x) ? x : y; }
static inline float bp_min(float x, float y) { return (x < y) | (x != x) ? x : y; }

/* 2^n for n in -126 .. 127. */
static inline float bp_power_of_two(int32_t n) { return bp_float((n + 127) << 23); }

/* Cody and Waite: x = n log 2 + r, where 0.693359375 n is exact. */
#define BP_LOG2_E 1.44269504088896341f
#define BP_LN2_HIGH 0.693359375f
#define BP_LN2_LOW -2.12194440e-4f
/* Added and taken away again, this rounds a number below 2^22 to a whole one. */
#define BP_ROUNDER 12582912.0f

/* (e^r - 1 - r) / r^2 for |r| <= log(2) / 2: Cephes' polynomial (Moshier 1992). */
static inline float bp_exp_tail(float r) {
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  return p * r + 5.0000001201e-1f;
}

/* 1 ulp. The power of two is multiplied in two halves, so that the ends of the range come out as infinity and 0. */
static inline float bp_exp(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  const float shifted = x * BP_LOG2_E + BP_ROUNDER;
  const float n = shifted - BP_ROUNDER;
  const float r = x - n * BP_LN2_HIGH - n * BP_LN2_LOW;
  const float p = bp_exp_tail(r) * (r * r) + r + 1.0f;
  const int32_t whole = bp_bits(shifted) - bp_bits(BP_ROUNDER);
  const int32_t half = whole >> 1;
  return p * bp_power_of_two(half) * bp_power_of_two(whole - half);
}

/* e^x - 1 = 2^n (e^r - 1) + (2^n - 1). 2 ulp. */
static inline float bp_expm1(float x) {
  const float clipped = x > 89.0f ? 89.0f : x < -25.0f ? -25.0f : x;
  const float shifted = clipped * BP_LOG2_E + BP_ROUNDER;
  const float n = shifted - BP_ROUNDER;
  const float r = clipped - n * BP_LN2_HIGH - n * BP_LN2_LOW;
  const float p = bp_exp_tail(r) * (r * r) + r;
  /* Half of the power, since 2^128 is no float. */
  const float half = bp_power_of_two(bp_bits(shifted) - bp_bits(BP_ROUNDER) - 1);
  const float y = 2.0f * (half * p + (half - 0.5f));
  return n == 0 ? p : y;
}

/* x = m 2^e with m in sqrt(1/2) .. sqrt(2); the polynomial is Cephes'. 1 ulp. */
static inline float bp_log(float x) {
  const int32_t root = 0x3f3504f3; /* the bits of sqrt(1/2) */
  const int32_t i = bp_bits(x) - root;
  const float e = (float)(i >> 23);
  const float f = bp_float((i & 0x7fffff) + root) - 1.0f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float square = f * f;
  const float y = f + (p * f * square + e * BP_LN2_LOW - 0.5f * square) + e * BP_LN2_HIGH;
  return x == INFINITY ? x : x > 0 ? y : x == 0 ? -INFINITY : NAN;
}

/* log(u) with u = 1 + x as it is rounded, and what the rounding lost. 2 ulp. */
static inline float bp_log1p(float x) {
  const float u = 1.0f + x;
  const float lost = (x - (u - 1.0f)) / u;
  return bp_log(u) + ((u > 0) & (u < INFINITY) ? lost : 0.0f);
}

static inline float bp_sigmoid(float x) { return 1.0f / (1.0f + bp_exp(-x)); }

static inline float bp_softplus(float x) { return (x > 0 ? x : 0.0f) + bp_log1p(bp_exp(-fabsf(x))); }

static inline float bp_tanh(float x) {
  const float t = bp_expm1(-2.0f * fabsf(x));
  return copysignf(-t / (t + 2.0f), x);
}

/*
 * Sine of x + quarter pi / 2. x = n pi / 2 + r in float64, where the high part of pi / 2 has 33 bits, so that its product with n is
 * exact below 2^20; then Taylor's series on |r| <= pi / 4, whose first missing term is below 1e-11. 0.6 ulp for |x| < 1e6, 1e-6 for
 * |x| < 1e8. Of numbers whose neighbours are radians away no more is claimed than that the result lies in -1 .. 1.
 */
static inline float bp_wave(float x, double quarter) {
  const double n = __builtin_rint((double)x * 0.63661977236758134);
  const double rest = ((double)x - n * 1.5707963267341256) - n * 6.0771005065061922e-11;
  const double r = rest > 0.8 ? 0.8 : rest < -0.8 ? -0.8 : rest;
  const double s = r * r;
  const double sine =
      r + r * s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 - s * (1.0 / 39916800)))));
  const double cosine =
      1 + s * (-0.5 + s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 - s * (1.0 / 3628800 - s / 479001600)))));
  const double place = n + quarter;
  const double quadrant = place - 4 * __builtin_floor(place * 0.25);
  const double y = (quadrant == 1) | (quadrant == 3) ? cosine : sine;
  return (float)(quadrant >= 2 ? -y : y);
}

static inline float bp_sin(float x) { return bp_wave(x, 0); }
static inline float bp_cos(float x) { return bp_wave(x, 1); }

/* sin(pi f) for |f| <= 1/2. */
static inline float bp_sin_pi(float f) {
  const float s = f * f;
  float p = 4.6630280576761e-4f;
  p = p * s - 7.370430945714348e-3f;
  p = p * s + 0.08214588661112819f;
  p = p * s - 0.5992645293207919f;
  p = p * s + 2.550164039877345f;
  p = p * s - 5.167712780049969f;
  return f * (p * s + 3.141592653589793f);
}

/* log Gamma(x) for x > 0: Stirling's series behind x + 8, then back by the product x (x + 1) ... (x + 7). */
static inline float bp_lgamma_positive(float x) {
  const float product = x * (x + 1.0f) * (x + 2.0f) * (x + 3.0f) * (x + 4.0f) * (x + 5.0f) * (x + 6.0f) * (x + 7.0f);
  const float z = x < 8.0f ? x + 8.0f : x;
  const float inverse = 1.0f / z;
  const float square = inverse * inverse;
  const float series = inverse * (8.3333333e-2f + square * (-2.7777778e-3f + square * 7.9365079e-4f));
  const float far = (z - 0.5f) * bp_log(z) - z + 0.918938533f + series;
  return far - (x < 8.0f ? bp_log(product) : 0.0f);
}

/* Below 0 by reflection, infinite at 0 and the negative whole numbers. 4e-6 of |log Gamma| or of 1. */
static inline float bp_lgamma(float x) {
  const float f = x - __builtin_rintf(x);
  const float near = bp_lgamma_positive(x <= 0 ? 1.0f - x : x);
  return x <= 0 ? bp_log(3.14159265f / fabsf(bp_sin_pi(f))) - near : near;
}

/* The derivative of log Gamma, in the same way. */
static inline float bp_digamma_positive(float x) {
  float shift = 0.0f;
  for (int i = 0; i < 8; i++) shift += 1.0f / (x + (float)i);
  const float z = x < 8.0f ? x + 8.0f : x;
  const float inverse = 1.0f / z;
  const float square = inverse * inverse;
  const float series = square * (8.3333333e-2f + square * (-8.3333333e-3f + square * 3.9682540e-3f));
  return bp_log(z) - 0.5f * inverse - series - (x < 8.0f ? shift : 0.0f);
}

/* 2e-6 of |digamma| or of 1. pi / tan(pi x) = pi cos / sin, and cos(pi f) = sin(pi (1/2 - |f|)). */
static inline float bp_digamma(float x) {
  const float f = x - __builtin_rintf(x);
  const float near = bp_digamma_positive(x <= 0 ? 1.0f - x : x);
  const float slope = 3.14159265f * bp_sin_pi(0.5f - fabsf(f)) / bp_sin_pi(f);
  return x <= 0 ? (f == 0 ? NAN : near - slope) : near;
}

/* log of erfc(z) exp(z^2) for z >= 0, less log t with t = 1 / (1 + z / 2): Press et al. 1992, section 6.2; 1.2e-7. */
static inline float bp_erfc_exponent(float t) {
  float p = 0.17087277f;
  p = p * t - 0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t - 1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t - 0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  return p * t - 1.26551223f;
}

/* Its power series up to 1, beyond it 1 - erfc. 4 ulp. */
static inline float bp_erf(float x) {
  const float z = fabsf(x);
  const float s = z < 1.0f ? x * x : 1.0f;
  float p = 1.4807192815879218e-8f;
  p = p * s - 1.6365844691234924e-7f;
  p = p * s + 1.6462114365889246e-6f;
  p = p * s - 1.4925650358406251e-5f;
  p = p * s + 1.2055332981789664e-4f;
  p = p * s - 8.548327023450852e-4f;
  p = p * s + 5.223977625442188e-3f;
  p = p * s - 2.6866170645131252e-2f;
  p = p * s + 1.1283791670955126e-1f;
  p = p * s - 3.7612638903183754e-1f;
  p = p * s + 1.1283791670955126f;
  const float t = 1.0f / (1.0f + 0.5f * z);
  const float far = 1.0f - t * bp_exp(bp_erfc_exponent(t) - z * z);
  return z < 1.0f ? x * p : z == z ? copysignf(far, x) : x;
}

/* log Phi(x): the logarithm of the lower tail for x < 0, of one minus the upper one else. 1e-6 of |log Phi| or of 1. */
static inline float bp_log_normal_cdf(float x) {
  const float z = fabsf(x) * 0.70710678118654752f;
  const float t = 1.0f / (1.0f + 0.5f * z);
  const float tail = bp_log(0.5f * t) + bp_erfc_exponent(t) - 0.5f * x * x;
  return x < 0 ? tail : bp_log1p(-bp_exp(tail));
}

/* Phi^-1(p): Wichura 1988, algorithm AS 241, PPND7. Infinite at 0 and 1, NaN outside. 2e-6 of its size or of 1. */
static inline float bp_normal_quantile(float p) {
  const float q = p - 0.5f;
  const float a = 0.180625f - q * q;
  const float middle = q * (((59.10937472f * a + 159.29113202f) * a + 50.434271938f) * a + 3.3871327179f) /
                       (((67.187563600f * a + 78.757757664f) * a + 17.895169469f) * a + 1.0f);
  const float r = sqrtf(-bp_log(q < 0 ? p : 1.0f - p));
  const float b = r - 1.6f;
  const float near = (((0.17023821103f * b + 1.3067284816f) * b + 2.7568153900f) * b + 1.4234372777f) /
                     ((0.12021132975f * b + 0.73700164250f) * b + 1.0f);
  const float c = r - 5.0f;
  const float far = (((0.017337203997f * c + 0.42868294337f) * c + 3.0812263860f) * c + 6.6579051150f) /
                    ((0.012258202635f * c + 0.24197894225f) * c + 1.0f);
  const float outside = copysignf(r <= 5.0f ? near : far, q);
  const float y = fabsf(q) <= 0.425f ? middle : outside;
  return p == 0 ? -INFINITY : p == 1.0f ? INFINITY : (p > 0) & (p < 1.0f) ? y : NAN;
}

/* The real power of a base that is not negative; a NaN stays NaN, as in JavaScript, where 1^NaN and 1^infinity are NaN too. */
static inline float bp_pow(float x, float y) {
  return (y != y) | ((fabsf(x) == 1.0f) & (fabsf(y) == INFINITY)) ? NAN : powf(x, y);
}

#endif
